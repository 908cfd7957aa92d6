//! Encrypted tokens: JWE (RFC 7516), as little of it as there is a use for.
//!
//! The way of an encrypted token, in order:
//!
//! | step | module |
//! |---|---|
//! | five segments, size | `segments` |
//! | one rule per header parameter | `header`, `ephemeral_key` |
//! | `alg` and `enc` allowed, the key found | `decrypt`, [`EncryptionAllowList`], [`DecryptionKeys`] |
//! | the content-encryption key | `rsa_oaep`, `key_agreement`, `key_wrap` |
//! | the tag, and only then the content | `content` |
//! | the content is one signed token | [`decrypt_nested`] |
//!
//! There is the compact serialisation alone, no compression, no password, no
//! symmetric key, no PKCS #1 v1.5, and no decryption without an
//! [`EncryptionAllowList`]. Whatever goes wrong once a private key has been
//! touched is [`DecryptionError::Failed`], and nothing finer: not which step
//! failed, and not how far it came.

mod algorithm;
mod allow_list;
mod content;
mod decrypt;
mod decryption_key;
mod decryption_keys;
mod encrypt;
mod encryption_key;
mod ephemeral_key;
mod error;
mod header;
mod invalid_key;
mod jwk;
mod key_agreement;
mod key_text;
mod key_wrap;
mod point;
mod private_numbers;
mod rsa_oaep;
mod segments;

pub use algorithm::{ContentEncryption, InvalidEncryptionAlgorithm, KeyManagement};
pub use allow_list::{EmptyEncryptionAllowList, EncryptionAllowList};
pub use decrypt::{Decrypted, NestedToken, decrypt, decrypt_nested};
pub use decryption_key::DecryptionKey;
pub use decryption_keys::{DecryptionKeys, InvalidDecryptionKeys, MAX_DECRYPTION_KEYS};
pub use encrypt::{EncryptionError, Plaintext, encrypt};
pub use encryption_key::EncryptionKey;
pub use error::DecryptionError;
pub use invalid_key::InvalidEncryptionKey;
pub use point::AgreementCurve;
pub use segments::{MAX_ENCRYPTED_TOKEN_BYTES, is_encrypted};

/// A content-encryption key. Both content encryptions take 256 bits.
type ContentKey = zeroize::Zeroizing<[u8; 32]>;
