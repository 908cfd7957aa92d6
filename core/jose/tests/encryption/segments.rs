//! The segments (JWT-057 to JWT-060): their number, their form, their lengths.

use jose::encryption::*;

use crate::forge::*;

fn split(token: &str) -> Vec<String> {
    token.split('.').map(str::to_owned).collect()
}

/// The token with one segment replaced.
fn replaced(token: &str, at: usize, segment: &str) -> String {
    let mut segments = split(token);
    segment.clone_into(&mut segments[at]);
    segments.join(".")
}

#[test]
fn jwt_059_rfc7516_7_1_four_or_six_parts_are_no_token() {
    for forge in forges() {
        let good = forge.good(b"x");
        let segments = split(&good);
        let mut tokens: Vec<String> = (0..5)
            .map(|without| {
                let mut segments = segments.clone();
                segments.remove(without);
                segments.join(".")
            })
            .collect();
        tokens.extend((0..=5).map(|at| {
            let mut segments = segments.clone();
            segments.insert(at, String::new());
            segments.join(".")
        }));
        tokens.extend((0..=5).map(|at| {
            let mut segments = segments.clone();
            segments.insert(at, "AAAA".to_owned());
            segments.join(".")
        }));
        tokens.extend([
            String::new(),
            ".".to_owned(),
            ".".repeat(12_288),
            "....".to_owned(),
        ]);
        forge.refuses(&[DecryptionError::Malformed], tokens);
    }
}

#[test]
fn rfc7516_7_1_an_empty_segment_holds_nothing() {
    for forge in forges() {
        let good = forge.good(b"x");
        let direct = forge.management == KeyManagement::EcdhEs;
        // An empty ciphertext is one of GCM's, but not the one of this tag.
        let places: &[usize] = if direct { &[2, 3, 4] } else { &[1, 2, 3, 4] };
        let tokens = places.iter().map(|&at| replaced(&good, at, ""));
        forge.refuses(&[DecryptionError::Failed], tokens);
        forge.refuses(&[DecryptionError::Malformed], [replaced(&good, 0, "")]);
    }
}

#[test]
fn rfc7516_5_2_agreed_on_directly_nothing_is_sent_as_the_key() {
    for forge in forges() {
        if forge.management != KeyManagement::EcdhEs {
            continue;
        }
        let good = forge.good(b"x");
        assert_eq!(split(&good)[1], "");
        let tokens = [1, 16, 32, 40, 256].map(|n| replaced(&good, 1, &encode(vec![0; n])));
        forge.refuses(&[DecryptionError::Failed], tokens);
    }
}

// RFC 8017 section 7.1.2, RFC 7518 section 5.2.2.2, RFC 7518 section 5.3
#[test]
fn rfc7516_11_5_every_length_of_key_vector_and_tag_fails_in_the_same_way() {
    for forge in forges() {
        let good = forge.good(b"some content");
        for at in [1, 2, 3, 4] {
            let whole = decode(&split(&good)[at]);
            let mut others: Vec<Vec<u8>> = (0..whole.len())
                .step_by(if at == 1 { 7 } else { 1 })
                .map(|length| whole[..length].to_vec())
                .collect();
            for more in [1, 8, 16, 256] {
                others.push([whole.clone(), vec![0; more]].concat());
                others.push([vec![0; more], whole.clone()].concat());
            }
            let tokens = others
                .iter()
                .map(|other| replaced(&good, at, &encode(other)));
            forge.refuses(&[DecryptionError::Failed], tokens);
        }
    }
}

