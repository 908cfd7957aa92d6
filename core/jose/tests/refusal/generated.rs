//! Classes of bad input by generators, each beside what is good of its class:
//! the tables in the other files have the cases that people have made.

use jose::*;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;

use crate::forge::*;

/// One forge for all cases; what is shown here does not depend on the algorithm.
fn forge() -> &'static Forge {
    static FORGE: std::sync::OnceLock<Forge> = std::sync::OnceLock::new();
    FORGE.get_or_init(|| Forge::new(Algorithm::EdDsa))
}

/// The members of an object as texts, each `"name":value`.
fn members(object: &Value) -> Vec<String> {
    let member =
        |(name, value): (&String, &Value)| format!("{}:{value}", Value::from(name.as_str()));
    object.as_object().unwrap().iter().map(member).collect()
}

fn object(members: &[String]) -> String {
    format!("{{{}}}", members.join(","))
}

/// The same name with some of its characters as escapes.
fn escaped(name: &str, which: &[bool]) -> String {
    let spell = |(character, escape): (char, &bool)| match escape {
        true => format!("\\u{:04x}", u32::from(character)),
        false => character.to_string(),
    };
    name.chars().zip(which.iter().cycle()).map(spell).collect()
}

/// Any JSON value of moderate depth, as text.
fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        any::<i64>().prop_map(|value| value.to_string()),
        any::<String>().prop_map(|text| Value::from(text).to_string()),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..3);
        prop_oneof![
            list.prop_map(|list| format!("[{}]", list.join(","))),
            inner.prop_map(|value| format!("{{\"a\":{value}}}")),
        ]
    })
}

/// A number as JSON, and forms that look like one.
fn any_number() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        (0..300_000_000_000_u64).prop_map(|number| number.to_string()),
        any::<u128>().prop_map(|number| number.to_string()),
        "-?[0-9]{1,25}",
        "-?[0-9]{1,12}\\.[0-9]{1,6}",
        "-?[0-9]{1,12}(\\.[0-9]{1,3})?[eE][+-]?[0-9]{1,4}",
        "[+-]?0{1,3}[0-9]{0,12}",
        "-?(0x[0-9a-f]{1,8}|Infinity|NaN|\\.5|5\\.|1_000)",
    ]
}

/// RFC 7519 section 2, as we read it: whole seconds since 1970, to the year 9999.
fn is_numeric_date(text: &str) -> bool {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let shortest = text == "0" || !text.starts_with('0');
    digits
        && shortest
        && text
            .parse::<u64>()
            .is_ok_and(|number| number <= 253_402_300_799)
}

