//! The keys of trusted issuers: fetched by the gate itself, from where it may,
//! as often as it should, and no longer good than they are.
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

use gate::issuer_keys::KeyFault;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::sync::Barrier;
use support::foreign_issuer::{ForeignIssuer, entry, key_set, signing_key, token};
use support::house::{House, ISSUER};
use support::{OK, Upstream};

const LINE: &str = "GET /reports/all";

fn status(house: &House, token: &str) -> String {
    house.status(LINE, &[("Authorization", &format!("Bearer {token}"))])
}

/// The machine reason of the answer.
fn reason(house: &House, token: &str) -> String {
    let reply = house.ask(LINE, &[("Authorization", &format!("Bearer {token}"))]);
    let text = reply.text;
    let body = text.split("\r\n\r\n").nth(1).unwrap();
    let problem: Value = serde_json::from_str(body).unwrap();
    problem["reason"].as_str().unwrap().to_owned()
}

#[test]
fn a_token_of_a_trusted_issuer_passes_and_the_upstream_knows_whose_it_is() {
    let upstream = Upstream::answering(OK);
    let house = House::before(&upstream);
    let key = signing_key("s1");
    let foreign = ForeignIssuer::with(&[&key]);
    let token = foreign.token(&key, json!({}));
    assert_eq!(status(&house, &token), "401", "nobody trusts it yet");
    house.trust(json!([foreign.entry(json!({}))]));
    for _ in 0..4 {
        assert_eq!(status(&house, &token), "200");
    }
    let seen = upstream.last();
    let issuer = format!("acme-sso|{}", foreign.issuer());
    assert_eq!(seen.header("x-doorward-issuer"), Some(issuer));
    assert_eq!(
        seen.header("x-doorward-subject").as_deref(),
        Some("acme-sso|robot")
    );
    assert_eq!(seen.header("authorization"), None);
    // An inbound look-alike is gone.
    let bearer = format!("Bearer {token}");
    let headers = [
        ("Authorization", bearer.as_str()),
        ("X-Doorward-Issuer", "evil|x"),
    ];
    assert_eq!(house.status(LINE, &headers), "200");
    assert!(
        upstream
            .last()
            .header("x-doorward-issuer")
            .unwrap()
            .starts_with("acme-sso|")
    );
    assert_eq!(foreign.asked(), 1);
    let asked = foreign.last();
    assert_eq!(asked.header("authorization"), None);
    assert_eq!(asked.header("cookie"), None);
    // Our own go on beside it, and the issuer can be dropped again.
    assert_eq!(status(&house, &house.token("read:reports", |_| {})), "200");
    house.trust(json!([]));
    assert_eq!(reason(&house, &token), "token_key_unknown");
}

/// JWT-014 at the gate: a key of the one, the name of the other.
#[test]
fn a_key_is_bound_to_its_issuer() {
    let upstream = Upstream::answering(OK);
    let house = House::before(&upstream);
    let key = signing_key("s1");
    let foreign = ForeignIssuer::with(&[&key]);
    house.trust(json!([foreign.entry(json!({}))]));
    assert_eq!(status(&house, &foreign.token(&key, json!({}))), "200");
    assert_eq!(
        reason(&house, &token(ISSUER, &key, json!({}))),
        "token_key_unknown"
    );
    let ours = foreign.token(&house.signing_key, json!({}));
    assert_eq!(reason(&house, &ours), "token_key_unknown");
    assert_eq!(
        reason(&house, &token("https://evil.example", &key, json!({}))),
        "token_issuer"
    );
    assert_eq!(upstream.count(), 1);
}

#[test]
fn a_new_key_works_at_its_first_token_and_a_removed_one_ends_with_it() {
    let house = House::before(&Upstream::answering(OK));
    let (old, new) = (signing_key("s1"), signing_key("s2"));
    let foreign = ForeignIssuer::with(&[&old]);
    house.trust(json!([foreign.entry(json!({}))]));
    let old_token = foreign.token(&old, json!({}));
    for _ in 0..3 {
        assert_eq!(status(&house, &old_token), "200");
    }
    foreign.publish(&[&new]);
    assert_eq!(status(&house, &foreign.token(&new, json!({}))), "200");
    assert_eq!(foreign.asked(), 2);
    assert_eq!(
        reason(&house, &old_token),
        "token_key_unknown",
        "although it was remembered"
    );
}

