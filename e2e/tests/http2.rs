//! HTTP/2 that must not become HTTP/1 (GTE-015, GTE-038, GTE-039): refused, or
//! forwarded as exactly the one request that it is.
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

use e2e::http2::{Outcome, Request};
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

/// A good HTTP/2 request.
fn good(recorded: &Recorded, method: &str) -> Request {
    let gate = recorded.demo.text("/gate").trim_start_matches("http://");
    let fields = [
        (":method", method),
        (":scheme", "http"),
        (":authority", gate),
        (":path", "/v1/forecast"),
        ("x-api-key", recorded.demo.text("/api_key/secret")),
    ];
    Request {
        fields: fields
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        ..Request::default()
    }
}

fn changed(request: &Request, name: &str, value: &str) -> Request {
    let mut request = request.clone();
    request
        .fields
        .iter_mut()
        .find(|(held, _)| held == name)
        .unwrap()
        .1 = value.to_owned();
    request
}

fn without(request: &Request, name: &str) -> Request {
    let mut request = request.clone();
    request.fields.retain(|(held, _)| held != name);
    request
}

fn with(request: &Request, name: &str, value: &str) -> Request {
    let mut request = request.clone();
    request.fields.push((name.to_owned(), value.to_owned()));
    request
}

fn control(recorded: &mut Recorded) {
    let before = recorded.upstream.count();
    let outcome = good(recorded, "GET").send(recorded.demo.text("/gate"));
    assert_eq!(
        (outcome, recorded.upstream.count()),
        (Outcome::Status(200), before + 1)
    );
    assert_eq!(recorded.upstream.last().line(), "GET /v1/forecast HTTP/1.1");
    recorded.control();
}

/// A stream error, or a refusal; never forwarded.
fn refused(recorded: &mut Recorded, cases: &[Request]) {
    assert!(!cases.is_empty());
    for request in cases {
        control(recorded);
        let before = recorded.upstream.count();
        let outcome = request.send(recorded.demo.text("/gate"));
        let refused = matches!(
            outcome,
            Outcome::Reset | Outcome::Closed | Outcome::Status(400 | 405 | 417 | 421 | 431)
        );
        assert!(refused, "{outcome:?} for {request:?}");
        assert_eq!(
            recorded.upstream.count(),
            before,
            "{request:?} reached the upstream"
        );
    }
    control(recorded);
}

/// GTE-038. RFC 9113 section 8.2, RFC 9113 section 8.3
#[test]
fn pseudo_headers_are_complete_single_first_and_plain() {
    let mut recorded = Recorded::start();
    let good = good(&recorded, "GET");
    let mut cases = Vec::new();
    for name in [":method", ":path", ":scheme", ":authority"] {
        let value = good
            .fields
            .iter()
            .find(|(held, _)| held == name)
            .unwrap()
            .1
            .clone();
        let mut twice = good.clone();
        twice.fields.insert(0, (name.to_owned(), value.clone()));
        cases.push(twice);
        // Late: after a regular field.
        cases.push(with(&without(&good, name), name, &value));
        cases.push(without(&good, name));
        cases.push(changed(&good, name, ""));
    }
    for path in [
        "v1/forecast",
        "*",
        "/v1/fore cast",
        "/v1/forecast HTTP/1.1",
        "/v1/forecast\r\nx: y",
        "/v1/forecast\n",
        "/v1/forecast\u{0}",
        "http://evil/v1/forecast",
        "/v1/forecast\t",
        " /v1/forecast",
        "/v1//forecast",
        "/v1/./forecast",
        "/v1/x/../forecast",
        "/v1/forecast/",
        "/v1/%66orecast",
        "\\v1\\forecast",
    ] {
        cases.push(changed(&good, ":path", path));
    }
    for method in [
        "GET /admin HTTP/1.1",
        "get",
        "GET ",
        " GET",
        "G\u{0}ET",
        "GET\r\nx: y",
        "FOO",
        "CONNECT",
        "TRACE",
        "GET /admin",
    ] {
        cases.push(changed(&good, ":method", method));
    }
    for scheme in [
        "ftp",
        "javascript",
        "ws",
        "http:",
        "http://evil",
        "h t",
        "https,http",
    ] {
        cases.push(changed(&good, ":scheme", scheme));
    }
    for authority in [
        "gw@evil",
        "gw:99999",
        "gw/x",
        "gw test",
        "g\u{1e83}",
        "gw\r\nx: y",
        "gw,evil",
        "gw#",
        "[::1",
    ] {
        cases.push(changed(&good, ":authority", authority));
    }
    for (name, value) in [
        (":foo", "x"),
        (":status", "200"),
        (":protocol", "websocket"),
        (":", "x"),
        (":path ", "/"),
        ("host", "evil.test"),
    ] {
        let mut odd = good.clone();
        odd.fields.insert(0, (name.to_owned(), value.to_owned()));
        cases.push(odd);
    }
    cases.push(with(&good, "host", "evil.test"));
    refused(&mut recorded, &cases);
}

