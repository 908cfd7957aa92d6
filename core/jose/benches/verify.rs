//! The whole validation of a fresh token against the bare signature check, and
//! issuing one against the bare signature, side by side in one run.
//!
//! Budget: validation at most 1.05 times the bare check for ES256 and EdDSA,
//! 1.10 times for RS256.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    clippy::allow_attributes,
    reason = "a bench stops at the first surprise"
)]

use std::hint::black_box;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair,
    Ed25519KeyPair, KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256,
    RsaKeyPair,
};
use base::{Lifetime, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use criterion::{Criterion, criterion_group, criterion_main};
use jose::{
    AccessTokenClaims, Algorithm, AllowList, Audience, KeySet, SigningKey, TimeLimits, TokenType,
    verify,
};

const ISSUER: &str = "https://auth.example.com/production";
const AUDIENCE: &str = "https://api.example.com/payments";

fn claims(now: Timestamp) -> AccessTokenClaims {
    AccessTokenClaims {
        issuer: ISSUER.parse().unwrap(),
        subject: "usr_01jd4zk3v0f5q8m7n2p9r6t1wx".parse().unwrap(),
        audience: Audience::only(AUDIENCE.parse().unwrap()),
        expires_at: now.after(Lifetime::from_secs(600)),
        not_before: now,
        issued_at: now,
        token_id: "tok_01jd4zk3v0f5q8m7n2p9r6t1wx".parse().unwrap(),
        client_id: "cli_01jd4zk3v0f5q8m7n2p9r6t1wx".parse().unwrap(),
        scope: Some(
            "read:payments write:payments read:user_profile"
                .parse()
                .unwrap(),
        ),
        organisation: "acme".parse().unwrap(),
        subject_version: 7,
        family: Some("fam_01jd4zk3v0f5q8m7n2p9r6t1wx".parse().unwrap()),
        confirmation: None,
    }
}

/// The same key without anything around it.
enum Bare {
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

impl Bare {
    fn of(key: &SigningKey) -> Self {
        let pkcs8 = key.to_pkcs8().unwrap();
        match key.algorithm() {
            Algorithm::Es256 => Self::Ecdsa(
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8).unwrap(),
            ),
            Algorithm::Rs256 => Self::Rsa(RsaKeyPair::from_pkcs8(&pkcs8).unwrap()),
            _ => Self::Ed25519(Ed25519KeyPair::from_pkcs8(&pkcs8).unwrap()),
        }
    }

    fn public(&self) -> ParsedPublicKey {
        match self {
            Self::Ecdsa(pair) => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key()),
            Self::Ed25519(pair) => ParsedPublicKey::new(&ED25519, pair.public_key()),
            Self::Rsa(pair) => ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key()),
        }
        .unwrap()
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Ecdsa(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Self::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .unwrap();
                signature
            }
        }
    }
}

fn compare(criterion: &mut Criterion) {
    let now = Timestamp::from_unix_seconds(1_800_000_000).unwrap();
    let limits = TimeLimits::default();
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256] {
        let key = SigningKey::generate(algorithm, "2027-01-31-a".parse().unwrap()).unwrap();
        let keys = KeySet::new(vec![key.verification_key().clone()]);
        let allow = AllowList::only(algorithm);
        let bare = Bare::of(&key);
        let public = bare.public();
        let claims = claims(now);
        let token = key.sign(TokenType::AccessToken, &claims).unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();

        let mut group = criterion.benchmark_group(format!("verify/{algorithm}"));
        group.bench_function("bare", |b| {
            b.iter(|| public.verify_sig(black_box(signed.as_bytes()), black_box(&signature)));
        });
        group.bench_function("whole", |b| {
            b.iter(|| {
                let verified: jose::Verified<AccessTokenClaims> =
                    verify(black_box(&token), &keys, &allow).unwrap();
                verified.check_issuer(ISSUER).unwrap();
                verified.check_audience(AUDIENCE).unwrap();
                verified.check_time(&limits, black_box(now)).unwrap();
                verified
            });
        });
        group.finish();

        let mut group = criterion.benchmark_group(format!("sign/{algorithm}"));
        group.bench_function("bare", |b| {
            b.iter(|| bare.sign(black_box(signed.as_bytes())))
        });
        group.bench_function("whole", |b| {
            b.iter(|| key.sign(TokenType::AccessToken, black_box(&claims)));
        });
        group.finish();
    }
}

criterion_group!(benches, compare);
criterion_main!(benches);
