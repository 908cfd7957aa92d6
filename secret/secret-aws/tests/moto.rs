//! Against `moto`, which plays Secrets Manager and KMS with real cryptography.
//! `cargo xtask test` installs it; without it these tests say that they are
//! left out. Moto refuses nobody: what a refusal means is in `recorded.rs`.
#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::allow_attributes,
    missing_docs,
    reason = "tests"
)]

#[path = "moto/server.rs"]
mod server;

use std::sync::Arc;

use aws_sdk_kms::types::{KeySpec, KeyUsageType};
use jose::{SigningInput, TokenType};
use secret_aws::{Aws, KmsSigner, KmsWrap, SecretsManagerSecret};
use secret_source::conformance::{Refusal, Secrets, check_signer, check_source, check_wrap};
use secret_source::{KeyWrap as _, RemoteSigner as _, SecretSource, SourceFault};
use server::{Moto, SECRET_ACCESS_KEY};

fn secret(aws: &Aws, text: &str) -> Arc<dyn SecretSource> {
    Arc::new(SecretsManagerSecret::new(aws, text.parse().unwrap()))
}

#[tokio::test]
async fn secrets_are_read_whole_or_by_field() {
    let Some(moto) = Moto::start() else { return };
    let client = moto.secrets_manager().await;
    let json = r#"{"key":"cleartext-secret","n":1,"e":""}"#;
    for (name, text) in [("doorward/prod", json), ("plain", "cleartext-secret\n")] {
        let made = client.create_secret().name(name).secret_string(text);
        made.send().await.unwrap();
    }
    let bytes = aws_sdk_secretsmanager::primitives::Blob::new([0xff, 0, 7, 8, 9, 10]);
    let made = client.create_secret().name("binary").secret_binary(bytes);
    let arn = made.send().await.unwrap().arn.unwrap();
    client
        .create_secret()
        .name("gone")
        .secret_string("x")
        .send()
        .await
        .unwrap();
    client
        .delete_secret()
        .secret_id("gone")
        .send()
        .await
        .unwrap();
    let aws = moto.aws().await;
    check_source(Secrets {
        gives: vec![
            (
                secret(&aws, "doorward/prod#key"),
                b"cleartext-secret".to_vec(),
            ),
            (secret(&aws, "doorward/prod"), json.as_bytes().to_vec()),
            (secret(&aws, "plain"), b"cleartext-secret\n".to_vec()),
            (secret(&aws, &arn), vec![0xff, 0, 7, 8, 9, 10]),
        ],
        refuses: vec![
            (secret(&aws, "doorward/prod#absent"), Refusal::Missing),
            (secret(&aws, "doorward/prod#n"), Refusal::Malformed),
            (secret(&aws, "doorward/prod#e"), Refusal::Malformed),
            (secret(&aws, "plain#key"), Refusal::Malformed),
            (secret(&aws, "binary#key"), Refusal::Malformed),
            (secret(&aws, "absent"), Refusal::Missing),
            (secret(&aws, "gone"), Refusal::Missing),
        ],
        never_shown: vec![SECRET_ACCESS_KEY.as_bytes().to_vec()],
    })
    .await;
}

#[tokio::test]
async fn a_key_is_wrapped_and_only_by_its_own_key_and_context_unwrapped() {
    let Some(moto) = Moto::start() else { return };
    let client = moto.kms().await;
    let mut names = Vec::new();
    for _ in 0..2 {
        let made = client.create_key().send().await.unwrap();
        names.push(made.key_metadata.unwrap().key_id);
    }
    let alias = client.create_alias().alias_name("alias/doorward");
    alias.target_key_id(&names[0]).send().await.unwrap();
    let aws = moto.aws().await;
    let wrap = |name: &str| KmsWrap::new(&aws, name.parse().unwrap());
    for name in [names[0].as_str(), "alias/doorward"] {
        check_wrap(&wrap(name), vec![SECRET_ACCESS_KEY.as_bytes().to_vec()]).await;
    }
    let wrapped = wrap("alias/doorward").wrap(&[7; 32]).await.unwrap();
    assert_eq!(**wrap(&names[0]).unwrap(&wrapped).await.unwrap(), [7; 32]);
    let other = wrap(&names[1]).unwrap(&wrapped).await;
    assert!(matches!(other, Err(SourceFault::Denied(_))), "{other:?}");
    // What was sealed without our context was sealed for something else.
    let blob = aws_sdk_kms::primitives::Blob::new([7; 32]);
    let sealed = client
        .encrypt()
        .key_id(&names[0])
        .plaintext(blob)
        .send()
        .await
        .unwrap();
    let sealed = sealed.ciphertext_blob.unwrap().into_inner();
    let fault = wrap(&names[0]).unwrap(&sealed).await;
    assert!(matches!(fault, Err(SourceFault::Malformed(_))), "{fault:?}");
    let missing = wrap("alias/absent").wrap(&[7; 32]).await;
    assert!(
        matches!(missing, Err(SourceFault::Missing(_))),
        "{missing:?}"
    );
}

#[tokio::test]
async fn every_algorithm_signs_as_jws_wants_it() {
    let Some(moto) = Moto::start() else { return };
    let client = moto.kms().await;
    let aws = moto.aws().await;
    let kinds: &[(KeySpec, KeyUsageType, &[&str])] = &[
        (KeySpec::EccNistP256, KeyUsageType::SignVerify, &["ES256"]),
        (KeySpec::EccNistP384, KeyUsageType::SignVerify, &["ES384"]),
        (
            KeySpec::Rsa2048,
            KeyUsageType::SignVerify,
            &["RS256", "PS256"],
        ),
        (KeySpec::EccSecgP256K1, KeyUsageType::SignVerify, &[]),
        (KeySpec::Rsa2048, KeyUsageType::EncryptDecrypt, &[]),
        (KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt, &[]),
    ];
    for (specification, usage, own) in kinds {
        let made = client.create_key().key_spec(specification.clone());
        let made = made.key_usage(usage.clone()).send().await.unwrap();
        let key = made.key_metadata.unwrap().key_id;
        for algorithm in ["EdDSA", "Ed25519", "ES256", "ES384", "PS256", "RS256"] {
            let identity = (algorithm.parse().unwrap(), "kid-1".parse().unwrap());
            let opened = KmsSigner::open(&aws, key.parse().unwrap(), identity).await;
            let expected = own.contains(&algorithm);
            assert_eq!(
                opened.is_ok(),
                expected,
                "{specification} {usage} {algorithm}"
            );
            match opened {
                Ok(signer) if algorithm == "PS256" => salted_otherwise(&signer).await,
                Ok(signer) => check_signer(&signer, (algorithm, "kid-1")).await,
                Err(_) => {}
            }
        }
    }
}

/// Moto's PSS salt is as long as can be; KMS's and that of RFC 7518 section
/// 3.5 is as long as the digest. So this proves nothing about KMS, and all the
/// more about us: no token leaves with a signature that is not the one of its
/// algorithm.
async fn salted_otherwise(signer: &KmsSigner) {
    let key = signer.verification_key();
    let claims = serde_json::json!({"sub": "s"});
    let input = SigningInput::new(TokenType::AccessToken, &claims, key).unwrap();
    let signature = signer.sign(input.as_bytes()).await.unwrap();
    assert!(input.complete(&signature, key).is_err());
}
