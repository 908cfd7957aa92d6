//! HTTP/2 by prior knowledge and over TLS; GTE-038 and GTE-039 frame by frame.
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

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use gate::listen::{InvalidTls, Tls};
use gate::upstream::UpstreamLimits;
use http_body_util::{BodyExt, Empty, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use support::{Gate, OK, Upstream, drain};

fn literal(name: &str, value: &[u8]) -> Vec<u8> {
    // RFC 7541 section 6.2.2: literal, without indexing, new name, no Huffman.
    let mut field = vec![0];
    for text in [name.as_bytes(), value] {
        assert!(text.len() < 127);
        field.push(text.len() as u8);
        field.extend_from_slice(text);
    }
    field
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = (payload.len() as u32).to_be_bytes()[1..].to_vec();
    frame.extend_from_slice(&[kind, flags]);
    frame.extend_from_slice(&stream.to_be_bytes());
    frame.extend_from_slice(payload);
    frame
}

type Fields<'a> = Vec<(&'a str, &'a [u8])>;

/// What the gate did with one stream.
#[derive(Debug, PartialEq)]
enum Fate {
    Status(u16),
    Reset,
    GoAway,
}

/// Sends one request as given and says what became of it.
fn fate(gate: &Gate, fields: &[(&str, &[u8])], data: Option<&[u8]>) -> Fate {
    let mut stream = gate.connect();
    let block: Vec<u8> = fields
        .iter()
        .flat_map(|(name, value)| literal(name, value))
        .collect();
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    bytes.extend(frame(4, 0, 0, &[]));
    bytes.extend(frame(1, if data.is_some() { 4 } else { 5 }, 1, &block));
    if let Some(data) = data {
        bytes.extend(frame(0, 1, 1, data));
    }
    stream.write_all(&bytes).unwrap();
    loop {
        let mut head = [0; 9];
        if stream.read_exact(&mut head).is_err() {
            return Fate::GoAway;
        }
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let mut payload = vec![0; length];
        stream.read_exact(&mut payload).unwrap();
        match head[3] {
            1 => return Fate::Status(status(&payload)),
            3 => return Fate::Reset,
            7 => return Fate::GoAway,
            _ => {}
        }
    }
}

/// `:status` is the first field: indexed (RFC 7541 appendix A), or a literal
/// with the static table's name.
fn status(block: &[u8]) -> u16 {
    let block = if block[0] & 0xe0 == 0x20 {
        &block[1..]
    } else {
        block
    };
    match block[0] {
        0x88 => 200,
        0x89 => 204,
        0x8c => 400,
        0x8d => 404,
        0x8e => 500,
        0x48 if block[1] & 0x80 == 0 => std::str::from_utf8(&block[2..5]).unwrap().parse().unwrap(),
        // Huffman: only digits, 5 or 6 bits each (RFC 7541 appendix B).
        0x48 => {
            let bytes = &block[2..2 + usize::from(block[1] & 0x7f)];
            let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
            let (mut at, mut number) = (0, 0);
            for _ in 0..3 {
                let five = u16::from_str_radix(&bits[at..at + 5], 2).unwrap();
                let (digit, width) = if five < 3 {
                    (five, 5)
                } else {
                    (
                        u16::from_str_radix(&bits[at..at + 6], 2).unwrap() - 0x19 + 3,
                        6,
                    )
                };
                number = number * 10 + digit;
                at += width;
            }
            number
        }
        other => panic!("first field {other:#x}"),
    }
}

const GOOD: [(&str, &[u8]); 4] = [
    (":method", b"GET"),
    (":scheme", b"http"),
    (":authority", b"gw.test"),
    (":path", b"/a"),
];

fn with<'a>(more: &[(&'a str, &'a [u8])]) -> Fields<'a> {
    GOOD.iter().copied().chain(more.iter().copied()).collect()
}

fn replaced<'a>(name: &str, value: &'a [u8]) -> Fields<'a> {
    GOOD.iter()
        .map(|(found, kept)| (*found, if *found == name { value } else { *kept }))
        .collect()
}

fn without(name: &str) -> Fields<'static> {
    GOOD.iter()
        .copied()
        .filter(|(found, _)| *found != name)
        .collect()
}

