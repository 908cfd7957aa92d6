//! What headers say (GTE-001 to GTE-007, GTE-019 to GTE-025, GTE-042, GTE-051
//! to GTE-055, GTE-063, GTE-070): one credential in one place, and what the
//! upstream is told, the gate alone says.
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

use std::collections::HashSet;

use e2e::raw::{Reply, Upstream};
use e2e::recorded::Recorded;

/// Every secret of the demo that an answer or an upstream must not show.
fn secrets(recorded: &Recorded) -> Vec<String> {
    let demo = &recorded.demo;
    ["/api_key/secret", "/client/secret", "/operator_token"]
        .map(|pointer| demo.text(pointer).to_owned())
        .into()
}

#[track_caller]
fn check_refusal(recorded: &Recorded, what: &str, reply: &Reply, statuses: &[u16], before: usize) {
    let shown = format!("{what:.200}: {} {}", reply.status, reply.text());
    assert!(statuses.contains(&reply.status), "{shown}");
    assert_eq!(
        recorded.upstream.count(),
        before,
        "it reached the upstream: {shown}"
    );
    for secret in secrets(recorded) {
        assert!(
            !shown.contains(&secret) || what.contains(&secret),
            "a secret is echoed: {what}"
        );
        assert!(
            !reply.text().contains(&secret),
            "a secret is echoed: {what}"
        );
    }
    assert!(!reply.text().contains("eyJ"), "a token is echoed: {what}");
}

