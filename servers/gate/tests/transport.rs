//! Connections, streams and time: what the gate holds open, and what it ends.
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
use std::num::NonZeroUsize;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use gate::listen::{Listen, ListenError};
use gate::upstream::UpstreamLimits;
use support::{Gate, OK, Upstream, drain, read_head, read_message};

fn get(stream: &mut TcpStream) -> (String, Vec<u8>) {
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        .unwrap();
    read_message(stream).unwrap()
}

#[test]
fn connections_are_kept_alive_on_both_sides() {
    let upstream = Upstream::answering(OK);
    let gate = Gate::before(&upstream);
    let mut stream = gate.connect();
    for _ in 0..20 {
        assert_eq!(get(&mut stream).1, b"ok");
    }
    assert!(
        upstream
            .seen
            .lock()
            .unwrap()
            .iter()
            .all(|seen| seen.connection == 0)
    );
}

#[test]
fn an_upstream_that_closes_after_each_answer_is_noticed() {
    let upstream = Upstream::with(|_, stream| {
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
            .unwrap();
        false
    });
    let gate = Gate::before(&upstream);
    let mut stream = gate.connect();
    for _ in 0..10 {
        let (head, body) = get(&mut stream);
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        assert_eq!(body, b"ok");
    }
}

#[test]
fn a_kept_connection_that_died_is_replaced_without_the_client_noticing() {
    // Says that it keeps the connection, and closes it.
    let upstream = Upstream::with(|_, stream| {
        stream.write_all(OK).unwrap();
        false
    });
    let gate = Gate::before(&upstream);
    let mut stream = gate.connect();
    for _ in 0..5 {
        assert_eq!(get(&mut stream).1, b"ok");
        std::thread::sleep(Duration::from_millis(30));
        stream
            .write_all(b"POST / HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 2\r\n\r\nhi")
            .unwrap();
        assert!(
            read_message(&mut stream)
                .unwrap()
                .0
                .starts_with("HTTP/1.1 200")
        );
        std::thread::sleep(Duration::from_millis(30));
    }
    assert_eq!(upstream.count(), 10, "each request arrived exactly once");
}

#[test]
fn a_body_streams_to_the_upstream_before_it_is_complete() {
    let (sender, arrived) = mpsc::channel();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        read_head(&mut stream).unwrap();
        let mut first = [0; 10];
        stream.read_exact(&mut first).unwrap();
        sender.send(()).unwrap();
        let mut rest = [0; 10];
        stream.read_exact(&mut rest).unwrap();
        stream.write_all(OK).unwrap();
        sender.send(()).unwrap();
    });
    let gate = Gate::with(url, |_| {}, UpstreamLimits::default());
    let mut stream = gate.connect();
    stream
        .write_all(b"POST / HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 20\r\n\r\n0123456789")
        .unwrap();
    arrived
        .recv_timeout(Duration::from_secs(5))
        .expect("the first half arrives alone");
    stream.write_all(b"0123456789").unwrap();
    assert!(
        read_message(&mut stream)
            .unwrap()
            .0
            .starts_with("HTTP/1.1 200")
    );
}

#[test]
fn an_answer_streams_to_the_client_before_it_is_complete() {
    let (go, gone) = mpsc::channel::<()>();
    let gone = std::sync::Mutex::new(gone);
    let upstream = Upstream::with(move |_, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n").unwrap();
        gone.lock()
            .unwrap()
            .recv_timeout(Duration::from_secs(5))
            .unwrap();
        stream.write_all(b"6\r\nsecond\r\n0\r\n\r\n").is_ok()
    });
    let gate = Gate::before(&upstream);
    let mut stream = gate.connect();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        .unwrap();
    let head = read_head(&mut stream).unwrap();
    assert!(head.contains("text/event-stream"));
    let mut first = [0; 10];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"5\r\nfirst\r\n");
    go.send(()).unwrap();
    let mut rest = [0; 16];
    stream.read_exact(&mut rest).unwrap();
    assert_eq!(&rest, b"6\r\nsecond\r\n0\r\n\r\n");
    go.send(()).unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        .unwrap();
    assert_eq!(read_message(&mut stream).unwrap().1, b"firstsecond");
    assert_eq!(
        upstream.last().connection,
        0,
        "the connection was reused after the stream"
    );
}

#[test]
fn large_bodies_pass_both_ways() {
    let upstream = Upstream::with(|seen, stream| {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
            seen.body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&seen.body).is_ok()
    });
    let gate = Gate::before(&upstream);
    let mut stream = gate.connect();
    let body: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    for _ in 0..2 {
        let mut writer = stream.try_clone().unwrap();
        let sent = body.clone();
        let writing = std::thread::spawn(move || {
            writer
                .write_all(
                    format!(
                        "POST / HTTP/1.1\r\nHost: gw.test\r\nContent-Length: {}\r\n\r\n",
                        sent.len()
                    )
                    .as_bytes(),
                )
                .unwrap();
            writer.write_all(&sent).unwrap();
        });
        let (_, echoed) = read_message(&mut stream).unwrap();
        writing.join().unwrap();
        assert_eq!(echoed, body);
    }
}