#[test]
fn gte_038_malformed_http2_requests_are_never_forwarded() {
    let upstream = Upstream::answering(OK);
    let gate = Gate::before(&upstream);
    let mut late = GOOD[..3].to_vec();
    late.extend([("x-a", b"b".as_slice()), (":path", b"/a")]);
    let cases: Vec<(&str, Fields<'_>)> = vec![
        ("two :path", with(&[(":path", b"/b")])),
        ("two :method", with(&[(":method", b"POST")])),
        ("two :authority", with(&[(":authority", b"evil")])),
        (":path without slash", replaced(":path", b"admin")),
        (":path *", replaced(":path", b"*")),
        ("empty :path", replaced(":path", b"")),
        (":path with a space", replaced(":path", b"/a b")),
        (":path with CRLF", replaced(":path", b"/a HTTP/1.1\r\nx: y")),
        (":path with a NUL", replaced(":path", b"/a\0")),
        ("no :path", without(":path")),
        ("no :method", without(":method")),
        ("no :scheme", without(":scheme")),
        ("no :authority", without(":authority")),
        (":authority and host differ", with(&[("host", b"evil")])),
        (
            "two hosts",
            with(&[("host", b"gw.test"), ("host", b"gw.test")]),
        ),
        ("user in :authority", replaced(":authority", b"u@gw.test")),
        (
            ":authority with a path",
            replaced(":authority", b"gw.test/x"),
        ),
        (
            "a request line as the method",
            replaced(":method", b"GET /admin HTTP/1.1"),
        ),
        ("CONNECT", replaced(":method", b"CONNECT")),
        ("TRACE", replaced(":method", b"TRACE")),
        ("unknown method", replaced(":method", b"FOO")),
        ("unknown pseudo-header", with(&[(":evil", b"x")])),
        (":status", with(&[(":status", b"200")])),
        ("pseudo after regular", late),
        ("upper case", with(&[("X-Upper", b"y")])),
        ("connection", with(&[("connection", b"close")])),
        ("keep-alive", with(&[("keep-alive", b"x")])),
        ("proxy-connection", with(&[("proxy-connection", b"x")])),
        ("upgrade", with(&[("upgrade", b"h2c")])),
        (
            "transfer-encoding",
            with(&[("transfer-encoding", b"chunked")]),
        ),
        ("te: chunked", with(&[("te", b"chunked")])),
        ("CR in a value", with(&[("x-a", b"a\rb")])),
        ("LF in a value", with(&[("x-a", b"a\nx-user: root")])),
        ("NUL in a value", with(&[("x-a", b"a\0b")])),
        ("space in a name", with(&[("x a", b"b")])),
        ("colon in a name", with(&[("x:a", b"b")])),
        ("empty name", with(&[("", b"b")])),
        (
            "two lengths",
            with(&[("content-length", b"0"), ("content-length", b"5")]),
        ),
        ("an odd length", with(&[("content-length", b"+0")])),
        ("an empty length", with(&[("content-length", b"")])),
        ("an empty :scheme", replaced(":scheme", b"")),
        ("another :scheme", replaced(":scheme", b"ftp")),
        ("expectation", with(&[("expect", b"y")])),
    ];
    for (name, fields) in cases {
        let before = upstream.count();
        let fate = fate(&gate, &fields, None);
        assert!(
            matches!(
                fate,
                Fate::Reset | Fate::GoAway | Fate::Status(400 | 405 | 417 | 421)
            ),
            "{name}: {fate:?}"
        );
        assert_eq!(upstream.count(), before, "{name} reached the upstream");
        assert_eq!(
            self::fate(&gate, &GOOD, None),
            Fate::Status(200),
            "the control after {name}"
        );
    }
}

#[test]
fn gte_039_a_length_that_is_not_the_body_s_is_not_forwarded_whole() {
    let upstream = Upstream::answering(OK);
    let gate = Gate::before(&upstream);
    let mut post = replaced(":method", b"POST");
    post.push(("content-length", b"5"));
    assert_eq!(fate(&gate, &post, Some(b"hello")), Fate::Status(200));
    assert_eq!(upstream.last().body, b"hello");
    let before = upstream.count();
    for body in [b"hell".as_slice(), b"hello GET /smuggled", b""] {
        let found = fate(&gate, &post, Some(body));
        assert!(
            matches!(found, Fate::Reset | Fate::GoAway | Fate::Status(400)),
            "{body:?}: {found:?}"
        );
    }
    assert_eq!(upstream.count(), before);
    gate.control(&upstream);
}

#[test]
fn more_than_100_headers_are_431_on_http2_too() {
    let upstream = Upstream::answering(OK);
    let gate = Gate::before(&upstream);
    let names: Vec<String> = (0..101).map(|n| format!("x-{n}")).collect();
    let many: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), b"y".as_slice()))
        .collect();
    assert_eq!(fate(&gate, &with(&many[..100]), None), Fate::Status(200));
    assert_eq!(fate(&gate, &with(&many), None), Fate::Status(431));
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

