//! A path has one spelling (GTE-010 to GTE-015, GTE-060): no other reaches any
//! upstream, whatever credential comes with it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::allow_attributes,
    missing_docs,
    reason = "a test may fail loudly"
)]

use std::collections::BTreeSet;

use e2e::raw::{Reply, Seen};
use e2e::recorded::Recorded;

/// What stands for a slash, or hides one, or adds a segment that goes away.
const SLASHES: [&str; 34] = [
    "//",
    "///",
    "/./",
    "/../",
    "/x/../",
    "/%2e/",
    "/%2E/",
    "/%2e%2e/",
    "/.%2e/",
    "/x/%2E%2E/",
    "/;/",
    "/.;/",
    "/..;/",
    "/;x=1/",
    "/%3b/",
    "/%20/",
    "/%09/",
    "/%00/",
    "%2f",
    "%2F",
    "%252f",
    "%252F",
    "%25%32%66",
    "\\",
    "/\\",
    "%5c",
    "%5C",
    "%c0%af",
    "%C0%AF",
    "%e0%80%af",
    "%EF%BC%8F",
    "%E2%88%95",
    "%u002f",
    "\u{ff0f}",
];

/// What is put after a character.
const INSERTED: [&str; 26] = [
    "%00",
    "%0a",
    "%0d",
    "%0d%0a",
    "%09",
    "%20",
    "%7f",
    "%7F",
    "%C2%AD",
    "%E2%80%8B",
    "%C2%A0",
    "%80",
    "%c0%80",
    "%zz",
    "%",
    "%2",
    "%u0020",
    ";",
    ";x",
    "%3b",
    "%3B",
    "%3f",
    "%23",
    "%25",
    "\u{200b}",
    "\u{0}",
];

/// What is put behind a path.
const SUFFIXES: [&str; 42] = [
    "/", "//", "/.", "/..", "/./", "/%2e", "/%2e%2e", "/x/..", "/x/../", "/.;", "/..;", "/..;/",
    ";", ";a=b", ";/", ";/x", "/;x", "/;", "%3b", "%3Bx", "%00", "%0a", "%20", "%09", "%0d", ".",
    ".json", "~", "%2ejson", ".css", ";.css", "%3fx", "%23x", "#", "#x", "#/public", "%2500", "/*",
    "\\", "%5c", "%2f", "%2F",
];

/// What is put before a path.
const PREFIXES: [&str; 44] = [
    "/",
    "//",
    "/.",
    "/..",
    "/x/..",
    "/%2e",
    "/%2e%2e",
    "/;",
    "/.;",
    "/..;",
    "\\",
    "/\\",
    "/%2f",
    "%2f",
    "/%5c",
    "/%20",
    "/%09",
    "/%00",
    "/public/..",
    "/public/../..",
    "/public/./..",
    "/public/%2e%2e",
    "/public/.%2e",
    "/public/%2e.",
    "/public/..%2f",
    "/public%2f..",
    "/public/..;",
    "/public/..%5c",
    "/public/..\\",
    "/public/%252e%252e",
    "/public/..%00",
    "/public;/..",
    "/public/%2E%2E",
    "/v1/forecast/..",
    "/v1/forecast/../..",
    "/v1/forecast/..%2f..",
    "/v1/forecast/..;/..;",
    "/v1/city/x/forecast/../../../..",
    "/v1/city/..",
    "/healthz/..",
    "/metrics%2f..",
    "/readyz;",
    "/.well-known/..",
    "/%E2%80%A5",
];

