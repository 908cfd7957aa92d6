//! The shape that all our secrets share:
//! `<prefix>_<tag>_[<id>_]<43 characters of secret><6 of checksum>`.

use base::{Entropy, Secret};

use crate::{EnvironmentClass, checksum};

/// 256 bits in base 62.
const SECRET_LENGTH: usize = 43;

/// The secret and its checksum: base 62 without a break, at the end.
pub(crate) const TAIL_LENGTH: usize = SECRET_LENGTH + checksum::LENGTH;

/// The text is not a credential of this kind: wrong prefix, length, alphabet
/// or checksum. It says no more, so that no answer helps to repair a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MalformedCredential;

impl std::fmt::Display for MalformedCredential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            "not a credential of this kind: its prefix, length, alphabet or checksum is wrong",
        )
    }
}

impl std::error::Error for MalformedCredential {}

/// Mints a secret text.
pub(crate) fn mint(
    prefix: &str,
    class: EnvironmentClass,
    id: Option<&str>,
    entropy: &mut dyn Entropy,
) -> Secret {
    write(prefix, class, id, &entropy.bytes::<32>())
}

/// Writes the text of a secret with those bits.
pub(crate) fn write(
    prefix: &str,
    class: EnvironmentClass,
    id: Option<&str>,
    bits: &[u8; 32],
) -> Secret {
    let mut text = format!("{prefix}_{}_", class.tag());
    if let Some(id) = id {
        text.push_str(id);
        text.push('_');
    }
    text.push_str(&checksum::base62(bits, SECRET_LENGTH));
    text.push_str(&checksum::of(&text));
    Secret::new(text)
}

/// What stands between the prefix and the secret.
pub(crate) struct Parsed<'a> {
    pub(crate) class: EnvironmentClass,
    pub(crate) id: Option<&'a str>,
}

/// Splits a text, once its prefix, length, alphabet and checksum are right.
pub(crate) fn parse<'a>(
    prefix: &str,
    has_id: bool,
    text: &'a str,
) -> Result<Parsed<'a>, MalformedCredential> {
    parse_parts(prefix, has_id, text).ok_or(MalformedCredential)
}

/// What is before the first underscore, and what is after it. The parts are so
/// short that looking at each byte is the quickest way.
fn cut(text: &str) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == b'_')?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

fn parse_parts<'a>(prefix: &str, has_id: bool, text: &'a str) -> Option<Parsed<'a>> {
    let rest = text.strip_prefix(prefix)?.strip_prefix('_')?;
    let (tag, rest) = cut(rest)?;
    let class = EnvironmentClass::from_tag(tag)?;
    let (id, secret) = if has_id {
        let (id, secret) = cut(rest)?;
        (Some(id), secret)
    } else {
        (None, rest)
    };
    if secret.len() != TAIL_LENGTH || !checksum::is_base62(secret) {
        return None;
    }
    let (covered, given) = text.split_at_checked(text.len() - checksum::LENGTH)?;
    checksum::is_right(covered.as_bytes(), given.as_bytes()).then_some(Parsed { class, id })
}
