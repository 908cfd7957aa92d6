//! Where a key of 256 bits comes from: a source, or a wrapped key and what
//! unwraps it.

use secret_source::SourceUri;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

/// `"SOURCE"`, or `{ wrapped = "SOURCE", by = "SOURCE" }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeySource {
    /// The source gives the key.
    Plain(SourceUri),
    /// The source gives the key as `doorward secret wrap` wrote it.
    Wrapped {
        /// Where the wrapped key is.
        wrapped: SourceUri,
        /// What unwraps it.
        by: Box<SourceUri>,
    },
}

/// What to write; never what was written, which may be the secret itself.
const EXPECTED: &str = "a key is written \"SOURCE\", or { wrapped = \"SOURCE\", by = \"SOURCE\" }, such as \"file:secrets/sealing.key\"";

impl std::fmt::Display for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Plain(source) => source.fmt(f),
            Self::Wrapped { wrapped, by } => write!(f, "{wrapped}, wrapped by {by}"),
        }
    }
}

impl KeySource {
    /// The value as TOML.
    pub(crate) fn to_toml(&self) -> String {
        let quoted = |source: &SourceUri| toml::Value::String(source.to_string()).to_string();
        match self {
            Self::Plain(source) => quoted(source),
            Self::Wrapped { wrapped, by } => {
                format!("{{ wrapped = {}, by = {} }}", quoted(wrapped), quoted(by))
            }
        }
    }
}

impl<'de> Deserialize<'de> for KeySource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Written)
    }
}

/// By hand, since what serde says of itself quotes the value.
struct Written;

impl<'de> Visitor<'de> for Written {
    type Value = KeySource;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<KeySource, E> {
        text.parse().map(KeySource::Plain).map_err(E::custom)
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<KeySource, E> {
        Err(E::custom(EXPECTED))
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<KeySource, E> {
        Err(E::custom(EXPECTED))
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<KeySource, E> {
        Err(E::custom(EXPECTED))
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<KeySource, E> {
        Err(E::custom(EXPECTED))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<KeySource, A::Error> {
        let (mut wrapped, mut by) = (None, None);
        while let Some(name) = map.next_key::<String>()? {
            let slot = match name.as_str() {
                "wrapped" => &mut wrapped,
                "by" => &mut by,
                _ => return Err(A::Error::custom(EXPECTED)),
            };
            let KeySource::Plain(source) = map.next_value()? else {
                return Err(A::Error::custom(EXPECTED));
            };
            *slot = Some(source);
        }
        let (wrapped, by) = wrapped.zip(by).ok_or_else(|| A::Error::custom(EXPECTED))?;
        Ok(KeySource::Wrapped {
            wrapped,
            by: Box::new(by),
        })
    }
}

/// Where a credential for a place of secrets comes from: a file or a variable.
/// Another place would have to be logged in to first.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "KeySource")]
pub(crate) struct CredentialSource(SourceUri);

impl CredentialSource {
    /// The source.
    pub(crate) const fn uri(&self) -> &SourceUri {
        &self.0
    }
}

impl TryFrom<KeySource> for CredentialSource {
    type Error = &'static str;

    fn try_from(source: KeySource) -> Result<Self, &'static str> {
        match source {
            KeySource::Plain(uri @ (SourceUri::File(_) | SourceUri::Environment(_))) => {
                Ok(Self(uri))
            }
            _ => Err("a credential is written file:PATH or env:NAME"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Section {
        key: KeySource,
    }

    fn read(value: &str) -> Result<KeySource, String> {
        let section: Result<Section, _> = toml::from_str(&format!("key = {value}"));
        section
            .map(|section| section.key)
            .map_err(|error| error.message().to_owned())
    }

    #[test]
    fn a_key_reads_back_as_it_is_written() {
        for value in [
            "\"file:secrets/a.key\"",
            "{ wrapped = \"file:a\", by = \"aws-kms:alias/doorward\" }",
        ] {
            assert_eq!(read(value).unwrap().to_toml(), value);
        }
        let odd = KeySource::Plain("file:a\"b\\c".parse().unwrap());
        assert_eq!(read(&odd.to_toml()), Ok(odd));
    }

    #[test]
    fn what_was_written_instead_is_not_echoed() {
        for value in [
            "\"hunter2-4711\"",
            "4711",
            "-4711",
            "4711.5",
            "true",
            "[\"hunter2-4711\"]",
            "4711-01-01",
            "{ wrapped = \"hunter2-4711\", by = \"env:A\" }",
            "{ wrapped = \"env:A\" }",
            "{ wrapped = \"env:A\", by = \"env:B\", hunter2-4711 = 1 }",
            "{ wrapped = { wrapped = \"env:A\", by = \"env:B\" }, by = \"env:C\" }",
            "{ value = \"hunter2-4711\" }",
        ] {
            let why = read(value).unwrap_err();
            assert!(!why.contains("4711"), "{value}: {why}");
            assert!(why.contains(':'), "{value}: {why}");
        }
    }
}
