//! Requests that two hops could read differently (GTE-017, GTE-018, GTE-026 to
//! GTE-039): refused with a closed connection, and the next good request is
//! unaffected, on a fresh connection and on the pooled one behind the gate.
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

use e2e::raw::Seen;
use e2e::recorded::Recorded;

/// A second request, which nobody ever asked for.
const INNER: &str = "GET /v1/forecast?smuggled HTTP/1.1\r\nHost: gw.test\r\n\r\n";

#[track_caller]
fn nothing_was_smuggled(seen: &[Seen], name: &str) {
    for one in seen {
        assert!(!one.line().contains("smuggled"), "{name}: {}", one.head);
    }
}

/// Each is refused with one answer of one of these statuses and a closed
/// connection, with a good credential and without one.
fn refused(recorded: &mut Recorded, cases: &[(&str, String)], statuses: &[u16]) {
    assert!(!cases.is_empty());
    for (name, request) in cases {
        recorded.control();
        let before = recorded.upstream.count();
        for lines in [recorded.with_key(), recorded.host()] {
            let bytes = request.replace("{lines}", &lines);
            let exchange = recorded.exchange(&bytes);
            let found = exchange.statuses();
            assert!(
                matches!(found[..], [one] if statuses.contains(&one)),
                "{name}: {}",
                exchange.text
            );
            assert!(
                exchange.closed,
                "{name}: the connection stays open: {}",
                exchange.text
            );
            assert!(
                !exchange
                    .text
                    .contains(recorded.demo.text("/api_key/secret")),
                "{name}"
            );
        }
        assert_eq!(
            recorded.upstream.count(),
            before,
            "{name} reached the upstream"
        );
    }
    recorded.control();
}

fn post(framing: &str, body: &str) -> String {
    format!("POST /v1/forecast HTTP/1.1\r\n{{lines}}{framing}\r\n\r\n{body}")
}

fn get(head: &str) -> String {
    format!("GET /v1/forecast HTTP/1.1\r\n{{lines}}{head}")
}

/// GTE-026, GTE-027. RFC 9112 section 6.1
#[test]
fn two_framings_or_an_odd_coding_are_refused() {
    let mut recorded = Recorded::start();
    let mut cases = Vec::new();
    for framing in [
        "Content-Length: 6\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 6",
        "content-length:6\r\ntransfer-ENCODING:chunked",
        "Content-Length: 0\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 6\r\nX: y",
    ] {
        cases.push(("CL.TE", post(framing, &format!("0\r\n\r\n{INNER}"))));
    }
    for coding in [
        "identity",
        "gzip",
        "gzip, chunked",
        "chunked, gzip",
        "chunked, chunked",
        "xchunked",
        "chunkedx",
        "chunked;a=b",
        "\"chunked\"",
        "chunked,",
        ",chunked",
        "chun\tked",
        "",
        "chunked\r\nTransfer-Encoding: chunked",
        "chunked\r\nTransfer-Encoding: identity",
        "identity\r\nTransfer-Encoding: chunked",
        "cow\r\nTransfer-Encoding: chunked",
    ] {
        cases.push((
            "TE.TE",
            post(
                &format!("Transfer-Encoding: {coding}"),
                &format!("0\r\n\r\n{INNER}"),
            ),
        ));
    }
    cases.push((
        "TE with a space",
        post("Transfer-Encoding : chunked", &format!("0\r\n\r\n{INNER}")),
    ));
    cases.push((
        "folded TE",
        post(
            "Transfer-Encoding:\r\n chunked",
            &format!("0\r\n\r\n{INNER}"),
        ),
    ));
    cases.push((
        "TE after VT",
        post(
            "Transfer-Encoding: \u{b}chunked",
            &format!("0\r\n\r\n{INNER}"),
        ),
    ));
    refused(&mut recorded, &cases, &[400]);
}

