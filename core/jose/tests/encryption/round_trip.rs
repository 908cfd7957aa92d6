//! What is encrypted comes back, and for nobody else.

use base::SeededEntropy;
use jose::encryption::*;
use proptest::prelude::*;

use crate::forge::*;

// RFC 7516 section 5.1, with every key management and content encryption:
// RFC 7518 section 4.3, RFC 7518 section 4.4, RFC 7518 section 4.6, RFC 7518 section 5.
#[test]
fn what_is_encrypted_for_a_key_is_read_with_it_alone() {
    for forge in forges() {
        forge.control();
        let mut entropy = SeededEntropy::new(1);
        for content in [&b""[..], b"x", &[0; 4000]] {
            let plain = Plaintext::Bytes(content);
            let token = encrypt(plain, &forge.key(), forge.content, &mut entropy).unwrap();
            assert_eq!(forge.decrypt(&token).unwrap(), content);
            let again = encrypt(plain, &forge.key(), forge.content, &mut entropy).unwrap();
            assert_ne!(token, again, "nothing is used twice");
        }
    }
}

#[test]
fn another_key_of_the_same_name_opens_nothing() {
    for (at, jwk) in private_jwks().iter().enumerate().skip(1) {
        let forge = Forge::new(jwk, ContentEncryption::A256Gcm);
        let curve = forge.jwk["crv"].as_str().unwrap().parse().unwrap();
        let other = DecryptionKey::generate(forge.management, curve, "k1".parse().unwrap());
        let other = DecryptionKeys::new(vec![other.unwrap()]).unwrap();
        let failed = decrypt(&forge.good(b"x"), &other, forge.allow).err();
        assert_eq!(failed, Some(DecryptionError::Failed), "{at}");
    }
}

#[test]
fn rfc7516_4_1_6_the_key_id_chooses_and_without_one_the_only_key_is_meant() {
    let forge = Forge::new(&private_jwks()[1], ContentEncryption::A256Gcm);
    let nameless = || {
        let change = |header: &mut serde_json::Value| {
            header.as_object_mut().unwrap().remove("kid");
        };
        forge.with_header(change, b"x")
    };
    assert!(forge.decrypt(&nameless()).is_ok());
    let fresh = |id: &str| {
        let (management, curve) = (forge.management, AgreementCurve::P256);
        DecryptionKey::generate(management, curve, id.parse().unwrap()).unwrap()
    };
    let own = || DecryptionKey::parse(&forge.private_jwk).unwrap();
    let two = DecryptionKeys::new(vec![fresh("k0"), own()]).unwrap();
    assert!(decrypt(&forge.good(b"x"), &two, forge.allow).is_ok());
    let ambiguous = decrypt(&nameless(), &two, forge.allow).err();
    assert_eq!(ambiguous, Some(DecryptionError::KeyUnknown));
    let foreign = DecryptionKeys::new(vec![fresh("k0")]).unwrap();
    for keys in [&foreign, &DecryptionKeys::default()] {
        let unknown = decrypt(&forge.good(b"x"), keys, forge.allow).err();
        assert_eq!(unknown, Some(DecryptionError::KeyUnknown));
    }
    assert!(matches!(
        DecryptionKeys::new(vec![fresh("k1"), own()]).err(),
        Some(InvalidDecryptionKeys::SameId)
    ));
    let many = (0..=MAX_DECRYPTION_KEYS).map(|at| fresh(&at.to_string()));
    assert!(matches!(
        DecryptionKeys::new(many.collect()).err(),
        Some(InvalidDecryptionKeys::TooMany)
    ));
}

#[test]
fn nothing_of_a_content_is_shown() {
    let forge = Forge::new(&private_jwks()[1], ContentEncryption::A256Gcm);
    let opened = decrypt(&forge.good(b"hunter2"), &forge.keys, forge.allow).unwrap();
    assert_eq!(format!("{opened:?}"), "Decrypted(redacted)");
}

proptest! {
    #[test]
    fn any_content_and_any_party_comes_back(
        at in 0..10_usize,
        content in prop::collection::vec(any::<u8>(), 0..2000),
        party in prop::collection::vec(any::<u8>(), 0..=128),
    ) {
        let forge = &forges()[at];
        let token = forge.with_header(
            |header| {
                if !forge.is_rsa() {
                    header["apu"] = encode(&party).into();
                    header["apv"] = encode(b"v").into();
                }
            },
            &content,
        );
        prop_assert_eq!(forge.decrypt(&token).unwrap(), content);
    }
}
