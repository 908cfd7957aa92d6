//! What callers present: each kind's format, how it is minted, parsed and
//! digested. Nothing here knows what a credential may do.
//!
//! | kind | looks like | stored as |
//! |---|---|---|
//! | API key | `dw_live_<id>_<secret><checksum>` | keyed digest |
//! | imported API key | whatever its system made | keyed digest over its SHA-256 |
//! | operator token | `dwa_live_<id>_<secret><checksum>` | keyed digest |
//! | client secret | `dws_live_<secret><checksum>` | keyed digest |
//! | authorization code | `dwc_live_<id>_<secret><checksum>` | keyed digest |
//! | refresh token | `dwr_live_<family id><generation>_<secret><checksum>` | nothing: it is derived |
//! | session | `dwn_live_<id>_<secret><checksum>` | keyed digest |
//!
//! `live` is a production environment, `test` a sandbox. Every secret has 256
//! random bits; the checksum lets a scanner recognise one offline and lets us
//! refuse a typo before any look-up.

pub mod api_key;
mod audience;
pub mod authorization_code;
mod browser;
mod checksum;
pub mod client_secret;
mod digest_key;
mod environment;
mod foreign_key;
mod identified_secret;
mod kind;
pub mod operator_token;
pub mod refresh_token;
mod retired_digest_keys;
pub mod scan;
mod scope;
mod secret_text;
pub mod session;
mod token_algorithm;

pub use api_key::{ApiKeyId, MintedApiKey, PresentedApiKey};
pub use audience::{Audience, InvalidAudience};
pub use authorization_code::{
    AuthorizationCodeId, MintedAuthorizationCode, PresentedAuthorizationCode,
};
pub use browser::is_from_browser;
pub use client_secret::{ClientId, MintedClientSecret, PresentedClientSecret};
pub use digest_key::{DigestKey, DigestKeyId, DigestKeys, InvalidDigestKeyId};
pub use environment::{Environment, EnvironmentClass};
pub use foreign_key::{ForeignKeyHash, PresentedForeignKey};
pub use kind::CredentialKind;
pub use operator_token::{MintedOperatorToken, OperatorTokenId, PresentedOperatorToken};
pub use refresh_token::{FamilySeed, PresentedRefreshToken, TokenFamilyId};
pub use retired_digest_keys::RetiredDigestKeys;
pub use scope::{InvalidScope, Scope, ScopeSet};
pub use secret_text::MalformedCredential;
pub use session::{MintedSession, PresentedSession, SessionId};
pub use token_algorithm::TokenAlgorithm;
