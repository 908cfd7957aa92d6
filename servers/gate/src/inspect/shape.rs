//! Request-smuggling shapes that can be seen only in the bytes.
//!
//! The HTTP/1 parser behind this gate follows RFC 9112 section 6.3 and, when a
//! request has both framing headers, drops `Content-Length` before anyone can
//! look at it; it merges equal lengths and accepts a bare line feed. Each is
//! lawful and each is a shape that another hop may read differently, so
//! [`Shapes`] reads the same bytes as they arrive and remembers which heads
//! had one. It parses nothing else: if it ever lost its place, requests would
//! still be framed by the parser, and only these refusals would be missed.

use std::collections::VecDeque;

/// A head that must be answered with 400 and a closed connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `Content-Length` and `Transfer-Encoding` in one request.
    TwoFramings,
    /// More than one `Content-Length` line.
    RepeatedLength,
    /// A line that ends with LF alone.
    BareLineFeed,
    /// A request target with a fragment.
    Fragment,
}

impl Shape {
    /// What the client is told.
    pub const fn detail(self) -> &'static str {
        match self {
            Self::TwoFramings => "The request has both Content-Length and Transfer-Encoding.",
            Self::RepeatedLength => "The request has more than one Content-Length.",
            Self::BareLineFeed => "A line of the request ends with LF alone.",
            Self::Fragment => "The request target has a fragment.",
        }
    }
}

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.detail())
    }
}

/// How much of a head line is kept when it arrives in pieces: enough to know
/// its name and a number.
const KEPT: usize = 64;

#[derive(Debug, Clone, Copy)]
enum Place {
    /// After one message, before the first byte of the next.
    Between,
    /// In the request line.
    RequestLine,
    /// In the header lines.
    Headers,
    /// In a body of known length: bytes left.
    Body(u64),
    /// In the line that gives a chunk's size.
    ChunkSize,
    /// In a chunk and the line end after it: bytes left.
    Chunk(u64),
    /// In the trailer lines.
    Trailers,
    /// Not followed any further: the connection closes after this request.
    Lost,
    /// The body has a form that is refused though it could be read.
    Refused,
}

/// Follows the heads of one HTTP/1 connection.
#[derive(Debug)]
pub struct Shapes {
    place: Place,
    kept: Vec<u8>,
    line_length: u64,
    lengths: u32,
    length: u64,
    chunked: bool,
    found: Option<Shape>,
    heads: u64,
    refused: VecDeque<(u64, Shape)>,
}

impl Default for Shapes {
    fn default() -> Self {
        Self {
            place: Place::Between,
            kept: Vec::new(),
            line_length: 0,
            lengths: 0,
            length: 0,
            chunked: false,
            found: None,
            heads: 0,
            refused: VecDeque::new(),
        }
    }
}

