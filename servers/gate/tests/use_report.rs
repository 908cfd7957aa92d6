//! What the gate reports of the use of credentials, asked with raw requests.
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

use std::sync::atomic::Ordering;

use credential::CredentialKind;
use snapshot::{Exposure, Usage};
use support::house::House;
use support::{OK, Upstream};

const PROXY: &str = "127.0.0.0/8";

/// A gate behind a proxy on this machine, so that callers are anywhere.
fn behind_a_proxy(upstream: &Upstream) -> House {
    House::with(&upstream.url(), |settings| {
        settings.trusted_proxies = vec![PROXY.parse().unwrap()];
    })
}

fn ask(house: &House, target: &str, from: &str, headers: &[(&str, &str)]) -> String {
    let mut all = vec![("X-Forwarded-For", from), ("X-Forwarded-Proto", "https")];
    all.extend_from_slice(headers);
    house.status(&format!("GET {target}"), &all)
}

fn requests<K: ToString>(
    told: impl IntoIterator<Item = (K, snapshot::Seen)>,
) -> Vec<(String, u64)> {
    let each = told.into_iter();
    each.map(|(thing, seen)| (thing.to_string(), seen.requests))
        .collect()
}

fn seen(usage: &Usage) -> u64 {
    usage.seen.unwrap().requests
}

#[test]
fn a_key_is_told_by_generation_network_fingerprint_and_endpoint() {
    let upstream = Upstream::answering(OK);
    let house = behind_a_proxy(&upstream);
    let (key, entry) = house.api_key("read:reports", 1);
    let from = [
        ("192.0.2.7", "curl/8"),
        ("192.0.2.200", "curl/8"),
        ("198.51.100.1", "curl/8"),
        ("::ffff:198.51.100.9", "python"),
        ("2001:db8:1:2::3", "python"),
        ("2001:db8:1:ffff::3", "python"),
    ];
    for (address, agent) in from {
        let headers = [("X-API-Key", &*key), ("User-Agent", agent)];
        assert_eq!(ask(&house, "/reports/all", address, &headers), "200");
    }
    // Where nothing is listed no credential is looked at.
    let headers = [("X-API-Key", &*key), ("User-Agent", "curl/8")];
    assert_eq!(ask(&house, "/reports", "192.0.2.7", &headers), "404");
    // Genuine and denied is seen all the same, and at no endpoint.
    let (weak, weak_entry) = house.api_key("read:nothing", 2);
    let headers = [("X-API-Key", &*weak)];
    assert_eq!(ask(&house, "/reports/all", "192.0.2.7", &headers), "403");

    let usage = house
        .usage(CredentialKind::ApiKey, entry.id.as_str())
        .unwrap();
    assert_eq!(seen(&usage), 6);
    assert_eq!(requests(usage.generations), [("1".to_owned(), 6)]);
    let networks = [
        ("192.0.2.0/24".to_owned(), 2),
        ("198.51.100.0/24".to_owned(), 2),
        ("2001:db8:1::/48".to_owned(), 2),
    ];
    assert_eq!(requests(usage.networks), networks);
    // The beginning of SHA-256("curl/8") and of SHA-256("python").
    let fingerprints = [
        ("11a4a60b518bf249".to_owned(), 3),
        ("d26c0650abb48cff".to_owned(), 3),
    ];
    assert_eq!(requests(usage.fingerprints), fingerprints);
    assert_eq!(requests(usage.endpoints), [("reports.read".to_owned(), 6)]);
    assert!(usage.exposures.is_empty() && usage.untold == 0);

    let weak = house
        .usage(CredentialKind::ApiKey, weak_entry.id.as_str())
        .unwrap();
    assert_eq!((seen(&weak), weak.endpoints.len()), (1, 0));
}

#[test]
fn a_token_is_told_by_its_client_and_a_guess_by_nothing() {
    let upstream = Upstream::answering(OK);
    let house = House::before(&upstream);
    let bearer = format!("Bearer {}", house.token("read:reports", |_| {}));
    let headers = [("Authorization", &*bearer)];
    assert_eq!(house.status("GET /reports/all", &headers), "200");
    let (key, entry) = house.api_key("read:reports", 1);
    let mut wrong = house.api_key("read:reports", 3).0;
    wrong.replace_range(wrong.len() - 8.., &key[key.len() - 8..]);
    for guess in [&wrong, &key[..key.len() - 1], "dw_live_k0123456789abcde_x"] {
        assert_eq!(
            house.status("GET /reports/all", &[("X-API-Key", guess)]),
            "401"
        );
    }
    let usage = house.usage(CredentialKind::ClientCredentials, house.client.as_str());
    let usage = usage.unwrap();
    assert_eq!(seen(&usage), 1);
    assert!(usage.generations.is_empty());
    assert_eq!(house.usage(CredentialKind::ApiKey, entry.id.as_str()), None);
    assert_eq!(house.audit.usages.lock().unwrap().len(), 1);
}

