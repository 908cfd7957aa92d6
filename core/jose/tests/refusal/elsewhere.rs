//! Tokens that are good somewhere else: for another key set, another kind of
//! token, another cryptography.

use jose::*;
use serde_json::json;

use crate::forge::*;

/// JWT-004
#[test]
fn a_genuine_signature_does_not_make_none_an_algorithm() {
    for algorithm in Algorithm::ALL {
        let forge = Forge::new(algorithm);
        let good = forge.good();
        let attached = good.rsplit('.').next().unwrap();
        let body = encode(payload().to_string());
        let tokens = ["none", "None", "NONE", "none\0", ""].map(|alg| {
            let header = with(forge.header(), "alg", alg.into());
            format!("{}.{body}.{attached}", encode(header.to_string()))
        });
        forge.refuses(&[TokenError::Algorithm], tokens);
    }
}

/// JWT-014, JWT-078: whoever verifies brings the keys of one issuer; a key of
/// another one is unknown, though it is genuine and its token names ours.
#[test]
fn rfc8725_3_8_a_key_belongs_to_its_issuer() {
    let ours = Forge::new(Algorithm::Es256);
    let theirs = SigningKey::generate(Algorithm::Es256, "k2".parse().unwrap()).unwrap();
    let token = theirs.sign(TokenType::AccessToken, &claims()).unwrap();
    let keys = KeySet::new(vec![theirs.verification_key().clone()]);
    let at_home = verify::<AccessTokenClaims>(&token, &keys, &ours.allow);
    assert_eq!(at_home.unwrap().into_claims(), claims());
    ours.refuses(&[TokenError::KeyUnknown], [token.clone()]);
    // Under our key id, and under none.
    let (_, body) = token.split_once('.').unwrap();
    for header in [ours.header(), without(ours.header(), "kid")] {
        let renamed = format!("{}.{body}", encode(header.to_string()));
        ours.refuses(&[TokenError::Signature], [renamed]);
    }
    // One key in two environments: the issuer and the audience still differ.
    for name in ["https://staging.as.test", "https://as.test/"] {
        assert_eq!(claims().check_issuer(name), Err(TokenError::Issuer));
        assert_eq!(claims().check_audience(name), Err(TokenError::Audience));
    }
}

/// JWT-057 to JWT-059: what is encrypted is no signed token, whatever it would
/// cost to open it.
#[test]
fn an_encrypted_token_is_refused_before_it_costs_anything() {
    let forge = Forge::new(Algorithm::Rs256);
    let headers = [
        json!({"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2c": 2_147_483_647, "p2s": "AAAA"}),
        json!({"alg": "RSA-OAEP-256", "enc": "A256GCM", "zip": "DEF"}),
        json!({"alg": "RSA1_5", "enc": "A128CBC-HS256"}),
        json!({"alg": "dir", "enc": "A256GCM", "kid": "k1"}),
        json!({"alg": "A128KW", "enc": "A128GCM"}),
        json!({"alg": "ECDH-ES", "enc": "A128GCM", "epk": {"kty": "EC", "crv": "P-256"}}),
        json!({"alg": "A256GCMKW", "enc": "A256GCM", "iv": "", "tag": ""}),
    ];
    let tails = [
        "AAAA.AAAA.AAAA.AAAA",
        ".AAAA.AAAA.AAAA",
        "AAAA.AAAA.AAAA",
        "AAAA.AAAA.AAAA.AAAA.AAAA",
        "...",
    ];
    let tokens = headers.iter().flat_map(|header| {
        let header = encode(header.to_string());
        tails.map(|tail| format!("{header}.{tail}"))
    });
    forge.refuses(&[TokenError::Malformed], tokens);
    // In the three parts of a signed one, and genuinely signed.
    let signed = headers.map(|header| {
        let header = with(header, "typ", "at+jwt".into());
        forge.with_header(header)
    });
    let reasons = [
        TokenError::Algorithm,
        TokenError::ForbiddenHeader("zip"),
        TokenError::Malformed,
    ];
    forge.refuses(&reasons, signed);
}
