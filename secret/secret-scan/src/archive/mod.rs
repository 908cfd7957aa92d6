//! What holds other files: recognised by its first bytes, never by its name.

mod taken;
mod tar;
mod zip;

use std::io::Read;

use flate2::read::MultiGzDecoder;

pub(crate) use taken::Taken;

use crate::bound::Metered;
use crate::content::{Limits, Source};
use crate::worker::{Origin, Worker};

/// A kind of archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// gzip (RFC 1952).
    Gzip,
    /// tar (POSIX ustar and pax, and GNU's).
    Tar,
    /// zip, and so APK, IPA, JAR and the documents of office programs.
    Zip,
    /// One that is recognised and not opened.
    Closed(&'static str),
}

/// First bytes that say what is not opened.
const CLOSED: [(&[u8], &str); 6] = [
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x04\x22\x4d\x18", "an LZ4 archive"),
];

/// What the bytes are the beginning of.
pub(crate) fn format(head: &[u8]) -> Option<Format> {
    match head {
        [0x1f, 0x8b, 8, ..] => return Some(Format::Gzip),
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => return Some(Format::Zip),
        _ => {}
    }
    if tar::begins(head) {
        return Some(Format::Tar);
    }
    let closed = CLOSED.iter().find(|(magic, _)| {
        // `BZh` begins a word as well: its block size and block magic follow.
        head.starts_with(magic)
            && (*magic != b"BZh" || head.get(4..10) == Some(b"\x31\x41\x59\x26\x53\x59"))
    });
    closed.map(|(_, name)| Format::Closed(name))
}

impl Worker<'_> {
    /// Opens what can be opened from the front.
    pub(crate) fn open(
        &mut self,
        format: Format,
        stream: &mut dyn Read,
        origin: &Origin<'_>,
        limits: Limits<'_>,
    ) {
        match format {
            Format::Gzip => {
                let name = name_inside(&origin.name());
                let way = origin.way(&name);
                let mut inflated = Metered::new(MultiGzDecoder::new(stream), limits.budget);
                let source = Source::Stream(&mut inflated);
                self.content(source, &origin.at(&way), limits.inside());
            }
            Format::Tar => self.tar(stream, origin, limits),
            // A zip is opened from its end, and the others not at all.
            Format::Zip | Format::Closed(_) => {
                self.plain(&[], stream, &Taken::default(), origin, limits)
            }
        }
    }
}

/// What a gzip file has inside: its name, less the ending.
fn name_inside(name: &str) -> String {
    match (name.strip_suffix(".tgz"), name.strip_suffix(".gz")) {
        (Some(stem), _) => format!("{stem}.tar"),
        (_, Some(stem)) => stem.to_owned(),
        _ => "gzip".to_owned(),
    }
}
