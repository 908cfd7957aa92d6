//! A recording upstream, a raw client, and a gate without rules.

pub mod foreign_issuer;
pub mod house;

use std::cell::RefCell;
use std::convert::Infallible;
use std::future::Future;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base::SeededEntropy;
use gate::forward::{Onward, clean_response, clean_trailers, onward};
use gate::inspect::{Malformed, Shape, inspect};
use gate::listen::{Connected, Door, Listen, Serving};
use gate::upstream::{RequestBody, ResponseBody, UpstreamLimits, Upstreams};
use gate::{RequestIds, answer};
use http::{HeaderValue, Request, Response};
use hyper::body::Incoming;
use hyper::service::Service;

/// What an upstream saw of one request: the head as it came, and the body.
#[derive(Debug, Clone)]
pub struct Seen {
    pub head: String,
    pub body: Vec<u8>,
    pub connection: usize,
}

impl Seen {
    pub fn line(&self) -> &str {
        self.head.lines().next().unwrap()
    }

    pub fn header(&self, name: &str) -> Option<String> {
        let all = self.headers(name);
        assert!(all.len() <= 1, "{name} came {} times", all.len());
        all.into_iter().next()
    }

    pub fn headers(&self, name: &str) -> Vec<String> {
        self.head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(':'))
            .filter(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim().to_owned())
            .collect()
    }
}

/// A server that records each request byte by byte and answers as told.
pub struct Upstream {
    pub address: SocketAddr,
    pub seen: Arc<Mutex<Vec<Seen>>>,
}

pub const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Upstream: yes\r\n\r\nok";

impl Upstream {
    pub fn answering(answer: &'static [u8]) -> Self {
        Self::with(move |_, stream| stream.write_all(answer).is_ok())
    }

    /// `answer` writes to the stream; the connection closes when it says `false`.
    pub fn with(answer: impl Fn(&Seen, &mut TcpStream) -> bool + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (kept, answer) = (Arc::clone(&seen), Arc::new(answer));
        std::thread::spawn(move || {
            for (connection, stream) in listener.incoming().enumerate() {
                let (Ok(mut stream), kept, answer) =
                    (stream, Arc::clone(&kept), Arc::clone(&answer))
                else {
                    return;
                };
                std::thread::spawn(move || {
                    while let Some((head, body)) = read_message(&mut stream) {
                        let one = Seen {
                            head,
                            body,
                            connection,
                        };
                        kept.lock().unwrap().push(one.clone());
                        if !answer(&one, &mut stream) {
                            return;
                        }
                    }
                });
            }
        });
        Self { address, seen }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    pub fn last(&self) -> Seen {
        self.seen.lock().unwrap().last().unwrap().clone()
    }
}

/// Reads one HTTP/1 message, its body by its framing.
pub fn read_message(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let head = read_head(stream)?;
    let lower = head.to_ascii_lowercase();
    let body = if lower.contains("\r\ntransfer-encoding: chunked") {
        read_chunked(stream)?
    } else {
        let length = lower
            .split("\r\ncontent-length: ")
            .nth(1)
            .map_or(0, |rest| {
                rest.lines().next().unwrap().trim().parse().unwrap()
            });
        let mut body = vec![0; length];
        stream.read_exact(&mut body).ok()?;
        body
    };
    Some((head, body))
}

pub fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    Some(String::from_utf8_lossy(&head).into_owned())
}

fn read_line(stream: &mut TcpStream) -> Option<String> {
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        line.push(byte[0]);
    }
    Some(String::from_utf8(line).unwrap().trim_end().to_owned())
}

/// The body, and after a NUL the trailers if there are any.
fn read_chunked(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = usize::from_str_radix(&read_line(stream)?, 16).ok()?;
        if size == 0 {
            loop {
                let trailer = read_line(stream)?;
                if trailer.is_empty() {
                    return Some(body);
                }
                body.push(0);
                body.extend_from_slice(trailer.as_bytes());
            }
        }
        let mut chunk = vec![0; size];
        stream.read_exact(&mut chunk).ok()?;
        body.extend_from_slice(&chunk);
        read_line(stream)?;
    }
}

/// A gate that inspects and forwards everything to one upstream.
pub struct PassingDoor {
    pub upstreams: Rc<Upstreams>,
    pub ids: Rc<RequestIds>,
    pub url: Rc<str>,
}

impl PassingDoor {
    pub fn new(url: &str, limits: UpstreamLimits) -> Self {
        Self {
            upstreams: Rc::new(Upstreams::new(None, limits)),
            ids: Rc::new(RequestIds::new(Box::new(SeededEntropy::new(1)))),
            url: url.into(),
        }
    }
}

pub struct Passing {
    upstreams: Rc<Upstreams>,
    ids: Rc<RequestIds>,
    url: Rc<str>,
    connected: Rc<Connected>,
}

