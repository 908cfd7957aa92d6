//! The exchanges that the API reference of AWS describes and moto does not
//! play: refusals, Ed25519, messages that are sent as their digest.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::allow_attributes,
    missing_docs,
    reason = "tests"
)]

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use secret_aws::{AccessKey, Aws, KmsSigner, KmsWrap, SecretsManagerSecret, Settings};
use secret_http::recorded::{Exchange, Recorded, nowhere};
use secret_source::conformance::{Refusal, Secrets, check_source};
use secret_source::{FileSource, KeyWrap as _, RemoteSigner as _, SecretSource, SourceFault};
use serde_json::{Value, json};
use tempfile::TempDir;

const SECRET_ACCESS_KEY: &str = "wJalrXUtnFEMI/K7MDENG";
const ARN: &str = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

async fn aws(url: &str, home: &TempDir) -> Aws {
    let path = home.path().join("secret-access-key");
    std::fs::write(&path, SECRET_ACCESS_KEY).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let settings = Settings {
        region: Some("eu-central-1".to_owned()),
        endpoint: Some(url.parse().unwrap()),
        access_key: Some(AccessKey {
            id: "AKIDEXAMPLE".to_owned(),
            secret: Arc::new(FileSource::new(path)),
            session_token: None,
        }),
    };
    Aws::new(settings).await.unwrap()
}

fn call(target: &str, body: Value) -> Exchange {
    Exchange::of("POST /")
        .header("x-amz-target", target)
        .json(body)
}

#[tokio::test]
async fn every_refusal_of_aws_means_one_thing() {
    let codes = [
        ("AccessDeniedException", 400, Refusal::Denied),
        ("UnrecognizedClientException", 400, Refusal::Denied),
        ("InvalidSignatureException", 400, Refusal::Denied),
        ("ExpiredTokenException", 400, Refusal::Denied),
        ("ResourceNotFoundException", 400, Refusal::Missing),
        ("InvalidRequestException", 400, Refusal::Missing),
        ("DecryptionFailure", 400, Refusal::Malformed),
        ("ThrottlingException", 400, Refusal::Unreachable),
        ("InternalServiceError", 500, Refusal::Unreachable),
        ("cleartext-secret", 400, Refusal::Malformed),
    ];
    let exchange = |(code, status, _): &(&str, u16, Refusal)| {
        call(
            "secretsmanager.GetSecretValue",
            json!({"SecretId": "doorward"}),
        )
        .answer(
            *status,
            &json!({"__type": code, "message": "cleartext-secret"}),
        )
    };
    let recorded = Recorded::start(codes.iter().map(exchange).collect());
    let home = tempfile::tempdir().unwrap();
    let aws = aws(&recorded.url(), &home).await;
    let source = || -> Arc<dyn SecretSource> {
        Arc::new(SecretsManagerSecret::new(&aws, "doorward".parse().unwrap()))
    };
    check_source(Secrets {
        gives: Vec::new(),
        refuses: codes
            .iter()
            .map(|(_, _, refusal)| (source(), *refusal))
            .collect(),
        never_shown: vec![SECRET_ACCESS_KEY.as_bytes().to_vec()],
    })
    .await;
    recorded.finish();
}

#[tokio::test]
async fn where_no_aws_is_it_is_unreachable() {
    let home = tempfile::tempdir().unwrap();
    let aws = aws(&nowhere(), &home).await;
    let source = SecretsManagerSecret::new(&aws, "doorward".parse().unwrap());
    check_source(Secrets {
        gives: Vec::new(),
        refuses: vec![(Arc::new(source), Refusal::Unreachable)],
        never_shown: vec![SECRET_ACCESS_KEY.as_bytes().to_vec()],
    })
    .await;
}

