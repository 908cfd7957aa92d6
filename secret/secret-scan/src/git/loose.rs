//! A loose object: one zlib stream in a file of its own (gitrepository-layout(5)).

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use flate2::bufread::ZlibDecoder;

use super::{Body, ObjectKind, Visitor};

/// No header is longer: a kind, a space, a number, a NUL.
const LONGEST_HEADER: u64 = 40;

/// Shows the visitor the object in a file.
pub(super) fn visit(path: &Path, id: &[u8], visitor: &mut dyn Visitor) {
    if let Err(why) = shown(path, id, visitor) {
        visitor.broken(id, &why);
    }
}

fn shown(path: &Path, id: &[u8], visitor: &mut dyn Visitor) -> Result<(), String> {
    let opened = crate::file::open(path).map_err(|error| error.to_string())?;
    let (file, _) = opened.ok_or("it is no file")?;
    let inflated = ZlibDecoder::new(BufReader::new(file));
    let mut stream = BufReader::new(inflated);
    let mut header = Vec::new();
    stream
        .by_ref()
        .take(LONGEST_HEADER)
        .read_until(0, &mut header)
        .map_err(|error| error.to_string())?;
    let header = header
        .strip_suffix(&[0])
        .ok_or("it does not begin as an object")?;
    let word = header
        .split(|byte| *byte == b' ')
        .next()
        .unwrap_or_default();
    let kind = ObjectKind::of_word(word).ok_or("it is no object")?;
    if visitor.wants(kind) {
        visitor.object(kind, id, Body::Stream(&mut stream));
    }
    Ok(())
}
