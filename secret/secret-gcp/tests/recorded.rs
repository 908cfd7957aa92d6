//! The exchanges that the REST reference of Secret Manager and of Google's
//! token endpoint describes. No real project was asked.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::allow_attributes,
    missing_docs,
    reason = "tests"
)]

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::RsaKeyPair;
use base::{FixedClock, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secret_gcp::{Google, Login, ManagedSecret, Settings};
use secret_http::recorded::{Exchange, Recorded, nowhere};
use secret_source::conformance::{Refusal, Secrets, check_source};
use secret_source::{FileSource, SecretSource};
use serde_json::{Value, json};
use tempfile::TempDir;

fn google(url: &str, login: Login) -> Arc<Google> {
    // The provider is one for the whole process; the second call says so.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let settings = Settings {
        endpoint: url.parse().unwrap(),
        token_endpoint: format!("{url}/token").parse().unwrap(),
        metadata: url.parse().unwrap(),
        login,
        clock: Arc::new(FixedClock::new(
            Timestamp::from_unix_seconds(1_795_859_441).unwrap(),
        )),
    };
    Arc::new(Google::new(settings).unwrap())
}

fn secret(google: &Arc<Google>, name: &str) -> Arc<dyn SecretSource> {
    let name = format!("projects/p-1/secrets/{name}");
    Arc::new(ManagedSecret::new(
        Arc::clone(google),
        name.parse().unwrap(),
    ))
}

/// A key file with a fresh key.
fn key_file(home: &TempDir) -> (Arc<dyn SecretSource>, String) {
    let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let body = STANDARD.encode(key.as_der().unwrap().as_ref());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    let account = json!({
        "type": "service_account", "client_email": "d@p-1.iam.gserviceaccount.com",
        "private_key": pem, "token_uri": "https://elsewhere.example/token",
    });
    (file(home, &account.to_string()), body)
}

fn file(home: &TempDir, content: &str) -> Arc<dyn SecretSource> {
    let path = home.path().join("key.json");
    std::fs::write(&path, content).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    Arc::new(FileSource::new(path))
}

fn machine(token: &str) -> Exchange {
    Exchange::of("GET /computeMetadata/v1/instance/service-accounts/default/token")
        .header("metadata-flavor", "Google")
        .answer(
            200,
            &json!({"access_token": token, "expires_in": 3599, "token_type": "Bearer"}),
        )
}

fn access(token: &str, secret: &str) -> Exchange {
    Exchange::of(&format!("GET /v1/projects/p-1/secrets/{secret}:access"))
        .header("authorization", &format!("Bearer {token}"))
}

fn payload(data: &str, checksum: Option<&str>) -> Value {
    json!({"name": "n", "payload": {"data": data, "dataCrc32c": checksum}})
}

#[tokio::test]
async fn a_secret_is_read_and_its_checksum_is_checked() {
    // `123456789`, whose CRC-32C is the check value of the standard.
    let (data, checksum) = ("MTIzNDU2Nzg5", "3808858755");
    let error = |status: &str| json!({"error": {"status": status, "message": "123456789"}});
    let recorded = Recorded::start(vec![
        machine("token-1"),
        access("token-1", "a/versions/7").answer(200, &payload(data, Some(checksum))),
        access("token-1", "a/versions/7").answer(200, &payload(data, Some(checksum))),
        access("token-1", "a/versions/latest").answer(200, &payload(data, None)),
        access("token-1", "a/versions/latest").answer(200, &payload(data, None)),
        access("token-1", "torn/versions/1").answer(200, &payload(data, Some("1"))),
        access("token-1", "odd/versions/1").answer(200, &payload("MTIz*", None)),
        access("token-1", "empty/versions/1").answer(200, &payload("", Some("0"))),
        access("token-1", "absent/versions/1").answer(404, &error("NOT_FOUND")),
        access("token-1", "off/versions/1").answer(400, &error("FAILED_PRECONDITION")),
        access("token-1", "no/versions/1").answer(403, &error("PERMISSION_DENIED")),
        access("token-1", "down/versions/1").answer(503, &error("UNAVAILABLE")),
    ]);
    let google = google(&recorded.url(), Login::Metadata);
    let content = b"123456789".to_vec();
    check_source(Secrets {
        gives: vec![
            (secret(&google, "a/versions/7"), content.clone()),
            (secret(&google, "a/versions/latest"), content),
        ],
        refuses: vec![
            (secret(&google, "torn/versions/1"), Refusal::Malformed),
            (secret(&google, "odd/versions/1"), Refusal::Malformed),
            (secret(&google, "empty/versions/1"), Refusal::Malformed),
            (secret(&google, "absent/versions/1"), Refusal::Missing),
            (secret(&google, "off/versions/1"), Refusal::Missing),
            (secret(&google, "no/versions/1"), Refusal::Denied),
            (secret(&google, "down/versions/1"), Refusal::Unreachable),
        ],
        never_shown: vec![b"token-1".to_vec()],
    })
    .await;
    recorded.finish();
}

#[tokio::test]
async fn a_service_account_logs_in_where_we_say_and_again_when_its_token_has_ended() {
    let log_in = |token: &str| {
        Exchange::of("POST /token")
            .form(&[
                ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                ("assertion", "*"),
            ])
            .answer(200, &json!({"access_token": token, "expires_in": 3599}))
    };
    let given = payload("MTIzNDU2Nzg5", None);
    let recorded = Recorded::start(vec![
        log_in("token-1"),
        access("token-1", "a/versions/1").answer(200, &given),
        access("token-1", "a/versions/1").answer(401, &json!({})),
        log_in("token-2"),
        access("token-2", "a/versions/1").answer(200, &given),
        access("token-2", "a/versions/1").answer(401, &json!({})),
        log_in("token-3").answer(400, &json!({"error": "invalid_grant"})),
    ]);
    let home = tempfile::tempdir().unwrap();
    let (key_file, body) = key_file(&home);
    let google = google(&recorded.url(), Login::ServiceAccount(key_file));
    let source = || secret(&google, "a/versions/1");
    check_source(Secrets {
        gives: vec![(source(), b"123456789".to_vec())],
        refuses: vec![(source(), Refusal::Denied)],
        never_shown: vec![body.into_bytes(), b"token-1".to_vec(), b"token-2".to_vec()],
    })
    .await;
    recorded.finish();
}

#[tokio::test]
async fn a_key_file_that_is_none_asks_nobody() {
    let home = tempfile::tempdir().unwrap();
    let pem =
        |body: &str| format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----");
    for (content, refusal) in [
        ("hunter2".to_owned(), Refusal::Malformed),
        (json!({"client_email": "a@b"}).to_string(), Refusal::Missing),
        (
            json!({"client_email": "a@b", "private_key": "hunter2"}).to_string(),
            Refusal::Malformed,
        ),
        (
            json!({"client_email": "a@b", "private_key": pem("aHVudGVyMg==")}).to_string(),
            Refusal::Malformed,
        ),
    ] {
        let google = google(&nowhere(), Login::ServiceAccount(file(&home, &content)));
        check_source(Secrets {
            gives: Vec::new(),
            refuses: vec![(secret(&google, "a/versions/1"), refusal)],
            never_shown: vec![b"hunter2".to_vec()],
        })
        .await;
    }
}

#[tokio::test]
async fn where_no_google_is_it_is_unreachable() {
    let google = google(&nowhere(), Login::Metadata);
    check_source(Secrets {
        gives: Vec::new(),
        refuses: vec![(secret(&google, "a/versions/1"), Refusal::Unreachable)],
        never_shown: Vec::new(),
    })
    .await;
}
