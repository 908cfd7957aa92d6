//! Several public keys: JWK Set (RFC 7517 section 5).

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::json::{self, Members, Object, Walk};
use crate::jwk::{JwkMembers, Material};
use crate::{Algorithm, AllowList, InvalidKey, Jwk, KeyId, VerificationKey};

/// The most keys of a set. Further ones are skipped.
pub const MAX_KEYS: usize = 64;

/// The most bytes of a set.
const MAX_KEY_SET_BYTES: usize = 512 * 1024;

/// The public keys of one issuer or client, each usable.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KeySet {
    keys: Vec<VerificationKey>,
    skipped: Vec<SkippedKey>,
}

/// A key of the set that is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedKey {
    /// Its place in the set, from 0.
    pub position: usize,
    /// Its id, if it has a readable one.
    pub key_id: Option<KeyId>,
    /// What is wrong with it; `None` if its id stands twice in the set, or if
    /// the set is full.
    pub reason: Option<InvalidKey>,
}

/// Why a whole set was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidKeySet {
    /// Too large, or no JSON object with an array `keys`, or a member stands twice.
    Malformed,
    /// A key of it has private or symmetric members (RFC 7517 section 9.2).
    Private,
}

impl std::fmt::Display for InvalidKeySet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the key set is not a well-formed JWK Set",
            Self::Private => "the key set has a private or symmetric key",
        })
    }
}

impl std::error::Error for InvalidKeySet {}

impl KeySet {
    /// The set of these keys; those that share an id, and those after the
    /// first [`MAX_KEYS`], are skipped.
    pub fn new(keys: Vec<VerificationKey>) -> Self {
        let entries = keys.into_iter().map(|key| (key.key_id().cloned(), Ok(key)));
        Self::of(entries.collect())
    }

    /// Parses a JWK Set. A key that is malformed or not supported is skipped
    /// (RFC 7517 section 5); a private one spoils the set.
    pub fn parse(text: &[u8]) -> Result<Self, InvalidKeySet> {
        Self::read(text, VerificationKey::from_jwk)
    }

    /// Parses the JWK Set of an issuer whose keys may lack `alg`: such a key is
    /// for the one algorithm of `allow` that it can be for, and is skipped if
    /// there is none or more than one (RFC 8725 section 3.1: a token never
    /// chooses). A key that has `alg` is for that, as always.
    pub fn parse_for(text: &[u8], allow: AllowList) -> Result<Self, InvalidKeySet> {
        Self::read(text, |jwk| {
            // RFC 9964 section 3: an AKP key is nothing without its `alg`.
            if jwk.algorithm.is_some() || matches!(jwk.material, Material::Akp { .. }) {
                return VerificationKey::from_jwk(jwk);
            }
            let as_algorithm = |algorithm| {
                VerificationKey::from_jwk(&Jwk {
                    algorithm: Some(algorithm),
                    ..jwk.clone()
                })
            };
            let mut possible = allow.algorithms().filter_map(|one| as_algorithm(one).ok());
            match (possible.next(), possible.next()) {
                (Some(key), None) => Ok(key),
                (None, _) => Err(VerificationKey::from_jwk(jwk)
                    .err()
                    .unwrap_or(InvalidKey::Algorithm)),
                (Some(_), Some(_)) => Err(InvalidKey::Algorithm),
            }
        })
    }

    fn read(
        text: &[u8],
        key_of: impl Fn(&Jwk) -> Result<VerificationKey, InvalidKey>,
    ) -> Result<Self, InvalidKeySet> {
        if text.len() > MAX_KEY_SET_BYTES {
            return Err(InvalidKeySet::Malformed);
        }
        let read: KeySetMembers<'_> =
            json::parse_object(text).map_err(|_| InvalidKeySet::Malformed)?;
        read.finish(key_of)
    }

    /// The usable keys.
    pub fn keys(&self) -> &[VerificationKey] {
        &self.keys
    }

