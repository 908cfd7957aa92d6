//! How texts of ours look, before anything is known about them.

/// What a secret of ours may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Prefix {
    /// `dw_live_` and `dw_test_`: an API key.
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

/// More than the longest secret of ours has.
const LONGEST: usize = 128;

/// Every secret of ours inside `text`, up to the first character that none has.
/// Each is looked at no further than a secret can be long: a text that repeats
/// a prefix must not cost its length squared.
pub(super) fn ours(text: &str) -> impl Iterator<Item = &str> {
    // `w` is the rarer of the two letters, and a search for one byte costs least:
    // each request is looked through, and hardly one has anything.
    memchr::memchr_iter(b'w', text.as_bytes()).filter_map(|w| {
        let rest = text.get(w.checked_sub(1)?..)?;
        prefix(rest)?;
        let foreign = |b: &u8| !b.is_ascii_alphanumeric() && *b != b'_';
        let length = rest
            .bytes()
            .take(LONGEST)
            .take_while(|b| !foreign(b))
            .count();
        rest.get(..length)
    })
}

/// Whether what follows the one space is one credential, good or bad. A list,
/// a quoted text and a further space in front could be read as something else
/// by the next hop, so the request is malformed; anything else is a credential
/// that does not count.
pub(super) fn is_single(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with([' ', '\t'])
        && !text.bytes().any(|b| matches!(b, b',' | b'"'))
}

/// token68 of RFC 9110 section 11.2, which b64token of RFC 6750 section 2.1 is.
/// Whatever is one is also [single](is_single).
pub(super) fn is_token68(text: &str) -> bool {
    let bytes = text.as_bytes();
    let padding = bytes.iter().rev().take_while(|&&b| b == b'=').count();
    let body = bytes.get(..bytes.len() - padding).unwrap_or_default();
    // Not cut short at the first wrong byte: this way the loop is branch-free.
    !body.is_empty() && body.iter().fold(true, |all, &b| all & is_token68_byte(b))
}

const fn is_token68_byte(b: u8) -> bool {
    matches!(b, b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "at the places of characters")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_repeated_prefix_costs_its_length_and_not_its_square() {
        let text = "dw_live_".repeat(8_000);
        let looked_at: usize = ours(&text).map(str::len).sum();
        assert_eq!(ours(&text).count(), 8_000);
        assert!(looked_at <= 8_000 * LONGEST, "{looked_at}");
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_a_walk_over_every_place_finds(
            text in "(dw|d|w|_|live_|test_|[a-z]|é|[0-9A-Z]|[&=/%]){0,40}"
        ) {
            let walked: Vec<&str> = text
                .char_indices()
                .filter_map(|(at, _)| prefix(&text[at..]).and(Some(&text[at..])))
                .map(|rest| {
                    let foreign = |c: char| !c.is_ascii_alphanumeric() && c != '_';
                    let end = rest.find(foreign).unwrap_or(rest.len());
                    &rest[..end.min(LONGEST)]
                })
                .collect();
            prop_assert_eq!(ours(&text).collect::<Vec<_>>(), walked);
        }
    }

    #[test]
    fn a_kind_is_told_by_its_prefix_alone() {
        assert_eq!(prefix("dw_live_x"), Some(Prefix::ApiKey));
        assert_eq!(prefix("dw_test_"), Some(Prefix::ApiKey));
        for other in ["dwa_live_x", "dws_test_x", "dwr_live_x", "dwo_test_x"] {
            assert_eq!(prefix(other), Some(Prefix::Other), "{other}");
        }
        for none in [
            "",
            "dw",
            "dw_",
            "dw_prod_x",
            "dwab_live_x",
            "DW_live_x",
            "xdw_live_x",
        ] {
            assert_eq!(prefix(none), None, "{none}");
        }
    }

    #[test]
    fn secrets_are_found_inside_other_text() {
        let found: Vec<_> = ours("a=dw_live_k1_x&b=dwa_test_y\"dwdw_test_z").collect();
        assert_eq!(found, ["dw_live_k1_x", "dwa_test_y", "dw_test_z"]);
    }

    #[test]
    fn rfc9110_11_2_a_token68_has_padding_only_at_its_end() {
        for good in ["a", "a.b-c_d~e+f/g", "a=", "a=="] {
            assert!(is_token68(good), "{good:?}");
        }
        for wrong in [
            "", "=", "a=b", "a b", "a,b", "a\"", "a\t", "é", "a;b", "a:b", "a\0",
        ] {
            assert!(!is_token68(wrong), "{wrong:?}");
        }
    }
}
