//! As much of HTTP/1.1 as a replay needs: one request to a connection.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

/// A request that came.
pub(super) struct Received {
    /// Method and target.
    pub(super) line: String,
    headers: Vec<(String, String)>,
    /// The body.
    pub(super) body: Vec<u8>,
}

impl Received {
    /// The header of this name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(one, _)| one == name);
        let value = found.next().map(|(_, value)| value.as_str());
        // Two of a kind are none: whoever reads the other one is mistaken.
        value.filter(|_| found.next().is_none())
    }
}

/// Where its answer goes.
pub(super) struct Answering(TcpStream);

impl Answering {
    /// Sends it.
    pub(super) fn send(mut self, status: u16, body: &str) {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} Recorded\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        );
        // A client that went away has its own assertion.
        let _ = self.0.write_all(head.as_bytes());
        let _ = self.0.write_all(body.as_bytes());
    }
}

/// The next request; `None` when a connection without one says that no more
/// will come.
pub(super) fn receive(listener: &TcpListener) -> Option<(Received, Answering)> {
    let (stream, _) = listener.accept().ok()?;
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let line = first.trim_end().strip_suffix(" HTTP/1.1")?.to_owned();
    let mut headers = Vec::new();
    loop {
        let mut text = String::new();
        reader.read_line(&mut text).ok()?;
        let Some((name, value)) = text.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let mut received = Received {
        line,
        headers,
        body: Vec::new(),
    };
    let length = received
        .header("content-length")
        .and_then(|length| length.parse().ok())
        .unwrap_or(0);
    received.body = vec![0; length];
    reader.read_exact(&mut received.body).ok()?;
    Some((received, Answering(reader.into_inner())))
}
