//! The whole gate, with a feed and a journal in memory: nothing is forwarded
//! without a permit, and every answer says why.
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
use std::sync::atomic::Ordering;
use std::time::Duration;

use base::{Clock, SeededEntropy, Timestamp};
use gate::feed::Knowledge;
use gate::journal::{Journal, Recorder};
use gate::listen::Listen;
use gate::{Gate, Settings};
use snapshot::{Change, Cutoff, CutoffTarget, UpstreamOutcome, Verdict};
use std::sync::Arc;

use support::house::{Audit, House, WallClock, drain_closed};
use support::{OK, Upstream};

#[test]
fn a_good_credential_passes_and_a_bad_one_touches_nothing() {
    let upstream = Upstream::answering(OK);
    let house = House::before(&upstream);
    let (key, _) = house.api_key("read:reports", 11);
    let token = house.token("read:reports", |_| {});
    let line = "GET /reports/all?a=b";
    for headers in [
        ("X-API-Key", key.clone()),
        ("Authorization", format!("ApiKey {key}")),
        ("Authorization", format!("Bearer {key}")),
        ("Authorization", format!("Bearer {token}")),
        ("authorization", format!("bearer {token}")),
    ] {
        assert_eq!(
            house.status(line, &[(headers.0, &headers.1)]),
            "200",
            "{headers:?}"
        );
        assert_eq!(upstream.last().line(), "GET /reports/all?a=b HTTP/1.1");
    }
    let before = upstream.count();
    let weak = house.token("read:report", |_| {});
    for (headers, status) in [
        (vec![], "401"),
        (vec![("Authorization", format!("Bearer {token}x"))], "401"),
        (vec![("Authorization", format!("Bearer  {token}"))], "400"),
        (
            vec![
                ("Authorization", "Bearer x".to_owned()),
                ("Authorization", format!("Bearer {token}")),
            ],
            "400",
        ),
        (
            vec![
                ("X-API-Key", key.clone()),
                ("Authorization", format!("Bearer {token}")),
            ],
            "400",
        ),
        (vec![("Authorization", format!("Bearer {weak}"))], "403"),
    ] {
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let reply = house.ask(line, &headers);
        assert_eq!(reply.statuses(), [status], "{headers:?}: {}", reply.text);
        assert_eq!(
            reply.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(
            reply.header("www-authenticate").is_some(),
            status != "400" || reply.text.contains("invalid_request")
        );
        assert!(
            !reply.text.contains(&key) && !reply.text.contains(&token),
            "a secret came back"
        );
        assert!(
            !reply.text.contains(&upstream.address.port().to_string()),
            "the upstream is named"
        );
    }
    assert_eq!(
        house.status(&format!("GET /reports/all?access_token={token}"), &[]),
        "400"
    );
    assert_eq!(house.status("GET /unlisted", &[]), "404");
    assert_eq!(upstream.count(), before);
    let decisions = house.decisions(8);
    assert!(
        decisions
            .iter()
            .all(|decision| decision.verdict == Verdict::Denial)
    );
    let text = serde_json::to_string(&decisions).unwrap();
    assert!(
        !text.contains(&token) && !text.contains(&key),
        "a secret is in the audit"
    );
}

#[test]
fn gte_010_to_014_an_odd_path_is_never_a_weaker_rule() {
    let upstream = Upstream::answering(OK);
    let house = House::before(&upstream);
    assert_eq!(house.status("GET /public/a", &[]), "200");
    for path in [
        "/public/../reports/all",
        "/public/./../reports/all",
        "/public/%2e%2e/reports/all",
        "/public/..%2freports%2fall",
        "/public/%252e%252e/reports/all",
        "/public/..%5creports",
        "/public/..;/reports/all",
        "/reports/all;a=b",
        "/;/reports/all",
        "//reports/all",
        "/reports/all/",
        "/reports//all",
        "/%2freports/all",
        "/./reports/all",
        "/Reports/all",
        "/%72eports/all",
        "/public/%c0%af",
        "/public/%u002e",
        "/public/%zz",
        "/public/%",
        "/public/a%00",
        "/public/a%0a",
        "/public/a%23/b",
        "/public/a%3f/b",
    ] {
        let reply = house.ask(&format!("GET {path}"), &[]);
        assert!(
            matches!(reply.statuses()[..], ["400" | "401" | "404"]),
            "{path}: {}",
            reply.text
        );
    }
    assert_eq!(upstream.count(), 1);
    assert_eq!(house.status("GET /public/a?x=/reports/all", &[]), "200");
    assert_eq!(
        upstream.last().line(),
        "GET /public/a?x=/reports/all HTTP/1.1"
    );
}

#[test]
fn gte_055_the_upstream_learns_who_and_never_how() {
    let upstream = Upstream::answering(OK);
    let house = House::before(&upstream);
    let (key, entry) = house.api_key("read:reports", 12);
    let forged = [
        ("X-API-Key", key.as_str()),
        ("X-Doorward-Subject", "root"),
        ("x_doorward_owner", "root"),
        ("X.Doorward.Client", "root"),
        ("X-Forwarded-For", "10.0.0.1"),
        ("X-Request-Id", "mine"),
        ("Cookie", "a=1; __Host-doorward_session=s"),
    ];
    assert_eq!(house.status("GET /reports/all", &forged), "200");
    let seen = upstream.last();
    assert_eq!(
        seen.header("x-doorward-credential").as_deref(),
        Some(entry.id.as_str())
    );
    assert_eq!(
        seen.header("x-doorward-organisation").as_deref(),
        Some("acme")
    );
    assert_eq!(
        seen.header("x-doorward-owner").as_deref(),
        Some("team-acme")
    );
    assert_eq!(
        seen.header("x-doorward-endpoint").as_deref(),
        Some("reports.read")
    );
    assert_eq!(seen.header("x-forwarded-for").as_deref(), Some("127.0.0.1"));
    assert_eq!(seen.header("cookie").as_deref(), Some("a=1"));
    assert_ne!(seen.header("x-request-id").as_deref(), Some("mine"));
    for gone in [
        "x-api-key",
        "x-doorward-subject",
        "x_doorward_owner",
        "x.doorward.client",
        "authorization",
    ] {
        assert_eq!(seen.header(gone), None, "{gone}");
    }
    assert!(!seen.head.contains("root") && !seen.head.contains(&key));
}

#[test]
fn a_revocation_bites_on_a_connection_and_a_token_that_are_already_known() {
    let upstream = Upstream::answering(OK);
    let house = House::before(&upstream);
    let (key, entry) = house.api_key("read:reports", 13);
    let token = house.token("read:reports", |_| {});
    let mut stream = house.connect();
    let mut ask = |credential: &str| {
        let request = format!(
            "GET /reports/all HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer {credential}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        drain_closed(&mut stream).statuses().join(",")
    };
    for credential in [&key, &token, &token] {
        assert_eq!(ask(credential), "200");
    }
    let now = WallClock.now();
    house.memory.push(Change::ApiKeyRevoked {
        id: entry.id,
        at: now,
    });
    house.memory.push(Change::TokenDenied {
        jti: "t1".into(),
        expires_at: now.after(Duration::from_secs(600)),
    });
    let begun = std::time::Instant::now();
    house.settle();
    assert!(
        begun.elapsed() < Duration::from_millis(100),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(ask(&key), "401");
    assert_eq!(ask(&token), "401");
    let sister = house.token("read:reports", |claims| {
        claims.token_id = "t2".parse().unwrap()
    });
    assert_eq!(ask(&sister), "200");
    house.memory.push(Change::CutOff(Cutoff {
        target: CutoffTarget::Environment,
        not_before: now.after(Duration::from_secs(100)),
        expires_at: now.after(Duration::from_secs(600)),
    }));
    house.settle();
    assert_eq!(ask(&sister), "401");
}

#[test]
fn a_write_is_recorded_before_it_is_forwarded_and_its_outcome_after() {
    let upstream = Upstream::answering(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
    let house = House::before(&upstream);
    let token = house.token("write:reports", |_| {});
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Length", "0")];
    let reply = house.ask("POST /reports", &headers);
    assert_eq!(reply.statuses(), ["201"]);
    let decision = house.decisions(1).remove(0);
    assert_eq!(decision.verdict, Verdict::Permit);
    assert_eq!(
        Some(decision.request_id.as_str()),
        reply.header("x-request-id")
    );
    assert_eq!(
        upstream.last().header("x-request-id").as_deref(),
        Some(decision.request_id.as_str())
    );
    let outcome = house.outcomes(1).remove(0);
    assert_eq!(outcome.request_id, decision.request_id);
    assert_eq!(outcome.upstream, UpstreamOutcome::Status(201));

    house.audit.broken.store(true, Ordering::SeqCst);
    let before = upstream.count();
    let reply = house.ask("POST /reports", &headers);
    assert_eq!(reply.statuses(), ["503"], "{}", reply.text);
    assert!(reply.text.contains("audit_unavailable") && reply.header("retry-after").is_some());
    assert_eq!(upstream.count(), before);
    let reads = format!("Bearer {}", house.token("read:reports", |_| {}));
    assert_eq!(
        house.status("GET /reports/all", &[("Authorization", &reads)]),
        "201",
        "reads pass"
    );
    house.audit.broken.store(false, Ordering::SeqCst);
    assert_eq!(house.status("POST /reports", &headers), "201");
    // The denial without a disk was kept and is there now; the permit that was not given is not.
    let decisions = house.decisions(3);
    let verdicts: Vec<_> = decisions.iter().map(|decision| decision.verdict).collect();
    assert_eq!(
        verdicts
            .iter()
            .filter(|verdict| **verdict == Verdict::Permit)
            .count(),
        2
    );
    assert!(verdicts.contains(&Verdict::Denial));
}

#[test]
fn an_upstream_that_is_gone_is_502_and_recorded_as_unreachable() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = gone.local_addr().unwrap().port();
    drop(gone);
    let house = House::with(&format!("http://127.0.0.1:{port}"), |_| {});
    let bearer = format!("Bearer {}", house.token("write:reports", |_| {}));
    let reply = house.ask(
        "POST /reports",
        &[("Authorization", &bearer), ("Content-Length", "0")],
    );
    assert_eq!(reply.statuses(), ["502"]);
    assert!(
        !reply.text.contains(&port.to_string()) && !reply.text.contains("refused"),
        "{}",
        reply.text
    );
    assert_eq!(house.outcomes(1)[0].upstream, UpstreamOutcome::Unreachable);
}

#[test]
fn an_old_token_passes_an_irreversible_endpoint_only_after_a_live_check() {
    let upstream = Upstream::answering(OK);
    let house = House::before(&upstream);
    let old = house.token("write:payouts", |claims| {
        let then = Timestamp::from_unix_seconds(claims.issued_at.unix_seconds() - 100).unwrap();
        (claims.issued_at, claims.not_before) = (then, then);
    });
    let bearer = format!("Bearer {old}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Length", "0")];
    assert_eq!(house.status("POST /payouts", &headers), "200");
    house.memory.cut_off.store(true, Ordering::SeqCst);
    let reply = house.ask("POST /payouts", &headers);
    assert_eq!(reply.statuses(), ["503"], "{}", reply.text);
    assert!(reply.text.contains("live_check_unavailable"));
    assert_eq!(upstream.count(), 1);
    house.memory.cut_off.store(false, Ordering::SeqCst);
    house.memory.push(Change::TokenDenied {
        jti: "t1".into(),
        expires_at: WallClock.now().after(Duration::from_secs(600)),
    });
    assert_eq!(
        house.status("POST /payouts", &headers),
        "401",
        "the check sees the newest change"
    );
    assert_eq!(upstream.count(), 1);
}

#[test]
fn a_feed_that_is_cut_off_grows_stale_by_class_and_recovers() {
    let upstream = Upstream::answering(OK);
    let house = House::before(&upstream);
    let bearer = format!(
        "Bearer {}",
        house.token("write:payouts read:reports", |_| {})
    );
    let write = [("Authorization", bearer.as_str()), ("Content-Length", "0")];
    assert_eq!(house.status("POST /payouts", &write), "200");
    house.memory.cut_off.store(true, Ordering::SeqCst);
    std::thread::sleep(Duration::from_millis(1600));
    assert_eq!(house.status("POST /payouts", &write), "503");
    assert_eq!(
        house.status("GET /reports/all", &[("Authorization", &bearer)]),
        "200",
        "reads bear ten minutes"
    );
    house.memory.cut_off.store(false, Ordering::SeqCst);
    std::thread::sleep(Duration::from_millis(900));
    assert_eq!(house.status("POST /payouts", &write), "200");
}

#[test]
fn a_gap_is_healed_by_a_whole_snapshot() {
    let upstream = Upstream::answering(OK);
    let house = House::before(&upstream);
    house.memory.gap.store(true, Ordering::SeqCst);
    let (key, _) = house.api_key("read:reports", 14);
    assert_eq!(
        house.status("GET /reports/all", &[("X-API-Key", &key)]),
        "200"
    );
}

#[test]
fn before_the_first_snapshot_everything_is_denied() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let inside = runtime.enter();
    let clock: Arc<dyn Clock> = Arc::new(WallClock);
    let audit: Arc<dyn Journal> = Arc::new(Audit::default());
    let settings = Settings::new(credential::DigestKey::new([0; 32]).into());
    let gate = Gate::new(
        Knowledge::unfed(Arc::clone(&clock)),
        Recorder::start(audit),
        clock,
        settings,
    );
    drop(inside);
    assert!(!gate.knowledge().is_ready());
    let bound = Listen::on("127.0.0.1:0".parse().unwrap()).bind().unwrap();
    let address = bound.address();
    let serving = bound
        .serve(move |_| gate.door(Box::new(SeededEntropy::new(5))))
        .unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream
        .write_all(b"GET /public/a HTTP/1.1\r\nHost: gw\r\nConnection: close\r\n\r\n")
        .unwrap();
    let reply = drain_closed(&mut stream);
    assert_eq!(reply.statuses(), ["503"]);
    assert!(reply.text.contains("not_ready"));
    serving.stop(Duration::ZERO);
}

#[test]
fn rfc9110_9_3_2_head_is_judged_and_has_no_body() {
    let upstream = Upstream::answering(b"HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");
    let house = House::before(&upstream);
    let bearer = format!("Bearer {}", house.token("read:reports", |_| {}));
    let reply = house.ask("HEAD /reports/all", &[("Authorization", &bearer)]);
    assert_eq!(reply.statuses(), ["200"]);
    assert_eq!(reply.header("content-length"), Some("1234"));
    assert!(reply.text.ends_with("\r\n\r\n"));
    let reply = house.ask("HEAD /reports/all", &[]);
    assert_eq!(reply.statuses(), ["401"]);
    assert!(reply.text.ends_with("\r\n\r\n"), "{}", reply.text);
}

#[test]
fn a_request_refused_for_its_shape_is_recorded_under_its_id() {
    let upstream = Upstream::answering(OK);
    let house = House::before(&upstream);
    let heads = [
        // Noticed in the bytes of the head.
        "GET /reports/all HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET /reports/all HTTP/1.1\nHost: gw.test\r\n\r\n",
        // Noticed in the head as it was read.
        "GET /reports/all HTTP/1.1\r\nHost: a, b\r\n\r\n",
        "TRACE /reports/all HTTP/1.1\r\nHost: gw.test\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: gw.test\r\n\r\n",
    ];
    for (before, head) in heads.into_iter().enumerate() {
        let mut stream = house.connect();
        stream.write_all(head.as_bytes()).unwrap();
        let reply = drain_closed(&mut stream);
        let id = reply
            .header("x-request-id")
            .unwrap_or_else(|| panic!("{head:?}: {}", reply.text));
        let decisions = house.decisions(before + 1);
        let recorded = decisions.last().unwrap();
        assert_eq!(recorded.request_id.as_str(), id, "{head:?}");
        assert_eq!(
            (recorded.verdict, recorded.reason.as_str()),
            (Verdict::Denial, "malformed_request")
        );
        assert!(recorded.principal.is_none() && recorded.endpoint.is_none());
    }
    assert_eq!(upstream.count(), 0);
}