/// GTE-028. RFC 9112 section 6.3
#[test]
fn a_length_is_one_number() {
    let mut recorded = Recorded::start();
    let cases: Vec<_> = [
        "+5",
        "-1",
        "5,5",
        "5, 6",
        "0x5",
        "5 5",
        "18446744073709551616",
        "99999999999999999999999",
        "",
        "5.0",
        "5e0",
        "\u{665}",
        "5\r\nContent-Length: 5",
        "5\r\nContent-Length: 6",
        "5\r\nContent-Length:",
        "0\r\nContent-Length: 64",
    ]
    .map(|length| {
        (
            "Content-Length",
            post(&format!("Content-Length: {length}"), INNER),
        )
    })
    .into();
    refused(&mut recorded, &cases, &[400]);
}

/// GTE-029. RFC 9112 section 7.1
#[test]
fn odd_chunks_end_the_connection() {
    let mut recorded = Recorded::start();
    let zeros = "0".repeat(1000) + "5\r\nhello\r\n0\r\n\r\n";
    let extension = format!("5;{}\r\nhello\r\n0\r\n\r\n", "a".repeat(1 << 20));
    for chunks in [
        "0x5\r\nhello\r\n0\r\n\r\n",
        "-1\r\nhello\r\n0\r\n\r\n",
        "+5\r\nhello\r\n0\r\n\r\n",
        "ffffffffffffffff1\r\nhello\r\n0\r\n\r\n",
        "5;a\nb\r\nhello\r\n0\r\n\r\n",
        "5\nhello\n0\n\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n",
        "5\r\nhelloxx0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "\r\nhello\r\n0\r\n\r\n",
        &zeros,
        &extension,
    ] {
        let shown = &chunks[..chunks.len().min(30)];
        recorded.control();
        let before = recorded.upstream.count();
        let lines = recorded.with_key();
        let request = post("Transfer-Encoding: chunked", &format!("{chunks}{INNER}"))
            .replace("{lines}", &lines);
        let exchange = recorded.exchange(request);
        assert!(exchange.closed, "{shown:?}: {}", exchange.text);
        assert!(
            !exchange.statuses().contains(&200),
            "{shown:?}: {}",
            exchange.text
        );
        // The head may have gone ahead of its body; nothing came whole.
        assert_eq!(recorded.upstream.count(), before, "{shown:?}");
    }
    nothing_was_smuggled(&recorded.upstream.broken(), "a chunk");
    recorded.control();
}

/// GTE-030. RFC 9112 section 2.2, RFC 9112 section 5
#[test]
fn a_head_has_one_reading() {
    let mut recorded = Recorded::start();
    let cases: Vec<(&str, String)> = [
        "X: a\rb\r\n\r\n",
        "X: a\r\r\n\r\n",
        "X: a\n\r\n",
        "X: a\n\n",
        "\n",
        "X: a\u{0}b\r\n\r\n",
        "X\u{0}: b\r\n\r\n",
        "nonsense\r\n\r\n",
        "X: a\r\n b\r\n\r\n",
        "X: a\r\n\tb\r\n\r\n",
        "X : a\r\n\r\n",
        "X\t: a\r\n\r\n",
        ": a\r\n\r\n",
        "X: a\u{7f}b\r\n\r\n",
        "X(y): a\r\n\r\n",
        "X y: a\r\n\r\n",
        "X: a\u{85}b\r\n\r\n",
        "\u{e9}: a\r\n\r\n",
    ]
    .map(|head| ("head", get(&format!("Connection: close\r\n{head}"))))
    .into();
    refused(&mut recorded, &cases, &[400]);
    let lines: Vec<(&str, String)> = [
        "GET /v1/forecast HTTP/1.1\r\n {lines}\r\n",
        "GET  /v1/forecast HTTP/1.1\r\n{lines}\r\n",
        "GET\t/v1/forecast HTTP/1.1\r\n{lines}\r\n",
        "GET /v1/fore cast HTTP/1.1\r\n{lines}\r\n",
        "GET /v1/forecast\u{0} HTTP/1.1\r\n{lines}\r\n",
        "GET /v1/forecast HTTP/1.1\n{lines}\r\n",
        "GET /v1/forecast\rHTTP/1.1\r\n{lines}\r\n",
        "GET /v1/forecast#/public HTTP/1.1\r\n{lines}\r\n",
        "GET v1/forecast HTTP/1.1\r\n{lines}\r\n",
        "GET \\v1\\forecast HTTP/1.1\r\n{lines}\r\n",
        "GET /v1/forecast HTTP/1.1 \r\n{lines}\r\n",
    ]
    .map(|request| ("request line", request.to_owned()))
    .into();
    refused(&mut recorded, &lines, &[400]);
}

