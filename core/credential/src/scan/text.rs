//! The text of what was found, for who has to compare its digest.

use base::Secret;

use super::Found;
use super::in_base64::sextet;
use crate::secret_text::TAIL_LENGTH;
use crate::{
    CredentialKind, PresentedApiKey, PresentedClientSecret, PresentedOperatorToken, api_key,
    client_secret, operator_token,
};

/// What was found in these bytes as it is presented, without the escapes, the
/// base64 or the NULs that it is written with there. Nothing if it was not
/// found in these bytes.
pub fn text(bytes: &[u8], found: &Found) -> Option<Secret> {
    let start = usize::try_from(found.offset).ok()?;
    let written = bytes.get(start..start.checked_add(found.length)?)?;
    let head = head(found)?;
    let wide: zeroize::Zeroizing<Vec<u8>> = written
        .iter()
        .step_by(2)
        .copied()
        .collect::<Vec<_>>()
        .into();
    let narrow = [written, &wide]
        .into_iter()
        .find_map(|letters| ending(&head, letters, found));
    narrow.or_else(|| {
        let length = head.len() + TAIL_LENGTH;
        (0..3).find_map(|shift| {
            let decoded = decoded(written, 2 * shift, length)?;
            checked(str::from_utf8(&decoded).ok()?, found)
        })
    })
}

/// All that stands before the secret.
fn head(found: &Found) -> Option<String> {
    let prefix = match found.kind {
        CredentialKind::ApiKey => api_key::PREFIX,
        CredentialKind::OperatorToken => operator_token::PREFIX,
        CredentialKind::ClientSecret => client_secret::PREFIX,
        _ => return None,
    };
    let tag = found.class.tag();
    Some(match &found.id {
        Some(id) => format!("{prefix}_{tag}_{id}_"),
        None => format!("{prefix}_{tag}_"),
    })
}

/// The head, and the secret that stands at the end of these letters.
fn ending(head: &str, letters: &[u8], found: &Found) -> Option<Secret> {
    let tail = letters.get(letters.len().checked_sub(TAIL_LENGTH)?..)?;
    let text = Secret::new(format!("{head}{}", str::from_utf8(tail).ok()?));
    checked(text.expose(), found)
}

/// The bytes that base64 encodes from that bit on.
fn decoded(written: &[u8], skipped: u32, length: usize) -> Option<zeroize::Zeroizing<Vec<u8>>> {
    let mut decoded = zeroize::Zeroizing::new(Vec::with_capacity(length));
    let (mut bits, mut held) = (0_u32, 0_u32);
    for (index, symbol) in written.iter().enumerate() {
        bits = (bits << 6) | sextet(*symbol)?;
        held += if index == 0 { 6 - skipped } else { 6 };
        if held >= 8 {
            held -= 8;
            decoded.push(((bits >> held) & 0xff) as u8);
        }
    }
    (decoded.len() >= length).then(|| {
        decoded.truncate(length);
        decoded
    })
}

/// The text, if the parsers of the kinds say that it is what was found.
fn checked(text: &str, found: &Found) -> Option<Secret> {
    let (class, id) = match found.kind {
        CredentialKind::ApiKey => {
            let parsed = PresentedApiKey::parse(text).ok()?;
            (parsed.class(), Some(parsed.id()))
        }
        CredentialKind::OperatorToken => {
            let parsed = PresentedOperatorToken::parse(text).ok()?;
            (parsed.class(), Some(parsed.id()))
        }
        CredentialKind::ClientSecret => (PresentedClientSecret::parse(text).ok()?.class(), None),
        _ => return None,
    };
    let same = class == found.class && id == found.id.as_deref();
    same.then(|| Secret::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use ::base64::Engine as _;
    use ::base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use base::SeededEntropy;
    use proptest::prelude::*;

    use crate::scan::find;
    use crate::{DigestKey, EnvironmentClass, MintedApiKey, MintedClientSecret};

    fn texts(seed: u64) -> [String; 2] {
        let key = DigestKey::new([1; 32]);
        let entropy = &mut SeededEntropy::new(seed);
        let class = EnvironmentClass::Production;
        let one = MintedApiKey::mint(class, &key, entropy).secret;
        let two = MintedClientSecret::mint(class, &key, entropy).secret;
        [one.expose().to_owned(), two.expose().to_owned()]
    }

    proptest! {
        #[test]
        fn whatever_is_found_has_its_text(seed in any::<u64>(), before in "[ -~]{0,7}", after in "[ -~]{0,7}") {
            for text in texts(seed) {
                let wide: Vec<u8> = text.bytes().flat_map(|byte| [byte, 0]).collect();
                let around = |middle: &str| format!("{before}{middle}{after}").into_bytes();
                let written = [
                    around(&text),
                    around(&text.replace('_', "%5F")),
                    around(&text.replace('_', "\\u005f")),
                    STANDARD.encode(around(&text)).into_bytes(),
                    URL_SAFE_NO_PAD.encode(around(&text)).into_bytes(),
                    [before.as_bytes(), b"\0", &wide].concat(),
                ];
                for (number, bytes) in written.iter().enumerate() {
                    for found in find(bytes) {
                        let got = super::text(bytes, &found);
                        prop_assert!(got.is_some_and(|got| got.expose() == text), "{number}");
                    }
                }
                prop_assert_eq!(find(&written[0]).len(), 1);
            }
        }

        #[test]
        fn a_place_in_other_bytes_gives_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for text in texts(7) {
                let found = find(text.as_bytes()).pop().unwrap();
                prop_assert!(super::text(&bytes, &found).is_none());
            }
        }
    }
}
