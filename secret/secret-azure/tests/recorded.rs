//! The exchanges that the REST reference of Azure Key Vault and of the identity
//! platform describes. No real vault was asked.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::allow_attributes,
    missing_docs,
    reason = "tests"
)]

use std::sync::Arc;

use secret_azure::{Azure, Login, Settings, VaultSecret, VaultSigner, VaultWrap};
use secret_http::recorded::{Exchange, Recorded, nowhere};
use secret_source::conformance::{Refusal, Secrets, check_source};
use secret_source::{
    EnvironmentSource, KeyWrap as _, RemoteSigner as _, SecretSource, SourceFault, SourceUri,
};
use serde_json::{Value, json};

const V1: &str = "0123456789abcdef0123456789abcdef";
const V2: &str = "fedcba9876543210fedcba9876543210";

/// A credential that Cargo sets for every test.
fn credential() -> Arc<dyn SecretSource> {
    Arc::new(EnvironmentSource::new(
        "CARGO_MANIFEST_DIR".parse().unwrap(),
    ))
}

fn azure(authority: &str, login: Login) -> Arc<Azure> {
    // The provider is one for the whole process; the second call says so.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let settings = Settings {
        authority: authority.parse().unwrap(),
        metadata: authority.parse().unwrap(),
        login,
    };
    Arc::new(Azure::new(settings).unwrap())
}

fn application() -> Login {
    Login::ClientSecret {
        tenant: "tenant-1".to_owned(),
        client_id: "client-1".to_owned(),
        secret: credential(),
    }
}

fn log_in(token: &str) -> Exchange {
    Exchange::of("POST /tenant-1/oauth2/v2.0/token")
        .form(&[
            ("grant_type", "client_credentials"),
            ("client_id", "client-1"),
            ("scope", "https://vault.azure.net/.default"),
            ("client_secret", env!("CARGO_MANIFEST_DIR")),
        ])
        .answer(
            200,
            &json!({"token_type": "Bearer", "expires_in": 3599, "access_token": token}),
        )
}

fn secret(azure: &Arc<Azure>, vault: &str, name: &str) -> Arc<dyn SecretSource> {
    let SourceUri::AzureSecret(secret) =
        format!("azure-kv:{vault}/secrets/{name}").parse().unwrap()
    else {
        panic!("{name}")
    };
    Arc::new(VaultSecret::new(Arc::clone(azure), secret))
}

fn key(vault: &str, name: &str) -> secret_source::uri::AzureKey {
    let SourceUri::AzureKey(key) = format!("azure-kv:{vault}/keys/{name}").parse().unwrap() else {
        panic!("{name}")
    };
    key
}

fn get(path: &str) -> Exchange {
    Exchange::of(&format!("GET {path}?api-version=7.4")).header("authorization", "Bearer token-1")
}

fn post(path: &str, body: Value) -> Exchange {
    Exchange::of(&format!("POST {path}?api-version=7.4"))
        .header("authorization", "Bearer token-1")
        .json(body)
}

#[tokio::test]
async fn a_secret_is_read_by_name_or_by_version() {
    let found = json!({"value": "cleartext-secret", "id": "https://v/secrets/a/1", "attributes": {"enabled": true}});
    let error = |code: &str| json!({"error": {"code": code, "message": "cleartext-secret"}});
    let recorded = Recorded::start(vec![
        log_in("token-1"),
        get("/secrets/a").answer(200, &found),
        get("/secrets/a").answer(200, &found),
        get(&format!("/secrets/a/{V1}")).answer(200, &found),
        get(&format!("/secrets/a/{V1}")).answer(200, &found),
        get("/secrets/absent").answer(404, &error("SecretNotFound")),
        get("/secrets/disabled").answer(403, &error("Forbidden")),
        get("/secrets/busy").answer(429, &error("Throttled")),
        get("/secrets/odd").answer(200, &json!({"value": 7})),
        get("/secrets/empty").answer(200, &json!({"value": ""})),
    ]);
    let url = recorded.url();
    let azure = azure(&url, application());
    let content = b"cleartext-secret".to_vec();
    check_source(Secrets {
        gives: vec![
            (secret(&azure, &url, "a"), content.clone()),
            (secret(&azure, &url, &format!("a/{V1}")), content),
        ],
        refuses: vec![
            (secret(&azure, &url, "absent"), Refusal::Missing),
            (secret(&azure, &url, "disabled"), Refusal::Denied),
            (secret(&azure, &url, "busy"), Refusal::Unreachable),
            (secret(&azure, &url, "odd"), Refusal::Malformed),
            (secret(&azure, &url, "empty"), Refusal::Malformed),
        ],
        never_shown: vec![b"token-1".to_vec(), env!("CARGO_MANIFEST_DIR").into()],
    })
    .await;
    recorded.finish();
}

