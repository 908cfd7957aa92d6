//! HTTP/2 frame by frame: one stream of headers that no library would send.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::raw::address_of;

/// What became of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered with this status.
    Status(u16),
    /// It was reset (RST_STREAM).
    Reset,
    /// The connection was given up (GOAWAY, or closed).
    Closed,
}

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// A request: header fields, a body, and trailers, as bytes.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The header fields, in order.
    pub fields: Vec<(String, String)>,
    /// The content; none ends the stream with the headers.
    pub body: Option<String>,
    /// The trailer fields.
    pub trailers: Vec<(String, String)>,
    /// Whether the content comes a moment after the header fields.
    pub late: bool,
}

impl Request {
    /// Sends it on a connection of its own.
    pub fn send(&self, url: &str) -> Outcome {
        let mut stream = TcpStream::connect(address_of(url)).expect("the server listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a timeout");
        let mut bytes = PREFACE.to_vec();
        bytes.extend(frame(SETTINGS, 0, 0, &[]));
        let ended = if self.body.is_none() && self.trailers.is_empty() {
            END_STREAM
        } else {
            0
        };
        bytes.extend(frame(HEADERS, END_HEADERS | ended, 1, &block(&self.fields)));
        if self.late {
            let _ = stream.write_all(&std::mem::take(&mut bytes));
            std::thread::sleep(Duration::from_millis(30));
        }
        if let Some(body) = &self.body {
            let ended = if self.trailers.is_empty() {
                END_STREAM
            } else {
                0
            };
            bytes.extend(frame(DATA, ended, 1, body.as_bytes()));
        }
        if !self.trailers.is_empty() {
            bytes.extend(frame(
                HEADERS,
                END_HEADERS | END_STREAM,
                1,
                &block(&self.trailers),
            ));
        }
        let _ = stream.write_all(&bytes);
        outcome(&mut stream)
    }
}

/// RFC 9113 section 4.1
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len())
        .expect("a short payload")
        .to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// RFC 7541 section 6.2.2: literals without indexing, and without Huffman.
fn block(fields: &[(String, String)]) -> Vec<u8> {
    let text = |text: &str| [length(text.len()), text.as_bytes().to_vec()].concat();
    fields
        .iter()
        .flat_map(|(name, value)| [vec![0], text(name), text(value)].concat())
        .collect()
}

/// RFC 7541 section 5.1, with a prefix of seven bits.
fn length(mut length: usize) -> Vec<u8> {
    if length < 127 {
        return vec![length as u8];
    }
    length -= 127;
    let mut bytes = vec![127];
    while length >= 128 {
        bytes.push(length as u8 | 128);
        length >>= 7;
    }
    bytes.push(length as u8);
    bytes
}

fn outcome(stream: &mut TcpStream) -> Outcome {
    let mut head = [0; 9];
    while stream.read_exact(&mut head).is_ok() {
        let size = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; size as usize];
        if stream.read_exact(&mut payload).is_err() {
            return Outcome::Closed;
        }
        match head[3] {
            HEADERS => return Outcome::Status(status(&payload)),
            RESET => return Outcome::Reset,
            GOAWAY => return Outcome::Closed,
            SETTINGS if head[4] & 1 == 0 => {
                let _ = stream.write_all(&frame(SETTINGS, 1, 0, &[]));
            }
            _ => {}
        }
    }
    Outcome::Closed
}

/// `:status`, which comes first. RFC 7541 appendix A has seven of them; the
/// others are literals of three digits.
fn status(block: &[u8]) -> u16 {
    // A table size update may come before it.
    let start = block
        .iter()
        .position(|byte| byte & 0xe0 != 0x20)
        .expect("a field");
    let field = &block[start..];
    match field[0] {
        indexed @ 0x88..=0x8e => [200, 204, 206, 304, 400, 404, 500][usize::from(indexed - 0x88)],
        _ => {
            let size = usize::from(field[1] & 0x7f);
            let value = &field[2..2 + size];
            let digits = if field[1] & 0x80 == 0 {
                value.to_vec()
            } else {
                huffman_digits(value)
            };
            String::from_utf8(digits)
                .expect("digits")
                .parse()
                .expect("a status")
        }
    }
}

/// RFC 7541 appendix B: `0` to `2` have five bits, `3` to `9` six.
fn huffman_digits(bytes: &[u8]) -> Vec<u8> {
    let bits: Vec<u8> = bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1))
        .collect();
    let number = |bits: &[u8]| bits.iter().fold(0, |sum, bit| sum << 1 | bit);
    let (mut digits, mut at) = (Vec::new(), 0);
    while digits.len() < 3 {
        let short = number(&bits[at..at + 5]);
        if short <= 2 {
            digits.push(b'0' + short);
            at += 5;
        } else {
            digits.push(b'3' + number(&bits[at..at + 6]) - 0b01_1001);
            at += 6;
        }
    }
    digits
}
