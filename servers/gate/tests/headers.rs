//! What crosses the gate and what does not: GTE-005, 007, 020, 022, 025, 055, 070.
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

use support::{Gate, OK, Upstream};

const LOOK_ALIKES: &[&str] = &[
    "Authorization",
    "Proxy-Authorization",
    "X-API-Key",
    "X-Doorward-Subject",
    "X-Doorward-Anything",
    "X-Doorward-On-Behalf-Of",
    "X-Doorward-Purpose",
    "Doorward-On-Behalf-Of",
    "X-User",
    "X-User-Id",
    "X-Username",
    "X-Email",
    "X-Groups",
    "X-Roles",
    "X-Auth-Request-User",
    "X-Auth-Request-Email",
    "X-Auth-Request-Access-Token",
    "X-Forwarded-User",
    "X-Forwarded-Email",
    "X-Forwarded-Groups",
    "X-Forwarded-Preferred-Username",
    "X-Forwarded-Uri",
    "X-Forwarded-Method",
    "X-Forwarded-Prefix",
    "X-Forwarded-Port",
    "X-Forwarded-Server",
    "X-Forwarded-Client-Cert",
    "X-Consumer-Id",
    "X-Consumer-Username",
    "X-Consumer-Custom-Id",
    "X-Credential-Identifier",
    "X-Anonymous-Consumer",
    "Remote-User",
    "Remote-Groups",
    "Remote-Email",
    "Remote-Name",
    "X-Remote-User",
    "X-Remote-Group",
    "X-Authenticated-User",
    "X-Authenticated-Userid",
    "X-WebAuth-User",
    "X-Userinfo",
    "X-Id-Token",
    "X-Access-Token",
    "X-Jwt-Payload",
    "X-Goog-Authenticated-User-Email",
    "X-Amzn-Oidc-Identity",
    "X-Ms-Client-Principal",
    "Cf-Access-Authenticated-User-Email",
    "X-Pomerium-Claim-Email",
    "X-Vouch-User",
    "Ssl-Client-Cert",
    "X-Ssl-Client-S-Dn",
    "X-Client-Cert",
    "Client-Cert",
    "Forwarded",
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-Original-Uri",
    "X-Original-Method",
    "X-Original-Host",
    "X-Host",
    "X-Real-IP",
    "X-Client-IP",
    "True-Client-IP",
    "CF-Connecting-IP",
    "Fastly-Client-Ip",
    "X-Cluster-Client-Ip",
    "X-HTTP-Method-Override",
    "X-HTTP-Method",
    "X-Method-Override",
    "X-Envoy-Original-Path",
    "X-Envoy-External-Address",
    "X-Envoy-Internal",
];

#[test]
fn gte_005_007_no_look_alike_reaches_the_upstream_in_any_spelling() {
    let upstream = Upstream::answering(OK);
    let gate = Gate::before(&upstream);
    gate.control(&upstream);
    for name in LOOK_ALIKES {
        let spellings = [
            (*name).to_owned(),
            name.to_lowercase(),
            name.to_uppercase(),
            name.replace('-', "_"),
            name.replace('-', "."),
            name.replacen('-', "_", 1),
            name.to_lowercase().replacen('-', ".", 1),
        ];
        for spelling in spellings {
            let reply = gate.raw(format!(
                "GET / HTTP/1.1\r\nHost: gw.test\r\n{spelling}: evil-value\r\n{spelling}: evil-value\r\nX-Kept: kept\r\nConnection: close\r\n\r\n"
            ));
            assert_eq!(reply.statuses(), ["200"], "{spelling}");
            let seen = upstream.last();
            assert!(
                !seen.head.contains("evil-value"),
                "{spelling}: {}",
                seen.head
            );
            assert_eq!(seen.header("x-kept").as_deref(), Some("kept"));
        }
    }
    gate.control(&upstream);
}

#[test]
fn gte_022_the_gate_says_who_is_at_the_other_end() {
    let upstream = Upstream::answering(OK);
    let gate = Gate::before(&upstream);
    gate.raw("GET / HTTP/1.1\r\nHost: gw.test\r\nX-Forwarded-For: 10.0.0.1\r\nX-Forwarded-For: 10.0.0.2\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\nX-Request-Id: mine\r\nConnection: close\r\n\r\n");
    let seen = upstream.last();
    assert_eq!(seen.header("x-forwarded-for").as_deref(), Some("127.0.0.1"));
    assert_eq!(seen.header("x-forwarded-proto").as_deref(), Some("http"));
    assert_eq!(seen.header("x-forwarded-host").as_deref(), Some("gw.test"));
    assert_eq!(seen.header("host"), Some(upstream.address.to_string()));
    assert_eq!(seen.header("x-request-id").map(|id| id.len()), Some(26));
}