impl Door for PassingDoor {
    type Body = ResponseBody;
    type Service = Passing;

    fn open(&self, connected: &Rc<Connected>) -> Passing {
        Passing {
            upstreams: Rc::clone(&self.upstreams),
            ids: Rc::clone(&self.ids),
            url: Rc::clone(&self.url),
            connected: Rc::clone(connected),
        }
    }

    fn malformed(&self, _: &Rc<Connected>, shape: Shape) -> Response<ResponseBody> {
        answer::malformed(Malformed::Shape(shape), self.ids.next(), &http::Method::GET)
    }
}

impl Service<Request<Incoming>> for Passing {
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<ResponseBody>, Infallible>>>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let id = self.ids.next();
        let upstream = self.upstreams.get(&self.url).unwrap();
        let stall = self.upstreams.limits().body_stall;
        let connected = Rc::clone(&self.connected);
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let method = parts.method.clone();
            if let Err(malformed) = inspect(&parts, connected.secure) {
                return Ok(answer::malformed(malformed, id, &method));
            }
            let target = parts.uri.path_and_query().unwrap().clone();
            let onward = onward(
                parts,
                RequestBody::streaming(body, stall, clean_trailers),
                Onward {
                    target,
                    authority: upstream.origin().authority(),
                    request_id: id.header(),
                    client: HeaderValue::from_str(&connected.peer.ip().to_string()).unwrap(),
                    secure: connected.secure,
                },
            );
            match upstream.send(onward, clean_trailers).await {
                Ok(mut response) => {
                    clean_response(response.headers_mut(), id.header());
                    Ok(response)
                }
                Err(fault) => Ok(answer::upstream_fault(&fault, id, &method)),
            }
        })
    }
}

/// A gate on a free port, stopped when it is dropped.
pub struct Gate {
    pub address: SocketAddr,
    serving: RefCell<Option<Serving>>,
}

impl Gate {
    pub fn before(upstream: &Upstream) -> Self {
        Self::with(upstream.url(), |_| {}, UpstreamLimits::default())
    }

    pub fn with(url: String, set: impl FnOnce(&mut Listen), limits: UpstreamLimits) -> Self {
        let mut listen = Listen::on("127.0.0.1:0".parse().unwrap());
        // One worker, so that a test sees one pool.
        listen.workers = std::num::NonZeroUsize::new(1);
        set(&mut listen);
        let bound = listen.bind().unwrap();
        let address = bound.address();
        let serving = bound
            .serve(move |_| PassingDoor::new(&url, limits.clone()))
            .unwrap();
        Self {
            address,
            serving: RefCell::new(Some(serving)),
        }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        stream
    }

    /// Sends bytes on a connection of their own and reads until it closes, or
    /// until nothing comes for a moment.
    pub fn raw(&self, bytes: impl AsRef<[u8]>) -> Reply {
        let mut stream = self.connect();
        let _ = stream.write_all(bytes.as_ref());
        drain(&mut stream)
    }

    pub fn stop(&self, grace: Duration) -> usize {
        self.serving.borrow_mut().take().unwrap().stop(grace)
    }

    /// The positive control: a plain request passes.
    pub fn control(&self, upstream: &Upstream) {
        let before = upstream.count();
        let reply = self.raw("GET /control HTTP/1.1\r\nHost: gw.test\r\nConnection: close\r\n\r\n");
        assert_eq!(reply.statuses(), ["200"], "{}", reply.text);
        assert_eq!(upstream.count(), before + 1);
        assert_eq!(upstream.last().line(), "GET /control HTTP/1.1");
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        if let Some(serving) = self.serving.borrow_mut().take() {
            serving.stop(Duration::ZERO);
        }
    }
}

/// Everything that came back, and whether the gate closed.
#[derive(Debug)]
pub struct Reply {
    pub text: String,
    pub closed: bool,
}

impl Reply {
    pub fn statuses(&self) -> Vec<&str> {
        self.text
            .match_indices("HTTP/1.")
            .map(|(at, _)| self.text.get(at + 9..at + 12).unwrap_or_default())
            .filter(|status| status.bytes().all(|byte| byte.is_ascii_digit()))
            .collect()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let name = name.to_ascii_lowercase();
        self.text
            .split("\r\n\r\n")
            .next()
            .unwrap()
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(found, _)| found.to_ascii_lowercase() == name)
            .map(|(_, value)| value)
    }
}

pub fn drain(stream: &mut TcpStream) -> Reply {
    stream
        .set_read_timeout(Some(Duration::from_millis(400)))
        .unwrap();
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    let closed = loop {
        match stream.read(&mut piece) {
            Ok(0) => break true,
            Ok(n) => bytes.extend_from_slice(&piece[..n]),
            Err(error) => break error.kind() == std::io::ErrorKind::ConnectionReset,
        }
    };
    Reply {
        text: String::from_utf8_lossy(&bytes).into_owned(),
        closed,
    }
}
