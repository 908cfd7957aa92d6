//! Strict JWS, JWK and JWT over aws-lc-rs.
//!
//! The way of a token, in order:
//!
//! | step | module |
//! |---|---|
//! | three segments, size | [`Unverified`] in `unverified` |
//! | canonical base64url | `base64url` |
//! | one JSON object, no duplicate members, shallow | `json` |
//! | one rule per header parameter | `header` |
//! | the type is one that the acceptor takes | `accepted_types` |
//! | algorithm allowed, key found, signature good | `verify`, `allow_list`, `key_set`, `verification_key` |
//! | the claims, all required ones, exact | `access_token` and the claim types it uses |
//! | instants | `time` |
//! | a token inside an encrypted one, where an acceptor asks for it | [`encryption`] |
//!
//! Outside any token: a partner's signature beside what it signs, [`DetachedKey`].
//!
//! Only the success path of [`verify`] and its siblings builds a [`Verified`].
//! There is no `none`, no verification without an [`AllowList`], and one key has
//! one algorithm. HMAC has a key type and a function of its own, [`MacKey`] and
//! [`verify_mac`], which nothing else leads to. RFC 7515, 7517, 7518, 7519, 7638,
//! 8037, 8725, 9068, 9864, 9964.

mod accepted_types;
mod access_token;
mod algorithm;
mod allow_list;
mod audience;
mod base64url;
mod claim_text;
mod claim_tree;
mod confirmation;
mod detached;
pub mod encryption;
mod error;
mod foreign_claims;
mod header;
mod id_token;
mod json;
mod jwk;
mod key_id;
mod key_operations;
mod key_set;
mod mac_key;
mod on_behalf_of;
mod scope;
mod signing_input;
mod signing_key;
mod thumbprint;
mod time;
mod token_type;
mod unverified;
mod verification_key;
mod verify;

pub use accepted_types::AcceptedTypes;
pub use access_token::AccessTokenClaims;
pub use algorithm::{Algorithm, InvalidAlgorithm};
pub use allow_list::{AllowList, EmptyAllowList};
pub use audience::{Audience, InvalidAudience, MAX_AUDIENCES};
pub use claim_text::{ClaimText, InvalidClaimText, MAX_CLAIM_TEXT};
pub use confirmation::{Confirmation, InvalidConfirmation};
pub use detached::DetachedKey;
pub use error::TokenError;
pub use foreign_claims::ForeignClaims;
pub use id_token::{IdTokenClaims, access_token_hash};
pub use jwk::{InvalidKey, Jwk};
pub use key_id::{InvalidKeyId, KeyId};
pub use key_set::{InvalidKeySet, KeySet, MAX_KEYS, SkippedKey};
pub use mac_key::{InvalidMacKey, MIN_MAC_KEY_BYTES, MacKey};
pub use on_behalf_of::OnBehalfOfClaims;
pub use scope::{InvalidScope, Scope};
pub use signing_input::SigningInput;
pub use signing_key::{SigningError, SigningKey};
pub use thumbprint::{InvalidThumbprint, Thumbprint};
pub use time::{DEFAULT_LEEWAY, DEFAULT_MAX_LIFETIME, InvalidTimeLimits, MAX_LEEWAY, TimeLimits};
pub use token_type::TokenType;
pub use unverified::{MAX_TOKEN_BYTES, Unverified};
pub use verification_key::VerificationKey;
pub use verify::{Claims, TypedClaims, Verified, verify, verify_mac, verify_typed};
