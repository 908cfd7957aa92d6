//! ECDH-ES: agreeing on a key with a sender that is seen once (RFC 7518 section 4.6).

use aws_lc_rs::agreement::{PrivateKey, agree};
use aws_lc_rs::kdf::{SskdfDigestAlgorithmId, get_sskdf_digest_algorithm, sskdf_digest};
use zeroize::Zeroizing;

use super::point::Point;
use super::{ContentEncryption, ContentKey, KeyManagement};

/// What the derived key is bound to beside the agreement itself.
pub(super) struct Binding<'a> {
    /// What it is for.
    pub(super) purpose: Purpose,
    /// `apu`, decoded.
    pub(super) party_u: &'a [u8],
    /// `apv`, decoded.
    pub(super) party_v: &'a [u8],
}

/// RFC 7518 section 4.6.2: agreed on directly, the key is for the content
/// encryption and bound to its name; otherwise to the name of the key wrap.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Content(ContentEncryption),
    KeyWrap(KeyManagement),
}

/// The key that `private` and `public` agree on; nothing if `public` is no
/// point of the curve, or of another one, or one that would make the key known
/// beforehand (RFC 7748 section 6.1: the all-zero result).
pub(super) fn derive(
    private: &PrivateKey,
    public: &Point,
    binding: &Binding<'_>,
) -> Option<ContentKey> {
    let algorithm = match binding.purpose {
        Purpose::Content(content) => content.as_str(),
        Purpose::KeyWrap(management) => management.as_str(),
    };
    let parts = [algorithm.as_bytes(), binding.party_u, binding.party_v];
    let agreed = agree(private, public.unparsed(), (), |secret| {
        let mut derived = Zeroizing::new([0; 32]);
        let done = concat_kdf(secret, parts, derived.as_mut_slice());
        done.map(|()| derived).ok_or(())
    });
    agreed.ok()
}

/// The Concat KDF of NIST SP 800-56A with SHA-256, over algorithm, `apu` and
/// `apv` as RFC 7518 section 4.6.2 lays them out.
fn concat_kdf(secret: &[u8], parts: [&[u8]; 3], derived: &mut [u8]) -> Option<()> {
    let bits = u32::try_from(derived.len()).ok()?.checked_mul(8)?;
    let mut other = Vec::with_capacity(64);
    for part in parts {
        other.extend(u32::try_from(part.len()).ok()?.to_be_bytes());
        other.extend(part);
    }
    other.extend(bits.to_be_bytes());
    let digest = get_sskdf_digest_algorithm(SskdfDigestAlgorithmId::Sha256)?;
    sskdf_digest(digest, secret, &other, derived).ok()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::agreement::ECDH_P256;

    use super::super::point::AgreementCurve;
    use super::*;
    use crate::base64url;

    /// The keys of RFC 7518 appendix C: Alice's are ephemeral, Bob's are not.
    const ALICE: [&str; 3] = [
        "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
        "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
        "0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo",
    ];
    const BOB: [&str; 3] = [
        "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
        "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
        "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw",
    ];

    #[test]
    fn rfc7518_c_both_sides_derive_the_key_of_the_example() {
        for ([_, _, d], [x, y, _]) in [(ALICE, BOB), (BOB, ALICE)] {
            let private = PrivateKey::from_private_key(&ECDH_P256, &base64url::decode(d).unwrap());
            let public = Point::read(AgreementCurve::P256, x, Some(y)).unwrap();
            let mut derived = [0; 16];
            // The example is for A128GCM, which is not offered; the derivation is the same.
            agree(&private.unwrap(), public.unparsed(), (), |secret| {
                concat_kdf(secret, [b"A128GCM", b"Alice", b"Bob"], &mut derived).ok_or(())
            })
            .unwrap();
            assert_eq!(base64url::encode(&derived), "VqqN6vgjbSBcIijNcacQGg");
        }
    }

    #[test]
    fn rfc7518_4_6_2_every_part_counts_and_none_runs_into_the_next() {
        let derive = |parts| {
            let mut derived = [0; 32];
            concat_kdf(b"secret", parts, &mut derived).unwrap();
            derived
        };
        let all: [[&[u8]; 3]; 6] = [
            [b"A256GCM", b"", b""],
            [b"A128CBC-HS256", b"", b""],
            [b"A256GCM", b"ab", b""],
            [b"A256GCM", b"", b"ab"],
            [b"A256GCM", b"a", b"b"],
            [b"A256GCMab", b"", b""],
        ];
        let derived: std::collections::BTreeSet<_> = all.map(derive).into();
        assert_eq!(derived.len(), all.len());
    }

    #[test]
    fn rfc7748_6_1_a_point_that_makes_the_key_known_agrees_on_nothing() {
        let curve = AgreementCurve::X25519;
        let private = PrivateKey::generate(curve.algorithm()).unwrap();
        let binding = Binding {
            purpose: Purpose::Content(ContentEncryption::A256Gcm),
            party_u: &[],
            party_v: &[],
        };
        let agrees = |x: [u8; 32]| {
            let point = Point::read(curve, &base64url::encode(&x), None).unwrap();
            derive(&private, &point, &binding).is_some()
        };
        let mut one = [0; 32];
        one[0] = 1;
        // p - 1, p and p + 1, little-endian.
        let around = [0xec, 0xed, 0xee].map(|first| {
            let mut x = [0xff; 32];
            x[0] = first;
            x[31] = 0x7f;
            x
        });
        for x in [[0; 32], one].into_iter().chain(around) {
            assert!(!agrees(x), "{x:x?}");
        }
        let mut nine = [0; 32];
        nine[0] = 9;
        assert!(agrees(nine));
    }
}