/// Every spelling that is one step away from the path, and not the path.
fn spellings(path: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (at, _) in path.match_indices('/') {
        let (before, after) = (&path[..at], &path[at + 1..]);
        all.extend(
            SLASHES
                .iter()
                .map(|slash| format!("{before}{slash}{after}")),
        );
    }
    for (at, c) in path.char_indices().skip(1) {
        let (before, after) = (&path[..at], &path[at + 1..]);
        let code = u32::from(c);
        let mut others = vec![
            format!("%{code:02x}"),
            format!("%{code:02X}"),
            format!("%25{code:02x}"),
            format!("%u{code:04x}"),
            // Overlong, and the full-width form.
            format!("%c{:x}%{:02x}", code >> 6, 0x80 | (code & 0x3f)),
            format!(
                "%EF%{:02X}%{:02X}",
                0xbc + ((code - 0x20) >> 6),
                0x80 | ((code - 0x20) & 0x3f)
            ),
        ];
        let toggled = if c.is_ascii_lowercase() {
            c.to_ascii_uppercase()
        } else {
            c.to_ascii_lowercase()
        };
        others.push(toggled.to_string());
        all.extend(others.iter().map(|other| format!("{before}{other}{after}")));
        all.extend(
            INSERTED
                .iter()
                .map(|inserted| format!("{before}{c}{inserted}{after}")),
        );
    }
    all.extend(SUFFIXES.iter().map(|suffix| format!("{path}{suffix}")));
    all.extend(PREFIXES.iter().map(|prefix| format!("{prefix}{path}")));
    all.insert(path.to_uppercase());
    all.remove(path);
    all
}

fn path_of(seen: &Seen) -> String {
    let target = seen.line().split(' ').nth(1).unwrap();
    target.split('?').next().unwrap().to_owned()
}

#[track_caller]
fn check_refusal(target: &str, reply: &Reply) {
    assert!(
        matches!(reply.status, 400 | 401 | 403 | 404),
        "{target:?}: {} {}",
        reply.status,
        reply.text()
    );
    assert!(
        !reply.text().contains("dw_test_"),
        "{target:?}: {}",
        reply.text()
    );
}

#[test]
fn no_other_spelling_of_a_strong_path_is_reached_through_a_weak_credential() {
    let mut recorded = Recorded::start();
    let weak = [recorded.with_key(), recorded.host()];
    for strong in ["/admin", "/v1/reports", "/v1/payments"] {
        recorded.control();
        let before = recorded.upstream.count();
        for target in spellings(strong) {
            for lines in &weak {
                let reply = recorded.send("GET", &target, lines);
                check_refusal(&target, &reply);
            }
        }
        assert_eq!(
            recorded.upstream.count(),
            before,
            "{strong}: something was forwarded"
        );
        recorded.control();
    }
}

#[test]
fn no_other_spelling_of_a_path_is_forwarded_with_the_right_credential_either() {
    let mut recorded = Recorded::start();
    let (key, token) = (recorded.with_key(), recorded.with_token("read:reports"));
    for (path, lines) in [
        ("/v1/forecast", &key),
        ("/v1/city/Austin/forecast", &key),
        ("/v1/reports", &token),
        ("/public", &key),
    ] {
        let before = recorded.upstream.count();
        assert_eq!(recorded.send("GET", path, lines).status, 200, "{path}");
        let mut passed = Vec::new();
        for target in spellings(path) {
            let reply = recorded.send("GET", &target, lines);
            match reply.status {
                200 => passed.push(target),
                _ => check_refusal(&target, &reply),
            }
        }
        assert_eq!(recorded.send("GET", path, lines).status, 200, "{path}");
        let seen = recorded.upstream.after(before);
        assert_eq!(seen.len(), passed.len() + 2, "{path}: {passed:?}");
        // A parameter is free, so another value of it is another listed path:
        // then it is forwarded byte for byte as it was judged.
        for (seen, target) in seen[1..].iter().zip(&passed) {
            assert_eq!(&path_of(seen), target, "judged and forwarded differ");
            assert!(is_city(target), "{path}: {target:?} passed");
        }
    }
}