#[test]
fn trailers_pass_and_cannot_carry_an_identity() {
    let upstream = Upstream::answering(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum, x-doorward-subject\r\n\r\n2\r\nok\r\n0\r\nx-sum: 7\r\nx-doorward-subject: root\r\n\r\n",
    );
    let gate = Gate::before(&upstream);
    let mut stream = gate.connect();
    stream
        .write_all(b"POST / HTTP/1.1\r\nHost: gw.test\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\nTrailer: x-check, x-user, authorization\r\n\r\n2\r\nhi\r\n0\r\nx-check: 5\r\nX-User: root\r\nauthorization: x\r\n\r\n")
        .unwrap();
    let (head, body) = read_message(&mut stream).unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_eq!(body, b"ok\0x-sum: 7");
    assert_eq!(upstream.last().body, b"hi\0x-check: 5");
}

#[test]
fn a_client_that_goes_away_takes_its_upstream_request_along() {
    let (sender, ended) = mpsc::channel();
    let sender = std::sync::Mutex::new(sender);
    let upstream = Upstream::with(move |_, stream| {
        // The answer never comes; the other end closes.
        stream
            .set_read_timeout(Some(Duration::from_secs(5)))
            .unwrap();
        let found = stream.read(&mut [0; 8]);
        sender.lock().unwrap().send(matches!(found, Ok(0))).unwrap();
        false
    });
    let gate = Gate::before(&upstream);
    let mut stream = gate.connect();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        .unwrap();
    while upstream.count() == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(stream);
    assert!(
        ended.recv_timeout(Duration::from_secs(5)).unwrap(),
        "the upstream sees the end"
    );
}

#[test]
fn an_upstream_that_breaks_off_breaks_off_the_answer() {
    for pause in [0, 100] {
        let upstream = Upstream::with(move |_, stream| {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
                .unwrap();
            std::thread::sleep(Duration::from_millis(pause));
            false
        });
        let gate = Gate::before(&upstream);
        let reply = gate.raw("GET / HTTP/1.1\r\nHost: gw.test\r\n\r\n");
        // What came before the break may be lost with it, but nobody can take
        // it for a whole answer.
        assert!(reply.closed, "{reply:?}");
        assert!(
            reply.text.is_empty() || reply.text.ends_with("half"),
            "{reply:?}"
        );
        assert!(pause == 0 || reply.text.ends_with("half"), "{reply:?}");
    }
}

#[test]
fn upstream_faults_are_502_and_504_and_say_nothing() {
    let limits = UpstreamLimits {
        answer_time: Duration::from_secs(1),
        ..UpstreamLimits::default()
    };
    let silent = Upstream::with(|_, _| {
        std::thread::sleep(Duration::from_secs(8));
        false
    });
    let nonsense = Upstream::answering(b"SSH-2.0-OpenSSH_9.2\r\n");
    let mute = Upstream::with(|_, _| false);
    for (upstream, status) in [(&silent, "504"), (&nonsense, "502"), (&mute, "502")] {
        let gate = Gate::with(upstream.url(), |_| {}, limits.clone());
        let mut stream = gate.connect();
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            .unwrap();
        let (head, body) = read_message(&mut stream).unwrap();
        assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{head}");
        let text = String::from_utf8(body).unwrap();
        assert!(head.contains("application/problem+json") && text.contains("upstream_"));
        assert!(
            !text.contains("127.0.0.1") && !text.contains("hyper") && !text.contains("SSH"),
            "{text}"
        );
    }
}

