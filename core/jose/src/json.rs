//! JSON without its ambiguities: UTF-8, one object, no duplicate member names,
//! shallow, nothing after it.

use std::borrow::Cow;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// How deep arrays and objects may nest, the outermost object included.
pub(crate) const MAX_DEPTH: u8 = 8;

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InvalidJson {
    /// Not JSON (RFC 8259) at all.
    Syntax,
    /// JSON, but a member is not what it must be, or stands twice.
    Member,
}

/// What an object is read into, member by member.
pub(crate) trait Members<'de>: Default {
    /// Reads the value of the member called `name`, or answers `false` and
    /// leaves it untouched: then it is walked over, strictly.
    fn read<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error>;
}

/// Parses `text` as one object.
pub(crate) fn parse_object<'de, T: Members<'de>>(text: &'de [u8]) -> Result<T, InvalidJson> {
    // Values that are walked over must be UTF-8 too (RFC 7519 section 7.2), and
    // serde_json looks only at those that it hands out; so all of it is checked here.
    let text = std::str::from_utf8(text).map_err(|_| InvalidJson::Syntax)?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let members = Object::<T>::outermost()
        .deserialize(&mut deserializer)
        .map_err(classify)?;
    deserializer.end().map_err(classify)?;
    Ok(members)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is the argument of map_err"
)]
fn classify(error: serde_json::Error) -> InvalidJson {
    if error.is_data() {
        InvalidJson::Member
    } else {
        InvalidJson::Syntax
    }
}

/// Reads a known member into its slot, which must still be empty.
pub(crate) fn once<'de, T, A>(slot: &mut Option<T>, map: &mut A) -> Result<(), A::Error>
where
    T: Deserialize<'de>,
    A: MapAccess<'de>,
{
    let value = map.next_value()?;
    // RFC 7515 section 4, RFC 7519 section 4: member names are unique.
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(A::Error::custom("a member stands twice")),
    }
}

/// An object that is read into `T`.
pub(crate) struct Object<T> {
    depth: u8,
    into: PhantomData<T>,
}

impl<T> Object<T> {
    /// The outermost object.
    pub(crate) const fn outermost() -> Self {
        Self::at_depth(1)
    }

    /// An object so many levels down, the outermost being 1.
    pub(crate) const fn at_depth(depth: u8) -> Self {
        Self {
            depth,
            into: PhantomData,
        }
    }
}

impl<'de, T: Members<'de>> DeserializeSeed<'de> for Object<T> {
    type Value = T;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Members<'de>> Visitor<'de> for Object<T> {
    type Value = T;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut members = T::default();
        let mut others = Vec::new();
        while let Some(Text(name)) = map.next_key()? {
            if !members.read(&name, &mut map)? {
                map.next_value_seed(Walk { depth: self.depth })?;
                others.push(name);
            }
        }
        refuse_duplicates(others)?;
        Ok(members)
    }
}

fn refuse_duplicates<E: Error>(mut names: Vec<Cow<'_, str>>) -> Result<(), E> {
    names.sort_unstable();
    if names.array_windows().any(|[one, next]| one == next) {
        return Err(E::custom("a member stands twice"));
    }
    Ok(())
}

/// A string, borrowed from the input unless it has escapes.
pub(crate) struct Text<'de>(pub(crate) Cow<'de, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a string")
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Borrowed(text)))
    }
    fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}

/// Walks over any value and answers with it if it is a string. Numbers,
/// escapes, nesting and duplicate names are judged as strictly as in values
/// that are used.
pub(crate) struct Walk {
    /// The depth of the array or object in which the value stands.
    pub(crate) depth: u8,
}

impl Walk {
    fn deeper<E: Error>(&self) -> Result<u8, E> {
        if self.depth >= MAX_DEPTH {
            return Err(E::custom("nested too deeply"));
        }
        Ok(self.depth + 1)
    }
}

impl<'de> DeserializeSeed<'de> for Walk {
    type Value = Option<Cow<'de, str>>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("any value")
    }
    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Borrowed(text)))
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(text.to_owned())))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let depth = self.deeper()?;
        while seq.next_element_seed(Self { depth })?.is_some() {}
        Ok(None)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let depth = self.deeper()?;
        let mut names = Vec::new();
        while let Some(Text(name)) = map.next_key()? {
            map.next_value_seed(Self { depth })?;
            names.push(name);
        }
        refuse_duplicates(names)?;
        Ok(None)
    }
}