#[test]
fn a_flood_of_made_up_key_ids_asks_the_issuer_once() {
    let house = House::before(&Upstream::answering(OK));
    let key = signing_key("s1");
    let foreign = ForeignIssuer::with(&[&key]);
    house.trust(json!([foreign.entry(json!({}))]));
    let good = foreign.token(&key, json!({}));
    assert_eq!(status(&house, &good), "200");
    let tokens: Vec<String> = (0..40)
        .map(|number| foreign.token(&signing_key(&format!("x{number}")), json!({})))
        .collect();
    let barrier = Barrier::new(4);
    std::thread::scope(|scope| {
        for part in tokens.chunks(10) {
            let (house, barrier) = (&house, &barrier);
            scope.spawn(move || {
                barrier.wait();
                for token in part {
                    assert_eq!(status(house, token), "401");
                }
            });
        }
    });
    assert_eq!(
        foreign.asked(),
        2,
        "at the start, and for the first made-up id"
    );
    assert_eq!(status(&house, &good), "200");
}

#[test]
fn the_last_good_keys_outlive_their_issuer_and_nothing_new_is_accepted() {
    let house = House::before(&Upstream::answering(OK));
    let (key, new) = (signing_key("s1"), signing_key("s2"));
    let foreign = ForeignIssuer::with(&[&key]);
    house.trust(json!([foreign.entry(json!({}))]));
    let good = foreign.token(&key, json!({}));
    assert_eq!(status(&house, &good), "200");
    foreign.answer(Some("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"));
    assert_eq!(
        reason(&house, &foreign.token(&new, json!({}))),
        "token_key_unknown"
    );
    house.report(|report| report.fault == Some(KeyFault::Status(500)) && report.keys == 1);
    assert_eq!(status(&house, &good), "200");
    assert_eq!(
        status(&house, &foreign.token(&key, json!({ "jti": "t2" }))),
        "200"
    );
}

#[test]
fn an_issuer_that_was_never_reached_has_no_tokens() {
    let house = House::before(&Upstream::answering(OK));
    let key = signing_key("s1");
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    house.trust(json!([entry(&gone, json!({}))]));
    house.report(|report| matches!(report.fault, Some(KeyFault::Connection(_))));
    let token = token(&gone, &key, json!({}));
    let reply = house.ask(LINE, &[("Authorization", &format!("Bearer {token}"))]);
    assert_eq!(reply.statuses(), ["503"]);
    assert!(reply.text.to_ascii_lowercase().contains("retry-after: 1"));
    assert_eq!(reason(&house, &token), "issuer_keys_unavailable");
    assert_eq!(status(&house, &house.token("read:reports", |_| {})), "200");
}