#[tokio::test]
async fn a_token_that_has_ended_is_had_again_and_a_login_that_fails_is_denied() {
    let denied = json!({"error": "invalid_client"});
    let again = |token: &str| {
        Exchange::of("GET /secrets/a?api-version=7.4")
            .header("authorization", &format!("Bearer {token}"))
    };
    let recorded = Recorded::start(vec![
        log_in("token-1"),
        again("token-1").answer(200, &json!({"value": "cleartext-secret"})),
        again("token-1").answer(401, &json!({})),
        log_in("token-2"),
        again("token-2").answer(200, &json!({"value": "cleartext-secret"})),
        again("token-2").answer(401, &json!({})),
        log_in("token-3").answer(400, &denied),
        log_in("token-3").answer(401, &denied),
    ]);
    let url = recorded.url();
    let azure = azure(&url, application());
    let source = || secret(&azure, &url, "a");
    check_source(Secrets {
        gives: vec![(source(), b"cleartext-secret".to_vec())],
        refuses: vec![(source(), Refusal::Denied), (source(), Refusal::Denied)],
        never_shown: vec![b"token-1".to_vec(), b"token-2".to_vec()],
    })
    .await;
    recorded.finish();
}

#[tokio::test]
async fn workload_and_managed_identity_log_in_as_documented() {
    let federated = Exchange::of("POST /tenant-1/oauth2/v2.0/token").form(&[
        ("grant_type", "client_credentials"),
        ("client_id", "client-1"),
        ("scope", "https://vault.azure.net/.default"),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
        ("client_assertion", env!("CARGO_MANIFEST_DIR")),
    ]);
    let machine = |client: &str| {
        let line = format!(
            "GET /metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net{client}"
        );
        Exchange::of(&line).header("metadata", "true")
    };
    let login = |client_id: Option<&str>| Login::ManagedIdentity {
        client_id: client_id.map(str::to_owned),
    };
    let workload = Login::FederatedToken {
        tenant: "tenant-1".to_owned(),
        client_id: "client-1".to_owned(),
        token: credential(),
    };
    for (login, exchange) in [
        (workload, federated),
        (login(None), machine("")),
        (login(Some("c-1")), machine("&client_id=c-1")),
    ] {
        let recorded = Recorded::start(vec![
            exchange.answer(
                200,
                &json!({"access_token": "token-1", "expires_in": "86399"}),
            ),
            get("/secrets/a").answer(200, &json!({"value": "cleartext-secret"})),
        ]);
        let url = recorded.url();
        let read = secret(&azure(&url, login), &url, "a").read().await;
        assert_eq!(**read.unwrap(), *b"cleartext-secret");
        recorded.finish();
    }
}

#[tokio::test]
async fn where_no_vault_is_it_is_unreachable() {
    let recorded = Recorded::start(vec![log_in("token-1")]);
    let azure = azure(&recorded.url(), application());
    let elsewhere = self::azure(&nowhere(), application());
    check_source(Secrets {
        gives: Vec::new(),
        refuses: vec![
            (secret(&azure, &nowhere(), "a"), Refusal::Unreachable),
            (secret(&elsewhere, &nowhere(), "a"), Refusal::Unreachable),
        ],
        never_shown: vec![b"token-1".to_vec()],
    })
    .await;
    recorded.finish();
}

