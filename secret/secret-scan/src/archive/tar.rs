//! tar: headers of 512 bytes, each before its file (POSIX.1-2017, pax).

use std::io::{self, Read};

use super::Taken;
use crate::content::{Limits, Source};
use crate::worker::{Origin, Worker};

const BLOCK: usize = 512;

/// How much of an extended header is read for a name.
const LONGEST_NAME: u64 = 64 << 10;

/// Whether the bytes begin with a header.
pub(super) fn begins(head: &[u8]) -> bool {
    head.first_chunk::<BLOCK>()
        .is_some_and(|block| block.get(257..262) == Some(b"ustar") && Header::read(block).is_some())
}

/// What a header says.
struct Header {
    name: String,
    size: u64,
    kind: u8,
}

impl Header {
    /// Reads it, if its checksum is right.
    fn read(block: &[u8; BLOCK]) -> Option<Self> {
        let sum: u64 = block.iter().map(|byte| u64::from(*byte)).sum();
        let field = block.get(148..156)?;
        let of_field: u64 = field.iter().map(|byte| u64::from(*byte)).sum();
        // The field counts as eight spaces in its own sum.
        if number(field)? != sum - of_field + 8 * u64::from(b' ') {
            return None;
        }
        let name = text(block.get(..100)?);
        let name = match (
            block.get(257..263)? == b"ustar\0",
            text(block.get(345..500)?),
        ) {
            (true, prefix) if !prefix.is_empty() => format!("{prefix}/{name}"),
            _ => name,
        };
        Some(Self {
            name,
            size: number(block.get(124..136)?)?,
            kind: *block.get(156)?,
        })
    }
}

/// A text up to its NUL.
fn text(field: &[u8]) -> String {
    let end = memchr::memchr(0, field).unwrap_or(field.len());
    String::from_utf8_lossy(field.get(..end).unwrap_or_default()).into_owned()
}

/// A number in octal, or in base 256 as GNU writes large ones.
fn number(field: &[u8]) -> Option<u64> {
    if field.first().is_some_and(|first| first & 0x80 != 0) {
        let digits = field.get(field.len().checked_sub(8)?..)?;
        return Some(u64::from_be_bytes(digits.try_into().ok()?));
    }
    let text = str::from_utf8(field).ok()?;
    let text = text.trim_matches(|c| c == ' ' || c == '\0');
    match text {
        "" => Some(0),
        text => u64::from_str_radix(text, 8).ok(),
    }
}

impl Worker<'_> {
    /// Looks at every entry.
    pub(super) fn tar(&mut self, stream: &mut dyn Read, origin: &Origin<'_>, limits: Limits<'_>) {
        if let Err(error) = self.entries(stream, origin, limits) {
            self.broken(&error, origin, limits);
        }
    }

    fn entries(
        &mut self,
        stream: &mut dyn Read,
        origin: &Origin<'_>,
        limits: Limits<'_>,
    ) -> io::Result<()> {
        let mut long_name = None;
        let mut block = [0; BLOCK];
        loop {
            let length = filled(stream, &mut block)?;
            let begun = block.get(..length).unwrap_or_default();
            if length == 0 {
                return Ok(());
            }
            if begun.iter().all(|byte| *byte == 0) {
                // The end, but for padding; what stands after it is looked at too.
                self.plain(&[], stream, &Taken::default(), origin, limits);
                return Ok(());
            }
            let header = Header::read(&block).filter(|_| length == BLOCK);
            let Some(header) = header else {
                self.not_read(
                    origin,
                    "it is no tar archive from some header on; the rest was looked at as it is",
                );
                self.plain(begun, stream, &Taken::default(), origin, limits);
                return Ok(());
            };
            if let Err(why) = limits.budget.entry() {
                self.not_read(origin, why);
                return Ok(());
            }
            let padding = (BLOCK as u64 - header.size % BLOCK as u64) % BLOCK as u64;
            let mut body = stream.take(header.size);
            match header.kind {
                // The name of the next entry, as GNU and as pax write it.
                kind @ (b'L' | b'x') => {
                    let mut value = Vec::new();
                    body.by_ref().take(LONGEST_NAME).read_to_end(&mut value)?;
                    long_name = match kind {
                        b'L' => Some(text(&value)),
                        _ => pax_path(&value).or(long_name),
                    };
                    self.plain(&value, &mut body, &Taken::default(), origin, limits);
                }
                _ => {
                    let name = long_name.take().unwrap_or(header.name);
                    let way = origin.way(&name);
                    let inside = origin.at(&way);
                    self.name(&inside, name.as_bytes());
                    self.content(Source::Stream(&mut body), &inside, limits.inside());
                }
            }
            // What an archive inside left over, and the padding.
            io::copy(&mut body, &mut io::sink())?;
            if body.limit() > 0 {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
            }
            io::copy(&mut stream.take(padding), &mut io::sink())?;
        }
    }
}

/// Fills the block as far as there is something.
fn filled(stream: &mut dyn Read, block: &mut [u8; BLOCK]) -> io::Result<usize> {
    let mut length = 0;
    while let Some(room) = block.get_mut(length..).filter(|room| !room.is_empty()) {
        match stream.read(room)? {
            0 => break,
            count => length += count,
        }
    }
    Ok(length)
}

/// The path of an extended header: records of `LENGTH KEY=VALUE\n`.
fn pax_path(value: &[u8]) -> Option<String> {
    let mut rest = value;
    while let Some(space) = memchr::memchr(b' ', rest) {
        let length = str::from_utf8(rest.get(..space)?).ok()?.parse().ok()?;
        let record = rest.get(space + 1..length)?;
        if let Some(path) = record.strip_prefix(b"path=") {
            let path = path.strip_suffix(b"\n").unwrap_or(path);
            return Some(String::from_utf8_lossy(path).into_owned());
        }
        rest = rest.get(length..)?;
    }
    None
}
