//! HTTP/1 byte by byte: a client that sends what no library would, and an
//! upstream that records what reached it.

use std::io::{ErrorKind, Read, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// An answer as it came.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its header lines, in order.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The values of a header.
    pub fn all(&self, name: &str) -> Vec<&str> {
        values(&self.headers, name)
    }

    /// The one value of a header, or nothing.
    pub fn header(&self, name: &str) -> Option<&str> {
        let all = self.all(name);
        assert!(all.len() <= 1, "{name} came {} times: {self:?}", all.len());
        all.into_iter().next()
    }

    /// Status line apart, everything that the client sees.
    pub fn text(&self) -> String {
        let heads: String = self
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect();
        heads + "\n" + &String::from_utf8_lossy(&self.body)
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

fn values<'a>(headers: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    let found = headers
        .iter()
        .filter(|(held, _)| held.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str()).collect()
}

/// A connection that is kept as long as the other side keeps it.
pub struct Client {
    address: SocketAddr,
    open: Option<TcpStream>,
}

impl Client {
    /// Of a server given as `http://ADDRESS`.
    pub fn new(url: &str) -> Self {
        Self {
            address: address_of(url),
            open: None,
        }
    }

    /// Sends these bytes, which are one request, and reads the one answer.
    pub fn send(&mut self, request: impl AsRef<[u8]>) -> Reply {
        let request = request.as_ref();
        let kept = self.open.is_some();
        match self.attempt(request) {
            Some(reply) => reply,
            // A kept connection may have been closed between two requests.
            None if kept => self.attempt(request).expect("an answer"),
            None => panic!("no answer to {:.300}", String::from_utf8_lossy(request)),
        }
    }

    /// The same once, or nothing if the server went away.
    pub fn try_send(&mut self, request: impl AsRef<[u8]>) -> Option<Reply> {
        self.attempt(request.as_ref())
    }

    fn attempt(&mut self, request: &[u8]) -> Option<Reply> {
        let mut stream = match self.open.take() {
            Some(stream) => stream,
            None => connect(self.address)?,
        };
        // The answer may come, and the connection close, before all is sent.
        let _ = stream.write_all(request);
        let reply = read_reply(&mut stream, request.starts_with(b"HEAD "))?;
        let closing = reply
            .all("connection")
            .iter()
            .any(|value| value.eq_ignore_ascii_case("close"));
        if !closing {
            self.open = Some(stream);
        }
        Some(reply)
    }
}

fn connect(address: SocketAddr) -> Option<TcpStream> {
    let stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream.set_nodelay(true).expect("no delay");
    Some(stream)
}

/// The address of `http://ADDRESS`.
pub fn address_of(url: &str) -> SocketAddr {
    url.trim_start_matches("http://")
        .split('/')
        .next()
        .unwrap_or_default()
        .parse()
        .expect("an address")
}

fn read_reply(stream: &mut TcpStream, bare: bool) -> Option<Reply> {
    loop {
        let head = read_head(stream)?;
        let status = head.get(9..12)?.parse().ok()?;
        if (100..200).contains(&status) {
            continue;
        }
        let headers = header_lines(&head);
        let chunked = !values(&headers, "transfer-encoding").is_empty();
        let body = match values(&headers, "content-length").first() {
            _ if bare || status == 204 || status == 304 => Vec::new(),
            Some(length) => read_exactly(stream, length.parse().ok()?)?,
            None if chunked => read_chunked(stream)?,
            None => {
                let mut rest = Vec::new();
                let _ = stream.read_to_end(&mut rest);
                rest
            }
        };
        return Some(Reply {
            status,
            headers,
            body,
        });
    }
}

/// Everything that comes back to bytes sent on a connection of their own, and
/// whether the server closed it.
#[derive(Debug)]
pub struct Exchange {
    /// What came.
    pub text: String,
    /// Whether the server closed the connection.
    pub closed: bool,
}

impl Exchange {
    /// Sends `bytes`, then reads until the server closes or stays quiet.
    pub fn of(url: &str, bytes: impl AsRef<[u8]>) -> Self {
        let mut stream = connect(address_of(url)).expect("the server listens");
        let _ = stream.write_all(bytes.as_ref());
        stream
            .set_read_timeout(Some(Duration::from_millis(600)))
            .expect("a timeout");
        let (mut received, mut piece) = (Vec::new(), [0; 8192]);
        let closed = loop {
            match stream.read(&mut piece) {
                Ok(0) => break true,
                Ok(count) => received.extend_from_slice(&piece[..count]),
                Err(error) => {
                    break matches!(
                        error.kind(),
                        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe
                    );
                }
            }
        };
        Self {
            text: String::from_utf8_lossy(&received).into_owned(),
            closed,
        }
    }

    /// The statuses of the answers, in order.
    pub fn statuses(&self) -> Vec<u16> {
        let starts = self.text.match_indices("HTTP/1.").map(|(at, _)| at + 9);
        starts
            .filter_map(|at| self.text.get(at..at + 3)?.parse().ok())
            .collect()
    }
}

/// What reached the upstream: the head as it came, and the body.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Request line and header lines.
    pub head: String,
    /// The body, without its framing.
    pub body: Vec<u8>,
    /// Which of the upstream's connections it came on.
    pub connection: usize,
}

