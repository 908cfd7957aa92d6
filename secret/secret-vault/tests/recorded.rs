//! The exchanges that the API documentation of Vault and OpenBao describes,
//! request for request. The real OpenBao is asked in `openbao.rs`.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::allow_attributes,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use secret_http::recorded::{Exchange, Recorded, nowhere};
use secret_source::conformance::{Refusal, Secrets, check_source};
use secret_source::{
    FileSource, KeyWrap as _, RemoteSigner as _, SecretSource, SourceFault, SourceUri,
};
use secret_vault::{KvSecret, Login, Settings, TransitSigner, TransitWrap, Vault};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A directory with the credentials that a login reads.
struct Credentials(TempDir);

impl Credentials {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self(directory)
    }

    fn source(&self, content: &str) -> Arc<dyn SecretSource> {
        let path = self.0.path().join("credential");
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        Arc::new(FileSource::new(path))
    }
}

fn vault(url: &str, login: Login) -> Arc<Vault> {
    // The provider is one for the whole process; the second call says so.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let settings = Settings {
        address: url.parse().unwrap(),
        certificates: None,
        namespace: Some("team-a".to_owned()),
        login,
    };
    Arc::new(Vault::new(settings).unwrap())
}

fn kv(vault: &Arc<Vault>, text: &str) -> Arc<dyn SecretSource> {
    let SourceUri::Vault(secret) = format!("vault:{text}").parse().unwrap() else {
        panic!("{text}")
    };
    Arc::new(KvSecret::new(Arc::clone(vault), secret))
}

fn transit(text: &str) -> secret_source::uri::VaultKey {
    text.parse().unwrap()
}

/// A request as every one of ours: with token, namespace and the request mark.
fn exchange(line: &str, token: &str) -> Exchange {
    Exchange::of(line)
        .header("x-vault-token", token)
        .header("x-vault-namespace", "team-a")
        .header("x-vault-request", "true")
}

fn secret(fields: &Value) -> Value {
    json!({
        "request_id": "r", "lease_id": "", "renewable": false, "lease_duration": 0,
        "data": {"data": fields, "metadata": {"version": 3, "destroyed": false}},
        "wrap_info": null, "warnings": null, "auth": null
    })
}

#[tokio::test]
async fn a_secret_is_a_field_of_the_current_version() {
    let read = "GET /v1/secret/data/doorward/prod";
    let fields =
        json!({"key": "cleartext-secret", "number": 7, "empty": "", "other": "another-secret"});
    let recorded = Recorded::start(vec![
        exchange(read, "hvs.token").answer(200, &secret(&fields)),
        exchange(read, "hvs.token").answer(200, &secret(&fields)),
        exchange(read, "hvs.token").answer(200, &secret(&fields)),
        exchange(read, "hvs.token").answer(200, &secret(&fields)),
        exchange(read, "hvs.token").answer(200, &secret(&fields)),
        exchange("GET /v1/secret/data/absent", "hvs.token").answer(404, &json!({"errors": []})),
        exchange("GET /v1/secret/data/deleted", "hvs.token").answer(
            404,
            &json!({"data": {"data": null, "metadata": {"deletion_time": "2026-01-01T00:00:00Z"}}}),
        ),
        exchange("GET /v1/secret/data/sealed", "hvs.token")
            .answer(503, &json!({"errors": ["Vault is sealed"]})),
        exchange("GET /v1/secret/data/old", "hvs.token")
            .answer(200, &json!({"data": {"key": "cleartext-secret"}})),
    ]);
    let credentials = Credentials::new();
    let vault = vault(
        &recorded.url(),
        Login::Token(credentials.source("hvs.token\n")),
    );
    check_source(Secrets {
        gives: vec![(
            kv(&vault, "secret/doorward/prod#key"),
            b"cleartext-secret".to_vec(),
        )],
        refuses: vec![
            (kv(&vault, "secret/doorward/prod#absent"), Refusal::Missing),
            (
                kv(&vault, "secret/doorward/prod#number"),
                Refusal::Malformed,
            ),
            (kv(&vault, "secret/doorward/prod#empty"), Refusal::Malformed),
            (kv(&vault, "secret/absent#key"), Refusal::Missing),
            (kv(&vault, "secret/deleted#key"), Refusal::Missing),
            (kv(&vault, "secret/sealed#key"), Refusal::Unreachable),
            // KV version 1 answers without the inner object.
            (kv(&vault, "secret/old#key"), Refusal::Malformed),
        ],
        never_shown: vec![b"hvs.token".to_vec(), b"another-secret".to_vec()],
    })
    .await;
    recorded.finish();
}

