//! One of many: a JSON object that is looked at before it is read into what it
//! is, and as strictly: no name stands twice in it, however deep.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// An object in which no name stands twice.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Row(pub Map<String, Value>);

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Once::deserialize(deserializer)? {
            Once(Value::Object(object)) => Ok(Self(object)),
            Once(_) => Err(D::Error::custom("invalid type, expected an object")),
        }
    }
}

/// Any value in which no name stands twice.
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue).map(Self)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("any value")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Once(value)) = seq.next_element()? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let Once(value) = map.next_value()?;
            if object.contains_key(&name) {
                return Err(A::Error::custom(format!("duplicate field `{name}`")));
            }
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            "[ -~é]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            let list = proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from);
            let object = proptest::collection::btree_map("[a-d\"]{1,2}", inner, 0..4)
                .prop_map(|object| Value::Object(object.into_iter().collect()));
            prop_oneof![list, object]
        })
    }

    proptest! {
        #[test]
        fn an_object_is_read_as_it_is_and_nothing_else_is(value in values()) {
            let read = serde_json::from_str::<Row>(&value.to_string()).ok();
            prop_assert_eq!(read.map(|Row(object)| Value::Object(object)), Some(value).filter(Value::is_object));
        }

        /// However deep, and however the second one is spelled.
        #[test]
        fn a_name_that_stands_twice_is_refused(
            (first, second) in (values(), values()),
            nesting in proptest::collection::vec(any::<bool>(), 0..6),
            escaped in any::<bool>(),
        ) {
            let again = if escaped { "\\u006fwner" } else { "owner" };
            let mut text = format!("{{\"owner\":{first},\"a\":1,\"{again}\":{second}}}");
            for in_a_list in nesting {
                text = match in_a_list {
                    true => format!("{{\"b\":[0,{text}]}}"),
                    false => format!("{{\"c\":{text}}}"),
                };
            }
            let told = serde_json::from_str::<Row>(&text).unwrap_err().to_string();
            prop_assert!(told.starts_with("duplicate field `owner`"), "{}", told);
        }
    }
}
