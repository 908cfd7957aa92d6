//! The same against a real OpenBao, which `cargo xtask test` installs. Without
//! it these tests say that they are left out.
#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::allow_attributes,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

#[path = "openbao/server.rs"]
mod server;

use std::sync::Arc;

use secret_source::conformance::{Refusal, Secrets, check_signer, check_source, check_wrap};
use secret_source::{KeyWrap as _, RemoteSigner as _, SecretSource, SourceFault, SourceUri};
use secret_vault::{KvSecret, Login, TransitSigner, TransitWrap, Vault};
use serde_json::json;
use server::OpenBao;

fn kv(vault: &Arc<Vault>, text: &str) -> Arc<dyn SecretSource> {
    let SourceUri::Vault(secret) = format!("vault:{text}").parse().unwrap() else {
        panic!("{text}")
    };
    Arc::new(KvSecret::new(Arc::clone(vault), secret))
}

#[tokio::test]
async fn secrets_are_read_with_a_token_and_with_approle() {
    let Some(bao) = OpenBao::start().await else {
        return;
    };
    bao.write(
        "secret/data/doorward",
        json!({"data": {"key": "cleartext-secret", "n": 1}}),
    )
    .await;
    bao.write("secret/data/gone", json!({"data": {"key": "x"}}))
        .await;
    bao.delete("secret/data/gone").await;
    let (role_id, secret_id) = bao
        .role(r#"path "secret/data/doorward" { capabilities = ["read"] }"#)
        .await;
    let root = bao.vault(Login::Token(bao.credential("root-token")));
    let stranger = bao.vault(Login::Token(bao.credential("no-such-token")));
    let app = |secret_id: &str| Login::AppRole {
        mount: "approle".to_owned(),
        role_id: role_id.clone(),
        secret_id: bao.credential(secret_id),
    };
    let role = bao.vault(app(&secret_id));
    let impostor = bao.vault(app("0d4ee0f0-0000-0000-0000-000000000000"));
    let content = b"cleartext-secret".to_vec();
    check_source(Secrets {
        gives: vec![
            (kv(&root, "secret/doorward#key"), content.clone()),
            (kv(&role, "secret/doorward#key"), content),
        ],
        refuses: vec![
            (kv(&root, "secret/doorward#absent"), Refusal::Missing),
            (kv(&root, "secret/doorward#n"), Refusal::Malformed),
            (kv(&root, "secret/absent#key"), Refusal::Missing),
            (kv(&root, "secret/gone#key"), Refusal::Missing),
            (kv(&stranger, "secret/doorward#key"), Refusal::Denied),
            (kv(&role, "secret/other#key"), Refusal::Denied),
            (kv(&impostor, "secret/doorward#key"), Refusal::Denied),
        ],
        never_shown: vec![b"root-token".to_vec(), secret_id.into_bytes()],
    })
    .await;
}

#[tokio::test]
async fn a_key_is_wrapped_and_only_by_its_own_key_unwrapped() {
    let Some(bao) = OpenBao::start().await else {
        return;
    };
    bao.write("sys/mounts/transit", json!({"type": "transit"}))
        .await;
    let vault = bao.vault(Login::Token(bao.credential("root-token")));
    let wrap = |name: &str| TransitWrap::new(Arc::clone(&vault), name.parse().unwrap());
    for kind in ["aes256-gcm96", "chacha20-poly1305"] {
        bao.write(&format!("transit/keys/{kind}"), json!({"type": kind}))
            .await;
        let never_shown = vec![b"root-token".to_vec()];
        check_wrap(&wrap(&format!("transit/{kind}")), never_shown).await;
    }
    let wrapped = wrap("transit/aes256-gcm96").wrap(&[7; 32]).await.unwrap();
    let fault = wrap("transit/chacha20-poly1305").unwrap(&wrapped).await;
    assert!(matches!(fault, Err(SourceFault::Malformed(_))), "{fault:?}");
    // A rotated key still opens what its older version sealed.
    bao.write("transit/keys/aes256-gcm96/rotate", json!({}))
        .await;
    let opened = wrap("transit/aes256-gcm96").unwrap(&wrapped).await;
    assert_eq!(**opened.unwrap(), [7; 32]);
}

#[tokio::test]
async fn every_algorithm_signs_as_jws_wants_it() {
    let Some(bao) = OpenBao::start().await else {
        return;
    };
    bao.write("sys/mounts/transit", json!({"type": "transit"}))
        .await;
    let vault = bao.vault(Login::Token(bao.credential("root-token")));
    let open = |key: &str, algorithm: &str| {
        let identity = (algorithm.parse().unwrap(), "kid-1".parse().unwrap());
        let key = format!("transit/{key}").parse().unwrap();
        TransitSigner::open(Arc::clone(&vault), key, identity)
    };
    let kinds: &[(&str, &[&str])] = &[
        ("ecdsa-p256", &["ES256"]),
        ("ecdsa-p384", &["ES384"]),
        ("ed25519", &["EdDSA", "Ed25519"]),
        ("rsa-2048", &["RS256", "PS256"]),
        ("rsa-3072", &["RS256", "PS256"]),
        ("aes256-gcm96", &[]),
    ];
    for (kind, _) in kinds {
        bao.write(&format!("transit/keys/{kind}"), json!({"type": kind}))
            .await;
    }
    for (kind, own) in kinds {
        for algorithm in ["EdDSA", "Ed25519", "ES256", "ES384", "PS256", "RS256"] {
            let opened = open(kind, algorithm).await;
            assert_eq!(
                opened.is_ok(),
                own.contains(&algorithm),
                "{kind} {algorithm}"
            );
            if let Ok(signer) = opened {
                check_signer(&signer, (algorithm, "kid-1")).await;
            }
        }
    }
    // After a rotation the opened signer goes on with the version that it
    // announced; one that is opened now takes the new one.
    let before = open("ecdsa-p256", "ES256").await.unwrap();
    bao.write("transit/keys/ecdsa-p256/rotate", json!({})).await;
    check_signer(&before, ("ES256", "kid-1")).await;
    let after = open("ecdsa-p256", "ES256").await.unwrap();
    check_signer(&after, ("ES256", "kid-1")).await;
    assert!(before.verification_key() != after.verification_key());
    // Opened once more, each is itself: also after a restart.
    for published in [before.verification_key(), after.verification_key()] {
        let key = "transit/ecdsa-p256".parse().unwrap();
        let identity = (published, published.key_id().unwrap());
        let again = TransitSigner::reopen(Arc::clone(&vault), key, identity);
        let again = again.await.unwrap();
        assert!(again.verification_key() == published);
        check_signer(&again, ("ES256", "kid-1")).await;
    }
    // Where no version is it, that can be told.
    let key = "transit/ecdsa-p384".parse().unwrap();
    let published = before.verification_key();
    let identity = (published, published.key_id().unwrap());
    let other = TransitSigner::reopen(Arc::clone(&vault), key, identity).await;
    assert!(matches!(other, Err(SourceFault::Malformed(_))));
    let missing = open("absent", "ES256").await.unwrap_err();
    assert!(matches!(missing, SourceFault::Missing(_)), "{missing}");
}

#[tokio::test]
async fn a_vault_whose_certificate_is_not_trusted_is_not_spoken_to() {
    let Some(bao) = OpenBao::start().await else {
        return;
    };
    bao.write(
        "secret/data/doorward",
        json!({"data": {"key": "cleartext-secret"}}),
    )
    .await;
    let trusting = bao.vault(Login::Token(bao.credential("root-token")));
    let wary = bao.vault_trusting(None, Login::Token(bao.credential("root-token")));
    let other = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let other = other.cert.pem().into_bytes();
    let misled = bao.vault_trusting(Some(other), Login::Token(bao.credential("root-token")));
    check_source(Secrets {
        gives: vec![(
            kv(&trusting, "secret/doorward#key"),
            b"cleartext-secret".to_vec(),
        )],
        refuses: vec![
            (kv(&wary, "secret/doorward#key"), Refusal::Unreachable),
            (kv(&misled, "secret/doorward#key"), Refusal::Unreachable),
        ],
        never_shown: vec![b"root-token".to_vec()],
    })
    .await;
}
