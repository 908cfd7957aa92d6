//! What a token says of itself: decoded, bounded, and never the signature.

use base::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::table::plain;

/// The longest value that is shown, in characters.
const LONGEST: usize = 200;

/// The most members that are shown.
const MOST: usize = 48;

/// The decoded parts of a token; nothing where a part cannot be decoded.
#[derive(Debug, Default)]
pub(super) struct Says {
    pub(super) header: Option<Map<String, Value>>,
    pub(super) claims: Option<Map<String, Value>>,
}

impl Says {
    /// Takes `token` apart, however wrong it is.
    pub(super) fn of(token: &str) -> Self {
        if token.len() > jose::MAX_TOKEN_BYTES {
            return Self::default();
        }
        let mut segments = token.split('.').map(object);
        Self {
            header: segments.next().flatten(),
            claims: segments.next().flatten(),
        }
    }

    /// A part as JSON, as bounded as it is for people.
    pub(super) fn bounded(part: Option<&Map<String, Value>>) -> Value {
        let Some(part) = part else {
            return Value::Null;
        };
        let member = |(name, value): (&String, &Value)| {
            let value = match value {
                Value::Number(_) | Value::Bool(_) | Value::Null => value.clone(),
                other => Value::from(cut(&text(other))),
            };
            (cut(name), value)
        };
        part.iter().take(MOST).map(member).collect()
    }

    /// A part in lines, aligned.
    pub(super) fn lines(part: Option<&Map<String, Value>>) -> Vec<String> {
        let Some(part) = part else {
            return vec!["cannot be read".to_owned()];
        };
        let shown = part.iter().take(MOST);
        let width = shown.clone().map(|(name, _)| cut(name).chars().count());
        let width = width.max().unwrap_or_default();
        let mut lines: Vec<String> = shown
            .map(|(name, value)| format!("{:width$}  {}", cut(name), shown_value(name, value)))
            .collect();
        if part.len() > MOST {
            lines.push(format!("... and {} more", part.len() - MOST));
        }
        lines
    }
}

fn object(segment: &str) -> Option<Map<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(segment).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn shown_value(name: &str, value: &Value) -> String {
    let shown = cut(&text(value));
    let instant = matches!(name, "exp" | "nbf" | "iat" | "auth_time");
    match value.as_i64().map(Timestamp::from_unix_seconds) {
        Some(Ok(at)) if instant => format!("{shown} ({at})"),
        _ => shown,
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// At most [`LONGEST`] characters, none of which a terminal would obey.
fn cut(text: &str) -> String {
    let plain = plain(text);
    let mut out: String = plain
        .chars()
        .filter(|c| !is_invisible(*c))
        .take(LONGEST)
        .collect();
    if plain.chars().count() > LONGEST {
        out.push_str(" ...");
    }
    out
}

/// What turns the direction of text around or has no width, so that one text
/// looks like another.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> String {
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!(
            "{}.{}.c2lnbmF0dXJl",
            encode(r#"{"alg":"ES256"}"#),
            encode(claims)
        )
    }

    #[test]
    fn claims_are_shown_without_what_a_terminal_obeys() {
        let says = Says::of(&token(
            "{\"sub\":\"a\\u001b[2J\\u202eb\",\"exp\":1800000000,\"x\":{\"y\":[1]}}",
        ));
        let lines = Says::lines(says.claims.as_ref());
        assert_eq!(
            lines,
            [
                "exp  1800000000 (2027-01-15T08:00:00Z)",
                "sub  a\u{fffd}[2Jb",
                "x    {\"y\":[1]}",
            ]
        );
        assert_eq!(Says::lines(says.header.as_ref()), ["alg  ES256"]);
    }

    #[test]
    fn what_is_shown_is_bounded() {
        let many: Map<String, Value> = (0..200)
            .map(|number| (format!("claim{number}"), Value::from("x".repeat(30))))
            .collect();
        let says = Says::of(&token(&Value::from(many).to_string()));
        assert!(
            says.claims.is_none(),
            "more than 8 KiB are not even decoded"
        );
        let claims = format!("{{\"long\":\"{}\"}}", "x".repeat(3000));
        let lines = Says::lines(Says::of(&token(&claims)).claims.as_ref());
        assert_eq!(lines.len(), 1);
        assert!(lines[0].len() < 220 && lines[0].ends_with(" ..."));
    }

    #[test]
    fn whatever_is_no_token_says_nothing() {
        for text in ["", "a.b.c", ".", "eyJ", "\0", "W10.W10.x"] {
            let says = Says::of(text);
            assert_eq!(
                Says::lines(says.claims.as_ref()),
                ["cannot be read"],
                "{text}"
            );
        }
    }
}
