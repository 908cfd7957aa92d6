//! What is issued is accepted; for each algorithm.

use base::Lifetime;
use jose::*;

use crate::forge::claims;

#[test]
fn what_is_issued_is_accepted() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm, "k \"1\" \\".parse().unwrap()).unwrap();
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