#[test]
fn rfc7515_2_a_segment_has_one_spelling() {
    for forge in forges() {
        let good = forge.good(b"some content");
        for (at, segment) in split(&good).iter().enumerate() {
            let other_last = |last: char| format!("{}{last}", &segment[..segment.len() - 1]);
            let mut spellings: Vec<String> = [
                "=",
                "==",
                " ",
                "\n",
                "%3D",
                "\0",
                "+",
                "/",
                "é",
                "A\u{200b}",
            ]
            .iter()
            .map(|more| format!("{segment}{more}"))
            .collect();
            if segment.is_empty() {
                continue;
            }
            spellings.push(format!(" {segment}"));
            if segment.len() % 4 != 0 {
                // The same bytes, with unused bits that are not zero.
                let bytes = decode(segment);
                let alphabet = ('A'..='Z').chain('a'..='z').chain('0'..='9');
                let loose = base64::engine::GeneralPurpose::new(
                    &base64::alphabet::URL_SAFE,
                    base64::engine::general_purpose::NO_PAD.with_decode_allow_trailing_bits(true),
                );
                let same = alphabet.map(other_last).filter(|other| {
                    use base64::Engine as _;
                    other != segment && loose.decode(other).is_ok_and(|found| found == bytes)
                });
                spellings.extend(same);
            }
            let tokens = spellings.iter().map(|other| replaced(&good, at, other));
            forge.refuses(&[DecryptionError::Malformed], tokens);
        }
    }
}

#[test]
fn rfc7516_7_2_the_json_serialisation_is_no_token() {
    for forge in forges() {
        let segments = split(&forge.good(b"x"));
        let names = ["protected", "encrypted_key", "iv", "ciphertext", "tag"];
        let members: serde_json::Map<_, _> = names
            .into_iter()
            .zip(&segments)
            .map(|(name, text)| (name.to_owned(), text.as_str().into()))
            .collect();
        let flattened = serde_json::Value::Object(members).to_string();
        forge.refuses(&[DecryptionError::Malformed], [flattened]);
    }
}

#[test]
fn the_largest_token_is_read_and_one_byte_more_is_not_looked_at() {
    for forge in forges() {
        let overhead = forge.good(b"").len();
        let mut fitting = None;
        for length in (MAX_ENCRYPTED_TOKEN_BYTES - overhead) * 3 / 4 - 40.. {
            let token = forge.good(&vec![b'x'; length]);
            if token.len() > MAX_ENCRYPTED_TOKEN_BYTES {
                forge.refuses(&[DecryptionError::TooLarge], [token]);
                break;
            }
            fitting = Some(token);
        }
        assert!(forge.decrypt(&fitting.unwrap()).is_ok());
    }
}

#[test]
fn the_algorithms_and_keys_of_two_tokens_do_not_mix() {
    for forge in forges() {
        let (one, other) = (split(&forge.good(b"one")), split(&forge.good(b"two")));
        let mixed = (1_usize..31).filter_map(|bits| {
            let pick = |at: usize| if bits >> at & 1 == 1 { &one } else { &other };
            let token: Vec<&str> = (0..5).map(|at| pick(at)[at].as_str()).collect();
            let token = token.join(".");
            // Of some parts both tokens have the same: then it is one of them.
            let genuine = token == one.join(".") || token == other.join(".");
            (!genuine).then_some(token)
        });
        let mixed: Vec<String> = mixed.collect();
        assert!(mixed.len() >= 6, "{}", mixed.len());
        forge.refuses(&[DecryptionError::Failed], mixed);
    }
}

#[test]
fn rfc7516_11_5_what_stands_in_for_a_lost_key_opens_nothing() {
    for forge in forges() {
        let good = forge.good(b"x");
        let header = split(&good)[0].clone();
        // Everybody can read in the source which key that is.
        let [iv, ciphertext, tag] = seal(forge.content, &[0; 32], header.as_bytes(), b"forged");
        let direct = forge.management == KeyManagement::EcdhEs;
        let lost = if direct { vec![1] } else { vec![1; 40] };
        let segments = [lost, iv, ciphertext, tag].map(encode);
        let token = format!("{header}.{}", segments.join("."));
        forge.refuses(&[DecryptionError::Failed], [token]);
    }
}
