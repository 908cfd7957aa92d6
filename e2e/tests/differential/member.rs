//! Members of JSON objects, changed as text, so that what no library would
//! write can be written too.

use serde_json::{Value, json};

use crate::dice::Dice;

pub const ALGORITHMS: [&str; 14] = [
    "none", "None", "HS256", "ES256", "ES384", "EdDSA", "RS256", "PS256", "RS512", "Ed25519",
    "es256", "ES256 ", "", "dir",
];
pub const KEY_IDS: [&str; 9] = [
    "key-ES256",
    "key-ES384",
    "key-EdDSA",
    "key-RS256",
    "key-PS256",
    "other",
    "",
    "../key",
    "key-ES256\n",
];
pub const TYPES: [&str; 9] = [
    "AT+JWT",
    "application/at+jwt",
    "APPLICATION/AT+JWT",
    "JWT",
    "jwt",
    "at+jwt;v=1",
    "at+jwt ",
    "",
    "dpop+jwt",
];
pub const FORBIDDEN: [&str; 10] = [
    "crit", "b64", "zip", "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "cty",
];
pub const SCOPES: [&str; 9] = [
    "read:reports write:reports",
    "read:reports  x",
    " read:reports",
    "",
    "read:reports\t",
    "r\u{e9}ad",
    "a\"b",
    "*",
    "read:reports read:reports",
];
pub const CONFIRMATIONS: [&str; 6] = [
    r#"{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}"#,
    r#"{"jkt":""}"#,
    r#"{"other":1}"#,
    "{}",
    "null",
    r#""text""#,
];

/// Any JSON value, small.
pub fn any_value(dice: &mut Dice) -> Value {
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!(""),
        json!("x"),
        json!("a\u{0}b"),
        json!("é"),
        json!([]),
        json!(["x"]),
        json!({}),
        json!({"a": {"b": [1, "x", null]}}),
        json!(["crit"]),
        json!(["b64"]),
        json!("9999999999"),
        json!("k".repeat(200)),
        json!([[[[[[[[[1]]]]]]]]]),
        json!([[[[[1]]]]]),
    ];
    values[dice.below(values.len())].clone()
}

/// A text that is nearly `text`, or is it.
pub fn nearly(text: &str, dice: &mut Dice) -> String {
    match dice.below(8) {
        0 => text.to_owned(),
        1 => format!("{text}/"),
        2 => text.to_uppercase(),
        3 => format!("{text}.evil.test"),
        4 => text.get(1..).unwrap_or_default().to_owned(),
        5 => format!(" {text}"),
        6 => format!("{text}\0"),
        _ => text.replace("https", "http"),
    }
}

/// A value of a time claim, far from the edges that clocks would blur, and
/// what it is.
pub fn instant(now: i64, dice: &mut Dice) -> (&'static str, String) {
    let whole = |offset: i64| ("instant", (now + offset).to_string());
    match dice.below(14) {
        0 => whole(-86_400),
        1 => whole(-3_600),
        2 => whole(-300),
        3 => whole(300),
        4 => whole(900),
        5 => whole(7_200),
        6 => whole(86_400 * 3_650),
        7 => ("instant", "0".to_owned()),
        8 => ("instant with a fraction", format!("{}.5", now + 300)),
        9 => ("instant with a fraction", format!("{}.0", now + 300)),
        10 => ("instant as text", format!("\"{}\"", now + 300)),
        11 => ("instant out of range", "1e400".to_owned()),
        12 => ("instant out of range", "9223372036854775808".to_owned()),
        _ => ("instant out of range", "-1".to_owned()),
    }
}

/// The same object with another value.
pub fn set(object: &str, name: &str, value: &Value) -> String {
    set_text(object, name, &value.to_string())
}

/// The same, with any text for the value.
pub fn set_text(object: &str, name: &str, value: &str) -> String {
    let removed = removed(object, name);
    added_text(&removed, name, value)
}

/// The object without the member, if it is one.
pub fn removed(object: &str, name: &str) -> String {
    let Ok(mut value) = serde_json::from_str::<Value>(object) else {
        return object.to_owned();
    };
    if let Some(members) = value.as_object_mut() {
        members.remove(name);
    }
    value.to_string()
}

/// The object with one more member behind.
pub fn added(object: &str, name: &str, value: &Value) -> String {
    added_text(object, name, &value.to_string())
}

fn added_text(object: &str, name: &str, value: &str) -> String {
    match object.strip_suffix('}') {
        Some("{") => format!("{{\"{name}\":{value}}}"),
        Some(front) => format!("{front},\"{name}\":{value}}}"),
        None => object.to_owned(),
    }
}

/// A change of the JSON text itself, and its name.
pub fn change_text(object: &str, names: &[&str], dice: &mut Dice) -> (&'static str, String) {
    let name = dice.one_of(names);
    match dice.below(11) {
        0 => ("twice", added_text(object, name, "\"x\"")),
        1 => {
            let back = object.strip_prefix('{').unwrap_or_default();
            ("twice", format!("{{\"{name}\":\"x\",{back}"))
        }
        2 => ("unknown twice", {
            added_text(&added_text(object, "u", "1"), "u", "1")
        }),
        3 => ("white space", format!(" {object}\n\t")),
        4 => ("white space", object.replace(':', " : ")),
        5 => (
            "after the object",
            format!("{object}{}", dice.one_of(&["x", "{}", "\0", ","])),
        ),
        6 => ("byte order mark", format!("\u{feff}{object}")),
        7 => ("no strict JSON", {
            let (one, other) = dice.one_of(&[("\"", "'"), ("}", ",}"), ("{", "{/**/"), (":", "=")]);
            object.replace(one, other)
        }),
        8 => ("no strict JSON", {
            let value = dice.one_of(&[
                "NaN",
                "Infinity",
                "01",
                "+1",
                "\"\\x41\"",
                "\"\n\"",
                "undefined",
            ]);
            added_text(object, "u", value)
        }),
        9 => ("lone surrogate", added_text(object, "u", "\"\\ud800\"")),
        _ => ("escaped name", {
            let escaped = format!("\\u{:04x}{}", name.as_bytes()[0], &name[1..]);
            object.replace(&format!("\"{name}\""), &format!("\"{escaped}\""))
        }),
    }
}
