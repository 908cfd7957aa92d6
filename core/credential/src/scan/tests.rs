//! What a scan finds, and what it never reports.

use ::base64::Engine as _;
use ::base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use base::SeededEntropy;
use proptest::prelude::*;

use super::*;
use crate::{DigestKey, MintedApiKey, MintedClientSecret, MintedOperatorToken};

/// A credential, and what a scan must say of it.
#[derive(Debug, Clone)]
struct Planted {
    text: String,
    kind: CredentialKind,
    class: EnvironmentClass,
    id: Option<String>,
}

impl Planted {
    fn found(&self, offset: usize, length: usize) -> Found {
        Found {
            offset: offset as u64,
            length,
            kind: self.kind,
            class: self.class,
            id: self.id.clone(),
        }
    }
}

/// Any credential of any kind and class.
fn planted() -> impl Strategy<Value = Planted> {
    (any::<u64>(), 0..3, any::<bool>()).prop_map(|(seed, kind, live)| {
        let digest_key = DigestKey::new([1; 32]);
        let entropy = &mut SeededEntropy::new(seed);
        let class = if live {
            EnvironmentClass::Production
        } else {
            EnvironmentClass::Sandbox
        };
        let (kind, id, secret) = match kind {
            0 => {
                let minted = MintedApiKey::mint(class, &digest_key, entropy);
                let id = Some(minted.id.to_string());
                (CredentialKind::ApiKey, id, minted.secret)
            }
            1 => {
                let minted = MintedOperatorToken::mint(class, &digest_key, entropy);
                let id = Some(minted.id.to_string());
                (CredentialKind::OperatorToken, id, minted.secret)
            }
            _ => {
                let minted = MintedClientSecret::mint(class, &digest_key, entropy);
                (CredentialKind::ClientSecret, None, minted.secret)
            }
        };
        let text = secret.expose().to_owned();
        Planted {
            text,
            kind,
            class,
            id,
        }
    })
}

/// What stands around: bytes, text, letters without a break, look-alikes.
fn around() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        "[ -~\n]{0,200}".prop_map(String::into_bytes),
        "[0-9A-Za-z]{0,200}".prop_map(String::into_bytes),
        "(d|dw|dw_|dwa_live_|dws_test_|dw_live_k|_|%5F|\\\\u005f|live|test|\0){0,40}"
            .prop_map(String::into_bytes),
        proptest::collection::vec(prop_oneof![Just(0_u8), any::<u8>()], 0..200),
    ]
}

fn wide(text: &str, big_endian: bool) -> Vec<u8> {
    let units = text.encode_utf16();
    if big_endian {
        units.flat_map(u16::to_be_bytes).collect()
    } else {
        units.flat_map(u16::to_le_bytes).collect()
    }
}

