//! Claims whose names only the configuration knows.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::TokenError;
use crate::json::{MAX_DEPTH, Text};

/// A claim as it was found: read as strictly as any other, so that no name
/// stands twice and nothing is nested without end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ClaimTree {
    Text(Box<str>),
    Flag(bool),
    List(Vec<Self>),
    Object(Vec<(Box<str>, Self)>),
    /// A number or null: no rule reads one.
    Other,
}

/// Finds the value at `path`: a member, a member of that member, and so on.
/// `None` if it, or the last object on the way to it, lacks the member.
pub(crate) fn find<'a, S: AsRef<str>>(
    members: &'a [(Box<str>, ClaimTree)],
    path: &[S],
) -> Result<Option<&'a ClaimTree>, TokenError> {
    let Some((name, rest)) = path.split_first() else {
        return Ok(None);
    };
    let found = members.iter().find(|(held, _)| **held == *name.as_ref());
    match found {
        None => Ok(None),
        Some((_, value)) if rest.is_empty() => Ok(Some(value)),
        Some((_, ClaimTree::Object(inner))) => find(inner, rest),
        // Malformed is not absent: there is something, and it has no members.
        Some(_) => Err(TokenError::Claim),
    }
}

/// Reads a value that stands so many levels down.
pub(crate) struct Keep {
    pub(crate) depth: u8,
}

impl Keep {
    fn deeper<E: Error>(&self) -> Result<Self, E> {
        if self.depth >= MAX_DEPTH {
            return Err(E::custom("nested too deeply"));
        }
        Ok(Self {
            depth: self.depth + 1,
        })
    }
}

impl<'de> DeserializeSeed<'de> for Keep {
    type Value = ClaimTree;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<ClaimTree, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Keep {
    type Value = ClaimTree;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("any value")
    }
    fn visit_bool<E>(self, flag: bool) -> Result<ClaimTree, E> {
        Ok(ClaimTree::Flag(flag))
    }
    fn visit_i64<E>(self, _: i64) -> Result<ClaimTree, E> {
        Ok(ClaimTree::Other)
    }
    fn visit_u64<E>(self, _: u64) -> Result<ClaimTree, E> {
        Ok(ClaimTree::Other)
    }
    fn visit_f64<E>(self, _: f64) -> Result<ClaimTree, E> {
        Ok(ClaimTree::Other)
    }
    fn visit_unit<E>(self) -> Result<ClaimTree, E> {
        Ok(ClaimTree::Other)
    }
    fn visit_str<E>(self, text: &str) -> Result<ClaimTree, E> {
        Ok(ClaimTree::Text(text.into()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<ClaimTree, A::Error> {
        let depth = self.deeper::<A::Error>()?.depth;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(Self { depth })? {
            items.push(item);
        }
        Ok(ClaimTree::List(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ClaimTree, A::Error> {
        let depth = self.deeper::<A::Error>()?.depth;
        let mut members: Vec<(Box<str>, ClaimTree)> = Vec::new();
        while let Some(Text(name)) = map.next_key()? {
            let value = map.next_value_seed(Self { depth })?;
            put(&mut members, &name, value)?;
        }
        Ok(ClaimTree::Object(members))
    }
}

/// Adds a member, whose name must be new (RFC 7519 section 4). The members are
/// kept in the order of their names, so that many of them cost little.
pub(crate) fn put<E: Error>(
    members: &mut Vec<(Box<str>, ClaimTree)>,
    name: &str,
    value: ClaimTree,
) -> Result<(), E> {
    match members.binary_search_by(|(held, _)| (**held).cmp(name)) {
        Ok(_) => Err(E::custom("a member stands twice")),
        Err(place) => {
            members.insert(place, (name.into(), value));
            Ok(())
        }
    }
}
