//! Generated identifiers: 16 characters, lower-case Crockford base32, the
//! first one a letter that names the kind. Public by nature; never a secret.
//!
//! An id has no underscore, so that it can stand inside a credential such as
//! `dw_live_<id>_<secret>`, and no character that a URL would escape.

use crate::Entropy;

/// The length of every generated id, in characters (75 random bits).
pub const ID_LENGTH: usize = 16;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The text is not an id of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidId {
    /// The letter that an id of this kind starts with.
    pub prefix: char,
}

impl std::fmt::Display for InvalidId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "an id of this kind is {ID_LENGTH} characters: {:?}, then digits and lower-case letters without i, l, o and u",
            self.prefix
        )
    }
}

impl std::error::Error for InvalidId {}

/// The text of a fresh id that starts with `prefix`.
pub fn generate_id_text(prefix: char, entropy: &mut dyn Entropy) -> String {
    let mut text = String::with_capacity(ID_LENGTH);
    text.push(prefix);
    text.extend(
        entropy
            .bytes::<{ ID_LENGTH - 1 }>()
            .iter()
            .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)))
            .map(|&symbol| char::from(symbol)),
    );
    text
}

#[doc(hidden)]
pub fn is_id_text(prefix: char, text: &str) -> bool {
    text.len() == ID_LENGTH && text.starts_with(prefix) && are_symbols(text)
}

/// Whether all but the first are symbols. It looks at every one, and the
/// compiler makes that many at once.
fn are_symbols(text: &str) -> bool {
    let symbols = text.as_bytes().get(1..).unwrap_or_default();
    symbols
        .iter()
        .fold(true, |so_far, &byte| so_far & is_symbol(byte))
}

/// Whether [`ALPHABET`] has it; without a walk through it, since each request
/// with an API key asks this fifteen times.
const fn is_symbol(byte: u8) -> bool {
    let is_digit = byte.wrapping_sub(b'0') < 10;
    let is_letter = byte.wrapping_sub(b'a') < 26;
    let is_left_out = (byte == b'i') | (byte == b'l') | (byte == b'o') | (byte == b'u');
    is_digit | (is_letter & !is_left_out)
}

/// Defines a typed id: `define_id!(/// docs ApiKeyId, 'k');`
///
/// The type parses (`FromStr`, serde) only what [`generate_id_text`] makes.
#[macro_export]
macro_rules! define_id {
    ($(#[$meta:meta])* $name:ident, $prefix:literal) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(::std::sync::Arc<str>);

        impl $name {
            /// The letter that ids of this kind start with.
            pub const PREFIX: char = $prefix;

            /// A fresh id.
            pub fn generate(entropy: &mut dyn $crate::Entropy) -> Self {
                Self($crate::generate_id_text(Self::PREFIX, entropy).into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::InvalidId;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                if $crate::__is_id_text(Self::PREFIX, text) {
                    Ok(Self(text.into()))
                } else {
                    Err($crate::InvalidId { prefix: Self::PREFIX })
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl ::std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl $crate::macro_support::serde::Serialize for $name {
            fn serialize<S: $crate::macro_support::serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> $crate::macro_support::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::macro_support::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                let text = <String as $crate::macro_support::serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err($crate::macro_support::serde::de::Error::custom)
            }
        }
    };
}

#[cfg(test)]
#[expect(
    unreachable_pub,
    reason = "the macro makes public types; this one stays in the test"
)]
mod tests {
    use super::{ALPHABET, is_symbol};
    use crate::SeededEntropy;

    #[test]
    fn a_symbol_is_one_of_the_alphabet_and_nothing_else_is() {
        for byte in 0..=u8::MAX {
            assert_eq!(is_symbol(byte), ALPHABET.contains(&byte), "{byte}");
        }
    }

    define_id!(
        /// An id for the tests.
        SampleId,
        's'
    );

    #[test]
    fn a_generated_id_parses_back_and_others_do_not() {
        let id = SampleId::generate(&mut SeededEntropy::new(7));
        assert_eq!(id.as_str().len(), super::ID_LENGTH);
        assert_eq!(id.as_str().parse::<SampleId>().unwrap(), id);
        for wrong in [
            "",
            "s",
            "x0123456789abcde",
            "s0123456789abcdE",
            "s0123456789abcdil",
            "s0123456789abcd_",
        ] {
            assert!(wrong.parse::<SampleId>().is_err(), "{wrong:?}");
        }
    }
}
