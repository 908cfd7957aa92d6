//! What is done to a token before every verifier gets it. Each change has a
//! name, by which a disagreement is looked up.

use e2e::forge::{Signer, encode, mac};
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::member;
use crate::party::{AUDIENCE, ISSUER, Party};

/// A token, and what was done to it.
pub struct Mutant {
    pub token: String,
    pub changes: Vec<&'static str>,
}

/// A token while it is made.
struct Draft<'a> {
    header: String,
    payload: String,
    signer: &'a Signer,
    changes: Vec<&'static str>,
}

/// One token, with one change or two.
pub fn mutant(party: &Party, dice: &mut Dice) -> Mutant {
    let (algorithm, signer) = &party.signers[dice.below(party.signers.len())];
    let mut draft = Draft {
        header: party.header(algorithm).to_string(),
        payload: party.claims().to_string(),
        signer,
        changes: Vec::new(),
    };
    let mut late = None;
    for _ in 0..=usize::from(dice.below(4) == 0) {
        match dice.below(10) {
            0..=2 => change_header(&mut draft, dice),
            3..=7 => change_payload(&mut draft, party, dice),
            _ => late = Some(dice.below(2)),
        }
    }
    let signed = format!("{}.{}", encode(&draft.header), encode(&draft.payload));
    let (signed, literal) = match late {
        Some(0) => change_signed_text(signed, &mut draft, dice),
        _ => (signed, false),
    };
    let mut signature = draft.signer.sign(signed.as_bytes());
    if late == Some(1) && !literal {
        signature = change_signature(signature, &signed, &mut draft, party, dice);
    }
    let mut token = format!("{signed}.{}", encode(&signature));
    if dice.below(12) == 0 {
        token = change_text(token, &mut draft, dice);
    }
    Mutant {
        token,
        changes: draft.changes,
    }
}

fn change_header(draft: &mut Draft<'_>, dice: &mut Dice) {
    let (name, header) = match dice.below(8) {
        0 => {
            let value = dice.one_of(&member::ALGORITHMS);
            ("alg", member::set(&draft.header, "alg", &json!(value)))
        }
        1 => {
            let value = dice.one_of(&member::KEY_IDS);
            ("kid", member::set(&draft.header, "kid", &json!(value)))
        }
        2 => {
            let value = dice.one_of(&member::TYPES);
            ("typ", member::set(&draft.header, "typ", &json!(value)))
        }
        3 => {
            let which = dice.one_of(&["alg", "typ", "kid"]);
            (
                "header member absent",
                member::removed(&draft.header, which),
            )
        }
        4 => {
            let which = dice.one_of(&member::FORBIDDEN);
            let value = member::any_value(dice);
            let name = if which == "crit" { "crit" } else { "forbidden" };
            (name, member::added(&draft.header, which, &value))
        }
        5 => {
            let which = dice.one_of(&["alg", "typ", "kid"]);
            ("header value", {
                member::set(&draft.header, which, &member::any_value(dice))
            })
        }
        6 => {
            let value = member::any_value(dice);
            (
                "unknown header",
                member::added(&draft.header, "x-other", &value),
            )
        }
        _ => member::change_text(&draft.header, &["alg", "typ", "kid"], dice),
    };
    draft.header = header;
    draft.changes.push(name);
}

fn change_payload(draft: &mut Draft<'_>, party: &Party, dice: &mut Dice) {
    let claims = [
        "iss",
        "sub",
        "aud",
        "exp",
        "nbf",
        "iat",
        "jti",
        "client_id",
        "scope",
        "org",
        "sv",
    ];
    let (name, payload) = match dice.below(10) {
        0 => (
            "claim absent",
            member::removed(&draft.payload, dice.one_of(&claims)),
        ),
        1 => {
            let value = member::any_value(dice);
            (
                "claim value",
                member::set(&draft.payload, dice.one_of(&claims), &value),
            )
        }
        2 => {
            let value = member::nearly(AUDIENCE, dice);
            let value = match dice.below(4) {
                0 => json!([value]),
                1 => json!([value, AUDIENCE]),
                2 => json!(vec![AUDIENCE; dice.below(20)]),
                _ => json!(value),
            };
            ("aud", member::set(&draft.payload, "aud", &value))
        }
        3 => {
            let value = json!(member::nearly(ISSUER, dice));
            ("iss", member::set(&draft.payload, "iss", &value))
        }
        4 | 5 => {
            let which = dice.one_of(&["exp", "nbf", "iat"]);
            let (name, text) = member::instant(party.now, dice);
            (name, member::set_text(&draft.payload, which, &text))
        }
        6 => {
            let value = member::any_value(dice);
            ("unknown claim", member::added(&draft.payload, "x", &value))
        }
        7 => {
            let value = dice.one_of(&member::CONFIRMATIONS);
            let value = serde_json::from_str(value).unwrap_or(Value::Null);
            ("cnf", member::added(&draft.payload, "cnf", &value))
        }
        8 => {
            let value = json!(dice.one_of(&member::SCOPES));
            ("scope", member::set(&draft.payload, "scope", &value))
        }
        _ => member::change_text(&draft.payload, &claims, dice),
    };
    draft.payload = payload;
    draft.changes.push(name);
}