#[test]
fn rubbish_among_the_keys_is_named_by_its_place_and_the_good_ones_count() {
    let house = House::before(&Upstream::answering(OK));
    let (one, two) = (signing_key("s1"), signing_key("s2"));
    let foreign = ForeignIssuer::with(&[]);
    let jwk =
        |key: &jose::SigningKey| serde_json::to_value(key.verification_key().to_jwk()).unwrap();
    foreign.say(
        &json!({ "keys": [
            7, jwk(&one), { "kty": "oct", "kid": "o" }, { "kty": "RSA", "kid": "r", "n": "AQAB", "e": "AQAB", "alg": "RS256" },
            jwk(&two), null,
        ] })
        .to_string(),
    );
    house.trust(json!([foreign.entry(json!({}))]));
    for key in [&one, &two] {
        assert_eq!(status(&house, &foreign.token(key, json!({}))), "200");
    }
    let report = house.report(|report| report.keys == 2);
    let places: Vec<usize> = report
        .skipped
        .iter()
        .map(|skipped| skipped.position)
        .collect();
    assert_eq!(places, [0, 2, 3, 5]);
    // An empty set accepts nothing, and says nothing about other sets.
    let other = signing_key("s3");
    foreign.say(r#"{"keys":[]}"#);
    assert_eq!(status(&house, &foreign.token(&other, json!({}))), "401");
    house.report(|report| report.keys == 0 && report.fault.is_none());
    assert_eq!(status(&house, &foreign.token(&one, json!({}))), "401");
}

/// Each answer is refused for its own reason, and no key comes of it.
#[test]
fn what_is_no_key_set_of_that_issuer_brings_no_keys() {
    let key = signing_key("s1");
    let body = |body: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let large = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: 600000\r\n\r\n{}",
        " ".repeat(600_000)
    );
    let rows: Vec<(String, KeyFault)> = vec![
        (
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"
                .to_owned(),
            KeyFault::Status(302),
        ),
        (
            "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n".to_owned(),
            KeyFault::Status(404),
        ),
        (
            "HTTP/1.1 304 Not Modified\r\n\r\n".to_owned(),
            KeyFault::Status(304),
        ),
        ("SSH-2.0-OpenSSH\r\n\r\n".to_owned(), KeyFault::Protocol),
        (large, KeyFault::TooLarge),
        (
            format!(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n{}",
                &body("{}")[17..]
            ),
            KeyFault::Protocol,
        ),
        (
            body("<html>"),
            KeyFault::KeySet(jose::InvalidKeySet::Malformed),
        ),
        (
            body(r#"{"keys":{}}"#),
            KeyFault::KeySet(jose::InvalidKeySet::Malformed),
        ),
        (
            body(r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AA","d":"AA"}]}"#),
            KeyFault::KeySet(jose::InvalidKeySet::Private),
        ),
    ];
    for (answer, fault) in rows {
        let house = House::before(&Upstream::answering(OK));
        let foreign = ForeignIssuer::with(&[&key]);
        foreign.answer(Some(&answer));
        let keys = json!({ "url": format!("{}/keys", foreign.issuer()) });
        house.trust(json!([foreign.entry(json!({ "keys": keys }))]));
        let report = house.report(|report| report.fault.is_some());
        assert_eq!(report.fault, Some(fault.clone()));
        assert_eq!(report.keys, 0);
        assert_eq!(
            reason(&house, &foreign.token(&key, json!({}))),
            "issuer_keys_unavailable",
            "{fault}"
        );
        // It mends itself.
        foreign.answer(None);
        house.report(|report| report.keys == 1 && report.fault.is_none());
        assert_eq!(status(&house, &foreign.token(&key, json!({}))), "200");
    }
}

#[test]
fn openid_discovery_4_3_the_configuration_of_another_issuer_brings_no_keys() {
    let house = House::before(&Upstream::answering(OK));
    let key = signing_key("s1");
    let foreign = ForeignIssuer::with(&[&key]);
    // The same server under another of its names.
    let other = foreign.issuer().replace("127.0.0.1", "localhost");
    let body =
        json!({ "issuer": foreign.issuer(), "jwks_uri": format!("{other}/keys") }).to_string();
    foreign.answer(Some(&format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )));
    house.trust(json!([entry(&other, json!({}))]));
    house.report(|report| report.fault == Some(KeyFault::OtherIssuer));
    assert_eq!(
        reason(&house, &token(&other, &key, json!({}))),
        "issuer_keys_unavailable"
    );
    assert_eq!(foreign.asked(), 0);
}

/// What an inventory or an issuer names inside our networks is not reached.
#[test]
fn no_fetch_reaches_an_address_that_is_private_or_reserved() {
    for (url, allowed) in [
        ("https://10.0.0.1/keys", false),
        ("https://192.168.0.1/keys", false),
        ("https://169.254.169.254/latest/meta-data", false),
        ("https://169.254.169.254/latest/meta-data", true),
        ("https://[::ffff:169.254.169.254]/keys", true),
        ("https://[fe80::1]/keys", true),
        ("https://[fd00::1]/keys", false),
        ("https://[::ffff:10.0.0.1]/keys", false),
        ("https://0.0.0.0/keys", true),
        ("https://224.0.0.1/keys", true),
        ("https://127.0.0.2/keys", true),
        ("https://[::ffff:127.0.0.1]/keys", true),
    ] {
        let house = House::before(&Upstream::answering(OK));
        let edits = json!({ "keys": { "url": url }, "allow_private_network": allowed });
        house.trust(json!([entry("https://sso.example", edits)]));
        let report = house.report(|report| report.fault.is_some());
        assert!(
            matches!(report.fault, Some(KeyFault::OutOfReach(_))),
            "{url}: {report:?}"
        );
    }
}

/// An issuer on the internet must not have this machine asked.
#[test]
fn a_name_that_leads_to_this_machine_is_not_followed() {
    let house = House::before(&Upstream::answering(OK));
    let edits = json!({ "keys": { "url": "https://ip6-localhost/keys" } });
    house.trust(json!([entry("https://sso.example", edits)]));
    let report = house.report(|report| report.fault.is_some());
    assert!(
        matches!(
            report.fault,
            Some(KeyFault::OutOfReach(_) | KeyFault::Unresolved)
        ),
        "{report:?}"
    );
}

#[test]
fn rfc9110_13_1_2_what_has_not_changed_is_not_sent_again() {
    let house = House::before(&Upstream::answering(OK));
    let key = signing_key("s1");
    let foreign = ForeignIssuer::with(&[&key]);
    foreign.tag("\"v1\"");
    house.trust(json!([foreign.entry(json!({}))]));
    let good = foreign.token(&key, json!({}));
    assert_eq!(status(&house, &good), "200");
    assert_eq!(foreign.last().header("if-none-match"), None);
    assert_eq!(
        status(&house, &foreign.token(&signing_key("s9"), json!({}))),
        "401"
    );
    assert_eq!(
        foreign.last().header("if-none-match").as_deref(),
        Some("\"v1\"")
    );
    house.report(|report| report.keys == 1 && report.fault.is_none());
    assert_eq!(status(&house, &good), "200");
}

#[test]
fn a_file_is_read_again_when_it_changes_and_only_if_nobody_else_can_write_it() {
    let house = House::before(&Upstream::answering(OK));
    let (old, new) = (signing_key("s1"), signing_key("s2"));
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("acme.jwks.json");
    let write = |text: &str, mode: u32| {
        let fresh = directory.path().join("fresh");
        std::fs::write(&fresh, text).unwrap();
        std::fs::set_permissions(&fresh, std::fs::Permissions::from_mode(mode)).unwrap();
        std::fs::rename(&fresh, &path).unwrap();
    };
    write(&key_set(&[&old]), 0o644);
    let sso = "https://sso.example";
    house.trust(json!([entry(
        sso,
        json!({ "keys": { "file": path.to_str().unwrap() } })
    )]));
    let old_token = token(sso, &old, json!({}));
    assert_eq!(status(&house, &old_token), "200");
    write(&key_set(&[&new]), 0o644);
    assert_eq!(status(&house, &token(sso, &new, json!({}))), "200");
    assert_eq!(status(&house, &old_token), "401");
    // What anybody could have written says nothing; the last good keys count.
    write(&key_set(&[&old]), 0o646);
    house.report(|report| report.fault == Some(KeyFault::FileWritable));
    assert_eq!(status(&house, &old_token), "401");
    assert_eq!(status(&house, &token(sso, &new, json!({}))), "200");
    std::fs::remove_file(&path).unwrap();
    house.report(|report| matches!(report.fault, Some(KeyFault::File(_))));
    assert_eq!(status(&house, &token(sso, &new, json!({}))), "200");
}

/// A server that ends TLS before `plain`; its certificate is for `localhost`.
fn tls_before(plain: std::net::SocketAddr) -> (u16, String) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let pem = made.cert.pem();
    let cryptography = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(cryptography)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![made.cert.der().clone()],
            rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into()),
        )
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(std::sync::Arc::new(config));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    listener.set_nonblocking(true).unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                if let Ok(mut stream) = acceptor.accept(stream).await {
                    let mut inner = tokio::net::TcpStream::connect(plain).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut stream, &mut inner).await;
                }
            }
        });
    });
    (port, pem)
}

