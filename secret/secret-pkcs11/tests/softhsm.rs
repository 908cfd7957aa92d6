//! Against SoftHSM, a real PKCS#11 module with tokens in files. Its
//! configuration is an environment variable that it reads once, so the tests
//! run in a process of their own, which [`softhsm_keeps_the_promises`] starts.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::allow_attributes,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

#[path = "softhsm/token.rs"]
mod token;

use std::process::Command;
use std::sync::Arc;

use secret_pkcs11::{Pkcs11Secret, Pkcs11Signer};
use secret_source::conformance::{Refusal, Secrets, check_signer, check_source};
use secret_source::{RemoteSigner as _, SecretSource, SourceFault, SourceUri};
use token::{PIN, Token};

/// The process with a SoftHSM of its own has this.
const INSIDE: &str = "SOFTHSM2_CONF";

#[test]
fn softhsm_keeps_the_promises() {
    let Some(module) = token::module() else {
        println!("left out: SoftHSM (cargo xtask test installs softhsm2 where it may)");
        return;
    };
    println!("with {}", module.display());
    let home = tempfile::tempdir().unwrap();
    let tokens = home.path().join("tokens");
    std::fs::create_dir(&tokens).unwrap();
    let configuration = home.path().join("softhsm2.conf");
    let text = format!(
        "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
        tokens.display()
    );
    std::fs::write(&configuration, text).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "inside", "--nocapture"])
        .env(INSIDE, &configuration)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("everything was asked"),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Everything, in the process that the test above starts; nothing elsewhere.
/// One after the other: a login is one for all sessions of a process.
#[tokio::test]
async fn inside() {
    if std::env::var_os(INSIDE).is_none() {
        return;
    }
    let token = Token::make("doorward");
    secrets(&token).await;
    signers(&token).await;
    a_signer_survives_its_session(&token).await;
    println!("everything was asked");
}

fn pin_at(token: &Token, content: &str) -> Arc<dyn SecretSource> {
    Arc::new(secret_source::FileSource::new(token.pin_file(content)))
}

fn uri(token: &str, rest: &str) -> secret_source::uri::Pkcs11Object {
    let text = format!(
        "pkcs11:token={token};{rest}?module-path={}",
        token::module().unwrap().display()
    );
    match text.parse() {
        Ok(SourceUri::Pkcs11(object)) => object,
        other => panic!("{text}: {other:?}"),
    }
}

async fn secrets(token: &Token) {
    token.data("a-text", b"cleartext-secret\n");
    token.data("twice", b"cleartext-secret");
    token.data("twice", b"cleartext-secret");
    token.data("nothing", b"");
    token.secret_key("a-key", true, &[7; 32]);
    token.secret_key("kept", false, &[9; 32]);
    token.keys();
    let pin = pin_at(token, PIN);
    let behind = |rest: &str| -> Arc<dyn SecretSource> {
        Arc::new(Pkcs11Secret::new(
            uri("doorward", rest),
            Some(Arc::clone(&pin)),
        ))
    };
    let anonymous: Arc<dyn SecretSource> =
        Arc::new(Pkcs11Secret::new(uri("doorward", "object=a-text"), None));
    let stranger: Arc<dyn SecretSource> = Arc::new(Pkcs11Secret::new(
        uri("doorward", "object=a-text"),
        Some(pin_at(token, "000000")),
    ));
    let elsewhere: Arc<dyn SecretSource> =
        Arc::new(Pkcs11Secret::new(uri("another", "object=a-text"), None));
    // Nobody is logged in yet: the token hides its objects, and a wrong PIN is
    // a refusal.
    check_source(Secrets {
        gives: Vec::new(),
        refuses: vec![(anonymous, Refusal::Missing), (stranger, Refusal::Denied)],
        never_shown: vec![PIN.as_bytes().to_vec(), b"cleartext-secret".to_vec()],
    })
    .await;
    let no_module = "pkcs11:token=a;object=b?module-path=/nonexistent/module.so";
    let SourceUri::Pkcs11(no_module) = no_module.parse().unwrap() else {
        panic!()
    };
    check_source(Secrets {
        gives: vec![
            (
                behind("object=a-text;type=data"),
                b"cleartext-secret\n".to_vec(),
            ),
            (behind("object=a-text"), b"cleartext-secret\n".to_vec()),
            (behind("object=a-key;type=secret-key"), vec![7; 32]),
        ],
        refuses: vec![
            (behind("object=absent"), Refusal::Missing),
            (behind("object=a-key"), Refusal::Missing),
            (behind("object=a-text;type=secret-key"), Refusal::Missing),
            (behind("object=kept;type=secret-key"), Refusal::Denied),
            (behind("object=nothing"), Refusal::Malformed),
            (behind("object=twice"), Refusal::Malformed),
            (behind("object=p256;type=private"), Refusal::Malformed),
            (elsewhere, Refusal::Missing),
            (
                Arc::new(Pkcs11Secret::new(no_module, None)),
                Refusal::Unreachable,
            ),
        ],
        never_shown: vec![PIN.as_bytes().to_vec(), vec![9; 32]],
    })
    .await;
}

async fn open(token: &Token, rest: &str, algorithm: &str) -> Result<Pkcs11Signer, SourceFault> {
    let identity = (algorithm.parse().unwrap(), "kid-1".parse().unwrap());
    Pkcs11Signer::open(uri("doorward", rest), Some(pin_at(token, PIN)), identity).await
}

async fn signers(token: &Token) {
    let kinds: &[(&str, &[&str])] = &[
        ("p256", &["ES256"]),
        ("p384", &["ES384"]),
        ("ed25519", &["EdDSA", "Ed25519"]),
        ("rsa2048", &["RS256", "PS256"]),
        ("rsa3072", &["RS256", "PS256"]),
        ("rsa1024", &[]),
    ];
    for (kind, own) in kinds {
        for algorithm in ["EdDSA", "Ed25519", "ES256", "ES384", "PS256", "RS256"] {
            let opened = open(token, &format!("object={kind};type=private"), algorithm).await;
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
    let missing = open(token, "object=absent", "ES256").await.unwrap_err();
    assert!(matches!(missing, SourceFault::Missing(_)), "{missing}");
    let data = open(token, "object=a-text;type=data", "ES256").await;
    assert!(matches!(data, Err(SourceFault::Malformed(_))));
    let by_id = open(token, "id=%01;type=private", "ES256").await.unwrap();
    check_signer(&by_id, ("ES256", "kid-1")).await;
}

/// Who pulls a token out ends its sessions: the signer opens another one.
async fn a_signer_survives_its_session(token: &Token) {
    let signer = open(token, "object=p256;type=private", "ES256")
        .await
        .unwrap();
    let before = signer.verification_key().thumbprint();
    token.end_all_sessions();
    check_signer(&signer, ("ES256", "kid-1")).await;
    assert_eq!(signer.verification_key().thumbprint(), before);
}
