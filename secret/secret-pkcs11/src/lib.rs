//! Hardware security modules and smart cards, through PKCS#11 (OASIS, version
//! 2.40 and later): whatever has a module.
//!
//! | what | port | object |
//! |---|---|---|
//! | [`Pkcs11Secret`] | `SecretSource` | a data object, or a secret key that its token lets out |
//! | [`Pkcs11Signer`] | `RemoteSigner` | a private key, with its public half beside it |
//!
//! A session belongs to one thread, so each signer has a thread of its own
//! (`worker`); a token that was pulled out or restarted is opened once more
//! before a signature fails.

mod fault;
mod object;
mod secret;
mod signer;
mod token;
mod worker;

pub use secret::Pkcs11Secret;
pub use signer::Pkcs11Signer;
