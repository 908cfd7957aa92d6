//! How texts of ours look, before anything is known about them.

/// A kind of secret of ours, by its prefix.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Prefix {
    /// `dw_live_` and `dw_test_`.
    ApiKey,
    /// `dwa_`, `dws_`, `dwr_`, `dwc_` and so on: presented elsewhere.
    Other,
}

/// Whether `text` starts like a secret of ours: `dw`, at most one letter for
/// its kind, and the tag of an environment class.
pub(super) fn prefix(text: &str) -> Option<Prefix> {
    let rest = text.strip_prefix("dw")?;
    let (kind, rest) = match rest.strip_prefix(|c: char| c.is_ascii_lowercase()) {
        Some(rest) => (Prefix::Other, rest),
        None => (Prefix::ApiKey, rest),
    };
    let tag = rest.strip_prefix('_')?;
    (tag.starts_with("live_") || tag.starts_with("test_")).then_some(kind)
}

/// token68 of RFC 9110 section 11.2, which b64token of RFC 6750 section 2.1 is.
pub(super) fn is_token68(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty()
        && body.bytes().all(|b| {
            b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
        })
}