/// GTE-015: the HTTP/2 library cuts a fragment off before anyone can see it.
/// What is left is judged, and exactly that is forwarded.
#[test]
fn a_fragment_chooses_no_endpoint() {
    let mut recorded = Recorded::start();
    let good = good(&recorded, "GET");
    let gate = recorded.demo.text("/gate").to_owned();
    for path in [
        "/admin#/public",
        "/v1/reports#/../forecast",
        "/admin#/v1/forecast",
        "/admin#",
        "#/public",
        "/#/public",
    ] {
        control(&mut recorded);
        let before = recorded.upstream.count();
        for request in [
            changed(&good, ":path", path),
            changed(&without(&good, "x-api-key"), ":path", path),
        ] {
            let outcome = request.send(&gate);
            let refused = matches!(
                outcome,
                Outcome::Reset | Outcome::Closed | Outcome::Status(400 | 401 | 404)
            );
            assert!(refused, "{path}: {outcome:?}");
        }
        assert_eq!(recorded.upstream.count(), before, "{path}");
    }
    for path in ["/v1/forecast#/admin", "/v1/forecast?q=1#/../../admin"] {
        let before = recorded.upstream.count();
        let _ = changed(&good, ":path", path).send(&gate);
        for one in recorded.upstream.after(before) {
            assert_eq!(
                one.line(),
                format!("GET {} HTTP/1.1", path.split('#').next().unwrap())
            );
        }
    }
    control(&mut recorded);
}

/// GTE-038, GTE-039. RFC 9113 section 8.2.1, RFC 9113 section 8.2.2
#[test]
fn fields_say_nothing_that_http1_would_read_otherwise() {
    let mut recorded = Recorded::start();
    let good = good(&recorded, "GET");
    let fields = [
        ("X-Upper", "y"),
        ("Transfer-Encoding", "chunked"),
        ("connection", "close"),
        ("connection", "x-api-key"),
        ("transfer-encoding", "chunked"),
        ("transfer-encoding", "identity"),
        ("keep-alive", "timeout=5"),
        ("proxy-connection", "keep-alive"),
        ("upgrade", "h2c"),
        ("te", "chunked"),
        ("te", "trailers, chunked"),
        ("x", "a\r\nx-doorward-subject: admin"),
        ("x", "a\nb"),
        ("x", "a\rb"),
        ("x", "a\u{0}b"),
        ("x\r\ny", "z"),
        ("x y", "z"),
        ("x:y", "z"),
        ("x\u{0}", "z"),
        ("", "z"),
        ("x\u{e9}", "z"),
        ("x ", "z"),
        ("x", "a\u{7f}b"),
        ("content-length", "5"),
        ("content-length", ""),
        ("content-length", " "),
        ("content-length", " 1"),
        ("content-length", "-1"),
        ("content-length", "+0"),
        ("content-length", "0x0"),
        ("content-length", "0, 0"),
        ("expect", "y"),
    ];
    let mut cases: Vec<Request> = fields
        .iter()
        .map(|(name, value)| with(&good, name, value))
        .collect();
    cases.push(with(
        &with(&good, "content-length", "0"),
        "content-length",
        "0",
    ));
    cases.push(with(&with(&good, "host", "gw.test"), "host", "gw.test"));
    refused(&mut recorded, &cases);
}

/// GTE-039. RFC 9113 section 8.1.1
#[test]
fn content_is_as_long_as_it_says() {
    let mut recorded = Recorded::start();
    let post = good(&recorded, "POST");
    let sized = |length: &str, body: &str, late: bool| Request {
        body: Some(body.to_owned()),
        late,
        ..with(&post, "content-length", length)
    };
    for late in [false, true] {
        let mut cases: Vec<Request> = [
            ("3", INNER),
            ("200", INNER),
            ("5", ""),
            ("18446744073709551616", INNER),
            ("", "a"),
        ]
        .map(|(length, body)| sized(length, body, late))
        .into();
        cases.push(with(&sized("5", "hello", late), "content-length", "6"));
        refused(&mut recorded, &cases);
    }
    nothing_was_smuggled(&recorded.upstream.broken(), "a length");
    // A length of zero is whole before any content can contradict it: then the
    // request goes ahead without content, and none ever follows.
    for late in [false, true] {
        let before = recorded.upstream.count();
        let _ = sized("0", INNER, late).send(recorded.demo.text("/gate"));
        recorded.control();
        let seen = recorded.upstream.after(before);
        assert!(
            seen.len() <= 2 && seen.iter().all(|one| one.body.is_empty()),
            "{seen:?}"
        );
        nothing_was_smuggled(&seen, "a length of zero");
    }

    let before = recorded.upstream.count();
    let good = sized(&INNER.len().to_string(), INNER, true);
    let gate = recorded.demo.text("/gate").to_owned();
    assert_eq!(good.send(&gate), Outcome::Status(200));
    let unsized_post = Request {
        body: Some(INNER.to_owned()),
        ..post.clone()
    };
    assert_eq!(unsized_post.send(&gate), Outcome::Status(200));
    let seen = recorded.upstream.after(before);
    assert_eq!(seen.len(), 2);
    for one in &seen {
        assert_eq!(
            (one.line(), one.body.as_slice()),
            ("POST /v1/forecast HTTP/1.1", INNER.as_bytes())
        );
    }
    // Trailers carry no framing, no credential and no identity onwards.
    for (name, value) in [
        (":path", "/admin"),
        ("content-length", "5"),
        ("transfer-encoding", "chunked"),
        ("x-doorward-subject", "admin"),
        ("host", "evil"),
        ("authorization", "Bearer x"),
        ("X-Upper", "y"),
    ] {
        let before = recorded.upstream.count();
        let trailers = vec![(name.to_owned(), value.to_owned())];
        Request {
            body: Some("hello".to_owned()),
            trailers,
            ..post.clone()
        }
        .send(&gate);
        for one in recorded.upstream.after(before) {
            assert_eq!(
                (one.line(), one.body.as_slice()),
                ("POST /v1/forecast HTTP/1.1", b"hello".as_slice()),
                "{name}"
            );
            assert!(
                !one.head.contains(value) || value == "5",
                "{name}: {}",
                one.head
            );
        }
        recorded.control();
    }
}