#[tokio::test]
async fn where_no_vault_is_it_is_unreachable_and_without_a_token_nothing_is_asked() {
    let credentials = Credentials::new();
    let absent = vault(&nowhere(), Login::Token(credentials.source("hvs.token")));
    let missing: Arc<dyn SecretSource> = Arc::new(FileSource::new("/nonexistent/token"));
    let tokenless = vault(&nowhere(), Login::Token(missing));
    check_source(Secrets {
        gives: Vec::new(),
        refuses: vec![
            (kv(&absent, "secret/a#b"), Refusal::Unreachable),
            (kv(&tokenless, "secret/a#b"), Refusal::Missing),
        ],
        never_shown: vec![b"hvs.token".to_vec()],
    })
    .await;
}

#[tokio::test]
async fn approle_and_kubernetes_log_in_once_and_again_when_the_token_has_ended() {
    for (method, role_field, secret_field) in [
        ("approle", "role_id", "secret_id"),
        ("kubernetes", "role", "jwt"),
    ] {
        let login = |token: &str| {
            Exchange::of(&format!("POST /v1/auth/{method}/login"))
                .header("x-vault-namespace", "team-a")
                .json(json!({role_field: "the-role", secret_field: "the-credential"}))
                .answer(
                    200,
                    &json!({"auth": {"client_token": token, "lease_duration": 3600}}),
                )
        };
        let read = |token: &str| exchange("GET /v1/secret/data/a", token);
        let denied = json!({"errors": ["permission denied"]});
        let given = secret(&json!({"b": "cleartext-secret"}));
        let recorded = Recorded::start(vec![
            login("hvs.one"),
            read("hvs.one").answer(200, &given),
            read("hvs.one").answer(403, &denied),
            login("hvs.two"),
            read("hvs.two").answer(200, &given),
            read("hvs.two").answer(403, &denied),
            login("hvs.three"),
            read("hvs.three").answer(403, &denied),
        ]);
        let credentials = Credentials::new();
        let credential = credentials.source("the-credential");
        let (mount, role) = (method.to_owned(), "the-role".to_owned());
        let login = match method {
            "approle" => Login::AppRole {
                mount,
                role_id: role,
                secret_id: credential,
            },
            _ => Login::Kubernetes {
                mount,
                role,
                token: credential,
            },
        };
        let vault = vault(&recorded.url(), login);
        check_source(Secrets {
            gives: vec![(kv(&vault, "secret/a#b"), b"cleartext-secret".to_vec())],
            refuses: vec![(kv(&vault, "secret/a#b"), Refusal::Denied)],
            never_shown: ["hvs.one", "hvs.two", "hvs.three", "the-credential"]
                .map(|secret| secret.as_bytes().to_vec())
                .to_vec(),
        })
        .await;
        recorded.finish();
    }
}

#[tokio::test]
async fn a_login_that_vault_refuses_is_denied() {
    for status in [400, 401, 403] {
        let recorded = Recorded::start(vec![
            Exchange::of("POST /v1/auth/approle/login")
                .json(json!({"role_id": "r", "secret_id": "the-credential"}))
                .answer(status, &json!({"errors": ["invalid role or secret ID"]})),
        ]);
        let credentials = Credentials::new();
        let login = Login::AppRole {
            mount: "approle".to_owned(),
            role_id: "r".to_owned(),
            secret_id: credentials.source("the-credential"),
        };
        let vault = vault(&recorded.url(), login);
        check_source(Secrets {
            gives: Vec::new(),
            refuses: vec![(kv(&vault, "secret/a#b"), Refusal::Denied)],
            never_shown: vec![b"the-credential".to_vec()],
        })
        .await;
        recorded.finish();
    }
}

