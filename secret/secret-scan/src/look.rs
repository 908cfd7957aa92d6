//! One file's bytes, in pieces: what is in them, and in which line.

use credential::scan::{Found, Stream};

/// How many bytes decide whether a file is text, as for git.
const JUDGED: usize = 8000;

/// A look at one file from its beginning.
pub(crate) struct Look {
    stream: Stream,
    is_text: bool,
    /// Line breaks in what has gone by.
    breaks: u64,
    /// Where the line begins that the next piece continues.
    line_start: u64,
}

/// Where in its file something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) offset: u64,
    /// Line and column, from 1, if the file is text.
    pub(crate) line: Option<(u64, u64)>,
}

impl Look {
    /// Begins.
    pub(crate) fn new() -> Self {
        Self {
            stream: Stream::new(),
            is_text: true,
            breaks: 0,
            line_start: 0,
        }
    }

    /// Looks at the next piece; `is_last` spares the counting of lines that
    /// nobody will ask for.
    pub(crate) fn piece(
        &mut self,
        piece: &[u8],
        is_last: bool,
        see: &mut dyn FnMut(Found, Position),
    ) {
        let start = self.stream.gone_by();
        if start == 0 {
            let head = piece.get(..JUDGED).unwrap_or(piece);
            self.is_text = memchr::memchr(0, head).is_none();
        }
        let (is_text, breaks, line_start) = (self.is_text, self.breaks, self.line_start);
        let see = &mut |found: Found| {
            // A credential has no line break in it, so its end is in its line.
            let end = (found.offset + found.length as u64).saturating_sub(start);
            let before = piece.get(..usize::try_from(end).unwrap_or(usize::MAX));
            let before = before.unwrap_or_default();
            let line_start =
                memchr::memrchr(b'\n', before).map_or(line_start, |at| start + at as u64 + 1);
            let line = breaks + count(before) + 1;
            let column = found.offset.saturating_sub(line_start) + 1;
            let position = Position {
                offset: found.offset,
                line: is_text.then_some((line, column)),
            };
            see(found, position);
        };
        if start == 0 && is_last {
            // The common case needs no memory of what has gone by.
            credential::scan::each(piece, see);
            return;
        }
        self.stream.push(piece, see);
        if is_text && !is_last {
            self.breaks += count(piece);
            if let Some(at) = memchr::memrchr(b'\n', piece) {
                self.line_start = start + at as u64 + 1;
            }
        }
    }
}

fn count(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}