/// A change of the text that is signed, so that the signature is good. The
/// second answer says that nothing else may be changed.
fn change_signed_text(signed: String, draft: &mut Draft<'_>, dice: &mut Dice) -> (String, bool) {
    let (header, payload) = signed.split_once('.').unwrap_or_default();
    let (name, text) = match dice.below(5) {
        0 => ("padding", format!("{header}=.{payload}")),
        1 => ("padding", format!("{header}.{payload}==")),
        2 => {
            let wrong = dice.one_of(&["+", "/", " ", "\n", "%3D", "\0", "\u{e9}", "A"]);
            let at = dice.below(signed.len());
            ("foreign character", {
                format!("{}{wrong}{}", &signed[..at], &signed[at..])
            })
        }
        3 => ("unused bits", {
            match dice.below(2) {
                0 => format!("{}.{payload}", unused_bits(header)),
                _ => format!("{header}.{}", unused_bits(payload)),
            }
        }),
        _ => ("segments", {
            match dice.below(4) {
                0 => format!("{header}.{payload}."),
                1 => header.to_owned(),
                2 => format!(".{header}.{payload}"),
                _ => format!("{header}.{payload}.{payload}"),
            }
        }),
    };
    draft.changes.push(name);
    (text, true)
}

/// The same bytes with an unused bit set, where the segment has one.
fn unused_bits(segment: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bytes = segment.as_bytes().to_vec();
    if let (2 | 3, Some(last)) = (bytes.len() % 4, bytes.last_mut())
        && let Some(value) = ALPHABET.iter().position(|symbol| symbol == last)
    {
        *last = ALPHABET[value | 1];
    }
    String::from_utf8(bytes).unwrap_or_default()
}

fn change_signature(
    mut signature: Vec<u8>,
    signed: &str,
    draft: &mut Draft<'_>,
    party: &Party,
    dice: &mut Dice,
) -> Vec<u8> {
    draft.changes.push("signature");
    match dice.below(8) {
        0 => {
            let at = dice.below(signature.len());
            signature[at] ^= 1 << dice.below(8);
        }
        1 => signature.truncate(dice.below(signature.len())),
        2 => signature.extend(vec![0; 1 + dice.below(64)]),
        3 => signature.fill(dice.one_of(&[0, 0xff])),
        4 => signature.insert(0, 0),
        5 => {
            let half = signature.len() / 2;
            signature.rotate_left(half);
        }
        6 => {
            let (_, other) = &party.signers[dice.below(party.signers.len())];
            signature = other.sign(format!("{signed}x").as_bytes());
        }
        _ => {
            let key = party.jwks.to_string();
            let bits = dice.one_of(&[256, 384, 512]);
            signature = mac(bits, key.as_bytes(), signed.as_bytes());
        }
    }
    signature
}

/// A change of the finished text.
fn change_text(token: String, draft: &mut Draft<'_>, dice: &mut Dice) -> String {
    draft.changes.push("text");
    let at = dice.below(token.len());
    let Some((front, back)) = token.split_at_checked(at) else {
        return token;
    };
    match dice.below(8) {
        0 => front.to_owned(),
        1 => back.to_owned(),
        2 => format!(
            "{front}{}{back}",
            dice.one_of(&["A", ".", "=", " ", "-", "\n"])
        ),
        3 => format!("{front}{}", back.get(1..).unwrap_or_default()),
        4 => format!(
            "{token}{}",
            dice.one_of(&[".", "=", " ", "\n", ",", "A", "\0"])
        ),
        5 => format!(
            "{}{token}",
            dice.one_of(&[".", " ", "\n", "Bearer ", "\u{feff}"])
        ),
        6 => token.replace('.', dice.one_of(&["..", ". ", "%2E", ""])),
        _ => token
            .chars()
            .map(|symbol| if symbol == '-' { '+' } else { symbol })
            .collect(),
    }
}
