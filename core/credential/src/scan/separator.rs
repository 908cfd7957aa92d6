//! How an underscore is written in a text that wraps another.

/// Every way, with the capitals that hexadecimal allows.
#[rustfmt::skip]
const WRITTEN: &[&[u8]] = &[
    b"_",
    b"\\_",
    b"%5F", b"%5f",
    b"%255F", b"%255f",
    b"=5F",
    b"\\x5f", b"\\x5F",
    b"\\u005f", b"\\u005F",
    b"\\\\u005f", b"\\\\u005F",
    b"&#95;",
    b"&#x5f;", b"&#x5F;",
    b"&lowbar;",
];

/// Takes one from the end of `before`: the shorter part that is left.
pub(super) fn taken(before: &[u8]) -> Option<&[u8]> {
    // The plain one first, for it is nearly always that one; `\_` is longer and
    // means the same.
    if let Some(rest) = before.strip_suffix(b"_") {
        return Some(rest.strip_suffix(b"\\").unwrap_or(rest));
    }
    if !matches!(before.last(), Some(b'f' | b'F' | b';')) {
        return None;
    }
    // The longest wins: `\\u005f` also ends in `\u005f`.
    let longest = WRITTEN.iter().filter_map(|way| before.strip_suffix(*way));
    longest.min_by_key(|rest| rest.len())
}

/// How many letters and digits of a separator stand at the beginning of `run`,
/// given the byte before it: the secret begins after them.
pub(super) fn letters_of(before: Option<u8>, run: &[u8]) -> Option<usize> {
    let tail: &[&[u8]] = match before? {
        b'_' | b';' => return Some(0),
        b'%' => &[b"5F", b"5f", b"255F", b"255f"],
        b'=' => &[b"5F"],
        b'\\' => &[b"x5f", b"x5F", b"u005f", b"u005F"],
        _ => return None,
    };
    let tail = tail.iter().find(|tail| run.starts_with(tail))?;
    Some(tail.len())
}
