//! A JSON object whose members are secrets: how secret managers answer, and
//! what people keep in them.

use std::collections::BTreeMap;

use base::Secret;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

use crate::{SecretBytes, SourceFault};

/// The members by name. Text is taken over as a secret; anything else is only
/// known to be there. A name that stands twice spoils the object: nobody can
/// say which of the two is meant.
#[derive(Debug)]
pub struct Members(BTreeMap<String, Option<Secret>>);

impl Members {
    /// The members of the object that `json` is.
    pub fn parse(json: &[u8]) -> Result<Self, SourceFault> {
        // What serde says may quote the value that it stumbled over.
        serde_json::from_slice(json).map_err(|_| {
            SourceFault::Malformed(
                "the secret is no JSON object with each member once, so it has no field".to_owned(),
            )
        })
    }

    /// The text of the member `name`.
    pub fn text(&self, name: &str) -> Result<SecretBytes, SourceFault> {
        match self.0.get(name) {
            None => Err(SourceFault::Missing(format!("it has no field {name}"))),
            Some(None) => Err(SourceFault::Malformed(format!(
                "its field {name} is no text"
            ))),
            Some(Some(text)) if text.expose().is_empty() => {
                Err(SourceFault::Malformed(format!("its field {name} is empty")))
            }
            Some(Some(text)) => Ok(Zeroizing::new(text.expose().as_bytes().to_vec())),
        }
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Object)
    }
}

struct Object;

impl<'de> Visitor<'de> for Object {
    type Value = Members;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = BTreeMap::new();
        while let Some(name) = map.next_key::<String>()? {
            let Member(text) = map.next_value()?;
            if members.insert(name, text).is_some() {
                return Err(A::Error::custom("a member stands twice"));
            }
        }
        Ok(Members(members))
    }
}

struct Member(Option<Secret>);

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Member;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Member, E> {
        Ok(Member(Some(Secret::new(text.to_owned()))))
    }

    fn visit_string<E>(self, text: String) -> Result<Member, E> {
        Ok(Member(Some(Secret::new(text))))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Member, E> {
        Ok(Member(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Member, E> {
        Ok(Member(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Member, E> {
        Ok(Member(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Member, E> {
        Ok(Member(None))
    }

    fn visit_unit<E>(self) -> Result<Member, E> {
        Ok(Member(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Member, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Member(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Member, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Member(None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::Refusal;

    #[test]
    fn a_member_is_text_or_it_is_refused() {
        let json = br#"{"a":"hunter2","n":1,"l":[1,{}],"o":{"x":{}},"z":null,"b":true,"f":1.5,"e":"","m":-1}"#;
        let members = Members::parse(json).unwrap();
        assert_eq!(**members.text("a").unwrap(), *b"hunter2");
        for name in ["n", "l", "o", "z", "b", "f", "e", "m"] {
            let fault = members.text(name).unwrap_err();
            assert_eq!(Refusal::from(&fault), Refusal::Malformed, "{name}");
        }
        let fault = members.text("A").unwrap_err();
        assert_eq!(Refusal::from(&fault), Refusal::Missing);
        assert!(!format!("{members:?}").contains("hunter2"));
    }

    #[test]
    fn what_is_no_object_is_refused_without_being_shown() {
        for json in [
            "",
            "hunter2",
            "\"hunter2\"",
            "[\"hunter2\"]",
            r#"{"a":"hunter2""#,
            r#"{"a":"hunter2","a":"hunter2"}"#,
            r#"{"a":"hunter2"} x"#,
            r#"{"a":"hunter2",}"#,
        ] {
            let fault = Members::parse(json.as_bytes()).unwrap_err();
            assert!(!format!("{fault} {fault:?}").contains("hunter2"), "{json}");
        }
    }
}