impl Shapes {
    /// Takes the bytes that were just read.
    pub fn read(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            bytes = match self.place {
                Place::Lost | Place::Refused => return,
                Place::Body(left) => self.skip(bytes, left, Place::Between, Place::Body),
                Place::Chunk(left) => self.skip(bytes, left, Place::ChunkSize, Place::Chunk),
                Place::Between
                | Place::RequestLine
                | Place::Headers
                | Place::ChunkSize
                | Place::Trailers => self.line_bytes(bytes),
            };
        }
    }

    /// Whether a head has begun and not ended.
    pub const fn in_head(&self) -> bool {
        matches!(self.place, Place::RequestLine | Place::Headers)
    }

    /// Whether a body has been read that must not be: its request is broken off.
    pub const fn is_refused(&self) -> bool {
        matches!(self.place, Place::Refused)
    }

    /// What was found in the head with this number, counted from zero.
    pub fn take(&mut self, head: u64) -> Option<Shape> {
        let &(number, shape) = self.refused.front()?;
        (number == head).then(|| {
            self.refused.pop_front();
            shape
        })
    }

    fn skip<'b>(
        &mut self,
        bytes: &'b [u8],
        left: u64,
        then: Place,
        during: fn(u64) -> Place,
    ) -> &'b [u8] {
        let here = bytes.len() as u64;
        if here < left {
            self.place = during(left - here);
            return &[];
        }
        self.place = then;
        let taken = usize::try_from(left).unwrap_or(bytes.len());
        bytes.get(taken..).unwrap_or_default()
    }

    fn line_bytes<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let Some(end) = memchr::memchr(b'\n', bytes) else {
            if matches!(self.place, Place::Between) {
                self.place = Place::RequestLine;
            }
            self.keep(bytes);
            return &[];
        };
        let (line, rest) = bytes.split_at(end);
        if self.line_length == 0 {
            self.line(line);
        } else {
            self.keep(line);
            let kept = std::mem::take(&mut self.kept);
            self.line(&kept);
            self.kept = kept;
            self.kept.clear();
            self.line_length = 0;
        }
        rest.get(1..).unwrap_or_default()
    }

    /// Keeps the start of the line and, so that its end can be judged, its last byte.
    fn keep(&mut self, bytes: &[u8]) {
        self.line_length += bytes.len() as u64;
        if matches!(self.place, Place::RequestLine | Place::Between) && bytes.contains(&b'#') {
            self.found.get_or_insert(Shape::Fragment);
        }
        let room = KEPT.saturating_sub(self.kept.len());
        let (start, beyond) = bytes.split_at(room.min(bytes.len()));
        self.kept.extend_from_slice(start);
        if let Some(&last) = beyond.last() {
            self.kept.truncate(KEPT);
            self.kept.push(last);
        }
    }

    fn line(&mut self, line: &[u8]) {
        let (text, whole) = match line.split_last() {
            Some((b'\r', text)) => (text, true),
            _ => (line, false),
        };
        match self.place {
            // RFC 9112 section 2.2: empty lines before a request line are passed over.
            Place::Between | Place::RequestLine if text.is_empty() => self.place = Place::Between,
            Place::Between | Place::RequestLine => {
                if text.contains(&b'#') {
                    self.found.get_or_insert(Shape::Fragment);
                }
                self.ends_well(whole);
                self.place = Place::Headers;
            }
            Place::Headers => {
                self.ends_well(whole);
                if text.is_empty() {
                    self.end_head();
                } else {
                    self.header(text);
                }
            }
            Place::ChunkSize => self.place = chunk_place(text),
            Place::Trailers if text.is_empty() => self.place = Place::Between,
            Place::Trailers | Place::Body(_) | Place::Chunk(_) | Place::Lost | Place::Refused => {}
        }
    }

    // RFC 9112 section 2.2: a bare LF MAY be taken as a line end; here it is not.
    fn ends_well(&mut self, whole: bool) {
        if !whole {
            self.found.get_or_insert(Shape::BareLineFeed);
        }
    }

    fn header(&mut self, line: &[u8]) {
        let Some(b'c' | b'C' | b't' | b'T') = line.first() else {
            return;
        };
        let mut halves = line.splitn(2, |&byte| byte == b':');
        let (Some(name), Some(value)) = (halves.next(), halves.next()) else {
            return;
        };
        if name.eq_ignore_ascii_case(b"content-length") {
            self.lengths += 1;
            self.length = decimal(value.trim_ascii()).unwrap_or(0);
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            self.chunked = true;
        }
    }

    fn end_head(&mut self) {
        // RFC 9112 section 6.1
        if self.chunked && self.lengths > 0 {
            self.found.get_or_insert(Shape::TwoFramings);
        }
        // RFC 9112 section 6.3
        if self.lengths > 1 {
            self.found.get_or_insert(Shape::RepeatedLength);
        }
        self.place = if let Some(shape) = self.found.take() {
            self.refused.push_back((self.heads, shape));
            Place::Lost
        } else if self.chunked {
            Place::ChunkSize
        } else if self.length > 0 {
            Place::Body(self.length)
        } else {
            Place::Between
        };
        self.heads += 1;
        self.lengths = 0;
        self.length = 0;
        self.chunked = false;
    }
}