#[tokio::test]
async fn a_key_is_wrapped_with_our_context_and_under_the_key_that_is_named() {
    let context = json!({"application": "doorward"});
    let recorded = Recorded::start(vec![
        call(
            "TrentService.Encrypt",
            json!({"KeyId": "alias/k", "Plaintext": "BwcHBw==", "EncryptionContext": context}),
        )
        .answer(200, &json!({"CiphertextBlob": "AAEC", "KeyId": ARN})),
        call(
            "TrentService.Decrypt",
            json!({"KeyId": "alias/k", "CiphertextBlob": "AAEC", "EncryptionContext": context}),
        )
        .answer(200, &json!({"Plaintext": "BwcHBw==", "KeyId": ARN})),
    ]);
    let home = tempfile::tempdir().unwrap();
    let wrap = KmsWrap::new(
        &aws(&recorded.url(), &home).await,
        "alias/k".parse().unwrap(),
    );
    assert_eq!(wrap.wrap(&[7; 4]).await.unwrap(), [0, 1, 2]);
    assert_eq!(**wrap.unwrap(&[0, 1, 2]).await.unwrap(), [7; 4]);
    recorded.finish();
}

/// The public keys of RFC 8037 appendix A.2 and RFC 7515 appendix A.3.
const ED25519: &str = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const P256: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==";

fn public(key: &str, algorithm: &str) -> Exchange {
    call("TrentService.GetPublicKey", json!({"KeyId": "alias/k"})).answer(
        200,
        &json!({"KeyId": ARN, "PublicKey": key, "SigningAlgorithms": [algorithm], "KeyUsage": "SIGN_VERIFY"}),
    )
}

fn sign(message_type: &str, message: &str, algorithm: &str, signature: &str) -> Exchange {
    call(
        "TrentService.Sign",
        json!({"KeyId": ARN, "Message": message, "MessageType": message_type, "SigningAlgorithm": algorithm}),
    )
    .answer(200, &json!({"KeyId": ARN, "Signature": signature, "SigningAlgorithm": algorithm}))
}

#[tokio::test]
async fn an_alias_is_pinned_and_a_long_message_is_sent_as_its_digest() {
    // The DER of r = 5, s = 9.
    let der = "MAYCAQUCAQk=";
    let recorded = Recorded::start(vec![
        public(P256, "ECDSA_SHA_256"),
        sign("RAW", "aGVsbG8=", "ECDSA_SHA_256", der),
        // SHA-256 of 5000 times `x`.
        sign(
            "DIGEST",
            "xZ08BIDMLXHY9kbnNektplRQMR7sRugaXbjH5uipIFQ=",
            "ECDSA_SHA_256",
            der,
        ),
        sign("RAW", "aGVsbG8=", "ECDSA_SHA_256", "AAEC"),
    ]);
    let home = tempfile::tempdir().unwrap();
    let aws = aws(&recorded.url(), &home).await;
    let identity = ("ES256".parse().unwrap(), "k".parse().unwrap());
    let signer = KmsSigner::open(&aws, "alias/k".parse().unwrap(), identity);
    let signer = signer.await.unwrap();
    let mut expected = vec![0; 64];
    (expected[31], expected[63]) = (5, 9);
    assert_eq!(signer.sign(b"hello").await.unwrap(), expected);
    assert_eq!(signer.sign(&[b'x'; 5000]).await.unwrap(), expected);
    let fault = signer.sign(b"hello").await;
    assert!(matches!(fault, Err(SourceFault::Malformed(_))));
    recorded.finish();
}

#[tokio::test]
async fn ed25519_signs_the_message_itself() {
    let recorded = Recorded::start(vec![
        public(ED25519, "ED25519_SHA_512"),
        sign("RAW", "aGVsbG8=", "ED25519_SHA_512", "AAEC"),
        public(ED25519, "ED25519_PH_SHA_512"),
        public(P256, "ED25519_SHA_512"),
    ]);
    let home = tempfile::tempdir().unwrap();
    let aws = aws(&recorded.url(), &home).await;
    let open = || {
        let identity = ("EdDSA".parse().unwrap(), "k".parse().unwrap());
        KmsSigner::open(&aws, "alias/k".parse().unwrap(), identity)
    };
    assert_eq!(
        open().await.unwrap().sign(b"hello").await.unwrap(),
        [0, 1, 2]
    );
    for _ in 0..2 {
        assert!(matches!(open().await, Err(SourceFault::Malformed(_))));
    }
    recorded.finish();
}