/// `/v1/city/{city}/forecast` with a plain city, as RFC 3986 section 3.3 has it.
fn is_city(path: &str) -> bool {
    let city = path
        .strip_prefix("/v1/city/")
        .and_then(|rest| rest.strip_suffix("/forecast"));
    city.is_some_and(|city| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,=:@".contains(&byte);
        let text = city.replace("%20", "").replace("%C2%A0", "");
        !city.is_empty()
            && city != "."
            && city != ".."
            && !city.starts_with("%20")
            && text.bytes().all(plain)
    })
}

#[test]
fn a_parameter_is_one_segment_of_plain_text() {
    let mut recorded = Recorded::start();
    let lines = recorded.with_key();
    let before = recorded.upstream.count();
    let good = [
        "Austin",
        "a.b",
        "S%C3%A3o%20Paulo",
        "~",
        "...",
        "a,b",
        "%E6%9D%B1%E4%BA%AC",
        "x@y:z",
    ];
    for city in good {
        let reply = recorded.send("GET", &format!("/v1/city/{city}/forecast"), &lines);
        assert_eq!(reply.status, 200, "{city}: {}", reply.text());
        assert_eq!(
            path_of(&recorded.upstream.last()),
            format!("/v1/city/{city}/forecast")
        );
    }
    for city in [
        "",
        ".",
        "..",
        "%2e",
        "%2E%2E",
        ".%2e",
        "a%2fb",
        "a%2Fb",
        "a/b",
        "a\\b",
        "a%5Cb",
        "a;b",
        "a%3Bb",
        "a%00",
        "a%0A",
        "%C3",
        "%C3%28",
        "%c3%a3",
        "%ff",
        "a%20",
        "%20a",
        "a%25b",
        "a%3Fb",
        "a%23b",
        "%41",
        "\u{e3}",
        "a\u{0}",
        "%E2%80%AE",
        "%EF%BC%8E%EF%BC%8E",
        "..;",
        "%",
        "%4",
        "a\"",
        "<a>",
        "a|b",
        "{city}",
        "a^b",
        "a`b",
    ] {
        let reply = recorded.send("GET", &format!("/v1/city/{city}/forecast"), &lines);
        check_refusal(city, &reply);
    }
    assert_eq!(recorded.upstream.count(), before + good.len());
    recorded.control();
}

/// GTE-015: the query and the method are no part of the path.
#[test]
fn a_query_or_another_method_never_chooses_the_endpoint() {
    let mut recorded = Recorded::start();
    let (key, nothing) = (recorded.with_key(), recorded.host());
    let before = recorded.upstream.count();
    for target in [
        "/admin?x=/public",
        "/admin?/public",
        "/admin?/../public",
        "/admin??",
        "/admin?",
        "/admin?x=%23/public",
        "/v1/reports?x=/v1/forecast",
        "/v1/reports?_method=GET",
        "/v1/reports/../forecast?x",
        "/admin%3f/public",
        "/admin%23/public",
        "/v1/reports?%2e%2e/forecast",
    ] {
        for lines in [&key, &nothing] {
            check_refusal(target, &recorded.send("GET", target, lines));
        }
    }
    for (method, target) in [
        ("POST", "/public"),
        ("PUT", "/v1/forecast"),
        ("DELETE", "/v1/forecast"),
        ("GET", "/v1/payments"),
    ] {
        let lines = format!("{key}Content-Length: 0\r\n");
        let reply = recorded.send(method, target, &lines);
        assert_eq!(reply.status, 404, "{method} {target}: {}", reply.text());
    }
    assert_eq!(recorded.upstream.count(), before);
    for target in [
        "/public?x=/admin",
        "/public?next=/../admin",
        "/v1/forecast?path=..%2fadmin&q=/admin",
    ] {
        let reply = recorded.send("GET", target, &key);
        assert_eq!(reply.status, 200, "{target}: {}", reply.text());
        assert_eq!(
            recorded.upstream.last().line(),
            format!("GET {target} HTTP/1.1")
        );
    }
    recorded.control();
}
