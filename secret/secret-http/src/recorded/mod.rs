//! Recorded exchanges: what the documentation of an API says that a request and
//! its answer look like, replayed over a loopback socket to the real client.
//!
//! Every request must be exactly the next one of the record. It proves that we
//! ask as documented and read what is documented; not that the real program
//! does as its documentation says.

mod wire;

use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;

use serde_json::Value;

use wire::Received;

/// One request and its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    line: String,
    headers: Vec<(&'static str, String)>,
    body: Body,
    answer: (u16, String),
}

#[derive(Debug, Clone)]
enum Body {
    None,
    Json(Value),
    Form(Vec<(String, String)>),
}

impl Exchange {
    /// A request with this line (`GET /v1/x?y=z`), answered with 200 and `{}`.
    pub fn of(line: &str) -> Self {
        Self {
            line: line.to_owned(),
            headers: Vec::new(),
            body: Body::None,
            answer: (200, "{}".to_owned()),
        }
    }

    /// It has this header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Its body is this JSON, member for member.
    #[must_use]
    pub fn json(mut self, body: Value) -> Self {
        self.body = Body::Json(body);
        self
    }

    /// Its body is this form, field for field; a value `*` is any text.
    #[must_use]
    pub fn form(mut self, fields: &[(&str, &str)]) -> Self {
        let owned = fields.iter().map(|&(n, v)| (n.to_owned(), v.to_owned()));
        self.body = Body::Form(owned.collect());
        self
    }

    /// It is answered with this.
    #[must_use]
    pub fn answer(mut self, status: u16, body: &Value) -> Self {
        self.answer = (status, body.to_string());
        self
    }

    /// It is answered with this text.
    #[must_use]
    pub fn answer_text(mut self, status: u16, body: &str) -> Self {
        self.answer = (status, body.to_owned());
        self
    }

    fn check(&self, received: &Received) -> Result<(), String> {
        if received.line != self.line {
            return Err(format!("{} came, not {}", received.line, self.line));
        }
        for (name, value) in &self.headers {
            if received.header(name) != Some(value) {
                return Err(format!("{}: the header {name} differs", self.line));
            }
        }
        let same = match &self.body {
            Body::None => received.body.is_empty(),
            Body::Json(expected) => {
                matches!(
                    received.header("content-type"),
                    Some("application/json" | "application/x-amz-json-1.1")
                ) && serde_json::from_slice::<Value>(&received.body).is_ok_and(|b| b == *expected)
            }
            Body::Form(expected) => {
                let fields = url::form_urlencoded::parse(&received.body).into_owned();
                let fields: Vec<(String, String)> = fields.collect();
                fields.len() == expected.len()
                    && fields.iter().zip(expected).all(|(field, expected)| {
                        field.0 == expected.0 && (field.1 == expected.1 || expected.1 == "*")
                    })
            }
        };
        if same {
            Ok(())
        } else {
            Err(format!("{}: the body differs", self.line))
        }
    }
}

/// A server at work.
#[derive(Debug)]
pub struct Recorded {
    address: SocketAddr,
    complaints: Receiver<String>,
    thread: Option<JoinHandle<()>>,
}

impl Recorded {
    /// Starts it on a port that the system chooses.
    pub fn start(exchanges: Vec<Exchange>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, complaints) = channel();
        let thread = std::thread::spawn(move || {
            for exchange in exchanges {
                let Some((received, answer)) = wire::receive(&listener) else {
                    let _ = tell.send(format!("{} never came", exchange.line));
                    return;
                };
                let (status, body) = &exchange.answer;
                if let Err(why) = exchange.check(&received) {
                    let _ = tell.send(why);
                    answer.send(418, "{}");
                } else {
                    answer.send(*status, body);
                }
            }
            // The last one that comes is the hand that ends the server.
            if let Some((received, _)) = wire::receive(&listener) {
                let _ = tell.send(format!("{} is not on record", received.line));
            }
        });
        Self {
            address,
            complaints,
            thread: Some(thread),
        }
    }

    /// Its address as a URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Whether everything on record came, in order, and nothing else.
    pub fn finish(mut self) {
        // A connection without a request says that nobody will come any more.
        drop(std::net::TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
        let complaints: Vec<String> = self.complaints.try_iter().collect();
        assert!(complaints.is_empty(), "{complaints:?}");
    }
}

/// The URL of a place where nobody listens.
pub fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    format!("http://{address}")
}
