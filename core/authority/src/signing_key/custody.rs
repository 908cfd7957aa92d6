//! Who holds the private half of a signing key.

use serde::{Deserialize, Serialize};

/// Where the private half is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub enum Custody {
    /// In the record, sealed by the sealing key.
    Sealed(Vec<u8>),
    /// In a place that signs and never gives it out.
    Remote {
        /// The place and the key, such as `vault-transit:transit/doorward`.
        uri: String,
    },
    /// Nowhere with us any more: the key is retired.
    Erased,
}

impl Custody {
    /// The name of the custody, as people see it: `sealed`, the kind of place,
    /// or `erased`. The rest of an address is for the configuration alone.
    pub fn kind(&self) -> &str {
        match self {
            Self::Sealed(_) => "sealed",
            Self::Remote { uri } => uri.split(':').next().unwrap_or(""),
            Self::Erased => "erased",
        }
    }

    /// Whether a place of its own signs with it.
    pub const fn is_remote(&self) -> bool {
        matches!(self, Self::Remote { .. })
    }
}

/// Neither ciphertext nor address is for a log.
impl std::fmt::Debug for Custody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Custody({})", self.kind())
    }
}

/// The members of a record that say it. `sealed` is what every version has
/// written; one that knows only it finds nothing to open in a remote key.
#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(default)]
    sealed: Vec<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    remote: Option<String>,
}

struct TwoCustodies;

impl std::fmt::Display for TwoCustodies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a signing key is both sealed and remote")
    }
}

impl TryFrom<Stored> for Custody {
    type Error = TwoCustodies;
    fn try_from(stored: Stored) -> Result<Self, TwoCustodies> {
        match (stored.remote, stored.sealed) {
            (None, sealed) if sealed.is_empty() => Ok(Self::Erased),
            (None, sealed) => Ok(Self::Sealed(sealed)),
            (Some(uri), sealed) if sealed.is_empty() => Ok(Self::Remote { uri }),
            (Some(_), _) => Err(TwoCustodies),
        }
    }
}

impl From<Custody> for Stored {
    fn from(custody: Custody) -> Self {
        let (sealed, remote) = match custody {
            Custody::Sealed(sealed) => (sealed, None),
            Custody::Remote { uri } => (Vec::new(), Some(uri)),
            Custody::Erased => (Vec::new(), None),
        };
        Self { sealed, remote }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_says_one_custody_and_shows_none_of_it() {
        let read = |text: &str| serde_json::from_str::<Custody>(text);
        assert_eq!(
            read(r#"{"sealed":[1]}"#).unwrap(),
            Custody::Sealed(vec![1]),
            "as every version has written it"
        );
        let remote = read(r#"{"sealed":[],"remote":"aws-kms:alias/canary"}"#).unwrap();
        assert_eq!(format!("{remote:?}"), "Custody(aws-kms)");
        assert_eq!(read("{}").unwrap(), Custody::Erased);
        assert!(read(r#"{"sealed":[1],"remote":"aws-kms:a"}"#).is_err());
        for custody in [Custody::Sealed(vec![7]), remote, Custody::Erased] {
            let text = serde_json::to_string(&custody).unwrap();
            assert_eq!(read(&text).unwrap(), custody);
            assert!(text.contains("\"sealed\":["), "the version before reads it");
        }
    }
}
