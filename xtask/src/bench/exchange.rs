//! One request and its answer over loopback: as much of HTTP/1.1 as the
//! bench's own peers speak.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use crate::fault::Fault;

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Its method.
    pub(crate) method: &'static str,
    /// Its path.
    pub(crate) path: String,
    /// Its headers, besides `Host` and `Content-Length`.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Its body.
    pub(crate) body: String,
}

impl Request {
    /// A GET without a credential.
    pub(crate) fn get(path: &str) -> Self {
        Self {
            method: "GET",
            path: path.to_owned(),
            headers: Vec::new(),
            body: String::new(),
        }
    }

    /// A POST of a body.
    pub(crate) fn post(path: &str, content_type: &str, body: String) -> Self {
        Self {
            method: "POST",
            path: path.to_owned(),
            headers: vec![("Content-Type", content_type.to_owned())],
            body,
        }
    }

    /// The same with a bearer credential.
    pub(crate) fn bearer(mut self, credential: &str) -> Self {
        self.headers
            .push(("Authorization", format!("Bearer {credential}")));
        self
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: u16,
    /// Its body.
    pub(crate) body: String,
}

/// A connection that is kept open between requests.
#[derive(Debug)]
pub(crate) struct Connection {
    peer: SocketAddr,
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Connects.
    pub(crate) fn open(peer: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(peer)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        Ok(Self {
            peer,
            stream: BufReader::new(stream),
        })
    }

    /// Sends a request and reads its answer.
    pub(crate) fn exchange(&mut self, request: &Request) -> io::Result<Answer> {
        let mut text = format!(
            "{} {} HTTP/1.1\r\nHost: {}\r\n",
            request.method, request.path, self.peer
        );
        for (name, value) in &request.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if request.method != "GET" {
            text.push_str(&format!("Content-Length: {}\r\n", request.body.len()));
        }
        text.push_str("\r\n");
        text.push_str(&request.body);
        self.stream.get_mut().write_all(text.as_bytes())?;
        read_answer(&mut self.stream)
    }
}

/// One request on a connection of its own.
pub(crate) fn ask(peer: SocketAddr, request: &Request) -> Result<Answer, Fault> {
    Connection::open(peer)
        .and_then(|mut connection| connection.exchange(request))
        .map_err(|error| {
            Fault::new(
                format_args!("{} {} at {peer}", request.method, request.path),
                error,
            )
        })
}

/// A loopback address that nobody listens on.
pub(crate) fn free_address() -> Result<SocketAddr, Fault> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map_err(|error| Fault::new("cannot find a free port", error))
}

fn read_answer(stream: &mut impl BufRead) -> io::Result<Answer> {
    let odd = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let status_line = read_line(stream)?;
    let status = status_line
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .ok_or_else(|| odd("the answer has no status"))?;
    let mut length = None;
    loop {
        let line = read_line(stream)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line
            .split_once(':')
            .ok_or_else(|| odd("a header has no colon"))?;
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse::<usize>().ok();
        }
    }
    let length = length.ok_or_else(|| odd("the answer does not say how long it is"))?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    let body = String::from_utf8(body).map_err(|_| odd("the body is not UTF-8"))?;
    Ok(Answer { status, body })
}

fn read_line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if stream.take(64 * 1024).read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_to_its_length_and_no_further() {
        let mut stream: &[u8] =
            b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\nX: y\r\n\r\nnoHTTP/1.1";
        let answer = read_answer(&mut stream).unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (401, "no"));
        assert_eq!(stream, b"HTTP/1.1");
    }

    #[test]
    fn an_answer_without_a_status_or_a_length_or_an_end_is_a_fault() {
        for text in [
            "",
            "HTTP/1.1\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok",
        ] {
            assert!(read_answer(&mut text.as_bytes()).is_err(), "{text:?}");
        }
    }
}
