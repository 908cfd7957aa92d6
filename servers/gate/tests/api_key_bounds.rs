//! What bounds an API key at the gate: networks, its limit, browsers, and on
//! whose behalf it is used. Asked with raw requests.
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

use std::time::Duration;

use base::{Clock, Timestamp};
use credential::CredentialKind;
use jose::{Algorithm, OnBehalfOfClaims, SigningKey, TokenType};
use snapshot::{RateLimit, Verdict};
use support::house::{AUDIENCE, House, WallClock};
use support::{OK, Reply, Upstream};

const LINE: &str = "GET /reports/all";

/// A gate behind a proxy on this machine, so that callers are anywhere.
fn behind_a_proxy(upstream: &Upstream) -> House {
    House::with(&upstream.url(), |settings| {
        settings.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
}

fn ask(house: &House, forwarded: &[&str], headers: &[(&str, &str)]) -> Reply {
    let mut all = vec![("X-Forwarded-Proto", "https")];
    all.extend(forwarded.iter().map(|line| ("X-Forwarded-For", *line)));
    all.extend_from_slice(headers);
    house.ask(LINE, &all)
}

#[test]
fn gte_053_a_key_is_used_from_its_networks_whatever_its_caller_claims() {
    let upstream = Upstream::answering(OK);
    let house = behind_a_proxy(&upstream);
    let (key, _) = house.bound_key(1, |entry| {
        entry.networks = vec![
            "192.0.2.0/24".parse().unwrap(),
            "2001:db8::/32".parse().unwrap(),
        ];
    });
    let key = [("X-API-Key", &*key)];
    for lines in [
        &["192.0.2.9"][..],
        &["::ffff:192.0.2.9"],
        &["2001:db8::9"],
        &["203.0.113.5, 192.0.2.9"],
        &["203.0.113.5", "192.0.2.9, 127.0.0.9"],
    ] {
        assert_eq!(ask(&house, lines, &key).statuses(), ["200"], "{lines:?}");
    }
    let passed = upstream.count();
    // What stands further left was said by somebody whom nobody trusts.
    let mut answers = Vec::new();
    for lines in [
        &["203.0.113.5"][..],
        &["::ffff:203.0.113.5"],
        &["2001:db9::9"],
        &["192.0.2.9, 203.0.113.5"],
        &["192.0.2.9", "203.0.113.5"],
        &["192.0.2.9, 203.0.113.5, 127.0.0.9"],
    ] {
        let reply = ask(&house, lines, &key);
        assert_eq!(reply.statuses(), ["401"], "{lines:?}");
        answers.push(without_id(&reply));
    }
    // The same answer as that of a key that was never made.
    let guess = format!("{}A", &key[0].1[..key[0].1.len() - 1]);
    let guess = ask(&house, &["192.0.2.9"], &[("X-API-Key", &guess)]);
    answers.push(without_id(&guess));
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:#?}");
    assert_eq!(upstream.count(), passed);
}

#[test]
fn gte_053_without_a_trusted_proxy_the_socket_alone_counts() {
    let upstream = Upstream::answering(OK);
    let house = House::before(&upstream);
    let (here, _) = house.bound_key(1, |entry| {
        entry.networks = vec!["127.0.0.0/8".parse().unwrap()];
    });
    let (elsewhere, _) = house.bound_key(2, |entry| {
        entry.networks = vec!["192.0.2.0/24".parse().unwrap()];
    });
    for claim in [
        "X-Forwarded-For",
        "Forwarded",
        "X-Real-IP",
        "True-Client-IP",
    ] {
        let status = |key: &str, said| house.status(LINE, &[("X-API-Key", key), (claim, said)]);
        assert_eq!(status(&here, "192.0.2.9"), "200", "{claim}");
        assert_eq!(status(&elsewhere, "192.0.2.9"), "401", "{claim}");
    }
    let record = house.decisions(1).pop().unwrap();
    assert_eq!(record.rule, "api_key_network");
    assert_eq!(record.genuine, Some(true));
}

/// The answer, less what is another one in each.
fn without_id(reply: &Reply) -> String {
    let id = reply.header("x-request-id").unwrap();
    let dated = reply.text.replace(id, "ID");
    let lines = dated.lines().filter(|line| !line.starts_with("date:"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_key_beyond_its_limit_is_told_when_to_come_back() {
    let upstream = Upstream::answering(OK);
    let house = House::before(&upstream);
    let (key, entry) = house.bound_key(1, |entry| {
        entry.limit = Some(RateLimit {
            requests: 3,
            per_seconds: 3600,
        });
    });
    let (other, _) = house.api_key("read:reports", 2);
    let key = [("X-API-Key", &*key)];
    // What is denied for another reason takes nothing.
    for _ in 0..5 {
        assert_eq!(house.status("GET /reports/none", &key), "404");
        assert_eq!(house.status("POST /payouts", &key), "401");
        let browser = [key[0], ("Origin", "https://a.example")];
        assert_eq!(house.status(LINE, &browser), "403");
    }
    for _ in 0..3 {
        assert_eq!(house.status(LINE, &key), "200");
    }
    for _ in 0..3 {
        let reply = house.ask(LINE, &key);
        assert_eq!(reply.statuses(), ["429"]);
        let wait: u64 = reply.header("retry-after").unwrap().parse().unwrap();
        assert!((1190..=1200).contains(&wait), "{wait}");
        assert_eq!(reply.header("ratelimit-policy"), Some("\"key\";q=3;w=3600"));
        let left = format!("\"key\";r=0;t={wait}");
        assert_eq!(reply.header("ratelimit"), Some(&*left));
        assert_eq!(
            reply.header("content-type"),
            Some("application/problem+json")
        );
        assert!(reply.text.contains("\"reason\":\"limit_exceeded\""));
        assert!(reply.header("www-authenticate").is_none());
    }
    assert_eq!(house.status(LINE, &[("X-API-Key", &other)]), "200");
    assert_eq!(upstream.count(), 4);
    let decisions = house.decisions(18);
    let limited = decisions.iter().filter(|record| record.rule == "key_limit");
    assert_eq!(limited.count(), 3);
    // Denied, and seen all the same.
    let usage = house
        .usage(CredentialKind::ApiKey, entry.id.as_str())
        .unwrap();
    let permitted: u64 = usage.endpoints.values().map(|seen| seen.requests).sum();
    assert_eq!(permitted, 3);
    assert!(usage.seen.unwrap().requests >= 6);

    // Room comes back one by one, at the new limit from at once.
    let (key, _) = house.bound_key(3, |entry| {
        entry.limit = Some(RateLimit {
            requests: 1,
            per_seconds: 1,
        });
    });
    let key = [("X-API-Key", &*key)];
    assert_eq!(house.status(LINE, &key), "200");
    let passes_again = (0..400).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        house.status(LINE, &key) == "200"
    });
    assert!(passes_again);
}

#[test]
fn a_permit_that_must_be_recorded_is_not_recorded_beyond_the_limit() {
    let upstream = Upstream::answering(OK);
    let house = House::before(&upstream);
    let (key, mut entry) = house.api_key("write:reports", 1);
    entry.limit = Some(RateLimit {
        requests: 1,
        per_seconds: 3600,
    });
    house
        .memory
        .push(snapshot::Change::ApiKeyPut(Box::new(entry)));
    house.settle();
    let headers = [("X-API-Key", &*key), ("Content-Length", "0")];
    assert_eq!(house.status("POST /reports", &headers), "200");
    assert_eq!(house.status("POST /reports", &headers), "429");
    let verdicts: Vec<_> = house.decisions(2).iter().map(|one| one.verdict).collect();
    assert_eq!(verdicts, [Verdict::Permit, Verdict::Denial]);
}

#[test]
fn no_answer_lets_a_script_send_an_api_key() {
    let upstream = Upstream::answering(
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nAccess-Control-Allow-Origin: *\r\nAccess-Control-Allow-Headers: X-Trace, x-api-key\r\nAccess-Control-Allow-Headers: X-API-KEY,X-Other\r\n\r\nok",
    );
    let house = House::before(&upstream);
    let (key, _) = house.api_key("read:reports", 1);
    let preflight = [
        ("Origin", "https://a.example"),
        ("Access-Control-Request-Method", "GET"),
        ("Access-Control-Request-Headers", "x-api-key"),
    ];
    for target in ["/reports/all", "/public/a", "/none", "*"] {
        let reply = house.ask(&format!("OPTIONS {target}"), &preflight);
        assert!(
            !reply.statuses()[0].starts_with('2'),
            "{target}: {}",
            reply.text
        );
        let told = reply.text.to_ascii_lowercase();
        assert!(!told.contains("access-control-allow"), "{target}: {told}");
    }
    assert_eq!(upstream.count(), 0);
    let reply = house.ask(LINE, &[("X-API-Key", &key)]);
    assert_eq!(reply.statuses(), ["200"]);
    assert_eq!(
        reply.header("access-control-allow-headers"),
        Some("X-Trace, X-Other")
    );
    assert!(!reply.text.to_ascii_lowercase().contains("x-api-key"));
    let browser = [("X-API-Key", &*key), ("Origin", "https://a.example")];
    let reply = house.ask(LINE, &browser);
    assert_eq!(reply.statuses(), ["403"]);
    let told = reply.text.to_ascii_lowercase();
    assert!(!told.contains("access-control-allow"), "{told}");
}

#[test]
fn a_signed_statement_reaches_the_upstream_as_who_and_why_and_never_as_it_was() {
    let upstream = Upstream::answering(OK);
    let house = House::before(&upstream);
    let signing_key = SigningKey::generate(Algorithm::Es256, "o1".parse().unwrap()).unwrap();
    let jwk = serde_json::to_string(&signing_key.verification_key().to_jwk()).unwrap();
    let (key, entry) = house.bound_key(1, |entry| entry.on_behalf_of_key = Some(jwk.into()));
    let now = Timestamp::from_unix_seconds(WallClock.now().unix_seconds()).unwrap();
    let claims = OnBehalfOfClaims {
        issuer: entry.id.as_str().parse().unwrap(),
        subject: "dana".parse().unwrap(),
        purpose: "ticket 4711".parse().unwrap(),
        audience: jose::Audience::only(AUDIENCE.parse().unwrap()),
        issued_at: now,
        expires_at: now.after(Duration::from_secs(60)),
        token_id: "s1".parse().unwrap(),
    };
    let said = signing_key.sign(TokenType::OnBehalfOf, &claims).unwrap();
    let claimed = [
        ("X-Doorward-On-Behalf-Of", "mallory"),
        ("X-Doorward-Purpose", "none"),
    ];
    let mut headers = vec![("X-API-Key", &*key), ("Doorward-On-Behalf-Of", &*said)];
    headers.extend(claimed);
    assert_eq!(house.status(LINE, &headers), "200");
    let seen = upstream.last();
    assert_eq!(
        seen.header("x-doorward-on-behalf-of").as_deref(),
        Some("dana")
    );
    assert_eq!(
        seen.header("x-doorward-purpose").as_deref(),
        Some("ticket%204711")
    );
    assert!(!seen.head.contains(&said[..20]) && !seen.head.contains("mallory"));

    let mut headers = vec![("X-API-Key", &*key)];
    headers.extend(claimed);
    assert_eq!(house.status(LINE, &headers), "200");
    assert_eq!(upstream.last().header("x-doorward-on-behalf-of"), None);

    let count = upstream.count();
    let forged = said.replace("ey", "eY");
    for (line, said) in [(LINE, &*forged), (LINE, "dana"), ("GET /public/a", &*said)] {
        let headers = [("X-API-Key", &*key), ("Doorward-On-Behalf-Of", said)];
        let reply = house.ask(line, &headers);
        assert_eq!(reply.statuses(), ["401"], "{said}");
        assert!(reply.text.contains("on_behalf_of_invalid"));
    }
    let (plain, _) = house.api_key("read:reports", 2);
    let headers = [("X-API-Key", &*plain), ("Doorward-On-Behalf-Of", &*said)];
    assert_eq!(house.status(LINE, &headers), "401");
    assert_eq!(upstream.count(), count);
    let records = house.decisions(4);
    assert!(records.iter().all(|record| record.rule == "on_behalf_of"));
    assert!(
        records
            .iter()
            .all(|record| !record.detail.contains(&said[..20]))
    );
}
