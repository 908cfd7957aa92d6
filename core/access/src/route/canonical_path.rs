//! A path has one canonical form; every other spelling is rejected, never
//! repaired.

use crate::{Denial, Rule};

/// A path in its one canonical form. What is judged is what is forwarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CanonicalPath<'a>(&'a str);

impl<'a> CanonicalPath<'a> {
    /// Reads a path as received. RFC 3986 section 6.2 lists how spellings of
    /// one path differ (case of escapes, escapes of unreserved characters, dot
    /// segments, empty segments); each of them is a way around some rule in
    /// front of some upstream, so only one spelling passes.
    pub(crate) fn parse(path: &'a str) -> Result<Self, Denial> {
        match first_oddity(path) {
            None => Ok(Self(path)),
            Some(oddity) => Err(Denial::new(Rule::CanonicalPath).with_detail(oddity)),
        }
    }

    /// Its segments, in order; none for `/`.
    pub(crate) fn segments(self) -> impl Iterator<Item = &'a str> + Clone {
        let rest = self.0.strip_prefix('/').unwrap_or(self.0);
        rest.split('/').filter(|segment| !segment.is_empty())
    }
}

const NO_SLASH: &str = "The request target is not a path that starts with '/'.";
const EMPTY_SEGMENT: &str = "The path has an empty segment or ends with '/'.";
const DOT_SEGMENT: &str = "The path has a '.' or '..' segment.";
const CHARACTER: &str = "The path has a character that cannot stand there unescaped.";
const ESCAPE: &str = "The path has an escape that is malformed, in lower case, or not needed.";
const ESCAPED_TEXT: &str = "The path has escaped bytes that are not plain UTF-8 text.";
const OUTER_SPACE: &str = "A segment of the path starts or ends with an escaped space.";

fn first_oddity(path: &str) -> Option<&'static str> {
    let Some(rest) = path.strip_prefix('/') else {
        return Some(NO_SLASH);
    };
    if rest.is_empty() {
        return None;
    }
    rest.split('/').find_map(segment_oddity)
}

fn segment_oddity(segment: &str) -> Option<&'static str> {
    if segment.is_empty() {
        return Some(EMPTY_SEGMENT);
    }
    if segment == "." || segment == ".." {
        return Some(DOT_SEGMENT);
    }
    if segment.bytes().all(is_plain) {
        return None;
    }
    if segment.starts_with("%20") || segment.ends_with("%20") {
        return Some(OUTER_SPACE);
    }
    escape_oddity(segment.as_bytes())
}

// RFC 3986 section 3.3: pchar without percent-encoding; and without ';', which
// some upstreams cut off as a path parameter.
const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.'
                | b'_'
                | b'~'
                | b'!'
                | b'$'
                | b'&'
                | b'\''
                | b'('
                | b')'
                | b'*'
                | b'+'
                | b','
                | b'='
                | b':'
                | b'@'
        )
}

/// Walks a segment that has something else than plain characters: the escapes
/// must be upper-case (RFC 3986 section 2.1), needed, and text.
fn escape_oddity(segment: &[u8]) -> Option<&'static str> {
    let mut text = Vec::new();
    let mut rest = segment;
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'%' {
            if !is_plain(byte) {
                return Some(CHARACTER);
            }
            rest = after;
            if let Some(oddity) = text_oddity(&text) {
                return Some(oddity);
            }
            text.clear();
            continue;
        }
        let [high, low, after @ ..] = after else {
            return Some(ESCAPE);
        };
        let (Some(high), Some(low)) = (upper_hex(*high), upper_hex(*low)) else {
            return Some(ESCAPE);
        };
        let escaped = high << 4 | low;
        if !may_be_escaped(escaped) {
            return Some(ESCAPE);
        }
        text.push(escaped);
        rest = after;
    }
    text_oddity(&text)
}

const fn upper_hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// What an upstream might split, cut or join on (`/ \ ; % ? #`), and what
/// needs no escape at all, is never escaped.
const fn may_be_escaped(byte: u8) -> bool {
    !byte.is_ascii_control()
        && !is_plain(byte)
        && !matches!(byte, b'/' | b'\\' | b';' | b'%' | b'?' | b'#')
}

/// RFC 3629 section 3: an overlong form is not UTF-8.
fn text_oddity(text: &[u8]) -> Option<&'static str> {
    let Ok(text) = std::str::from_utf8(text) else {
        return Some(ESCAPED_TEXT);
    };
    text.chars()
        .any(|c| c.is_control() || (c != ' ' && c.is_whitespace()) || folds_to_syntax(c))
        .then_some(ESCAPED_TEXT)
}

/// Characters that some upstreams fold to ASCII (Unicode compatibility forms),
/// and with it to `/`, `.`, `\`, `;` or `%`; and invisible ones.
const fn folds_to_syntax(c: char) -> bool {
    matches!(
        c,
        '\u{FF00}'..='\u{FFEF}'
            | '\u{FE50}'..='\u{FE6F}'
            | '\u{2024}'..='\u{2026}'
            | '\u{2044}'
            | '\u{2215}'
            | '\u{2216}'
            | '\u{29F5}'
            | '\u{29F8}'
            | '\u{29F9}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{AD}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
    use proptest::prelude::*;

    /// Everything but RFC 3986's pchar without `;`, said another way.
    const NEEDED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~')
        .remove(b'!')
        .remove(b'$')
        .remove(b'&')
        .remove(b'\'')
        .remove(b'(')
        .remove(b')')
        .remove(b'*')
        .remove(b'+')
        .remove(b',')
        .remove(b'=')
        .remove(b':')
        .remove(b'@');

    proptest! {
        #[test]
        fn rfc3986_6_2_what_passes_is_the_one_spelling_of_its_segments(
            path in "/?([a-zA-Z.;%\\\\ ~é@:/]|%[0-9A-Fa-f]{2}|%C3%A9|%20|/|\\.\\.){0,8}"
        ) {
            if CanonicalPath::parse(&path).is_ok() {
                prop_assert!(path.starts_with('/'));
                for segment in path.split('/').skip(1).filter(|_| path != "/") {
                    let text = percent_decode_str(segment).decode_utf8().unwrap();
                    prop_assert!(!text.is_empty() && text != "." && text != "..");
                    prop_assert!(!text.contains(['/', '\\', ';', '%', '\0']));
                    prop_assert_eq!(utf8_percent_encode(&text, NEEDED).to_string(), segment);
                }
            }
        }

        #[test]
        fn a_plain_path_passes(segments in prop::collection::vec("[a-zA-Z0-9_~-]{1,5}", 0..5)) {
            let path = format!("/{}", segments.join("/"));
            let parsed = CanonicalPath::parse(&path).unwrap();
            prop_assert_eq!(parsed.segments().collect::<Vec<_>>(), segments);
        }
    }
}