#[tokio::test]
async fn a_key_is_wrapped_as_documented() {
    let recorded = Recorded::start(vec![
        exchange("POST /v1/transit/encrypt/k", "t0ken-t0ken")
            .json(json!({"plaintext": "BwcHBw=="}))
            .answer(200, &json!({"data": {"ciphertext": "vault:v3:AAAA"}})),
        exchange("POST /v1/transit/decrypt/k", "t0ken-t0ken")
            .json(json!({"ciphertext": "vault:v3:AAAA"}))
            .answer(200, &json!({"data": {"plaintext": "BwcHBw=="}})),
        exchange("POST /v1/transit/encrypt/k", "t0ken-t0ken")
            .json(json!({"plaintext": "BwcHBw=="}))
            .answer(200, &json!({"data": {"ciphertext": "BwcHBw=="}})),
    ]);
    let credentials = Credentials::new();
    let login = Login::Token(credentials.source("t0ken-t0ken"));
    let wrap = TransitWrap::new(vault(&recorded.url(), login), transit("transit/k"));
    let wrapped = wrap.wrap(&[7; 4]).await.unwrap();
    assert_eq!(wrapped, b"vault:v3:AAAA");
    assert_eq!(**wrap.unwrap(&wrapped).await.unwrap(), [7; 4]);
    // What is no ciphertext is neither taken from Vault nor sent to it.
    let odd = wrap.wrap(&[7; 4]).await;
    assert!(matches!(odd, Err(SourceFault::Malformed(_))));
    for odd in [
        "",
        "vault:v1:",
        "vault:v:AAAA",
        "vault:vx:AAAA",
        "vault:v1:A",
        "AAAA",
    ] {
        let fault = wrap.unwrap(odd.as_bytes()).await;
        assert!(matches!(fault, Err(SourceFault::Malformed(_))), "{odd}");
    }
    recorded.finish();
}

/// The public key of RFC 8037 appendix A.2, in base64 as Vault gives it.
const ED25519: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

fn versions(latest: u64, keys: &Value) -> Value {
    json!({"data": {"type": "ed25519", "latest_version": latest, "keys": keys}})
}

#[tokio::test]
async fn a_signer_is_held_to_the_version_that_it_announced() {
    let keys = json!({"1": {"public_key": "old"}, "2": {"public_key": ED25519}});
    let sign = |answer: &str| {
        exchange("POST /v1/transit/sign/k", "t0ken-t0ken")
            .json(json!({"input": "aGVsbG8=", "key_version": 2, "marshaling_algorithm": "jws"}))
            .answer(
                200,
                &json!({"data": {"signature": answer, "key_version": 2}}),
            )
    };
    let recorded = Recorded::start(vec![
        exchange("GET /v1/transit/keys/k", "t0ken-t0ken").answer(200, &versions(2, &keys)),
        sign("vault:v2:AAEC"),
        sign("vault:v3:AAEC"),
        sign("vault:v2:AA=="),
        sign("AAEC"),
    ]);
    let credentials = Credentials::new();
    let login = Login::Token(credentials.source("t0ken-t0ken"));
    let identity = ("EdDSA".parse().unwrap(), "kid-1".parse().unwrap());
    let vault = vault(&recorded.url(), login);
    let signer = TransitSigner::open(vault, transit("transit/k"), identity);
    let signer = signer.await.unwrap();
    assert_eq!(
        signer.verification_key().key_id().unwrap().as_str(),
        "kid-1"
    );
    assert_eq!(signer.sign(b"hello").await.unwrap(), [0, 1, 2]);
    for _ in 0..3 {
        let fault = signer.sign(b"hello").await;
        assert!(matches!(fault, Err(SourceFault::Malformed(_))));
    }
    recorded.finish();
}

#[tokio::test]
async fn a_key_that_cannot_sign_as_asked_is_refused_when_it_is_opened() {
    let answers = [
        versions(1, &json!({"1": 1_795_859_441})),
        versions(1, &json!({"1": {"public_key": ""}})),
        versions(2, &json!({"1": {"public_key": ED25519}})),
        versions(1, &json!({"1": {"public_key": "AAAA"}})),
        versions(1, &json!({})),
        json!({"data": {}}),
    ];
    let get = || exchange("GET /v1/transit/keys/k", "t0ken-t0ken");
    let recorded = Recorded::start(answers.iter().map(|a| get().answer(200, a)).collect());
    let credentials = Credentials::new();
    let vault = vault(
        &recorded.url(),
        Login::Token(credentials.source("t0ken-t0ken")),
    );
    for answer in &answers {
        let identity = ("EdDSA".parse().unwrap(), "k".parse().unwrap());
        let opened = TransitSigner::open(Arc::clone(&vault), transit("transit/k"), identity);
        let fault = opened.await.unwrap_err();
        assert!(
            matches!(fault, SourceFault::Malformed(_)),
            "{answer}: {fault}"
        );
    }
    recorded.finish();
}