#[test]
fn gte_052_every_place_where_a_genuine_key_was_readable_is_told() {
    let upstream = Upstream::answering(OK);
    let house = House::before(&upstream);
    let (key, entry) = house.api_key("read:reports", 1);
    let header = ("X-API-Key", &*key);
    let asked = [
        (format!("/reports/all?api_key={key}"), vec![], "400"),
        (
            format!("/reports/all?next=%64w{}", &key[2..]),
            vec![],
            "400",
        ),
        (format!("/reports/{key}"), vec![], "400"),
        (
            "/reports/all".to_owned(),
            vec![("Cookie", format!("k={key}"))],
            "400",
        ),
        (
            "/reports/all".to_owned(),
            vec![("Origin", "https://a.example".to_owned())],
            "403",
        ),
        (
            "/reports/all".to_owned(),
            vec![("Sec-Fetch-Site", "cross-site".to_owned())],
            "403",
        ),
    ];
    for (target, headers, status) in &asked {
        let mut all: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, &**v)).collect();
        if *status == "403" {
            all.push(header);
        }
        let reply = house.ask(&format!("GET {target}"), &all);
        assert_eq!(reply.statuses(), [*status], "{target}");
        assert!(!reply.text.contains(&key[20..]), "{}", reply.text);
    }
    let usage = house
        .usage(CredentialKind::ApiKey, entry.id.as_str())
        .unwrap();
    let told = |exposure| {
        usage
            .exposures
            .get(&exposure)
            .map_or(0, |seen| seen.requests)
    };
    let all = [
        Exposure::Query,
        Exposure::Path,
        Exposure::Cookie,
        Exposure::Browser,
    ];
    assert_eq!(all.map(told), [2, 1, 1, 2]);
    assert_eq!((seen(&usage), usage.endpoints.len()), (6, 0));
    assert_eq!(upstream.count(), 0);

    // One that was never ours, or whose secret is wrong, exposes nobody's key.
    let mut made_up = house.api_key("read:nothing", 2).0;
    made_up.replace_range(made_up.len() - 6.., &key[key.len() - 6..]);
    let target = format!("GET /reports/all?k={made_up}");
    assert_eq!(house.status(&target, &[]), "400");
    assert_eq!(
        house.status(
            "GET /reports/all",
            &[("X-API-Key", &made_up), ("Origin", "x")]
        ),
        "403"
    );
    let reported = house.usage(CredentialKind::ApiKey, "").is_none();
    assert!(reported && house.audit.usages.lock().unwrap().len() == 1);
}

#[test]
fn over_plain_http_from_elsewhere_a_key_is_exposed() {
    let upstream = Upstream::answering(OK);
    let house = behind_a_proxy(&upstream);
    let (key, entry) = house.api_key("read:reports", 1);
    let headers = [
        ("X-Forwarded-For", "192.0.2.1"),
        ("X-Forwarded-Proto", "http"),
        ("X-API-Key", &key),
    ];
    assert_eq!(house.status("GET /reports/all", &headers), "403");
    let usage = house
        .usage(CredentialKind::ApiKey, entry.id.as_str())
        .unwrap();
    assert_eq!(usage.exposures[&Exposure::PlainHttp].requests, 1);
}

#[test]
fn a_report_that_cannot_be_written_is_kept_and_no_secret_is_in_one() {
    let upstream = Upstream::answering(OK);
    let house = House::before(&upstream);
    let (key, entry) = house.api_key("read:reports", 1);
    let headers = [("X-API-Key", &*key), ("User-Agent", &*key)];
    house.audit.broken.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        assert_eq!(house.status("GET /reports/all", &headers), "200");
        assert!(!house.report_use());
    }
    assert!(house.audit.usages.lock().unwrap().is_empty());
    house.audit.broken.store(false, Ordering::SeqCst);
    assert_eq!(house.status("GET /reports/all", &headers), "200");
    let usage = house
        .usage(CredentialKind::ApiKey, entry.id.as_str())
        .unwrap();
    assert_eq!(seen(&usage), 4);
    let told = serde_json::to_string(&usage).unwrap() + &format!("{usage:?}");
    for part in [&key[..], &key[key.len() - 20..]] {
        assert!(!told.contains(part), "{told}");
    }
}

#[test]
fn a_report_comes_by_itself() {
    let upstream = Upstream::answering(OK);
    let house = House::before(&upstream);
    let (key, _) = house.api_key("read:reports", 1);
    assert_eq!(
        house.status("GET /reports/all", &[("X-API-Key", &key)]),
        "200"
    );
    for _ in 0..1000 {
        if !house.audit.usages.lock().unwrap().is_empty() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("no report came");
}
