//! A credential inside base64 (RFC 4648 sections 4 and 5), in one line.
//!
//! The text of a credential is ASCII and encodes without `+`, `/`, `-` and `_`,
//! so it lies in a run of letters and digits like a secret does. Its prefix
//! looks different at each of the three alignments; each look is an anchor.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind, Span, packed};

use super::Found;
use super::judged::{Candidate, ROOM};
use super::run::is_base62;
use crate::secret_text::TAIL_LENGTH;
use crate::{EnvironmentClass, api_key, client_secret, operator_token};

/// No credential takes fewer characters.
const SHORTEST: usize = 72;

/// One look of one prefix.
struct Anchor {
    /// What the prefix is: `dw_live_` and so on.
    head: String,
    /// Whether an id stands between prefix and secret.
    has_id: bool,
    /// How many bits of the text's first character stand in the character
    /// before the anchor, and whether there is one.
    lead: Lead,
    /// What is searched for.
    look: String,
}

/// Where in its first sextet a text begins.
#[derive(Clone, Copy)]
enum Lead {
    /// At its first bit, which is the anchor's.
    Aligned,
    /// In the character before the anchor, after so many bits.
    Before(u32),
}

/// How the anchors are searched for.
enum Search {
    /// With the vector instructions of the machine.
    Packed(packed::Searcher),
    /// Without.
    Automaton(AhoCorasick),
}

struct Anchors {
    anchors: Vec<Anchor>,
    search: Option<Search>,
}

static ANCHORS: LazyLock<Anchors> = LazyLock::new(|| {
    let kinds = [
        (api_key::PREFIX, true),
        (operator_token::PREFIX, true),
        (client_secret::PREFIX, false),
    ];
    let mut anchors = Vec::new();
    for (prefix, has_id) in kinds {
        for class in [EnvironmentClass::Production, EnvironmentClass::Sandbox] {
            let head = format!("{prefix}_{}_", class.tag());
            for shift in 0..3 {
                anchors.push(Anchor::new(&head, has_id, shift));
            }
        }
    }
    let looks = || anchors.iter().map(|anchor| anchor.look.as_bytes());
    let packed = packed::Searcher::new(looks()).map(Search::Packed);
    let search = packed.or_else(|| {
        let mut builder = AhoCorasick::builder();
        let automaton = builder.match_kind(MatchKind::LeftmostFirst).build(looks());
        automaton.ok().map(Search::Automaton)
    });
    Anchors { anchors, search }
});

impl Anchor {
    fn new(head: &str, has_id: bool, shift: usize) -> Self {
        let mut shifted = vec![0; shift];
        shifted.extend_from_slice(head.as_bytes());
        // The characters that the head alone determines.
        let first = (shift * 8).div_ceil(6);
        let last = shifted.len() * 8 / 6;
        Self {
            head: head.to_owned(),
            has_id,
            lead: match shift {
                0 => Lead::Aligned,
                1 => Lead::Before(2),
                _ => Lead::Before(4),
            },
            look: encoded(&shifted).take(last).skip(first).collect(),
        }
    }

    /// The credential that begins at this anchor, if one does.
    fn at(&self, bytes: &[u8], anchor: usize) -> Option<Found> {
        let (start, skipped) = match self.lead {
            Lead::Aligned => (anchor, 0),
            Lead::Before(bits) => (anchor.checked_sub(1)?, bits),
        };
        let id = if self.has_id { base::ID_LENGTH + 1 } else { 0 };
        let length = self.head.len() + id + TAIL_LENGTH;
        let end = start + (skipped as usize + 8 * length).div_ceil(6);
        let mut text = zeroize::Zeroizing::new([0_u8; ROOM]);
        let mut written = text.iter_mut().take(length).enumerate();
        let (mut bits, mut held) = (0_u32, 0_u32);
        for (index, symbol) in bytes.get(start..end)?.iter().enumerate() {
            bits = (bits << 6) | sextet(*symbol)?;
            held += if index == 0 { 6 - skipped } else { 6 };
            if held >= 8 {
                held -= 8;
                let byte = ((bits >> held) & 0xff) as u8;
                let (position, to) = written.next()?;
                if !self.may_stand(position, byte) {
                    return None;
                }
                *to = byte;
            }
        }
        let mut found = Candidate::new([text.get(..length)?]).judged()?;
        found.offset = start as u64;
        found.length = end - start;
        Some(found)
    }

    /// Whether a byte can stand there. A look-alike ends early.
    fn may_stand(&self, position: usize, byte: u8) -> bool {
        match self.head.as_bytes().get(position) {
            Some(expected) => *expected == byte,
            None if self.has_id && position == self.head.len() + base::ID_LENGTH => byte == b'_',
            None => is_base62(byte),
        }
    }
}

/// Looks for all that begin in the run.
pub(super) fn look(bytes: &[u8], run: &Range<usize>, see: &mut dyn FnMut(Found)) {
    if run.len() < SHORTEST {
        return;
    }
    let Some(search) = &ANCHORS.search else {
        return;
    };
    let text = bytes.get(run.clone()).unwrap_or_default();
    let mut at_anchor = |pattern: usize, start: usize| {
        let anchor = ANCHORS.anchors.get(pattern);
        if let Some(found) = anchor.and_then(|anchor| anchor.at(bytes, run.start + start)) {
            see(found);
        }
    };
    let mut from = 0;
    while let Some((pattern, start)) = search.first(text, from) {
        at_anchor(pattern, start);
        // Not after its end: bytes may be made so that two anchors overlap.
        from = start + 1;
    }
}

impl Search {
    /// The first anchor from there on: which, and where.
    fn first(&self, text: &[u8], from: usize) -> Option<(usize, usize)> {
        let span = Span::from(from..text.len());
        match self {
            Self::Packed(packed) => {
                let hit = packed.find_in(text, span)?;
                Some((hit.pattern().as_usize(), hit.start()))
            }
            Self::Automaton(automaton) => {
                let hit = automaton.find(aho_corasick::Input::new(text).span(span))?;
                Some((hit.pattern().as_usize(), hit.start()))
            }
        }
    }
}

/// The value of a character, in either alphabet.
fn sextet(symbol: u8) -> Option<u32> {
    let value = match symbol {
        b'A'..=b'Z' => symbol - b'A',
        b'a'..=b'z' => symbol - b'a' + 26,
        b'0'..=b'9' => symbol - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

/// The characters of `bytes` whose six bits are all there.
fn encoded(bytes: &[u8]) -> impl Iterator<Item = char> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bit = |index: usize| {
        bytes
            .get(index / 8)
            .map_or(0, |byte| (byte >> (7 - index % 8)) & 1)
    };
    (0..bytes.len() * 8 / 6).filter_map(move |symbol| {
        let value = (0..6).fold(0, |value, at| (value << 1) | bit(symbol * 6 + at));
        ALPHABET
            .get(usize::from(value))
            .map(|&symbol| char::from(symbol))
    })
}