    /// The keys that are not used, with the reason.
    pub fn skipped(&self) -> &[SkippedKey] {
        &self.skipped
    }

    /// The key of this id, if it is for this algorithm.
    pub fn find(&self, key_id: &KeyId, algorithm: Algorithm) -> Option<&VerificationKey> {
        self.by_id(key_id.as_str())
            .filter(|key| key.algorithm() == algorithm)
    }

    /// The key of this id.
    pub(crate) fn by_id(&self, key_id: &str) -> Option<&VerificationKey> {
        self.keys
            .iter()
            .find(|key| key.key_id().is_some_and(|id| id.as_str() == key_id))
    }

    /// The set as JSON, public members only.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn of(entries: Vec<(Option<KeyId>, Result<VerificationKey, InvalidKey>)>) -> Self {
        let mut ids: Vec<KeyId> = entries.iter().filter_map(|(id, _)| id.clone()).collect();
        ids.sort_unstable();
        let twice = |id: &KeyId| {
            let first = ids.partition_point(|one| one < id);
            ids.get(first + 1).is_some_and(|next| next == id)
        };
        let mut set = Self::default();
        for (position, (key_id, key)) in entries.into_iter().enumerate() {
            // Which of two keys a shared id means is not for us to guess.
            let ambiguous = key_id.as_ref().is_some_and(twice);
            let full = set.keys.len() == MAX_KEYS;
            match key {
                Ok(key) if !ambiguous && !full => set.keys.push(key),
                key => set.skipped.push(SkippedKey {
                    position,
                    key_id,
                    reason: key.err(),
                }),
            }
        }
        set
    }
}

impl Serialize for KeySet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let keys: Vec<Jwk> = self.keys.iter().map(VerificationKey::to_jwk).collect();
        let mut set = serializer.serialize_struct("KeySet", 1)?;
        set.serialize_field("keys", &keys)?;
        set.end()
    }
}

impl<'de> Deserialize<'de> for KeySet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read: KeySetMembers<'de> = Object::outermost().deserialize(deserializer)?;
        read.finish(VerificationKey::from_jwk)
            .map_err(D::Error::custom)
    }
}

#[derive(Default)]
struct KeySetMembers<'a> {
    keys: Option<Entries<'a>>,
}

impl<'de> Members<'de> for KeySetMembers<'de> {
    fn read<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        if name != "keys" {
            return Ok(false);
        }
        json::once(&mut self.keys, map)?;
        Ok(true)
    }
}

impl KeySetMembers<'_> {
    fn finish(
        self,
        key_of: impl Fn(&Jwk) -> Result<VerificationKey, InvalidKey>,
    ) -> Result<KeySet, InvalidKeySet> {
        let Entries(entries) = self.keys.ok_or(InvalidKeySet::Malformed)?;
        if entries.iter().any(|members| members.private) {
            return Err(InvalidKeySet::Private);
        }
        let judge = |members: JwkMembers<'_>| {
            let key_id = members.key_id_text().and_then(|text| text.parse().ok());
            (key_id, members.check().and_then(|jwk| key_of(&jwk)))
        };
        Ok(KeySet::of(entries.into_iter().map(judge).collect()))
    }
}

struct Entries<'a>(Vec<JwkMembers<'a>>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an array of keys")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = seq.next_element_seed(Entry)? {
            entries.push(entry);
        }
        Ok(Entries(entries))
    }
}

/// One entry of the array. What is no object is read as a key without members,
/// which is malformed and so skipped.
struct Entry;

impl<'de> DeserializeSeed<'de> for Entry {
    type Value = JwkMembers<'de>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Entry {
    type Value = JwkMembers<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a key")
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Object::at_depth(3).visit_map(map)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        Walk { depth: 2 }.visit_seq(seq)?;
        Ok(JwkMembers::default())
    }
    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(JwkMembers::default())
    }
    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(JwkMembers::default())
    }
    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(JwkMembers::default())
    }
    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(JwkMembers::default())
    }
    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(JwkMembers::default())
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(JwkMembers::default())
    }
}
