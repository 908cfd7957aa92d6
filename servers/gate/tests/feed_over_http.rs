//! The feed and the journal of a gate that runs alone, and https upstreams.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::allow_attributes,
    reason = "tests"
)]

mod support;

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base::{Revision, Secret};
use credential::{Environment, EnvironmentClass};
use gate::feed::{Feed, HttpFeed, HttpFeedError, Steps};
use gate::journal::{Journal, JournalEntry};
use gate::upstream::{Trust, UpstreamLimits, Upstreams};
use snapshot::{OutcomeRecord, Snapshot, UpstreamOutcome};
use support::{Seen, Upstream};

fn snapshot() -> Snapshot {
    let environment = Environment {
        name: "production".parse().unwrap(),
        class: EnvironmentClass::Production,
    };
    Snapshot::empty(environment, "https://login.example.com".parse().unwrap())
}

fn answer(status: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn admin(reply: impl Fn(&Seen) -> Vec<u8> + Send + Sync + 'static) -> (Upstream, HttpFeed) {
    let admin = Upstream::with(move |seen, stream| stream.write_all(&reply(seen)).is_ok());
    let feed = HttpFeed::start(&admin.url(), &Secret::new("dwa_test_x".to_owned()), None).unwrap();
    (admin, feed)
}

#[tokio::test]
async fn it_fetches_the_snapshot_and_the_changes_with_its_token() {
    let calls = AtomicUsize::new(0);
    let (admin, feed) = admin(move |seen| {
        if seen.line().starts_with("GET /feed/v1/snapshot ") {
            return answer("200 OK", &serde_json::to_string(&snapshot()).unwrap());
        }
        match calls.fetch_add(1, Ordering::SeqCst) {
            0 => answer(
                "200 OK",
                r#"{"head":5,"changes":[{"revision":5,"change":{"change":"token_denied","jti":"a","expires_at":1,"later":true}}],"later":1}"#,
            ),
            1 => answer("200 OK", r#"{"head":5,"changes":[]}"#),
            2 => answer("410 Gone", "{}"),
            3 => answer("500 Internal Server Error", "{}"),
            4 => answer(
                "200 OK",
                r#"{"head":5,"changes":[{"revision":6,"change":{"change":"a_later_kind"}}]}"#,
            ),
            _ => answer("200 OK", "not json: dw_live_secret"),
        }
    });
    assert_eq!(feed.snapshot().await.unwrap().revision(), Revision::ZERO);
    assert_eq!(
        admin.last().header("authorization").as_deref(),
        Some("Bearer dwa_test_x")
    );
    let look = || feed.changes_after(Revision::new(4), Duration::from_millis(250));
    assert!(
        matches!(look().await.unwrap(), Steps::Changes(changes) if changes.len() == 1 && changes[0].revision == Revision::new(5))
    );
    assert_eq!(
        admin.last().line(),
        "GET /feed/v1/changes?after=4&wait=250 HTTP/1.1"
    );
    assert!(matches!(look().await.unwrap(), Steps::Changes(changes) if changes.is_empty()));
    assert!(matches!(look().await.unwrap(), Steps::Gap));
    assert!(look().await.unwrap_err().to_string().contains("500"));
    assert!(
        look().await.is_err(),
        "a change of an unknown kind is not passed over"
    );
    let unread = look().await.unwrap_err().to_string();
    assert!(!unread.contains("dw_live"), "{unread}");
}

#[tokio::test]
async fn it_asks_for_some_of_the_keys_and_for_single_ones() {
    let entropy = &mut base::SeededEntropy::new(5);
    let id = credential::ApiKeyId::generate(entropy);
    let calls = AtomicUsize::new(0);
    let (admin, feed) = admin(move |seen| {
        if seen.line().starts_with("GET /feed/v1/snapshot?api_keys=7 ") {
            return answer("200 OK", &serde_json::to_string(&snapshot()).unwrap());
        }
        match calls.fetch_add(1, Ordering::SeqCst) {
            0 => answer("200 OK", r#"{"revision":5,"api_key":null,"later":1}"#),
            1 => answer("404 Not Found", "{}"),
            _ => answer("200 OK", r#"{"revision":5,"api_key":"dw_live_secret"}"#),
        }
    });
    let feed = feed.with_api_keys_at_most(7);
    assert_eq!(feed.snapshot().await.unwrap().api_key_count(), 0);
    let found = feed.api_key(&id).await.unwrap();
    assert_eq!(found.revision, Revision::new(5));
    assert!(found.api_key.is_none());
    assert_eq!(
        admin.last().line(),
        format!("GET /feed/v1/api_key/{id} HTTP/1.1")
    );
    // Not to be able to tell is not to know that there is none.
    assert!(
        feed.api_key(&id)
            .await
            .unwrap_err()
            .to_string()
            .contains("404")
    );
    let unread = feed.api_key(&id).await.unwrap_err().to_string();
    assert!(!unread.contains("dw_live"), "{unread}");
}

#[tokio::test]
async fn it_reports_decisions_and_says_when_they_are_not_durable() {
    let calls = AtomicUsize::new(0);
    let (admin, feed) = admin(move |_| match calls.fetch_add(1, Ordering::SeqCst) {
        0 => b"HTTP/1.1 204 No Content\r\n\r\n".to_vec(),
        _ => answer("503 Service Unavailable", "{}"),
    });
    let entry = || {
        vec![JournalEntry::Outcome(OutcomeRecord {
            request_id: "r1".parse().unwrap(),
            at: base::Timestamp::EPOCH,
            upstream: UpstreamOutcome::Status(201),
            latency_us: 7,
        })]
    };
    feed.record(entry()).await.unwrap();
    let seen = admin.last();
    assert_eq!(seen.line(), "POST /feed/v1/decisions HTTP/1.1");
    let body: serde_json::Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(body[0]["kind"], "outcome");
    assert_eq!(body[0]["record"]["request_id"], "r1");
    assert!(feed.record(entry()).await.is_err());
}

#[tokio::test]
async fn it_does_not_start_without_what_it_needs() {
    let token = Secret::new("t".to_owned());
    assert!(matches!(
        HttpFeed::start("admin", &token, None),
        Err(HttpFeedError::Url(_))
    ));
    assert!(matches!(
        HttpFeed::start("https://admin", &token, None),
        Err(HttpFeedError::NoTrust)
    ));
    let odd =
        HttpFeed::start("http://127.0.0.1:1", &Secret::new("a\nb".to_owned()), None).unwrap_err();
    assert!(matches!(odd, HttpFeedError::Token));
    assert!(!odd.to_string().contains('\n'));
}

/// A TLS server in front of a plain one.
async fn tls_before(plain: &Upstream) -> (std::net::SocketAddr, String) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![made.cert.der().clone()],
            rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into()),
        )
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(std::sync::Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let plain = plain.address;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let mut inner = tokio::net::TcpStream::connect(plain).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut stream, &mut inner).await;
            }
        }
    });
    (address, made.cert.pem())
}