#[test]
fn many_streams_share_a_connection_and_large_bodies_pass() {
    let upstream = Upstream::with(|seen, stream| {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
            seen.body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&seen.body).is_ok()
    });
    let gate = Gate::before(&upstream);
    runtime().block_on(async {
        let stream = tokio::net::TcpStream::connect(gate.address).await.unwrap();
        let (sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
                .await
                .unwrap();
        tokio::spawn(connection);
        let calls = (0..50_u8).map(|n| {
            let mut sender = sender.clone();
            async move {
                let body = Bytes::from(vec![n; 100_000]);
                let request = http::Request::post(format!("http://gw.test/{n}"))
                    .body(Full::new(body.clone()))
                    .unwrap();
                let response = sender.send_request(request).await.unwrap();
                assert_eq!(response.status(), 200);
                assert_eq!(response.headers()["x-request-id"].len(), 26);
                assert_eq!(
                    response.into_body().collect().await.unwrap().to_bytes(),
                    body
                );
            }
        });
        tokio::time::timeout(
            Duration::from_secs(20),
            futures_util::future::join_all(calls),
        )
        .await
        .unwrap();
    });
    assert_eq!(upstream.count(), 50);
}

#[test]
fn a_cancelled_stream_cancels_its_upstream_request_and_no_other() {
    let (sender, ended) = std::sync::mpsc::channel();
    let sender = std::sync::Mutex::new(sender);
    let upstream = Upstream::with(move |seen, stream| {
        if seen.line().starts_with("GET /slow") {
            stream
                .set_read_timeout(Some(Duration::from_secs(5)))
                .unwrap();
            let found = stream.read(&mut [0; 8]);
            sender.lock().unwrap().send(matches!(found, Ok(0))).unwrap();
            return false;
        }
        stream.write_all(OK).is_ok()
    });
    let gate = Gate::before(&upstream);
    runtime().block_on(async {
        let stream = tokio::net::TcpStream::connect(gate.address).await.unwrap();
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
                .await
                .unwrap();
        tokio::spawn(connection);
        let get = |path: &str| {
            http::Request::get(format!("http://gw.test{path}"))
                .body(Empty::<Bytes>::new())
                .unwrap()
        };
        let slow = sender.send_request(get("/slow"));
        assert!(
            tokio::time::timeout(Duration::from_millis(200), slow)
                .await
                .is_err()
        );
        assert_eq!(
            sender.send_request(get("/quick")).await.unwrap().status(),
            200
        );
    });
    assert!(ended.recv_timeout(Duration::from_secs(5)).unwrap());
}

#[test]
fn tls_serves_both_protocols_by_alpn() {
    let upstream = Upstream::answering(OK);
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    let tls = Tls::from_pem(certificate.as_bytes(), key.as_bytes()).unwrap();
    let gate = Gate::with(
        upstream.url(),
        |listen| listen.tls = Some(tls),
        UpstreamLimits::default(),
    );
    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    for (protocol, http2) in [(b"h2".as_slice(), true), (b"http/1.1", false)] {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots.clone())
            .with_no_client_auth();
        config.alpn_protocols = vec![protocol.to_vec()];
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        runtime().block_on(async {
            let stream = tokio::net::TcpStream::connect(gate.address).await.unwrap();
            let stream = connector
                .connect("localhost".try_into().unwrap(), stream)
                .await
                .unwrap();
            let stream = TokioIo::new(stream);
            let status = if http2 {
                let (mut sender, connection) =
                    hyper::client::conn::http2::handshake(TokioExecutor::new(), stream)
                        .await
                        .unwrap();
                tokio::spawn(connection);
                let request = http::Request::get("https://localhost/")
                    .body(Empty::<Bytes>::new())
                    .unwrap();
                sender.send_request(request).await.unwrap().status()
            } else {
                let (mut sender, connection) =
                    hyper::client::conn::http1::handshake(stream).await.unwrap();
                tokio::spawn(connection);
                let request = http::Request::get("/")
                    .header("host", "localhost")
                    .body(Empty::<Bytes>::new())
                    .unwrap();
                sender.send_request(request).await.unwrap().status()
            };
            assert_eq!(status, 200);
        });
        assert_eq!(
            upstream.last().header("x-forwarded-proto").as_deref(),
            Some("https")
        );
    }
    // Plain HTTP at a TLS port gets nothing.
    let mut plain = TcpStream::connect(gate.address).unwrap();
    plain
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    assert!(!drain(&mut plain).text.contains("HTTP/1."));
}

#[test]
fn a_key_that_does_not_fit_is_refused_and_not_shown() {
    let one = rcgen::generate_simple_self_signed(vec!["a".to_owned()]).unwrap();
    let other = rcgen::generate_simple_self_signed(vec!["b".to_owned()]).unwrap();
    let (certificate, key) = (one.cert.pem(), other.signing_key.serialize_pem());
    let mismatch = Tls::from_pem(certificate.as_bytes(), key.as_bytes()).unwrap_err();
    assert!(matches!(mismatch, InvalidTls::Mismatch(_)), "{mismatch}");
    assert_eq!(
        Tls::from_pem(b"", key.as_bytes()).unwrap_err(),
        InvalidTls::NoCertificate
    );
    let unread = Tls::from_pem(certificate.as_bytes(), b"x").unwrap_err();
    assert!(matches!(unread, InvalidTls::Key(_)));
}