/// GTE-001, GTE-052. RFC 9700 section 4.3.2
#[test]
fn a_credential_in_a_query_a_path_a_cookie_or_a_body_is_none() {
    let mut recorded = Recorded::start();
    let (host, key_lines, token_lines) = (
        recorded.host(),
        recorded.with_key(),
        recorded.with_token("read:reports"),
    );
    let key = recorded.demo.text("/api_key/secret").to_owned();
    let token = recorded.demo.token("read:reports");
    recorded.control();
    let before = recorded.upstream.count();

    let escaped_key = key.replace('_', "%5F");
    let mut targets = Vec::new();
    for name in [
        "access_token",
        "Access_Token",
        "access%5Ftoken",
        "api_key",
        "API-KEY",
        "apikey",
        "x-api-key",
        "authorization",
        "bearer",
    ] {
        for secret in [&token, &key] {
            targets.push(format!("?{name}={secret}"));
            targets.push(format!("?city=Austin&{name}={secret}"));
            targets.push(format!("?city=Austin;{name}={secret}"));
        }
        targets.push(format!("?{name}="));
        targets.push(format!("?{name}"));
    }
    for secret in [&key, &escaped_key] {
        targets.push(format!("?q={secret}"));
        targets.push(format!("?{secret}"));
        targets.push(format!("?next=http://a/?k={secret}"));
    }
    targets.push(format!("?q={token}"));
    for query in &targets {
        for (path, lines) in [
            ("/v1/forecast", &host),
            ("/v1/forecast", &key_lines),
            ("/v1/reports", &host),
            ("/v1/reports", &token_lines),
            ("/public", &host),
        ] {
            let reply = recorded.send("GET", &format!("{path}{query}"), lines);
            check_refusal(&recorded, query, &reply, &[400], before);
        }
    }
    for path in [
        format!("/v1/city/{key}/forecast"),
        format!("/{key}"),
        format!("/v1/city/x%5F{key}/forecast"),
    ] {
        for lines in [&host, &key_lines] {
            let reply = recorded.send("GET", &path, lines);
            check_refusal(&recorded, &path, &reply, &[400, 404], before);
        }
    }
    for cookie in [
        format!("k={key}"),
        format!("a=b; k=\"{key}\""),
        format!("{escaped_key}=1"),
        key.clone(),
    ] {
        for lines in [&host, &key_lines] {
            let lines = format!("{lines}Cookie: {cookie}\r\n");
            let reply = recorded.send("GET", "/v1/forecast", &lines);
            check_refusal(&recorded, &cookie, &reply, &[400], before);
        }
    }
    // A token in a cookie is a cookie: it opens nothing.
    let lines = format!("{host}Cookie: access_token={token}\r\n");
    let reply = recorded.send("GET", "/v1/reports", &lines);
    check_refusal(&recorded, "cookie", &reply, &[400, 401], before);
    // RFC 6750 section 2.2: a token in a form is read by nobody here.
    for secret in [&token, &key] {
        let body = format!("access_token={secret}&api_key={secret}");
        for (path, lines) in [("/v1/payments", &host), ("/v1/forecast", &host)] {
            let request = format!(
                "POST {path} HTTP/1.1\r\n{lines}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            let exchange = recorded.exchange(request);
            assert_eq!(exchange.statuses(), [401], "{}", exchange.text);
            assert!(!exchange.text.contains(secret.as_str()));
        }
    }
    assert_eq!(recorded.upstream.count(), before);
    recorded.control();
}

/// GTE-003, GTE-004. RFC 6750 section 2.1, RFC 9110 section 5.3
#[test]
fn there_is_one_credential_in_one_spelling() {
    let mut recorded = Recorded::start();
    let host = recorded.host();
    let key = recorded.demo.text("/api_key/secret").to_owned();
    let token = recorded.demo.token("read:reports");
    recorded.control();
    let before = recorded.upstream.count();
    let headers = [
        format!("Authorization: Bearer {token}\r\nAuthorization: Bearer {token}"),
        format!("Authorization: Bearer {token}\r\nAuthorization: Bearer x"),
        format!("Authorization: Bearer x\r\nAuthorization: Bearer {token}"),
        format!("Authorization: Bearer {token}\r\nauthorization: Basic YTpi"),
        format!("Authorization: Basic YTpi\r\nAuthorization: Bearer {token}"),
        format!("Authorization: Bearer {token}\r\nAuthorization:"),
        format!("Authorization: Bearer {token}, Bearer {token}"),
        format!("Authorization: Bearer x, Bearer {token}"),
        format!("Authorization: Bearer {token},"),
        format!("Authorization: Bearer {token}\r\nX-API-Key: {key}"),
        format!("X-API-Key: {key}\r\nAuthorization: ApiKey {key}"),
        format!("X-API-Key: {key}\r\nX-API-Key: {key}"),
        format!("X-API-Key: x\r\nx-api-key: {key}"),
        format!("X-API-Key: {key}, {key}"),
        format!("X-API-Key: {key} {key}"),
        format!("Authorization: Bearer\t{token}"),
        format!("Authorization: Bearer  {token}"),
        format!("Authorization: Bearer:{token}"),
        format!("Authorization: Bearer: {token}"),
        format!("Authorization: Bearer{token}"),
        format!("Authorization: Bearer {token} x"),
        format!("Authorization: Bearer=\"{token}\""),
        format!("Authorization: Bearer \"{token}\""),
        format!("Authorization: Bearer token={token}"),
        format!("Authorization: Bearer\u{0}{token}"),
        format!("Authorization: Bearer\r\n {token}"),
        format!("Authorization: {token}"),
        format!("Authorization: B\u{435}arer {token}"),
        format!("Authorization: Bearer\u{a0}{token}"),
        format!("Authorization: \"Bearer\" {token}"),
        format!("Authorization: Token {token}"),
        format!("Authorization: JWT {token}"),
        format!("Authorization: DPoP {token}"),
        format!("Authorization: ApiKey {token}"),
        format!("X-API-Key: {token}"),
        format!("Authorization : Bearer {token}"),
        format!("Authorization\t: Bearer {token}"),
        format!(" Authorization: Bearer {token}"),
        format!("X_API_Key: {key}"),
        format!("X.API.Key: {key}"),
        format!("Proxy-Authorization: Bearer {token}"),
        format!("X-Access-Token: {token}"),
        "Authorization: Bearer".to_owned(),
        "Authorization: Bearer ".to_owned(),
        "Authorization:".to_owned(),
        "Authorization: Basic YTpi".to_owned(),
        "X-API-Key:".to_owned(),
    ];
    for header in &headers {
        let lines = format!("{host}{header}\r\n");
        let reply = recorded.send("GET", "/v1/reports", &lines);
        check_refusal(&recorded, header, &reply, &[400, 401], before);
    }
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        let lines = format!("{host}Authorization: {scheme} {token}\r\n");
        assert_eq!(
            recorded.send("GET", "/v1/reports", &lines).status,
            200,
            "{scheme}"
        );
    }
    for header in [
        format!("X-API-Key: {key}"),
        format!("Authorization: ApiKey {key}"),
        format!("Authorization: Bearer {key}"),
    ] {
        let lines = format!("{host}{header}\r\n");
        assert_eq!(
            recorded.send("GET", "/v1/forecast", &lines).status,
            200,
            "the control"
        );
    }
    recorded.control();
}

