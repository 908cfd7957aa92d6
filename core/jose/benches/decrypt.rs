//! Reading an encrypted token, for each sort of key and content encryption, and
//! refusing one by the name of its algorithm.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    clippy::allow_attributes,
    reason = "a bench stops at the first surprise"
)]

use std::hint::black_box;

use base::SeededEntropy;
use criterion::{Criterion, criterion_group, criterion_main};
use jose::encryption::{
    AgreementCurve, ContentEncryption, DecryptionKey, DecryptionKeys, EncryptionAllowList,
    KeyManagement, Plaintext, decrypt_nested, encrypt,
};

/// A signed token has about this many bytes.
const SIGNED_BYTES: usize = 700;

fn decryption(criterion: &mut Criterion) {
    let signed = format!("{}.e30.AAAA", "A".repeat(SIGNED_BYTES));
    for (name, management, curve) in [
        (
            "RSA-OAEP-256, 3072 bits",
            KeyManagement::RsaOaep256,
            AgreementCurve::P256,
        ),
        (
            "ECDH-ES, P-256",
            KeyManagement::EcdhEs,
            AgreementCurve::P256,
        ),
        (
            "ECDH-ES+A256KW, P-256",
            KeyManagement::EcdhEsA256Kw,
            AgreementCurve::P256,
        ),
        (
            "ECDH-ES+A256KW, X25519",
            KeyManagement::EcdhEsA256Kw,
            AgreementCurve::X25519,
        ),
    ] {
        let key = DecryptionKey::generate(management, curve, "k".parse().unwrap()).unwrap();
        let public = key.encryption_key().clone();
        let keys = DecryptionKeys::new(vec![key]).unwrap();
        for content in ContentEncryption::ALL {
            let mut entropy = SeededEntropy::new(1);
            let token = Plaintext::Token(&signed);
            let token = encrypt(token, &public, content, &mut entropy).unwrap();
            criterion.bench_function(&format!("decrypt, {name}, {content}"), |bencher| {
                bencher.iter(|| {
                    let token = black_box(token.as_str());
                    decrypt_nested(token, &keys, EncryptionAllowList::ALL).unwrap()
                });
            });
        }
    }
    let key = DecryptionKey::generate(
        KeyManagement::EcdhEs,
        AgreementCurve::P256,
        "k".parse().unwrap(),
    );
    let keys = DecryptionKeys::new(vec![key.unwrap()]).unwrap();
    let refused =
        "eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1ciLCJwMmMiOjIxNDc0ODM2NDd9.AAAA.AAAA.AAAA.AAAA";
    criterion.bench_function("refuse by name", |bencher| {
        bencher.iter(|| {
            decrypt_nested(black_box(refused), &keys, EncryptionAllowList::ALL).unwrap_err()
        });
    });
}

criterion_group!(benches, decryption);
criterion_main!(benches);
