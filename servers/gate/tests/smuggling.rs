//! GTE-017 to GTE-019 and GTE-026 to GTE-036: every shape is refused with a
//! closed connection, no byte of it reaches the upstream, and good requests
//! pass before and after.
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

/// Each is refused with one of these statuses.
fn refused(cases: &[(&str, &str)], statuses: &[&str]) {
    let upstream = Upstream::answering(OK);
    let gate = Gate::before(&upstream);
    gate.control(&upstream);
    for (name, bytes) in cases {
        let before = upstream.count();
        let reply = gate.raw(bytes);
        let found = reply.statuses();
        assert_eq!(found.len(), 1, "{name}: {}", reply.text);
        assert!(statuses.contains(&found[0]), "{name}: {}", reply.text);
        assert!(reply.closed, "{name}: the connection stayed open");
        assert_eq!(upstream.count(), before, "{name} reached the upstream");
    }
    gate.control(&upstream);
}

#[test]
fn rfc9112_6_1_two_framings_are_refused() {
    refused(
        &[
            (
                "CL.TE",
                "POST / HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
            ),
            (
                "TE.CL",
                "POST / HTTP/1.1\r\nHost: gw.test\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
            ),
            (
                "CL.TE spelled",
                "POST / HTTP/1.1\r\nHost: gw.test\r\ncontent-length:6\r\ntransfer-ENCODING:chunked\r\n\r\n0\r\n\r\nG",
            ),
        ],
        &["400"],
    );
}

#[test]
fn rfc9112_6_1_transfer_encoding_is_chunked_or_refused() {
    let cases: Vec<(String, String)> = [
        "identity",
        "gzip",
        "gzip, chunked",
        "chunked, gzip",
        "chunked, chunked",
        "xchunked",
        "chunked;a=b",
        "\"chunked\"",
        "chunked,",
        ",chunked",
        "chun\tked",
        "chunked\r\nTransfer-Encoding: chunked",
        "chunked\r\nTransfer-Encoding: identity",
        "identity\r\nTransfer-Encoding: chunked",
        "",
    ]
    .iter()
    .map(|value| {
        (
            format!("TE: {value:?}"),
            format!(
                "POST / HTTP/1.1\r\nHost: gw.test\r\nTransfer-Encoding: {value}\r\n\r\n0\r\n\r\n"
            ),
        )
    })
    .collect();
    let cases: Vec<_> = cases
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_str()))
        .collect();
    refused(&cases, &["400"]);
}

#[test]
fn rfc9112_6_3_a_length_is_one_number() {
    let cases: Vec<(String, String)> = [
        "+5",
        "-1",
        "5,5",
        "5, 6",
        "0x5",
        "5 5",
        "18446744073709551616",
        "",
        "5\r\nContent-Length: 5",
        "5\r\nContent-Length: 6",
        "5\r\nContent-Length:",
        "5.0",
        "5e0",
        "\u{665}",
    ]
    .iter()
    .map(|value| {
        (
            format!("CL: {value:?}"),
            format!("POST / HTTP/1.1\r\nHost: gw.test\r\nContent-Length: {value}\r\n\r\nhello"),
        )
    })
    .collect();
    let cases: Vec<_> = cases
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_str()))
        .collect();
    refused(&cases, &["400"]);
}