/// GTE-031. RFC 9112 section 2.3
#[test]
fn other_versions_are_refused() {
    let mut recorded = Recorded::start();
    let cases: Vec<(&str, String)> = [
        "GET /v1/forecast\r\n", "GET /v1/forecast HTTP/1.2\r\n{lines}\r\n", "GET /v1/forecast HTTP/1.1x\r\n{lines}\r\n",
        "GET /v1/forecast HTTP/2.0\r\n{lines}\r\n", "GET /v1/forecast http/1.1\r\n{lines}\r\n",
        "GET /v1/forecast HTTP/01.1\r\n{lines}\r\n", "GET /v1/forecast HTTP/1,1\r\n{lines}\r\n",
        "POST /v1/forecast HTTP/1.0\r\n{lines}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /v1/forecast HTTP/1.0\r\n{lines}\r\nhello",
        "POST /v1/forecast HTTP/1.0\r\n{lines}Connection: keep-alive\r\n\r\nGET /x HTTP/1.0\r\n\r\n",
    ]
    .map(|request| ("version", request.to_owned()))
    .into();
    refused(&mut recorded, &cases, &[400, 505]);
}

/// GTE-017, GTE-018.
#[test]
fn another_authority_scheme_or_tunnel_is_refused() {
    let mut recorded = Recorded::start();
    let cases: Vec<(&str, String)> = [
        "GET http://evil/v1/forecast HTTP/1.1\r\n{lines}\r\n",
        "GET https://gw.test/v1/forecast HTTP/1.1\r\n{lines}\r\n",
        "GET http://u:p@gw.test/v1/forecast HTTP/1.1\r\n{lines}\r\n",
        "GET ftp://gw.test/v1/forecast HTTP/1.1\r\n{lines}\r\n",
        "GET file:///etc/passwd HTTP/1.1\r\n{lines}\r\n",
        "CONNECT up:80 HTTP/1.1\r\n{lines}\r\n",
        "CONNECT / HTTP/1.1\r\n{lines}\r\n",
        "OPTIONS * HTTP/1.1\r\n{lines}\r\n",
        "TRACE /v1/forecast HTTP/1.1\r\n{lines}\r\n",
    ]
    .map(|request| ("target", request.to_owned()))
    .into();
    refused(&mut recorded, &cases, &[400, 405, 421]);
}

/// GTE-032: each request once, as it was sent, also when they come at once.
#[test]
fn a_body_stays_in_step_with_the_next_request() {
    let mut recorded = Recorded::start();
    let lines = recorded.with_key();
    recorded.control();
    for method in ["GET", "HEAD", "POST"] {
        for framed in [
            format!("Content-Length: {}\r\n\r\n{INNER}", INNER.len()),
            format!(
                "Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{INNER}\r\n0\r\n\r\n",
                INNER.len()
            ),
        ] {
            let before = recorded.upstream.count();
            let exchange = recorded.exchange(format!(
                "{method} /v1/forecast?first HTTP/1.1\r\n{lines}{framed}GET /v1/forecast?second HTTP/1.1\r\n{lines}Connection: close\r\n\r\n"
            ));
            let seen = recorded.upstream.after(before);
            nothing_was_smuggled(&seen, method);
            let lines: Vec<&str> = seen.iter().map(Seen::line).collect();
            let first = format!("{method} /v1/forecast?first HTTP/1.1");
            if exchange.statuses() == [200, 200] {
                assert_eq!(lines, [first.as_str(), "GET /v1/forecast?second HTTP/1.1"]);
                assert_eq!(seen[0].body, INNER.as_bytes(), "{method}");
                assert!(seen[1].body.is_empty(), "{method}");
            } else {
                // Lawful too: the connection ends with the first.
                assert!(
                    exchange.closed && seen.len() <= 1,
                    "{method}: {} {lines:?}",
                    exchange.text
                );
            }
            recorded.control();
        }
    }
    // A refused request with a body: the body is not read as a request.
    for framed in [
        format!("Content-Length: {}\r\n\r\n{INNER}", INNER.len()),
        format!(
            "Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{INNER}\r\n0\r\n\r\n",
            INNER.len()
        ),
    ] {
        let before = recorded.upstream.count();
        let exchange = recorded.exchange(format!("POST /v1/payments HTTP/1.1\r\n{lines}{framed}"));
        assert_eq!(exchange.statuses(), [401], "{}", exchange.text);
        assert_eq!(recorded.upstream.count(), before);
    }
    recorded.control();
}