impl Seen {
    /// The request line.
    pub fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    /// The header lines.
    pub fn headers(&self) -> Vec<(String, String)> {
        header_lines(&self.head)
    }

    /// The values of a header.
    pub fn all(&self, name: &str) -> Vec<String> {
        values(&self.headers(), name)
            .into_iter()
            .map(str::to_owned)
            .collect()
    }
}

/// A server that records each request byte by byte and answers as told.
pub struct Upstream {
    address: SocketAddr,
    records: Arc<Records>,
}

/// What came whole, and what broke off in its body.
#[derive(Default)]
struct Records {
    whole: Mutex<Vec<Seen>>,
    broken: Mutex<Vec<Seen>>,
}

/// What an upstream answers unless told otherwise.
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

impl Upstream {
    /// One that says `ok`.
    pub fn start() -> Self {
        Self::answering(|_| OK.to_owned())
    }

    /// One that answers with these bytes.
    pub fn answering(answer: impl Fn(&Seen) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let records = Arc::new(Records::default());
        let (kept, answer) = (Arc::clone(&records), Arc::new(answer));
        std::thread::spawn(move || {
            for (connection, stream) in listener.incoming().enumerate() {
                let Ok(stream) = stream else { return };
                let (kept, answer) = (Arc::clone(&kept), Arc::clone(&answer));
                std::thread::spawn(move || kept.record(stream, connection, answer.as_ref()));
            }
        });
        Self { address, records }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many requests came, whole.
    pub fn count(&self) -> usize {
        self.records.whole.lock().expect(UNPOISONED).len()
    }

    /// Those after the first `from`.
    pub fn after(&self, from: usize) -> Vec<Seen> {
        self.records.whole.lock().expect(UNPOISONED)[from..].to_vec()
    }

    /// The newest.
    pub fn last(&self) -> Seen {
        self.after(self.count() - 1).remove(0)
    }

    /// Those that broke off in their bodies.
    pub fn broken(&self) -> Vec<Seen> {
        self.records.broken.lock().expect(UNPOISONED).clone()
    }
}

const UNPOISONED: &str = "nothing panics while it is held";

impl Records {
    fn record(&self, mut stream: TcpStream, connection: usize, answer: &dyn Fn(&Seen) -> String) {
        let _ = stream.set_nodelay(true);
        while let Some(head) = read_head(&mut stream) {
            let body = read_body(&mut stream, &header_lines(&head));
            let records = if body.is_some() {
                &self.whole
            } else {
                &self.broken
            };
            let whole = body.is_some();
            let one = Seen {
                head,
                body: body.unwrap_or_default(),
                connection,
            };
            let answered = answer(&one);
            records.lock().expect(UNPOISONED).push(one);
            if !whole || stream.write_all(answered.as_bytes()).is_err() {
                return;
            }
        }
    }
}

fn read_body(stream: &mut TcpStream, headers: &[(String, String)]) -> Option<Vec<u8>> {
    if !values(headers, "transfer-encoding").is_empty() {
        return read_chunked(stream);
    }
    match values(headers, "content-length").first() {
        Some(length) => read_exactly(stream, length.parse().ok()?),
        None => Some(Vec::new()),
    }
}

fn header_lines(head: &str) -> Vec<(String, String)> {
    let lines = head
        .split("\r\n")
        .skip(1)
        .filter_map(|line| line.split_once(':'));
    lines
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect()
}

/// Up to and with the empty line.
fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.extend(read_exactly(stream, 1)?);
    }
    Some(String::from_utf8_lossy(&head).into_owned())
}

fn read_exactly(stream: &mut TcpStream, length: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn read_chunked(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = usize::from_str_radix(read_line(stream)?.split(';').next()?, 16).ok()?;
        if size == 0 {
            while !read_line(stream)?.is_empty() {}
            return Some(body);
        }
        body.extend(read_exactly(stream, size)?);
        read_line(stream)?;
    }
}

fn read_line(stream: &mut TcpStream) -> Option<String> {
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        line.extend(read_exactly(stream, 1)?);
    }
    Some(String::from_utf8_lossy(&line).trim_end().to_owned())
}
