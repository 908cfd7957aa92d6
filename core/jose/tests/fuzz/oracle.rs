//! What must hold of any input, beyond that nothing panics.

use std::sync::OnceLock;

use aws_lc_rs::signature::Ed25519KeyPair;
use base::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jose::encryption::{DecryptionKey, DecryptionKeys, EncryptionAllowList, decrypt_nested};
use jose::{
    AccessTokenClaims, Algorithm, AllowList, ForeignClaims, Jwk, KeySet, MAX_KEYS, SigningKey,
    TokenType, Unverified, VerificationKey,
};

/// PKCS#8 of an Ed25519 key whose secret is thirty-two sevens (RFC 8410
/// section 7). Nothing but these oracles has it, so it has signed nothing else.
const SECRET: [u8; 48] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
];

/// The one encrypted token that was made for [`DECRYPTION_KEY`].
const ENCRYPTED: &str = include_str!("../../../../fuzz/corpus/jwe/genuine");

/// The private key of RFC 7518 appendix C.
const DECRYPTION_KEY: &str = r#"{"kty":"EC","crv":"P-256","alg":"ECDH-ES","use":"enc","kid":"e1",
    "x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
    "y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
    "d":"VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"}"#;

struct Party {
    key: SigningKey,
    pair: Ed25519KeyPair,
    keys: KeySet,
    genuine: String,
}

fn party() -> &'static Party {
    static PARTY: OnceLock<Party> = OnceLock::new();
    PARTY.get_or_init(|| {
        let key = SigningKey::from_pkcs8(Algorithm::EdDsa, "k1".parse().unwrap(), &SECRET).unwrap();
        let genuine = key
            .sign(TokenType::AccessToken, &claims_of_alice())
            .unwrap();
        Party {
            keys: KeySet::new(vec![key.verification_key().clone()]),
            pair: Ed25519KeyPair::from_pkcs8(&SECRET).unwrap(),
            key,
            genuine,
        }
    })
}

fn claims_of_alice() -> AccessTokenClaims {
    let at = |seconds: i64| Timestamp::from_unix_seconds(1_800_000_000 + seconds).unwrap();
    AccessTokenClaims {
        issuer: "https://as.test".parse().unwrap(),
        subject: "alice".parse().unwrap(),
        audience: jose::Audience::only("https://api.test".parse().unwrap()),
        expires_at: at(600),
        not_before: at(0),
        issued_at: at(0),
        token_id: "t-1".parse().unwrap(),
        client_id: "c-1".parse().unwrap(),
        scope: Some("read:reports".parse().unwrap()),
        organisation: "acme".parse().unwrap(),
        subject_version: 7,
        family: None,
        confirmation: None,
    }
}

/// A token that is accepted is the genuine one, byte for byte: no other text
/// has that signature.
pub fn jws(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let party = party();
    let allow = AllowList::new(&Algorithm::ALL).unwrap();
    let verified = jose::verify::<AccessTokenClaims>(text, &party.keys, &allow);
    let unverified = Unverified::parse(text);
    if let Ok(claims) = verified {
        assert_eq!(text, party.genuine, "a mutated token is accepted");
        assert_eq!(*claims.claims(), claims_of_alice());
        assert!(unverified.is_ok(), "accepted, and yet of a wrong form");
    }
    if let Ok(unverified) = unverified {
        // Three segments, each in the one spelling of its bytes.
        let segments: Vec<&str> = text.split('.').collect();
        assert_eq!(segments.len(), 3);
        let header = URL_SAFE_NO_PAD.decode(segments[0]).unwrap();
        assert_eq!(URL_SAFE_NO_PAD.encode(&header), segments[0]);
        let read: serde_json::Value = serde_json::from_slice(&header).unwrap();
        assert_eq!(read["alg"], unverified.algorithm().as_str());
    }
}