#[tokio::test]
async fn an_https_upstream_is_reached_only_if_its_certificate_is_trusted() {
    let plain = Upstream::answering(support::OK);
    let (address, authority) = tls_before(&plain).await;
    let stranger = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()])
        .unwrap()
        .cert
        .pem();
    let local = tokio::task::LocalSet::new();
    local
        .run_until(async {
            for (host, trust, passes) in [
                (
                    "localhost",
                    Some(Trust::from_pem(authority.as_bytes()).unwrap()),
                    true,
                ),
                (
                    "localhost",
                    Some(Trust::from_pem(stranger.as_bytes()).unwrap()),
                    false,
                ),
                (
                    "127.0.0.1",
                    Some(Trust::from_pem(authority.as_bytes()).unwrap()),
                    false,
                ),
                ("localhost", None, false),
            ] {
                let upstreams = Upstreams::new(trust, UpstreamLimits::default());
                let upstream = upstreams
                    .get(&format!("https://{host}:{}", address.port()))
                    .unwrap();
                let mut request = http::Request::new(gate::upstream::RequestBody::empty());
                request
                    .headers_mut()
                    .insert("host", upstream.origin().authority().clone());
                assert_eq!(
                    upstream.send(request, |_| {}).await.is_ok(),
                    passes,
                    "{host}"
                );
            }
        })
        .await;
    assert_eq!(plain.count(), 1);
    assert!(
        Trust::from_pem(b"").is_err(),
        "nobody to trust is an error, not a hole"
    );
}

#[test]
fn behind_a_trusted_proxy_the_client_is_who_it_says() {
    let upstream = Upstream::answering(support::OK);
    let house = support::house::House::with(&upstream.url(), |settings| {
        settings.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    });
    let (key, _) = house.api_key("read:reports", 21);
    let ask = |more: &[(&str, &str)]| {
        let headers: Vec<_> = more
            .iter()
            .copied()
            .chain([("X-API-Key", key.as_str())])
            .collect();
        house.status("GET /reports/all", &headers)
    };
    assert_eq!(
        ask(&[
            ("X-Forwarded-For", "1.1.1.1, 9.9.9.9"),
            ("X-Forwarded-Proto", "https")
        ]),
        "200"
    );
    assert_eq!(
        upstream.last().header("x-forwarded-for").as_deref(),
        Some("9.9.9.9")
    );
    assert_eq!(
        upstream.last().header("x-forwarded-proto").as_deref(),
        Some("https")
    );
    assert_eq!(ask(&[]), "400", "it must say for whom");
    assert_eq!(
        ask(&[
            ("X-Forwarded-For", "9.9.9.9"),
            ("X-Forwarded-Proto", "http")
        ]),
        "403",
        "a credential over plain HTTP"
    );
    let peers: Vec<_> = house
        .decisions(2)
        .into_iter()
        .map(|decision| decision.peer)
        .collect();
    assert_eq!(
        peers,
        ["127.0.0.1", "9.9.9.9"],
        "before and after it said for whom"
    );
    assert_eq!(upstream.count(), 1);
}
