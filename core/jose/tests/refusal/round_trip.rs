//! What is issued is accepted; for each algorithm.

use base::Lifetime;
use jose::*;

use crate::forge::*;

#[test]
fn rfc7515_5_1_what_is_issued_is_accepted() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm, "k \"1\" \\".parse().unwrap()).unwrap();
        if RSA.contains(&algorithm) {
            // A fresh key is as strong as its hash.
            let hash: usize = algorithm.as_str()[2..].parse().unwrap();
            let jwk = serde_json::to_value(key.verification_key().to_jwk()).unwrap();
            let bits = decode(jwk["n"].as_str().unwrap()).len() * 8;
            assert_eq!(bits, hash * 8, "{algorithm}");
        }
        let pkcs8 = key.to_pkcs8().unwrap();
        let again = SigningKey::from_pkcs8(algorithm, key.key_id().clone(), &pkcs8).unwrap();
        assert_eq!(again.verification_key(), key.verification_key());
        let token = again.sign(TokenType::AccessToken, &claims()).unwrap();
        let set = KeySet::new(vec![key.verification_key().clone()]);
        let set = KeySet::parse(set.to_json().as_bytes()).unwrap();
        assert_eq!(set.keys(), [key.verification_key().clone()]);
        let verified =
            verify::<AccessTokenClaims>(&token, &set, &AllowList::only(algorithm)).unwrap();
        assert_eq!(*verified, claims());
        let now = claims().issued_at.after(Lifetime::from_secs(5));
        assert_eq!(verified.check_time(&TimeLimits::default(), now), Ok(()));
        let unverified = Unverified::parse(&token).unwrap();
        assert_eq!(unverified.algorithm(), algorithm);
        assert_eq!(unverified.key_id(), Some(key.key_id()));
        assert_eq!(unverified.issuer().as_deref(), Ok("https://as.test"));
    }
}

#[test]
fn a_private_key_opens_only_as_its_own_kind() {
    let id = || "k1".parse().unwrap();
    for algorithm in Algorithm::ALL {
        let pkcs8 = Forge::new(algorithm).key.to_pkcs8().unwrap();
        for other in Algorithm::ALL {
            let same = algorithm == other
                || RSA.contains(&algorithm) && RSA.contains(&other)
                || [algorithm, other]
                    .iter()
                    .all(|one| one.as_str().starts_with("Ed"));
            let opened = SigningKey::from_pkcs8(other, id(), &pkcs8);
            assert_eq!(opened.is_ok(), same, "{algorithm} as {other}");
        }
        let cut = &pkcs8[..pkcs8.len() - 1];
        let error = SigningKey::from_pkcs8(algorithm, id(), cut).err();
        assert_eq!(error, Some(SigningError::Key), "{algorithm}");
    }
}