proptest! {
    #[test]
    fn rfc7519_2_a_date_has_one_form(number in any_number(), name in prop::sample::select(vec!["exp", "nbf", "iat"])) {
        let original = format!("\"{name}\":{}", payload()[name]);
        let text = payload().to_string().replace(&original, &format!("\"{name}\":{number}"));
        let verdict = forge().verify(&forge().with_payload(text));
        prop_assert_eq!(verdict.is_ok(), is_numeric_date(&number), "{}", number);
    }

    #[test]
    fn rfc7519_4_a_claim_stands_once_wherever_and_however_it_is_spelt(
        which in any::<Index>(), place in any::<Index>(), escapes in prop::collection::vec(any::<bool>(), 1..9),
        value in prop::option::of(any_json()),
    ) {
        let claims = with(payload(), "other", "x".into());
        let mut list = members(&claims);
        prop_assert!(forge().verify(&forge().with_payload(object(&list))).is_ok());
        let names: Vec<&String> = claims.as_object().unwrap().keys().collect();
        let name = which.get(&names);
        let value = value.unwrap_or_else(|| claims[name.as_str()].to_string());
        list.insert(place.index(list.len() + 1), format!("\"{}\":{value}", escaped(name, &escapes)));
        let error = forge().verify(&forge().with_payload(object(&list))).unwrap_err();
        prop_assert_eq!(error, TokenError::Claim);
    }

    #[test]
    fn rfc7515_4_a_parameter_stands_once_wherever_and_however_it_is_spelt(
        which in any::<Index>(), place in any::<Index>(), escapes in prop::collection::vec(any::<bool>(), 1..9),
        value in prop::option::of(any_json()),
    ) {
        let header = with(forge().header(), "other", "x".into());
        let mut list = members(&header);
        prop_assert_eq!(forge().verify(&forge().with_header(object(&list))), Ok(claims()));
        let names: Vec<&String> = header.as_object().unwrap().keys().collect();
        let name = which.get(&names);
        let value = value.unwrap_or_else(|| header[name.as_str()].to_string());
        list.insert(place.index(list.len() + 1), format!("\"{}\":{value}", escaped(name, &escapes)));
        let error = forge().verify(&forge().with_header(object(&list))).unwrap_err();
        prop_assert!(matches!(error, TokenError::Malformed | TokenError::TooLarge));
    }

    #[test]
    fn rfc7515_4_1_11_crit_is_refused_wherever_it_stands_and_whatever_it_holds(
        value in any_json(), place in any::<Index>(), escapes in prop::collection::vec(any::<bool>(), 1..5),
        more in prop::option::of(any_json()),
    ) {
        let mut list = members(&forge().header());
        list.extend(more.map(|value| format!("\"b64\":{value}")));
        list.insert(place.index(list.len() + 1), format!("\"{}\":{value}", escaped("crit", &escapes)));
        let token = forge().with_header(object(&list));
        let expected = if token.find('.').unwrap() > 1024 {
            TokenError::TooLarge
        } else {
            TokenError::CriticalHeader
        };
        prop_assert_eq!(forge().verify(&token), Err(expected));
        prop_assert_eq!(Unverified::parse(&token).err(), Some(expected));
    }

    #[test]
    fn rfc8259_4_the_order_of_members_and_the_space_between_them_mean_nothing(
        header in Just(members(&forge().header())).prop_shuffle(),
        claim in Just(members(&payload())).prop_shuffle(),
        space in "[ \t\r\n]{0,3}",
    ) {
        let spaced = |members: &[String]| {
            let joined = members.join(&format!("{space},{space}"));
            format!("{space}{{{space}{joined}{space}}}{space}")
        };
        let token = forge().token(spaced(&header), spaced(&claim));
        prop_assert_eq!(forge().verify(&token), Ok(claims()));
    }

    #[test]
    fn jwt_030_any_mix_of_lists_and_objects_nests_eight_levels_at_most(
        shape in prop::collection::vec(any::<bool>(), 0..40), in_header in any::<bool>(),
    ) {
        let open: String = shape.iter().map(|&list| if list { "[" } else { "{\"a\":" }).collect();
        let close: String = shape.iter().rev().map(|&list| if list { "]" } else { "}" }).collect();
        let member = format!("\"x\":{open}1{close}");
        let token = if in_header {
            forge().with_header(appended(&forge().header(), &member))
        } else {
            forge().with_payload(appended(&payload(), &member))
        };
        // The object around it is the first level.
        prop_assert_eq!(forge().verify(&token).is_ok(), shape.len() < 8);
    }

    #[test]
    fn rfc7515_7_1_no_other_number_of_segments_is_a_token(
        parts in prop::collection::vec(0..4_usize, 0..8), signed in any::<bool>(),
    ) {
        let good = forge().good();
        let segments: Vec<&str> = good.split('.').chain([""]).collect();
        let text = parts.iter().map(|&part| segments[part]).collect::<Vec<_>>().join(".");
        let token = if signed { forge().literal(&text) } else { text };
        prop_assert_eq!(forge().verify(&token).is_ok(), is_good(&parts, signed), "{:?}", parts);
    }

    #[test]
    fn rfc7515_2_a_segment_has_one_spelling(
        fill in 0..6_usize, segment in 0..3_usize, place in any::<Index>(),
        odd in prop::sample::select(vec!["=", "==", "+", "/", " ", "\n", "\r\n", "\t", "\0", "%3D", "é", "?", "~"]),
    ) {
        let header = format!("{}{}", forge().header(), " ".repeat(fill));
        let body = format!("{}{}", payload(), " ".repeat(fill));
        let token = forge().token(header, body);
        prop_assert_eq!(forge().verify(&token), Ok(claims()));
        let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
        let at = place.index(parts[segment].len() + 1);
        parts[segment].insert_str(at, odd);
        // With the old signature, and with a genuine one over the odd text.
        prop_assert_eq!(forge().verify(&parts.join(".")).err().is_some(), true);
        if segment < 2 {
            let resigned = forge().literal(&parts[..2].join("."));
            prop_assert_eq!(forge().verify(&resigned), Err(TokenError::Malformed));
        }
    }
}

/// Of the texts made of a good token's segments, the good ones: all three in
/// their order, or the first two with a signature of their own.
fn is_good(parts: &[usize], signed: bool) -> bool {
    if signed {
        parts == [0, 1]
    } else {
        parts == [0, 1, 2]
    }
}
