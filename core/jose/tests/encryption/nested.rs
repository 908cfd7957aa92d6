//! A token inside an encrypted one (JWT-060): exactly one level, and signed.

use base::SeededEntropy;
use jose::encryption::*;
use jose::*;

use crate::forge::*;

const INNER: &str = "eyJhbGciOiJFUzI1NiJ9.e30.AAAA";

fn nested(forge: &Forge, token: &str) -> Result<String, DecryptionError> {
    decrypt_nested(token, &forge.keys, forge.allow).map(|inner| inner.as_str().to_owned())
}

fn wrap(forge: &Forge, content: &[u8]) -> String {
    forge.with_header(|header| header["cty"] = "JWT".into(), content)
}

#[test]
fn rfc7519_5_2_a_signed_token_comes_out_as_it_went_in() {
    for forge in forges() {
        let mut entropy = SeededEntropy::new(3);
        let plain = Plaintext::Token(INNER);
        let token = encrypt(plain, &forge.key(), forge.content, &mut entropy).unwrap();
        assert_eq!(nested(forge, &token).unwrap(), INNER);
        for cty in ["JWT", "jwt", "Jwt"] {
            let token = forge.with_header(|h| h["cty"] = cty.into(), INNER.as_bytes());
            assert_eq!(nested(forge, &token).unwrap(), INNER);
        }
        let inner = decrypt_nested(&token, &forge.keys, forge.allow).unwrap();
        assert_eq!(format!("{inner:?}"), "NestedToken(redacted)");
    }
}

#[test]
fn rfc7519_5_2_without_cty_jwt_it_is_no_nested_token() {
    for forge in forges() {
        let absent = forge.good(INNER.as_bytes());
        assert_eq!(nested(forge, &absent), Err(DecryptionError::Content));
        for cty in [
            "",
            "JWE",
            "JWS",
            "JSON",
            "json",
            "at+jwt",
            "application/json",
            "JWT ",
            " JWT",
            "JWT\0",
            "JWT;v=1",
            "text/plain",
        ] {
            let token = forge.with_header(|h| h["cty"] = cty.into(), INNER.as_bytes());
            assert_eq!(
                nested(forge, &token),
                Err(DecryptionError::Content),
                "{cty}"
            );
        }
    }
}

#[test]
fn jwt_060_nested_twice_or_deeper_is_refused_at_the_first_level() {
    let forge = &Forge::new(&private_jwks()[1], ContentEncryption::A256Gcm);
    for depth in [2, 3] {
        let token = (0..depth).fold(INNER.to_owned(), |inner, _| wrap(forge, inner.as_bytes()));
        assert_eq!(
            nested(forge, &token),
            Err(DecryptionError::Content),
            "{depth}"
        );
    }
    for depth in [50, 1000] {
        // Each level is a third larger: no such token fits, and none is unwrapped
        // to find out how deep it goes.
        let mut token = INNER.to_owned();
        for _ in 0..depth {
            token = wrap(forge, token.as_bytes());
            if token.len() > MAX_ENCRYPTED_TOKEN_BYTES {
                break;
            }
        }
        assert_eq!(
            nested(forge, &token),
            Err(DecryptionError::TooLarge),
            "{depth}"
        );
    }
    assert_eq!(
        nested(forge, &wrap(forge, INNER.as_bytes())).unwrap(),
        INNER
    );
}

// RFC 7515 section 7.1: three segments.
#[test]
fn rfc7519_11_2_claims_without_a_signature_are_no_token() {
    for forge in forges() {
        let claims = br#"{"iss":"https://as.test","sub":"alice","exp":4102444800}"#;
        for content in [
            claims.as_slice(),
            b"",
            b".",
            b"..a.",
            b"a.b",
            b"a.b.c.d",
            b"a.b.c.d.e",
            &[0xff, b'.', b'.'],
        ] {
            let error = nested(forge, &wrap(forge, content));
            assert_eq!(error, Err(DecryptionError::Content), "{content:?}");
        }
    }
}

#[test]
fn rfc7519_7_2_what_comes_out_is_verified_as_if_it_had_come_alone() {
    let forge = &Forge::new(&private_jwks()[2], ContentEncryption::A128CbcHs256);
    let key = SigningKey::generate(Algorithm::Es256, "s1".parse().unwrap()).unwrap();
    let keys = KeySet::new(vec![key.verification_key().clone()]);
    let allow = AllowList::only(Algorithm::Es256);
    let now = base::Timestamp::from_unix_seconds(1_800_000_000).unwrap();
    let claims = AccessTokenClaims {
        issuer: "https://as.test".parse().unwrap(),
        subject: "alice".parse().unwrap(),
        audience: Audience::only("https://api.test".parse().unwrap()),
        expires_at: now,
        not_before: now,
        issued_at: now,
        token_id: "t".parse().unwrap(),
        client_id: "c".parse().unwrap(),
        scope: None,
        organisation: "acme".parse().unwrap(),
        subject_version: 1,
        family: None,
        confirmation: None,
    };
    let signed = key.sign(TokenType::AccessToken, &claims).unwrap();
    let inner = decrypt_nested(&wrap(forge, signed.as_bytes()), &forge.keys, forge.allow).unwrap();
    let verified = verify::<AccessTokenClaims>(inner.as_str(), &keys, &allow);
    assert_eq!(verified.unwrap().into_claims(), claims);
    let unsigned = format!("{}.", signed.rsplit_once('.').unwrap().0);
    let inner = decrypt_nested(&wrap(forge, unsigned.as_bytes()), &forge.keys, forge.allow);
    let refused = verify::<AccessTokenClaims>(inner.unwrap().as_str(), &keys, &allow);
    assert_eq!(refused.err(), Some(TokenError::Malformed));
    // And an encrypted token is no signed one, whatever is inside.
    let token = wrap(forge, signed.as_bytes());
    assert_eq!(
        verify::<AccessTokenClaims>(&token, &keys, &allow).err(),
        Some(TokenError::Malformed)
    );
}