const SEPARATORS: [&str; 14] = [
    "_",
    "\\_",
    "%5F",
    "%5f",
    "%255F",
    "%255f",
    "=5F",
    "\\x5f",
    "\\u005f",
    "\\u005F",
    "\\\\u005f",
    "&#95;",
    "&#x5f;",
    "&lowbar;",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_planted_credential_is_found_wherever_it_stands(
        planted in planted(), before in around(), after in around()
    ) {
        let bytes = [&before, planted.text.as_bytes(), &after].concat();
        prop_assert_eq!(find(&bytes), vec![planted.found(before.len(), planted.text.len())]);
    }

    #[test]
    fn two_in_a_row_are_both_found(one in planted(), other in planted()) {
        let bytes = format!("{}{}", one.text, other.text);
        let expected = vec![
            one.found(0, one.text.len()),
            other.found(one.text.len(), other.text.len()),
        ];
        prop_assert_eq!(find(bytes.as_bytes()), expected);
    }

    #[test]
    fn an_underscore_may_be_written_in_every_way(
        planted in planted(), before in around(), after in around(),
        ways in proptest::collection::vec(proptest::sample::select(&SEPARATORS[..]), 3)
    ) {
        let mut ways = ways.into_iter();
        let mut text = String::new();
        for part in planted.text.split('_') {
            if !text.is_empty() {
                text.push_str(ways.next().unwrap());
            }
            text.push_str(part);
        }
        let bytes = [&before, text.as_bytes(), &after].concat();
        prop_assert_eq!(find(&bytes), vec![planted.found(before.len(), text.len())]);
    }

    #[test]
    fn base64_hides_nothing_at_any_alignment_in_any_alphabet(
        planted in planted(), before in around(), after in around(),
        lead in proptest::collection::vec(any::<u8>(), 0..40), alphabet in 0..3
    ) {
        let inner = [&lead, planted.text.as_bytes(), &after].concat();
        let encoded = match alphabet {
            0 => STANDARD.encode(inner),
            1 => STANDARD_NO_PAD.encode(inner),
            _ => URL_SAFE_NO_PAD.encode(inner),
        };
        let bytes = [&before, b" ".as_slice(), encoded.as_bytes(), b"\n"].concat();
        let start = before.len() + 1 + lead.len() * 8 / 6;
        let end = before.len() + 1 + ((lead.len() + planted.text.len()) * 8).div_ceil(6);
        prop_assert_eq!(find(&bytes), vec![planted.found(start, end - start)]);
    }

    #[test]
    fn utf_16_of_either_order_is_found_at_any_offset(
        planted in planted(), before in around(), after in around(), big_endian: bool
    ) {
        // A letter and a NUL right before would be one text with it.
        let text = wide(&planted.text, big_endian);
        let bytes = [&before, b"\xff\xff".as_slice(), &text, b"\xff\xff", &after].concat();
        let start = before.len() + 2 + usize::from(big_endian);
        prop_assert_eq!(find(&bytes), vec![planted.found(start, 2 * planted.text.len() - 1)]);
    }

    #[test]
    fn pieces_of_any_size_are_as_good_as_the_whole(
        planted in planted(), other in planted(), before in around(), between in around(),
        form in 0..4, sizes in proptest::collection::vec(1_usize..120, 1..40)
    ) {
        let text = match form {
            0 => planted.text.clone().into_bytes(),
            1 => planted.text.replace('_', "\\u005f").into_bytes(),
            2 => STANDARD.encode(&planted.text).into_bytes(),
            _ => wide(&planted.text, false),
        };
        let bytes = [&before, b"\xff\xff".as_slice(), &text, b"\xff\xff", &between, other.text.as_bytes()].concat();
        let mut stream = Stream::new();
        let mut found = Vec::new();
        let mut rest = bytes.as_slice();
        for size in sizes.iter().cycle() {
            let (piece, later) = rest.split_at(rest.len().min(*size));
            stream.push(piece, &mut |one| found.push(one));
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(stream.gone_by(), bytes.len() as u64);
        prop_assert_eq!(found.len(), 2);
        prop_assert_eq!(found, find(&bytes));
    }

    #[test]
    fn one_wrong_character_anywhere_is_not_reported(
        planted in planted(), position in 0_usize..80, replacement in any::<u8>(),
        before in around(), after in around()
    ) {
        let mut text = planted.text.clone().into_bytes();
        let position = position % text.len();
        prop_assume!(text[position] != replacement);
        // `dws`, `dwa` and `dw` apart from each other by one character.
        text[position] = replacement;
        let bytes = [&before, text.as_slice(), b" ", &after].concat();
        prop_assert_eq!(find(&bytes), vec![]);
    }

    #[test]
    fn a_truncated_one_is_not_reported(planted in planted(), cut in 1_usize..58, front: bool) {
        let text = planted.text.as_bytes();
        let left = if front { &text[cut..] } else { &text[..text.len() - cut] };
        let bytes = [b"\"".as_slice(), left, b"\""].concat();
        prop_assert_eq!(find(&bytes), vec![]);
    }

    #[test]
    fn a_re_cased_one_is_not_reported(planted in planted(), upper: bool) {
        let text = if upper {
            planted.text.to_uppercase()
        } else {
            planted.text.to_lowercase()
        };
        prop_assert_eq!(find(text.as_bytes()), vec![]);
    }

    #[test]
    fn the_head_of_one_before_the_tail_of_another_is_not_reported(
        one in planted(), other in planted(), cut in 1_usize..57
    ) {
        let (head, _) = one.text.split_at(cut);
        let (_, tail) = other.text.split_at(other.text.len() - 58 + cut);
        let text = format!("{head}{tail}");
        // Unless what was cut off is the same in both.
        prop_assume!(!text.contains(&one.text) && !text.contains(&other.text));
        prop_assert_eq!(find(text.as_bytes()), vec![]);
    }

    #[test]
    fn no_bytes_make_it_panic_or_report(bytes in around(), more in around()) {
        let bytes = [bytes, more].concat();
        prop_assert_eq!(find(&bytes), vec![]);
        let mut stream = Stream::new();
        for piece in bytes.chunks(7) {
            stream.push(piece, &mut |found| panic!("{found:?}"));
        }
    }

    #[test]
    fn what_is_told_holds_nothing_of_the_secret(planted in planted()) {
        let found = find(planted.text.as_bytes());
        let told = format!("{found:?}");
        let secret = planted.text.rsplit('_').next().unwrap();
        prop_assert!(!secret.as_bytes().windows(6).any(|part| told.contains(str::from_utf8(part).unwrap())));
    }

    #[test]
    fn the_pattern_of_its_kind_has_its_prefix(planted in planted()) {
        let patterns = patterns();
        let pattern = patterns.iter().find(|pattern| pattern.kind == planted.kind).unwrap();
        let head = format!("{}_", pattern.prefix);
        prop_assert!(planted.text.starts_with(&head));
    }
}

#[test]
fn no_credential_however_written_is_longer_than_is_kept() {
    let longest_separator = SEPARATORS.iter().map(|way| way.len()).max().unwrap();
    let characters = "dwa_live_".len() + base::ID_LENGTH + 1 + crate::secret_text::TAIL_LENGTH;
    assert!(characters + 3 * longest_separator <= LONGEST);
    assert!(2 * characters + 2 <= LONGEST, "UTF-16");
    assert!(characters * 8 / 6 + 2 <= LONGEST, "base64");
}