/// GTE-033: a body that breaks off leaves nothing behind.
#[test]
fn a_body_that_breaks_off_poisons_no_connection() {
    let mut recorded = Recorded::start();
    let lines = recorded.with_key();
    for framed in [
        "Content-Length: 100\r\n\r\nshort",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ] {
        for _ in 0..3 {
            recorded.control();
            let before = recorded.upstream.count();
            // The exchange goes away without the rest.
            let exchange =
                recorded.exchange(format!("POST /v1/forecast HTTP/1.1\r\n{lines}{framed}"));
            assert!(
                !exchange.statuses().contains(&200),
                "{framed:?}: {}",
                exchange.text
            );
            recorded.control();
            let seen = recorded.upstream.after(before);
            let good = seen.iter().filter(|one| one.line().starts_with("GET "));
            assert_eq!(good.count(), 1, "{framed:?}");
        }
    }
}

/// GTE-034. RFC 9110 section 10.1.1
#[test]
fn an_expectation_is_100_continue_or_refused() {
    let mut recorded = Recorded::start();
    let lines = recorded.with_key();
    for expectation in [
        "y 100-continue",
        "100-continue, y",
        "y",
        "",
        "100-continue\r\nExpect: 100-continue",
        "100-continue;q=1",
    ] {
        recorded.control();
        let before = recorded.upstream.count();
        let exchange = recorded.exchange(format!(
            "POST /v1/forecast HTTP/1.1\r\n{lines}Expect: {expectation}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ));
        assert!(
            matches!(exchange.statuses()[..], [400 | 417]),
            "{expectation:?}: {}",
            exchange.text
        );
        assert_eq!(recorded.upstream.count(), before, "{expectation:?}");
    }
    // 0.CL: GET with a length and an expectation, and the body sent or not.
    for _ in 0..50 {
        let before = recorded.upstream.count();
        let exchange = recorded.exchange(format!(
            "GET /v1/forecast?first HTTP/1.1\r\n{lines}Expect: 100-continue\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{INNER}",
            INNER.len()
        ));
        let answers: Vec<u16> = exchange
            .statuses()
            .into_iter()
            .filter(|status| *status != 100)
            .collect();
        assert_eq!(answers.len(), 1, "{}", exchange.text);
        let seen = recorded.upstream.after(before);
        assert!(seen.len() <= 1);
        nothing_was_smuggled(&seen, "0.CL");
        assert!(seen.iter().all(|one| one.all("expect").is_empty()));
        recorded.control();
    }
}

/// GTE-036.
#[test]
fn an_upgrade_is_never_a_tunnel() {
    let mut recorded = Recorded::start();
    let lines = recorded.with_key();
    for upgrade in ["h2c", "websocket", "TLS/1.0", "h2c, websocket"] {
        recorded.control();
        let before = recorded.upstream.count();
        let exchange = recorded.exchange(format!(
            "GET /v1/forecast?first HTTP/1.1\r\n{lines}Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: {upgrade}\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n{INNER}"
        ));
        assert!(
            matches!(exchange.statuses()[..], [200 | 400]),
            "{upgrade}: {}",
            exchange.text
        );
        let seen = recorded.upstream.after(before);
        assert!(seen.len() <= 1, "{upgrade}");
        nothing_was_smuggled(&seen, upgrade);
        for one in seen {
            for gone in ["upgrade", "http2-settings", "connection"] {
                assert!(one.all(gone).is_empty(), "{upgrade}: {}", one.head);
            }
        }
    }
    recorded.control();
}