#[test]
fn gte_034_nothing_is_asked_for_before_the_decision() {
    let upstream = Upstream::answering(OK);
    let gate = Gate::before(&upstream);
    // Refused: no `100 Continue` first.
    let reply = gate.raw(
        "TRACE / HTTP/1.1\r\nHost: gw.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    );
    assert_eq!(reply.statuses(), ["405"]);
    // Passed on: the body is asked for.
    let mut stream = gate.connect();
    stream.write_all(b"POST / HTTP/1.1\r\nHost: gw.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n").unwrap();
    assert!(read_head(&mut stream).unwrap().starts_with("HTTP/1.1 100"));
    stream.write_all(b"hello").unwrap();
    assert!(
        read_message(&mut stream)
            .unwrap()
            .0
            .starts_with("HTTP/1.1 200")
    );
    assert_eq!(upstream.last().body, b"hello");
}

#[test]
fn gte_041_a_slow_head_and_a_silent_connection_are_ended() {
    let upstream = Upstream::answering(OK);
    let set = |listen: &mut Listen| {
        listen.limits.head_time = Duration::from_secs(1);
        listen.limits.idle_time = Duration::from_secs(1);
    };
    let gate = Gate::with(upstream.url(), set, UpstreamLimits::default());
    let begun = Instant::now();
    let mut slow = gate.connect();
    let mut silent = gate.connect();
    let mut preface = gate.connect();
    let mut idle = gate.connect();
    assert_eq!(get(&mut idle).1, b"ok");
    preface.write_all(b"PRI * HT").unwrap();
    let mut writer = slow.try_clone().unwrap();
    std::thread::spawn(move || {
        for byte in b"GET / HTTP/1.1\r\nHost: gw.test\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" {
            if writer.write_all(&[*byte]).is_err() {
                return;
            }
            std::thread::sleep(Duration::from_millis(150));
        }
    });
    for stream in [&mut slow, &mut silent, &mut preface, &mut idle] {
        // An end or a reset, and no answer.
        assert!(!matches!(stream.read(&mut [0; 8]), Ok(1..)));
    }
    assert!(
        begun.elapsed() < Duration::from_secs(6),
        "{:?}",
        begun.elapsed()
    );
    gate.control(&upstream);
}

#[test]
fn a_client_that_stops_sending_its_body_is_given_up() {
    let upstream = Upstream::answering(OK);
    let limits = UpstreamLimits {
        body_stall: Duration::from_millis(300),
        ..UpstreamLimits::default()
    };
    let gate = Gate::with(upstream.url(), |_| {}, limits);
    let mut stream = gate.connect();
    stream
        .write_all(b"POST / HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 50\r\n\r\nhalf")
        .unwrap();
    let (head, _) = read_message(&mut stream).unwrap();
    assert!(head.starts_with("HTTP/1.1 408"), "{head}");
    gate.control(&upstream);
}

#[test]
fn stopping_finishes_what_is_under_way_and_takes_nothing_new() {
    let upstream = Upstream::with(|_, stream| {
        std::thread::sleep(Duration::from_millis(400));
        stream.write_all(OK).is_ok()
    });
    let gate = Gate::before(&upstream);
    let mut idle = gate.connect();
    get(&mut idle);
    let mut stream = gate.connect();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        .unwrap();
    while upstream.count() < 2 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let begun = Instant::now();
    assert_eq!(gate.stop(Duration::from_secs(5)), 0);
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "idle connections do not delay the end"
    );
    let reply = drain(&mut stream);
    assert_eq!(reply.statuses(), ["200"]);
    assert!(reply.closed);
    assert!(drain(&mut idle).closed);
    assert!(TcpStream::connect(gate.address).is_err());
}

#[test]
fn stopping_cuts_off_what_does_not_finish_in_time() {
    let upstream = Upstream::with(|_, _| {
        std::thread::sleep(Duration::from_secs(5));
        false
    });
    let gate = Gate::before(&upstream);
    let mut stream = gate.connect();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        .unwrap();
    while upstream.count() < 1 {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(gate.stop(Duration::from_millis(100)), 1);
}

#[test]
fn a_listener_starts_only_where_nobody_can_read_along() {
    let open = Listen::on("0.0.0.0:0".parse().unwrap());
    assert!(matches!(
        open.clone().bind(),
        Err(ListenError::PlainOutsideLoopback { .. })
    ));
    let mut behind = open;
    behind.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    let bound = behind.bind().unwrap();
    // The proxy is elsewhere: this machine is a stranger.
    let address = (std::net::Ipv4Addr::LOCALHOST, bound.address().port());
    let upstream = Upstream::answering(OK);
    let url = upstream.url();
    let serving = bound
        .serve(move |_| support::PassingDoor::new(&url, UpstreamLimits::default()))
        .unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: gw.test\r\n\r\n");
    assert_eq!(drain(&mut stream).text, "");
    assert_eq!(upstream.count(), 0);
    serving.stop(Duration::ZERO);
}

#[test]
fn an_occupied_port_is_named() {
    let first = Listen::on("127.0.0.1:0".parse().unwrap()).bind().unwrap();
    let error = Listen::on(first.address()).bind().unwrap_err();
    assert!(matches!(error, ListenError::Occupied { address } if address == first.address()));
    assert!(error.to_string().contains(&first.address().to_string()));
}

#[test]
fn connections_beyond_the_limit_are_closed_and_the_others_served() {
    let upstream = Upstream::answering(OK);
    let gate = Gate::with(
        upstream.url(),
        |listen| listen.limits.connections = 3,
        UpstreamLimits::default(),
    );
    let mut held: Vec<_> = (0..3).map(|_| gate.connect()).collect();
    assert_eq!(get(&mut held[2]).1, b"ok");
    assert!(!matches!(gate.connect().read(&mut [0; 8]), Ok(1..)));
    for stream in &mut held {
        assert_eq!(get(stream).1, b"ok");
    }
}

#[test]
fn all_workers_share_one_port() {
    let upstream = Upstream::answering(OK);
    let gate = Gate::with(
        upstream.url(),
        |listen| listen.workers = NonZeroUsize::new(4),
        UpstreamLimits::default(),
    );
    for _ in 0..40 {
        assert_eq!(get(&mut gate.connect()).1, b"ok");
    }
    let used: std::collections::HashSet<_> = upstream
        .seen
        .lock()
        .unwrap()
        .iter()
        .map(|seen| seen.connection)
        .collect();
    assert!(
        (2..=4).contains(&used.len()),
        "one pool per worker: {used:?}"
    );
}