/// GTE-053: a wrong key is refused in the same words, whatever is wrong with it.
#[test]
fn a_wrong_key_does_not_learn_what_is_wrong() {
    let mut recorded = Recorded::start();
    let host = recorded.host();
    let key = recorded.demo.text("/api_key/secret").to_owned();
    recorded.control();
    let before = recorded.upstream.count();
    let mut answers = HashSet::new();
    let changed = |at: usize| {
        let mut bytes = key.clone().into_bytes();
        bytes[at] = if bytes[at] == b'a' { b'b' } else { b'a' };
        String::from_utf8(bytes).unwrap()
    };
    let mut keys: Vec<String> = (8..key.len())
        .filter(|&at| key.as_bytes()[at] != b'_')
        .map(changed)
        .collect();
    keys.push(key.replace("dw_test_", "dw_live_"));
    keys.push(key[..key.len() - 1].to_owned());
    keys.push(format!("{key}a"));
    keys.push(key.to_uppercase());
    keys.push(recorded.demo.text("/client/secret").to_owned());
    for wrong in keys.iter().filter(|wrong| wrong.as_str() != key) {
        let lines = format!("{host}X-API-Key: {wrong}\r\n");
        let reply = recorded.send("GET", "/v1/forecast", &lines);
        check_refusal(&recorded, wrong, &reply, &[401], before);
        let mut told = reply.json();
        assert_eq!(
            told["instance"].take(),
            reply.header("x-request-id").unwrap()
        );
        answers.insert(told.to_string());
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    recorded.control();
}

/// GTE-005 to GTE-007, GTE-020, GTE-022, GTE-025, GTE-055.
#[test]
fn the_upstream_is_told_who_calls_by_the_gate_alone() {
    let mut recorded = Recorded::start();
    let key = recorded.demo.text("/api_key/secret").to_owned();
    let plain = recorded.control();
    let ours: Vec<(String, String)> = plain
        .headers()
        .into_iter()
        .filter(|(name, _)| name.to_ascii_lowercase().starts_with("x-doorward-"))
        .collect();
    assert!(
        ours.iter()
            .any(|(_, value)| value == recorded.demo.text("/api_key/id")),
        "{ours:?}"
    );
    let names = [
        "X-User",
        "X-User-Id",
        "X-User-Name",
        "X-User-Email",
        "X-User-Groups",
        "X-User-Role",
        "X-Auth-Request-User",
        "X-Auth-Request-Email",
        "X-Auth-Request-Access-Token",
        "X-Forwarded-User",
        "X-Forwarded-Email",
        "X-Forwarded-Groups",
        "X-Forwarded-Access-Token",
        "X-Consumer-Id",
        "X-Consumer-Username",
        "X-Consumer-Groups",
        "X-Credential-Identifier",
        "X-Anonymous-Consumer",
        "Remote-User",
        "Remote-Groups",
        "Remote-Email",
        "X-Remote-User",
        "X-Authenticated-Userid",
        "X-WebAuth-User",
        "X-Doorward-Subject",
        "X-Doorward-Credential",
        "X-Doorward-Scope",
        "X-Doorward-Client",
        "X-Doorward-Organisation",
        "X-Doorward-Principal-Kind",
        "X-Doorward-Anything",
        "X-Original-URL",
        "X-Original-URI",
        "X-Original-Method",
        "X-Rewrite-URL",
        "X-Forwarded-Uri",
        "X-Forwarded-Method",
        "X-Forwarded-Prefix",
        "X-Forwarded-Port",
        "X-Forwarded-Server",
        "Forwarded",
        "X-Envoy-Original-Path",
        "X-Envoy-External-Address",
        "X-Envoy-Internal",
        "X-Real-IP",
        "True-Client-IP",
        "CF-Connecting-IP",
        "Client-IP",
        "X-Client-IP",
        "X-Cluster-Client-IP",
        "Fastly-Client-IP",
        "X-HTTP-Method-Override",
        "X-HTTP-Method",
        "X-Method-Override",
        "X-JWT-Assertion",
        "X-Goog-Authenticated-User-Email",
        "X-Goog-IAP-JWT-Assertion",
        "X-Amzn-Oidc-Data",
        "X-MS-Client-Principal",
        "X-SSL-Client-Cert",
        "SSL-Client-Verify",
        "Client-Cert",
        "X-Client-Cert",
        "Proxy-Authorization",
        "X-Access-Token",
        "X-Roles",
        "X-Groups",
        "X-Email",
        "X-Request-Id",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Host",
    ];
    let fold = |name: &str| name.to_ascii_lowercase().replace(['_', '.'], "-");
    for name in names {
        let spellings = [
            name.to_owned(),
            name.to_lowercase(),
            name.to_uppercase(),
            name.replace('-', "_"),
            name.replace('-', "."),
            name.replacen('-', "_", 1),
        ];
        for spelling in spellings {
            let evil: String = (0..3)
                .map(|n| format!("{spelling}: evil-{n}\r\n"))
                .collect();
            for lines in [recorded.with_key(), recorded.host()] {
                let target = if lines.contains(&key) {
                    "/v1/forecast"
                } else {
                    "/public"
                };
                let reply = recorded.send("GET", target, &format!("{evil}{lines}{evil}"));
                assert_eq!(reply.status, 200, "{spelling}: {}", reply.text());
                let seen = recorded.upstream.last();
                assert!(!seen.head.contains("evil"), "{spelling}: {}", seen.head);
                assert!(
                    seen.headers()
                        .iter()
                        .filter(|(held, _)| fold(held) == fold(name))
                        .count()
                        <= 1,
                    "{}",
                    seen.head
                );
                assert_eq!(seen.line(), format!("GET {target} HTTP/1.1"));
                assert!(!seen.head.contains(&key), "the key was forwarded");
                if target == "/v1/forecast" {
                    for (name, value) in &ours {
                        assert_eq!(seen.all(name), [value.as_str()], "{}", seen.head);
                    }
                }
            }
        }
    }
    for odd in [
        "X-User : evil",
        "X-User\t: evil",
        "X-Us\u{435}r: evil",
        "X User: evil",
        ": evil",
        "X-User\u{0}: evil",
    ] {
        let before = recorded.upstream.count();
        let lines = format!("{}{odd}\r\n", recorded.with_key());
        let reply = recorded.send("GET", "/v1/forecast", &lines);
        assert_eq!(
            (reply.status, recorded.upstream.count()),
            (400, before),
            "{odd:?}"
        );
    }
    let token = recorded.demo.token("read:reports");
    let lines = format!("{}Authorization: Bearer {token}\r\n", recorded.host());
    assert_eq!(recorded.send("GET", "/v1/reports", &lines).status, 200);
    let seen = recorded.upstream.last();
    assert!(
        !seen.head.contains(&token) && seen.all("authorization").is_empty(),
        "{}",
        seen.head
    );
    assert_eq!(
        seen.all("x-doorward-client"),
        [recorded.demo.text("/client/id")]
    );
    recorded.control();
}

/// RFC 9110 section 7.6.1: what `Connection` names ends here; what the gate
/// says is said after that.
#[test]
fn hop_by_hop_headers_end_at_the_gate_and_take_nothing_of_ours_with_them() {
    let mut recorded = Recorded::start();
    let plain = recorded.control();
    let lines = recorded.with_key();
    for named in [
        "X-Trace-Me",
        "X-Doorward-Credential",
        "X-API-Key",
        "Host",
        "X-Request-Id",
        "X-Forwarded-For",
        "Content-Length",
        "Authorization, X-Trace-Me",
    ] {
        let lines = format!(
            "{lines}Connection: keep-alive, {named}\r\nX-Trace-Me: evil\r\nKeep-Alive: timeout=9\r\nTE: gzip\r\nProxy-Connection: keep-alive\r\nProxy-Authenticate: x\r\n"
        );
        let reply = recorded.send("GET", "/v1/forecast", &lines);
        assert_eq!(reply.status, 200, "{named}: {}", reply.text());
        let seen = recorded.upstream.last();
        for gone in [
            "connection",
            "keep-alive",
            "te",
            "proxy-connection",
            "proxy-authenticate",
            "x-api-key",
        ] {
            assert!(
                seen.all(gone).is_empty(),
                "{named}: {gone} in {}",
                seen.head
            );
        }
        assert_eq!(
            seen.all("x-trace-me").is_empty(),
            named.contains("X-Trace-Me"),
            "{}",
            seen.head
        );
        for (name, value) in plain.headers() {
            let stays = !name.eq_ignore_ascii_case("x-request-id");
            assert!(
                !stays || seen.all(&name) == [value],
                "{named} took {name}: {}",
                seen.head
            );
        }
        assert_eq!(seen.all("x-request-id").len(), 1, "{named}: {}", seen.head);
    }
    recorded.control();
}

/// GTE-019, GTE-025.
#[test]
fn one_host_and_a_known_method() {
    let mut recorded = Recorded::start();
    let key = format!("X-API-Key: {}\r\n", recorded.demo.text("/api_key/secret"));
    recorded.control();
    let before = recorded.upstream.count();
    let long = format!("Host: {}\r\n", "a".repeat(8192));
    for host in [
        "",
        "Host: gw.test\r\nHost: gw.test\r\n",
        "Host: gw.test\r\nHost: evil\r\n",
        "Host:\r\n",
        "Host: gw@evil\r\n",
        "Host: gw:99999\r\n",
        "Host: gw:\r\n",
        "Host: gw:0\r\n",
        "Host: gw/x\r\n",
        "Host: g\u{1e83}.test\r\n",
        "Host: gw.test, evil\r\n",
        "Host: gw test\r\n",
        "Host: [::1\r\n",
        &long,
    ] {
        let reply = recorded.send("GET", "/v1/forecast", &format!("{host}{key}"));
        check_refusal(&recorded, host, &reply, &[400, 421], before);
    }
    for host in ["gw.test", "GW.TEST", "gw.test.", "127.0.0.1", "[::1]:80"] {
        // The name chooses no rule: only its form is judged.
        assert_eq!(
            recorded
                .send("GET", "/v1/forecast", &format!("Host: {host}\r\n{key}"))
                .status,
            200,
            "{host}"
        );
        let reply = recorded.send("GET", "/admin", &format!("Host: {host}\r\n{key}"));
        assert_eq!(reply.status, 401, "{host}");
    }
    let before = recorded.upstream.count();
    let lines = recorded.with_key();
    for (method, statuses) in [
        ("get", [400, 405]),
        ("Get", [400, 405]),
        ("FOO", [400, 405]),
        ("TRACE", [400, 405]),
        ("CONNECT", [400, 405]),
        ("PROPFIND", [400, 405]),
        ("GETS", [400, 405]),
        ("PRI", [400, 405]),
        ("G\u{0}ET", [400, 405]),
        ("POST", [404, 404]),
        ("DELETE", [404, 404]),
        ("OPTIONS", [404, 404]),
        ("PATCH", [404, 404]),
    ] {
        let reply = recorded.send(
            method,
            "/v1/reports/none",
            &format!("{lines}Content-Length: 0\r\n"),
        );
        check_refusal(&recorded, method, &reply, &statuses, before);
    }
    // An override changes nothing: it is a GET, and the upstream sees no other.
    for override_line in [
        "X-HTTP-Method-Override: DELETE",
        "X-Method-Override: DELETE",
        "X-HTTP-Method: DELETE",
        "X_HTTP_Method_Override: DELETE",
    ] {
        let token = recorded.with_token("read:reports");
        let reply = recorded.send("GET", "/v1/reports", &format!("{token}{override_line}\r\n"));
        assert_eq!(reply.status, 200, "{override_line}");
        let seen = recorded.upstream.last();
        assert!(
            seen.line().starts_with("GET ") && !seen.head.contains("DELETE"),
            "{}",
            seen.head
        );
    }
    // RFC 9110 section 9.3.2: HEAD is judged as GET is.
    let reply = recorded.send("HEAD", "/v1/reports", &lines);
    assert_eq!(reply.status, 401);
    recorded.control();
}

/// GTE-042.
#[test]
fn heads_beyond_the_limits_are_431() {
    let mut recorded = Recorded::start();
    let lines = recorded.with_key();
    recorded.control();
    let before = recorded.upstream.count();
    let many = |count: usize| {
        (0..count)
            .map(|n| format!("x-{n}: y\r\n"))
            .collect::<String>()
    };
    for count in [101, 200, 5000] {
        let exchange = recorded.exchange(format!(
            "GET /v1/forecast HTTP/1.1\r\n{lines}{}\r\n",
            many(count)
        ));
        assert_eq!(exchange.statuses(), [431], "{count}: {}", exchange.text);
        assert!(exchange.closed, "{count}");
    }
    for size in [70_000, 100_000, 1 << 20] {
        for name in ["Cookie", "X-Long", "Accept"] {
            let exchange = recorded.exchange(format!(
                "GET /v1/forecast HTTP/1.1\r\n{lines}{name}: {}\r\n\r\n",
                "a".repeat(size)
            ));
            // It closes while the client still sends, so a reset may eat the answer.
            assert!(
                matches!(exchange.statuses()[..], [431] | []),
                "{size}: {}",
                exchange.text
            );
            assert!(exchange.closed, "{size}");
        }
    }
    assert_eq!(recorded.upstream.count(), before);
    assert_eq!(
        recorded
            .send("GET", "/v1/forecast", &format!("{lines}{}", many(80)))
            .status,
        200
    );
    recorded.control();
}

/// GTE-051. RFC 6750 section 3.1
#[test]
fn a_scope_for_something_else_is_403_and_names_what_is_missing() {
    let mut recorded = Recorded::start();
    let token = recorded.with_token("read:reports");
    recorded.control();
    let before = recorded.upstream.count();
    let reply = recorded.send("GET", "/admin", &token);
    check_refusal(&recorded, "scope", &reply, &[403], before);
    let challenge = reply.header("www-authenticate").unwrap();
    assert!(
        challenge.contains("insufficient_scope") && challenge.contains("admin:reports"),
        "{challenge}"
    );
    recorded.control();
}

/// GTE-063, GTE-070: what comes back.
#[test]
fn an_answer_shows_nothing_that_is_ours_and_has_its_own_id() {
    let upstream = Upstream::answering(|seen| {
        let extra = if seen.line().contains("city=Austin") {
            ""
        } else {
            "X-Doorward-Subject: admin\r\nx_doorward_scope: all\r\nSet-Cookie: __Host-doorward_session=evil; Secure\r\nSet-Cookie: app=1\r\nConnection: X-Hop\r\nX-Hop: secret\r\nKeep-Alive: timeout=5\r\nProxy-Authenticate: Basic\r\nX-Request-Id: upstream\r\n"
        };
        format!("HTTP/1.1 200 OK\r\n{extra}Content-Length: 2\r\n\r\nok")
    });
    let mut recorded = Recorded::before(upstream);
    recorded.control();
    let (key, host) = (recorded.with_key(), recorded.host());
    let reply = recorded.send("GET", "/v1/forecast", &key);
    assert_eq!(reply.status, 200);
    let told = reply.text().to_ascii_lowercase();
    for gone in [
        "doorward",
        "x-hop",
        "secret",
        "keep-alive",
        "proxy-authenticate",
        "upstream",
    ] {
        assert!(!told.contains(gone), "{gone}: {told}");
    }
    assert_eq!(reply.header("set-cookie"), Some("app=1"));

    let mut ids = HashSet::new();
    let upstream_address = recorded.upstream.url()[7..].to_owned();
    let wrong = format!("{host}X-API-Key: dw_test_wrong\r\n");
    for (method, target, lines) in [
        ("GET", "/v1/forecast", &key),
        ("GET", "/v1/forecast", &host),
        ("GET", "/v1/forecast", &wrong),
        ("GET", "/admin", &key),
        ("HEAD", "/admin", &key),
        ("GET", "/nowhere", &key),
        ("GET", "/v1//forecast", &key),
        ("TRACE", "/v1/forecast", &key),
        ("GET", "/public", &host),
    ] {
        let lines = format!("{lines}X-Request-Id: mine\r\n");
        let reply = recorded.send(method, target, &lines);
        let id = reply
            .header("x-request-id")
            .unwrap_or_else(|| panic!("{method} {target}: {}", reply.text()));
        assert!(id.len() == 26 && ids.insert(id.to_owned()), "{id}");
        for header in ["server", "x-powered-by", "via"] {
            assert_eq!(reply.header(header), None, "{method} {target}");
        }
        assert!(
            !reply.text().contains(&upstream_address),
            "{}",
            reply.text()
        );
        if reply.status != 200 {
            assert_eq!(
                reply.header("content-type"),
                Some("application/problem+json"),
                "{method} {target}"
            );
            assert_eq!(
                reply.header("cache-control"),
                Some("no-store"),
                "{method} {target}"
            );
        }
    }
    recorded.control();
}
