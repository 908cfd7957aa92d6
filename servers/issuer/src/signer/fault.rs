//! Why a key does not sign.

use authority::signing_key::UnsealFault;
use jose::{KeyId, SigningError};
use secret_source::SourceFault;
use store::StoreFault;

/// Why a key does not sign. Nothing of the key is part of it.
#[derive(Debug)]
pub enum SignerFault {
    /// The store says that it is not active: what was known of it is out of date.
    NotActive(KeyId),
    /// It does not open.
    Sealed(UnsealFault),
    /// It opens, and is no key of its algorithm.
    Invalid(KeyId),
    /// The place that holds it has another key at its address.
    OtherKey(KeyId),
    /// The place that holds it gives nothing.
    Remote(SourceFault),
    /// What came back is no signature of it.
    Signature(SigningError),
    /// The store cannot be read.
    Store(StoreFault),
}

impl SignerFault {
    /// Whether it goes away by itself, so that the issuer may start and wait.
    pub(crate) const fn may_pass(&self) -> bool {
        match self {
            Self::NotActive(_) | Self::Remote(_) => true,
            Self::Sealed(_)
            | Self::Invalid(_)
            | Self::OtherKey(_)
            | Self::Signature(_)
            | Self::Store(_) => false,
        }
    }
}

impl std::fmt::Display for SignerFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotActive(key_id) => write!(f, "the signing key {key_id} is not active"),
            Self::Sealed(fault) => fault.fmt(f),
            Self::Invalid(key_id) => write!(
                f,
                "the signing key {key_id} opens but is not a key of its algorithm"
            ),
            Self::OtherKey(key_id) => write!(
                f,
                "the place of the signing key {key_id} holds another key than was published"
            ),
            Self::Remote(fault) => fault.fmt(f),
            Self::Signature(error) => error.fmt(f),
            Self::Store(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for SignerFault {}