#[test]
fn keys_over_https_come_only_from_whom_the_certificate_names() {
    let key = signing_key("s1");
    let foreign = ForeignIssuer::with(&[&key]);
    let plain = foreign
        .issuer()
        .strip_prefix("http://")
        .unwrap()
        .parse()
        .unwrap();
    let (port, authority) = tls_before(plain);
    let stranger = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    for (host, trust, passes) in [
        ("localhost", authority.clone(), true),
        ("localhost", stranger.cert.pem(), false),
        // The right machine under a name that the certificate does not have.
        ("127.0.0.1", authority, false),
    ] {
        let trust = gate::upstream::Trust::from_pem(trust.as_bytes()).unwrap();
        let upstream = Upstream::answering(OK);
        let house = House::with(&upstream.url(), |settings| settings.trust = Some(trust));
        let issuer = format!("https://{host}:{port}");
        let keys = json!({ "url": format!("{issuer}/keys") });
        house.trust(json!([entry(&issuer, json!({ "keys": keys }))]));
        let report = house.report(|report| report.keys == 1 || report.fault.is_some());
        assert_eq!(report.fault.is_none(), passes, "{host}: {report:?}");
        let expected = if passes { "200" } else { "503" };
        assert_eq!(status(&house, &token(&issuer, &key, json!({}))), expected);
    }
}

#[test]
fn what_does_not_speak_tls_gives_no_keys_over_https() {
    let house = House::before(&Upstream::answering(OK));
    let foreign = ForeignIssuer::with(&[]);
    let issuer = foreign.issuer().replace("http://", "https://");
    house.trust(json!([entry(&issuer, json!({}))]));
    house.report(|report| {
        matches!(
            report.fault,
            Some(KeyFault::Connection(_) | KeyFault::NoTrust | KeyFault::Deadline)
        )
    });
}