#[test]
fn rfc9110_7_6_1_hop_by_hop_headers_end_at_the_gate() {
    let upstream = Upstream::answering(OK);
    let gate = Gate::before(&upstream);
    for (lines, gone) in [
        (
            "Connection: close\r\nKeep-Alive: timeout=5",
            vec!["keep-alive", "connection"],
        ),
        (
            "Connection: close\r\nProxy-Connection: keep-alive",
            vec!["proxy-connection"],
        ),
        (
            "Connection: close\r\nProxy-Authenticate: Basic\r\nProxy-Authentication-Info: x",
            vec!["proxy-authenticate", "proxy-authentication-info"],
        ),
        (
            "Connection: close\r\nUpgrade: x\r\nHTTP2-Settings: y",
            vec!["upgrade", "http2-settings"],
        ),
        ("Connection: close\r\nTE: gzip", vec!["te", "connection"]),
        (
            "Connection: X-Named, close, x-other\r\nX-Named: 1\r\nX-Other: 2",
            vec!["x-named", "x-other", "connection"],
        ),
        (
            "Connection: x-named\r\nConnection: close,,  X-OTHER \r\nX-Named: 1\r\nx-other: 2",
            vec!["x-named", "x-other"],
        ),
        (
            "Connection: close, X-Request-Id, X-Forwarded-For, Host",
            vec![],
        ),
        (
            "Connection: close\r\nExpect: 100-continue\r\nContent-Length: 0",
            vec!["expect"],
        ),
    ] {
        let reply = gate.raw(format!(
            "GET / HTTP/1.1\r\nHost: gw.test\r\nX-Kept: kept\r\n{lines}\r\n\r\n"
        ));
        assert_eq!(reply.statuses(), ["200"], "{lines}: {}", reply.text);
        let seen = upstream.last();
        for name in gone {
            assert_eq!(seen.header(name), None, "{lines}");
        }
        for kept in ["x-kept", "host", "x-request-id", "x-forwarded-for"] {
            assert!(seen.header(kept).is_some(), "{lines}: {kept}");
        }
    }
}

#[test]
fn rfc9110_10_1_4_te_trailers_alone_is_passed_on() {
    let upstream = Upstream::answering(OK);
    let gate = Gate::before(&upstream);
    gate.raw(
        "GET / HTTP/1.1\r\nHost: gw.test\r\nTE: gzip, trailers\r\nConnection: TE, close\r\n\r\n",
    );
    assert_eq!(upstream.last().header("te").as_deref(), Some("trailers"));
    assert_eq!(upstream.last().header("connection").as_deref(), Some("te"));
}

#[test]
fn gte_070_an_answer_says_nothing_in_our_name() {
    let upstream = Upstream::answering(
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: X-Internal\r\nX-Internal: secret\r\nKeep-Alive: timeout=5\r\nX-Doorward-Subject: root\r\nX_Doorward_Owner: root\r\nX-Request-Id: theirs\r\nProxy-Authenticate: Basic\r\nSet-Cookie: a=1\r\nSet-Cookie: __Host-doorward_session=evil; Secure; Path=/\r\nX-Kept: kept\r\n\r\nok",
    );
    let gate = Gate::before(&upstream);
    let reply = gate.raw("GET / HTTP/1.1\r\nHost: gw.test\r\nConnection: close\r\n\r\n");
    assert_eq!(reply.statuses(), ["200"]);
    for gone in [
        "x-internal",
        "keep-alive",
        "x-doorward-subject",
        "x_doorward_owner",
        "proxy-authenticate",
    ] {
        assert_eq!(reply.header(gone), None, "{gone}");
    }
    assert!(
        !reply.text.contains("evil")
            && !reply.text.contains("theirs")
            && !reply.text.contains("root")
    );
    assert_eq!(reply.header("set-cookie"), Some("a=1"));
    assert_eq!(reply.header("x-kept"), Some("kept"));
    assert_eq!(reply.header("x-request-id").map(str::len), Some(26));
}

#[test]
fn application_headers_and_cookies_pass_untouched() {
    let upstream = Upstream::answering(OK);
    let gate = Gate::before(&upstream);
    let lines = [
        ("Accept", "text/html;q=0.8"),
        ("Content-Type", "application/json"),
        ("Cookie", "a=1; b=\"2\""),
        ("If-Match", "\"x\""),
        ("Idempotency-Key", "abc"),
        (
            "traceparent",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ),
        ("X-Custom", "ü"),
        ("User-Agent", "kube-probe/1.29"),
        ("X-Requested-With", "fetch"),
        ("Range", "bytes=0-1"),
    ];
    let text: String = lines
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    gate.raw(format!(
        "GET / HTTP/1.1\r\nHost: gw.test\r\n{text}Connection: close\r\n\r\n"
    ));
    for (name, value) in lines {
        assert_eq!(upstream.last().header(name).as_deref(), Some(value));
    }
}