#[test]
fn rfc9112_2_2_odd_lines_are_refused() {
    refused(
        &[
            ("bare LF, all", "GET / HTTP/1.1\nHost: gw.test\n\n"),
            ("bare LF, last", "GET / HTTP/1.1\r\nHost: gw.test\r\n\n"),
            (
                "bare LF, header",
                "GET / HTTP/1.1\r\nHost: gw.test\nX: y\r\n\r\n",
            ),
            (
                "bare CR in a value",
                "GET / HTTP/1.1\r\nHost: gw.test\r\nX: a\rb\r\n\r\n",
            ),
            (
                "bare CR as a line end",
                "GET / HTTP/1.1\r\nHost: gw.test\rX: y\r\n\r\n",
            ),
            (
                "NUL in a value",
                "GET / HTTP/1.1\r\nHost: gw.test\r\nX: a\0b\r\n\r\n",
            ),
            (
                "NUL in a name",
                "GET / HTTP/1.1\r\nHost: gw.test\r\nX\0: b\r\n\r\n",
            ),
            (
                "no colon",
                "GET / HTTP/1.1\r\nHost: gw.test\r\nnonsense\r\n\r\n",
            ),
            ("leading space", "GET / HTTP/1.1\r\n Host: gw.test\r\n\r\n"),
            (
                "obs-fold",
                "GET / HTTP/1.1\r\nHost: gw.test\r\nX: a\r\n b\r\n\r\n",
            ),
            (
                "obs-fold with a tab",
                "GET / HTTP/1.1\r\nHost: gw.test\r\nX: a\r\n\tb\r\n\r\n",
            ),
            (
                "space before the colon",
                "GET / HTTP/1.1\r\nHost: gw.test\r\nX : a\r\n\r\n",
            ),
            (
                "tab before the colon",
                "GET / HTTP/1.1\r\nHost: gw.test\r\nX\t: a\r\n\r\n",
            ),
            (
                "empty name",
                "GET / HTTP/1.1\r\nHost: gw.test\r\n: a\r\n\r\n",
            ),
            ("two spaces", "GET  / HTTP/1.1\r\nHost: gw.test\r\n\r\n"),
            ("a tab", "GET\t/ HTTP/1.1\r\nHost: gw.test\r\n\r\n"),
            (
                "a space in the target",
                "GET /a b HTTP/1.1\r\nHost: gw.test\r\n\r\n",
            ),
            (
                "DEL in a value",
                "GET / HTTP/1.1\r\nHost: gw.test\r\nX: a\x7fb\r\n\r\n",
            ),
            (
                "C1 control in a value",
                "GET / HTTP/1.1\r\nHost: gw.test\r\nX: a\u{85}b\r\nConnection: close\r\n\r\n",
            ),
            (
                "a fragment",
                "GET /a#/public HTTP/1.1\r\nHost: gw.test\r\n\r\n",
            ),
        ],
        &["400"],
    );
}

#[test]
fn bytes_that_are_no_utf_8_in_a_value_are_refused() {
    let upstream = Upstream::answering(OK);
    let gate = Gate::before(&upstream);
    let reply =
        gate.raw(b"GET / HTTP/1.1\r\nHost: gw.test\r\nX: \xff\r\nConnection: close\r\n\r\n");
    assert_eq!(reply.statuses(), ["400"]);
    assert_eq!(upstream.count(), 0);
    let reply = gate.raw("GET / HTTP/1.1\r\nHost: gw.test\r\nX: é\r\nConnection: close\r\n\r\n");
    assert_eq!(reply.statuses(), ["200"], "text in UTF-8 passes");
}