fn chunk_place(line: &[u8]) -> Place {
    let digits = line
        .split(|&byte| byte == b';')
        .next()
        .unwrap_or_default()
        .trim_ascii();
    // RFC 9112 section 7.1: leading zeros are no error, but no sender needs
    // more digits than a 64-bit number has, and some reader will overflow.
    if digits.len() > 16 {
        return Place::Refused;
    }
    let Some(size) = std::str::from_utf8(digits)
        .ok()
        .and_then(|digits| u64::from_str_radix(digits, 16).ok())
    else {
        return Place::Lost;
    };
    match size {
        0 => Place::Trailers,
        // The chunk and the CRLF after it.
        size => size.checked_add(2).map_or(Place::Lost, Place::Chunk),
    }
}

fn decimal(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    fn found(stream: &str, piece: usize) -> Vec<Option<Shape>> {
        let mut shapes = Shapes::default();
        for bytes in stream.as_bytes().chunks(piece) {
            shapes.read(bytes);
        }
        (0..shapes.heads).map(|head| shapes.take(head)).collect()
    }

    fn expect(stream: &str, expected: &[Option<Shape>]) {
        for piece in [1, 2, 3, 7, 64, 65, 100_000] {
            assert_eq!(found(stream, piece), expected, "{stream:?} by {piece}");
        }
    }

    #[test]
    fn rfc9112_6_1_two_framings_are_seen_in_either_order() {
        let cl_te = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG";
        expect(cl_te, &[Some(Shape::TwoFramings)]);
        let te_cl = "POST / HTTP/1.1\r\nTRANSFER-encoding: chunked\r\nhost: a\r\ncontent-LENGTH: 6\r\n\r\n0\r\n\r\n";
        expect(te_cl, &[Some(Shape::TwoFramings)]);
    }

    #[test]
    fn rfc9112_6_3_repeated_lengths_are_seen_even_if_equal() {
        expect(
            "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
            &[Some(Shape::RepeatedLength)],
        );
    }

    #[test]
    fn rfc9112_2_2_a_bare_line_feed_is_seen_on_any_line() {
        for head in [
            "GET / HTTP/1.1\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n\n",
        ] {
            expect(head, &[Some(Shape::BareLineFeed)]);
        }
        let long = format!("GET / HTTP/1.1\r\nX: {}\n\r\n", "y".repeat(500));
        expect(&long, &[Some(Shape::BareLineFeed)]);
    }

    #[test]
    fn rfc9112_3_2_a_fragment_in_the_target_is_seen() {
        expect(
            "GET /a#/b HTTP/1.1\r\nHost: a\r\n\r\n",
            &[Some(Shape::Fragment)],
        );
        let far = format!("GET /{}#x HTTP/1.1\r\n\r\n", "a".repeat(500));
        expect(&far, &[Some(Shape::Fragment)]);
        expect("GET /a HTTP/1.1\r\nX: #\r\n\r\n", &[None]);
    }

    #[test]
    fn bodies_are_passed_over_and_the_head_after_them_is_judged() {
        let shapely = "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n";
        let inside = "\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n";
        let fixed = format!(
            "POST / HTTP/1.1\r\nContent-Length: {}\r\n\r\n{inside}",
            inside.len()
        );
        let chunked = format!(
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{:x};ext=1\r\n{inside}\r\n2\r\nok\r\n0\r\nT: 1\r\n\r\n",
            inside.len()
        );
        expect(
            &format!("{GET}{fixed}\r\n{chunked}{GET}{shapely}"),
            &[None, None, None, None, Some(Shape::TwoFramings)],
        );
    }

    #[test]
    fn rfc9112_7_1_an_overlong_chunk_size_is_refused() {
        let mut shapes = Shapes::default();
        shapes.read(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
        shapes.read(b"0000000000000005\r\nhello\r\n");
        assert!(!shapes.is_refused());
        shapes.read(b"00000000000000005\r\n");
        assert!(shapes.is_refused());
    }

    #[test]
    fn an_open_head_is_known_as_open() {
        let mut shapes = Shapes::default();
        assert!(!shapes.in_head());
        shapes.read(b"G");
        assert!(shapes.in_head());
        shapes.read(b"ET / HTTP/1.1\r\nA: b\r\n");
        assert!(shapes.in_head());
        shapes.read(b"\r\n");
        assert!(!shapes.in_head());
    }
}
