//! Bytes from anywhere: opened if they are an archive, looked at if not.

use std::fs::File;
use std::io::{self, Read};

use crate::archive::{self, Format, Taken};
use crate::bound::{self, Budget};
use crate::look::Look;
use crate::worker::{Origin, Worker};

/// Where bytes come from.
pub(crate) enum Source<'s> {
    /// A file, and how large it is.
    File(&'s File, u64),
    /// Memory.
    Bytes(&'s [u8]),
    /// What can be read once.
    Stream(&'s mut dyn Read),
}

/// What encloses the bytes, and what they may still cost.
#[derive(Clone, Copy)]
pub(crate) struct Limits<'b> {
    /// Of the whole file.
    pub(crate) budget: &'b Budget,
    /// How many archives are around them.
    pub(crate) depth: usize,
}

impl Limits<'_> {
    /// Of what lies one archive further inside.
    pub(crate) fn inside(self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self
        }
    }
}

impl Worker<'_> {
    /// Looks at everything that the source gives, also inside of it.
    pub(crate) fn content(&mut self, source: Source<'_>, origin: &Origin<'_>, limits: Limits<'_>) {
        match source {
            Source::Bytes(bytes) => self.bytes(bytes, origin, limits),
            Source::File(file, size) => {
                self.read(&mut { file }, Some((file, size)), origin, limits)
            }
            Source::Stream(stream) => self.read(stream, None, origin, limits),
        }
    }

    fn bytes(&mut self, bytes: &[u8], origin: &Origin<'_>, limits: Limits<'_>) {
        let nothing_more = &mut io::empty();
        match self.openable(bytes, origin, limits) {
            None => self.plain(bytes, nothing_more, &Taken::default(), origin, limits),
            Some(Format::Zip) => {
                let taken = self.zip(&bytes, origin, limits);
                self.plain(bytes, nothing_more, &taken, origin, limits);
            }
            Some(format) => self.open(format, &mut { bytes }, origin, limits),
        }
    }

    fn read(
        &mut self,
        stream: &mut dyn Read,
        file: Option<(&File, u64)>,
        origin: &Origin<'_>,
        limits: Limits<'_>,
    ) {
        let mut buffer = self.buffer();
        let (length, is_broken) = self.fill(stream, &mut buffer, origin, limits);
        // What broke off is not asked again: it would be told again.
        let nothing_more = &mut io::empty();
        let stream = if is_broken { nothing_more } else { stream };
        let head = buffer.get(..length).unwrap_or_default();
        match (self.openable(head, origin, limits), file) {
            (None, _) => self.plain(head, stream, &Taken::default(), origin, limits),
            (Some(Format::Zip), Some(file)) => {
                let taken = self.zip(&file, origin, limits);
                self.plain(head, stream, &taken, origin, limits);
            }
            (Some(Format::Zip), None) => self.held(head, stream, origin, limits),
            (Some(format), _) => self.open(format, &mut head.chain(stream), origin, limits),
        }
        self.give_back(buffer);
    }

    /// A zip archive out of a stream: its directory is at its end.
    fn held(
        &mut self,
        head: &[u8],
        stream: &mut dyn Read,
        origin: &Origin<'_>,
        limits: Limits<'_>,
    ) {
        let mut whole = head.to_vec();
        let room = bound::HELD_ARCHIVE.saturating_sub(whole.len() as u64);
        let read = stream.take(room).read_to_end(&mut whole);
        if let Err(error) = &read {
            self.broken(error, origin, limits);
        }
        if whole.len() as u64 >= bound::HELD_ARCHIVE {
            let most = bound::HELD_ARCHIVE >> 20;
            self.not_read(
                origin,
                format!("a zip archive that is not a file by itself is opened up to {most} MiB: unpack it"),
            );
            self.plain(&whole, stream, &Taken::default(), origin, limits);
        } else {
            self.bytes(&whole, origin, limits);
        }
    }

    /// What kind of archive it is, if it can and may be opened.
    fn openable(&mut self, head: &[u8], origin: &Origin<'_>, limits: Limits<'_>) -> Option<Format> {
        let format = archive::format(head)?;
        if let Format::Closed(name) = format {
            self.not_read(origin, format!("{name} is not opened: unpack it"));
            return None;
        }
        if limits.depth >= bound::DEPTH {
            let depth = bound::DEPTH;
            self.not_read(
                origin,
                format!("archives lie more than {depth} deep in each other: unpack it"),
            );
            return None;
        }
        Some(format)
    }

    /// Looks at bytes as they are; what lies in `taken` is left to somebody else.
    pub(crate) fn plain(
        &mut self,
        head: &[u8],
        stream: &mut dyn Read,
        taken: &Taken,
        origin: &Origin<'_>,
        limits: Limits<'_>,
    ) {
        let mut look = Look::new();
        let mut buffer = self.buffer();
        let (mut length, mut is_broken) = self.fill(stream, &mut buffer, origin, limits);
        self.piece(&mut look, head, length == 0, taken, origin);
        while length > 0 {
            let is_last = is_broken || length < buffer.len();
            let piece = buffer.get(..length).unwrap_or_default();
            self.piece(&mut look, piece, is_last, taken, origin);
            (length, is_broken) = match is_last {
                true => (0, is_broken),
                false => self.fill(stream, &mut buffer, origin, limits),
            };
        }
        self.give_back(buffer);
    }

    fn piece(
        &mut self,
        look: &mut Look,
        piece: &[u8],
        is_last: bool,
        taken: &Taken,
        origin: &Origin<'_>,
    ) {
        look.piece(piece, is_last, &mut |found, position| {
            if !taken.contains(position.offset) {
                self.found(origin, found, position);
            }
        });
        self.count_bytes(piece.len());
    }

    /// Fills the buffer as far as there is something: how far, and whether an
    /// error ended it.
    fn fill(
        &mut self,
        stream: &mut dyn Read,
        buffer: &mut [u8],
        origin: &Origin<'_>,
        limits: Limits<'_>,
    ) -> (usize, bool) {
        let mut length = 0;
        while let Some(room) = buffer.get_mut(length..).filter(|room| !room.is_empty()) {
            match stream.read(room) {
                Ok(0) => break,
                Ok(count) => length += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.broken(&error, origin, limits);
                    return (length, true);
                }
            }
        }
        (length, false)
    }

    /// A stream broke off. A spent budget is told once.
    pub(crate) fn broken(&mut self, error: &io::Error, origin: &Origin<'_>, limits: Limits<'_>) {
        if limits.budget.is_news() {
            self.not_read(origin, format!("it cannot be read to its end: {error}"));
        }
    }
}