#[test]
fn rfc9112_2_3_other_versions_are_refused() {
    refused(
        &[
            ("0.9", "GET /\r\n"),
            ("1.2", "GET / HTTP/1.2\r\nHost: gw.test\r\n\r\n"),
            ("1.1x", "GET / HTTP/1.1x\r\nHost: gw.test\r\n\r\n"),
            ("2.0", "GET / HTTP/2.0\r\nHost: gw.test\r\n\r\n"),
            (
                "1.0 with TE",
                "POST / HTTP/1.0\r\nHost: gw.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            ),
            (
                "1.0 POST without a length",
                "POST / HTTP/1.0\r\nHost: gw.test\r\n\r\nhello",
            ),
            (
                "1.0 PUT without a length, kept alive",
                "PUT / HTTP/1.0\r\nHost: gw.test\r\nConnection: keep-alive\r\n\r\nGET /x HTTP/1.0\r\n\r\n",
            ),
        ],
        &["400", "505"],
    );
}

#[test]
fn rfc9112_7_1_odd_chunks_end_the_connection_and_no_second_request_appears() {
    let upstream = Upstream::answering(OK);
    let gate = Gate::before(&upstream);
    let zeros = "0".repeat(1000) + "5\r\nhello\r\n0\r\n\r\n";
    let extension = format!("5;{}\r\nhello\r\n0\r\n\r\n", "a".repeat(1 << 20));
    let follow = "GET /smuggled HTTP/1.1\r\nHost: gw.test\r\n\r\n";
    for chunks in [
        "0x5\r\nhello\r\n0\r\n\r\n",
        "-1\r\nhello\r\n0\r\n\r\n",
        "ffffffffffffffff1\r\nhello\r\n0\r\n\r\n",
        "5;a\nb\r\nhello\r\n0\r\n\r\n",
        "5\nhello\n0\n\n",
        "5\r\nhello0\r\n\r\n",
        "5\r\nhelloxx0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "\r\nhello\r\n0\r\n\r\n",
        zeros.as_str(),
        extension.as_str(),
    ] {
        gate.control(&upstream);
        let reply = gate.raw(format!(
            "POST /chunks HTTP/1.1\r\nHost: gw.test\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}{follow}"
        ));
        let shown = chunks.chars().take(30).collect::<String>();
        assert!(reply.closed, "{shown:?}: {}", reply.text);
        assert!(
            !reply.text.contains("HTTP/1.1 200"),
            "{shown:?}: {}",
            reply.text
        );
        assert!(
            upstream
                .seen
                .lock()
                .unwrap()
                .iter()
                .all(|seen| !seen.line().contains("/smuggled") && !seen.line().contains("/chunks")),
            "{shown:?} reached the upstream whole"
        );
    }
    gate.control(&upstream);
}

#[test]
fn rfc9112_3_2_a_request_names_one_authority() {
    let long = format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", "a".repeat(8192));
    refused(
        &[
            ("no Host", "GET / HTTP/1.1\r\n\r\n"),
            ("no Host in 1.0", "GET / HTTP/1.0\r\n\r\n"),
            (
                "two Hosts",
                "GET / HTTP/1.1\r\nHost: gw.test\r\nHost: gw.test\r\n\r\n",
            ),
            (
                "two different Hosts",
                "GET / HTTP/1.1\r\nHost: gw.test\r\nHost: evil\r\n\r\n",
            ),
            ("empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
            ("user in Host", "GET / HTTP/1.1\r\nHost: gw@evil\r\n\r\n"),
            (
                "port out of range",
                "GET / HTTP/1.1\r\nHost: gw:99999\r\n\r\n",
            ),
            ("path in Host", "GET / HTTP/1.1\r\nHost: gw/x\r\n\r\n"),
            ("non-ASCII Host", "GET / HTTP/1.1\r\nHost: gẃ.test\r\n\r\n"),
            ("8 KiB Host", &long),
            (
                "another authority",
                "GET http://evil/admin HTTP/1.1\r\nHost: gw.test\r\n\r\n",
            ),
            (
                "another port",
                "GET http://gw.test:1/admin HTTP/1.1\r\nHost: gw.test\r\n\r\n",
            ),
            (
                "another scheme",
                "GET https://gw.test/admin HTTP/1.1\r\nHost: gw.test\r\n\r\n",
            ),
            (
                "odd scheme",
                "GET ftp://gw.test/admin HTTP/1.1\r\nHost: gw.test\r\n\r\n",
            ),
            (
                "user in the target",
                "GET http://u:p@gw.test/ HTTP/1.1\r\nHost: gw.test\r\n\r\n",
            ),
            (
                "user in both",
                "GET http://u@gw.test/ HTTP/1.1\r\nHost: u@gw.test\r\n\r\n",
            ),
        ],
        &["400", "421"],
    );
}

#[test]
fn rfc9110_9_methods_that_are_not_offered_are_refused() {
    refused(
        &[
            ("CONNECT", "CONNECT up:80 HTTP/1.1\r\nHost: up:80\r\n\r\n"),
            ("CONNECT /", "CONNECT / HTTP/1.1\r\nHost: gw.test\r\n\r\n"),
            ("OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: gw.test\r\n\r\n"),
            ("TRACE", "TRACE / HTTP/1.1\r\nHost: gw.test\r\n\r\n"),
            ("lower case", "get / HTTP/1.1\r\nHost: gw.test\r\n\r\n"),
            ("unknown", "FOO / HTTP/1.1\r\nHost: gw.test\r\n\r\n"),
            ("no path", "GET x HTTP/1.1\r\nHost: gw.test\r\n\r\n"),
        ],
        &["400", "405"],
    );
}

#[test]
fn an_absolute_target_that_agrees_with_host_is_forwarded_as_a_path() {
    let upstream = Upstream::answering(OK);
    let gate = Gate::before(&upstream);
    let reply =
        gate.raw("GET http://GW.test/a?b=c HTTP/1.1\r\nHost: gw.test\r\nConnection: close\r\n\r\n");
    assert_eq!(reply.statuses(), ["200"]);
    assert_eq!(upstream.last().line(), "GET /a?b=c HTTP/1.1");
}

#[test]
fn gte_034_expectations_other_than_100_continue_are_refused() {
    let upstream = Upstream::answering(OK);
    let gate = Gate::before(&upstream);
    gate.control(&upstream);
    for expectation in [
        "y 100-continue",
        "100-continue, y",
        "y",
        "",
        "100-continue\r\nExpect: 100-continue",
    ] {
        let reply = gate.raw(format!(
            "POST / HTTP/1.1\r\nHost: gw.test\r\nExpect: {expectation}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ));
        assert_eq!(reply.statuses(), ["417"], "{expectation:?}");
    }
    gate.control(&upstream);
    assert_eq!(upstream.count(), 2);
}

#[test]
fn gte_032_bodies_of_get_head_and_delete_stay_in_step_with_the_next_request() {
    let upstream = Upstream::answering(b"HTTP/1.1 204 No Content\r\n\r\n");
    let gate = Gate::before(&upstream);
    let inner = "GET /inner HTTP/1.1\r\nHost: gw.test\r\n\r\n";
    for method in ["GET", "HEAD", "DELETE", "OPTIONS"] {
        for framed in [
            format!("Content-Length: {}\r\n\r\n{inner}", inner.len()),
            format!(
                "Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{inner}\r\n0\r\n\r\n",
                inner.len()
            ),
        ] {
            let before = upstream.count();
            let reply = gate.raw(format!(
                "{method} /first HTTP/1.1\r\nHost: gw.test\r\n{framed}GET /second HTTP/1.1\r\nHost: gw.test\r\nConnection: close\r\n\r\n"
            ));
            assert_eq!(reply.statuses(), ["204", "204"], "{method} {framed:?}");
            let seen = upstream.seen.lock().unwrap();
            let [first, second] = &seen[before..] else {
                panic!("{method}: {} requests", seen.len() - before)
            };
            assert_eq!(first.line(), format!("{method} /first HTTP/1.1"));
            assert_eq!(first.body, inner.as_bytes());
            assert_eq!(second.line(), "GET /second HTTP/1.1");
            assert!(second.body.is_empty());
        }
    }
}

#[test]
fn gte_036_an_upgrade_is_stripped_and_never_tunnelled() {
    let upstream = Upstream::answering(OK);
    let gate = Gate::before(&upstream);
    for upgrade in ["h2c", "websocket"] {
        let reply = gate.raw(format!(
            "GET /up HTTP/1.1\r\nHost: gw.test\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: {upgrade}\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
        ));
        assert_eq!(reply.statuses(), ["200"]);
        let seen = upstream.last();
        for gone in ["upgrade", "http2-settings", "connection"] {
            assert_eq!(seen.header(gone), None, "{gone}");
        }
    }
    let upstream = Upstream::answering(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nraw",
    );
    let gate = Gate::before(&upstream);
    let reply = gate
        .raw("GET / HTTP/1.1\r\nHost: gw.test\r\nUpgrade: x\r\nConnection: upgrade, close\r\n\r\n");
    assert_eq!(reply.statuses(), ["502"]);
}

#[test]
fn gte_042_heads_beyond_the_limits_are_431() {
    let upstream = Upstream::answering(OK);
    let gate = Gate::before(&upstream);
    let with = |lines: usize| {
        let lines: String = (0..lines).map(|n| format!("x-{n}: y\r\n")).collect();
        format!("GET / HTTP/1.1\r\nHost: gw.test\r\n{lines}Connection: close\r\n\r\n")
    };
    assert_eq!(gate.raw(with(90)).statuses(), ["200"]);
    assert_eq!(gate.raw(with(98)).statuses(), ["200"]);
    assert_eq!(gate.raw(with(99)).statuses(), ["431"]);
    assert_eq!(gate.raw(with(10_000)).statuses(), ["431"]);
    for size in [100_000, 1 << 20] {
        let reply = gate.raw(format!(
            "GET / HTTP/1.1\r\nHost: gw.test\r\nCookie: {}\r\n\r\n",
            "a".repeat(size)
        ));
        // The gate closes while the client still sends, so the answer may be lost to a reset.
        assert!(
            matches!(reply.statuses()[..], ["431"] | []),
            "{}",
            reply.text
        );
        assert!(reply.closed);
    }
    assert_eq!(upstream.count(), 2);
    gate.control(&upstream);
}

#[test]
fn every_answer_of_the_gate_has_a_request_id_and_is_a_problem() {
    let upstream = Upstream::answering(OK);
    let gate = Gate::before(&upstream);
    let mut ids = std::collections::HashSet::new();
    for bytes in [
        "GET / HTTP/1.1\r\nHost: gw.test\r\nX-Request-Id: mine\r\nConnection: close\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
        "TRACE / HTTP/1.1\r\nHost: gw.test\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
    ] {
        let reply = gate.raw(bytes);
        let id = reply.header("x-request-id").unwrap().to_owned();
        assert_eq!(id.len(), 26);
        assert!(ids.insert(id.clone()));
        if !reply.text.starts_with("HTTP/1.1 200") {
            assert_eq!(
                reply.header("content-type"),
                Some("application/problem+json")
            );
            assert_eq!(reply.header("cache-control"), Some("no-store"));
            assert!(reply.text.contains(&format!("\"instance\":\"{id}\"")));
        }
    }
    assert_ne!(upstream.last().header("x-request-id").unwrap(), "mine");
}