#[tokio::test]
async fn a_key_is_wrapped_by_a_version_and_opened_by_the_same() {
    let described = json!({"key": {"kid": format!("https://v/keys/k/{V1}"), "kty": "RSA", "n": "AQAB", "e": "AQAB"}});
    let unwrapped = |kid: &str| {
        post(
            &format!("/keys/k/{V1}/unwrapkey"),
            json!({"alg": "RSA-OAEP-256", "value": "AAEC"}),
        )
        .answer(
            200,
            &json!({"kid": format!("https://v/keys/k/{kid}"), "value": "BwcHBw"}),
        )
    };
    let recorded = Recorded::start(vec![
        log_in("token-1"),
        get("/keys/k").answer(200, &described),
        post(
            &format!("/keys/k/{V1}/wrapkey"),
            json!({"alg": "RSA-OAEP-256", "value": "BwcHBw"}),
        )
        .answer(
            200,
            &json!({"kid": format!("https://v/keys/k/{V1}"), "value": "AAEC"}),
        ),
        unwrapped(V1),
        unwrapped(V2),
        unwrapped(V1).answer(400, &json!({"error": {"code": "BadParameter"}})),
    ]);
    let url = recorded.url();
    let wrap = VaultWrap::new(azure(&url, application()), key(&url, "k"));
    let wrapped = wrap.wrap(&[7; 4]).await.unwrap();
    assert_eq!(wrapped, [V1.as_bytes(), b":\0\x01\x02"].concat());
    assert_eq!(**wrap.unwrap(&wrapped).await.unwrap(), [7; 4]);
    for _ in 0..2 {
        let fault = wrap.unwrap(&wrapped).await;
        assert!(matches!(fault, Err(SourceFault::Malformed(_))));
    }
    // What we did not write is not sent.
    for at in 0..33 {
        let mut altered = wrapped.clone();
        altered[at] = b'/';
        let fault = wrap.unwrap(&altered).await;
        assert!(matches!(fault, Err(SourceFault::Malformed(_))), "{at}");
        let fault = wrap.unwrap(&wrapped[..at]).await;
        assert!(matches!(fault, Err(SourceFault::Malformed(_))), "{at}");
    }
    recorded.finish();
}

/// The public key of RFC 7515 appendix A.3.
fn p256(kty: &str, version: &str) -> Value {
    json!({"key": {
        "kid": format!("https://v/keys/k/{version}"), "kty": kty, "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        "key_ops": ["sign", "verify"],
    }})
}

#[tokio::test]
async fn a_signer_is_held_to_the_version_that_it_announced() {
    // SHA-256 of `hello`.
    let digest = "LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ";
    let sign = |version: &str| {
        let body = json!({"alg": "ES256", "value": digest});
        let answer = json!({"kid": format!("https://v/keys/k/{version}"), "value": "AAEC"});
        post(&format!("/keys/k/{V1}/sign"), body).answer(200, &answer)
    };
    let recorded = Recorded::start(vec![
        log_in("token-1"),
        get("/keys/k").answer(200, &p256("EC-HSM", V1)),
        sign(V1),
        sign(V2),
        get(&format!("/keys/k/{V1}")).answer(200, &p256("EC", V1)),
        get(&format!("/keys/k/{V1}")).answer(200, &p256("EC", V2)),
        get("/keys/k").answer(200, &p256("oct", V1)),
        get("/keys/k").answer(200, &p256("EC", V1)),
        get("/keys/k").answer(404, &json!({"error": {"code": "KeyNotFound"}})),
    ]);
    let url = recorded.url();
    let azure = azure(&url, application());
    let open = |name: &str, algorithm: &str| {
        let identity = (algorithm.parse().unwrap(), "kid-1".parse().unwrap());
        VaultSigner::open(Arc::clone(&azure), key(&url, name), identity)
    };
    let signer = open("k", "ES256").await.unwrap();
    assert_eq!(
        signer.verification_key().key_id().unwrap().as_str(),
        "kid-1"
    );
    assert_eq!(signer.sign(b"hello").await.unwrap(), [0, 1, 2]);
    assert!(
        signer.sign(b"hello").await.is_err(),
        "another version signed"
    );
    let pinned = format!("k/{V1}");
    assert!(open(&pinned, "ES256").await.is_ok());
    assert!(open(&pinned, "ES256").await.is_err(), "another version");
    assert!(open("k", "ES256").await.is_err(), "a symmetric key");
    assert!(open("k", "ES384").await.is_err(), "another curve");
    assert!(matches!(
        open("k", "ES256").await,
        Err(SourceFault::Missing(_))
    ));
    assert!(
        open("k", "EdDSA").await.is_err(),
        "not offered, so not asked"
    );
    recorded.finish();
}