/// Claims that are accepted mean the same once they are written again.
pub fn claims(input: &[u8]) {
    let party = party();
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"EdDSA","kid":"k1","typ":"at+jwt"}"#);
    let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(input));
    let signature = URL_SAFE_NO_PAD.encode(party.pair.sign(signed.as_bytes()));
    let token = format!("{signed}.{signature}");
    let allow = AllowList::only(Algorithm::EdDsa);
    let read = |token: &str| jose::verify::<AccessTokenClaims>(token, &party.keys, &allow);
    if let Ok(claims) = read(&token) {
        let read_by_others: serde_json::Value = serde_json::from_slice(input).unwrap();
        assert_eq!(read_by_others["sub"], *claims.subject.as_str());
        assert_eq!(read_by_others["exp"], claims.expires_at.unix_seconds());
        let again = party
            .key
            .sign(TokenType::AccessToken, claims.claims())
            .unwrap();
        let once_more = read(&again).unwrap();
        assert_eq!(once_more, claims);
        let third = party
            .key
            .sign(TokenType::AccessToken, once_more.claims())
            .unwrap();
        assert_eq!(third, again, "the written form is not stable");
    }
    let types = jose::AcceptedTypes::only(TokenType::AccessToken);
    let foreign = jose::verify_typed::<ForeignClaims>(&token, &party.keys, &allow, types);
    if read(&token).is_ok() {
        assert!(foreign.is_ok(), "our own claims are stricter than others'");
    }
}

/// A key that is accepted is public, and reads back as itself.
pub fn jwk(input: &[u8]) {
    let Ok(key) = serde_json::from_slice::<Jwk>(input) else {
        return;
    };
    let text = serde_json::to_string(&key).unwrap();
    assert!(is_public(&text), "{text}");
    assert_eq!(serde_json::from_str::<Jwk>(&text).unwrap(), key);
    if let Ok(usable) = VerificationKey::from_jwk(&key) {
        let again = VerificationKey::from_jwk(&usable.to_jwk()).unwrap();
        assert_eq!(again, usable);
    }
    // In a set it fares as it does alone.
    let set = [b"{\"keys\":[", input, b"]}"].concat();
    let kept = KeySet::parse(&set).map(|set| set.keys().len());
    assert_eq!(kept == Ok(1), VerificationKey::from_jwk(&key).is_ok());
}

/// A set that is accepted is public and bounded, and stays the same.
pub fn jwks(input: &[u8]) {
    let Ok(set) = KeySet::parse(input) else {
        return;
    };
    assert!(set.keys().len() <= MAX_KEYS);
    let text = set.to_json();
    assert!(is_public(&text), "{text}");
    let again = KeySet::parse(text.as_bytes()).unwrap();
    assert_eq!(again.keys(), set.keys());
    assert_eq!(again.skipped(), [], "what is published is usable");
    assert_eq!(again.to_json(), text);
    for (at, key) in set.keys().iter().enumerate() {
        if let Some(id) = key.key_id() {
            let found = set.find(id, key.algorithm());
            assert_eq!(found, Some(&set.keys()[at]), "an id names one key");
        }
    }
}

fn is_public(text: &str) -> bool {
    [
        "\"d\"", "\"p\"", "\"q\"", "\"dp\"", "\"dq\"", "\"qi\"", "\"k\"", "\"oth\"",
    ]
    .iter()
    .all(|name| !text.contains(&format!("{name}:")))
}

/// A token that is decrypted is the one that was encrypted.
pub fn jwe(input: &[u8]) {
    static KEYS: OnceLock<DecryptionKeys> = OnceLock::new();
    let keys = KEYS.get_or_init(|| {
        DecryptionKeys::new(vec![DecryptionKey::parse(DECRYPTION_KEY).unwrap()]).unwrap()
    });
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    if let Ok(nested) = decrypt_nested(text, keys, EncryptionAllowList::ALL) {
        assert_eq!(text, ENCRYPTED, "a mutated token is decrypted");
        assert_eq!(nested.as_str(), "header.claims.signature");
    }
}

/// The genuine inputs, each of which its oracle accepts.
pub fn genuine() -> [(&'static str, String); 2] {
    [
        ("jws", party().genuine.clone()),
        ("jwe", ENCRYPTED.to_owned()),
    ]
}
