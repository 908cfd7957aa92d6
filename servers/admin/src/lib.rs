//! The admin REST API and the change feed of the gates.
//!
//! Every endpoint has one file: parse -> load -> decide -> commit -> render,
//! always in this order. The rules are in `authority`, and who may ask is
//! judged by `access`; nothing is decided here.
//!
//! | paths | scopes |
//! |---|---|
//! | `/admin/v1/api_key` | `read:api_key`, `write:api_key` |
//! | `/admin/v1/account` | `read:account`, `write:account` |
//! | `/admin/v1/owner` | `read:owner`, `write:owner` |
//! | `/admin/v1/client` | `read:client`, `write:client` |
//! | `/admin/v1/signing_key` | `read:signing_key`, `write:signing_key` |
//! | `/admin/v1/operator_token` | `read:operator_token`, `write:operator_token` |
//! | `/admin/v1/register` | `read:register` |
//! | `/admin/v1/inventory`, `/admin/v1/trusted_issuer` | `read:inventory`, `write:inventory` |
//! | `/admin/v1/audit`, `/admin/v1/trace` | `read:audit` |
//! | `/admin/v1/token/inspect` | `read:token` |
//! | `/admin/v1/leak` | `read:leak`, `write:leak` |
//! | `/leak/v1/github` | none: the partner's signature, if one is configured |
//! | `/feed/v1` | `read:feed`, `write:feed` |
//! | `/admin/openapi.json` | none |

mod account;
pub mod answer;
mod api_key;
mod arrival;
mod audit;
mod client;
mod credential_body;
mod digest_key;
mod drill;
mod feed;
mod in_force;
mod inventory;
pub mod leak;
mod malformed;
mod openapi;
mod operator;
mod operator_token;
mod own_secrets;
mod owner;
mod page;
pub mod problem;
mod reading;
mod register;
mod route;
pub mod row;
mod settle;
mod signing_key;
mod token;
mod trace;
mod trusted_issuer;

use std::sync::Arc;

use authority::signing_key::SealingKey;
use base::{Clock, Revision};
use credential::{DigestKeys, Environment};
use password::PasswordPool;
use secret_source::OpenSigner;
use store::Store;
use tokio::sync::watch;

pub use own_secrets::{OwnSecret, OwnSecrets};
pub use route::router;

/// What the admin API works on.
pub struct Admin {
    /// The environment that it administers.
    pub environment: Environment,
    /// Its store.
    pub store: Arc<dyn Store>,
    /// The keys of stored digests.
    pub digest_keys: DigestKeys,
    /// Where passwords are hashed: the pool that the issuer of this process has.
    pub passwords: Arc<PasswordPool>,
    /// Seals the signing keys that are made.
    pub sealing_key: Arc<SealingKey>,
    /// The places that hold signing keys themselves.
    pub places: Arc<dyn OpenSigner>,
    /// Where `now` comes from.
    pub clock: Arc<dyn Clock>,
    /// What is done about leaked credentials.
    pub leak: leak::LeakResponse,
    /// The revision that the gate of this process judges by, if it has one:
    /// a change is then answered once it is in force there.
    pub in_force: Option<watch::Receiver<Revision>>,
    /// What the configuration says of the installation's own secrets.
    pub own_secrets: OwnSecrets,
}

impl std::fmt::Debug for Admin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Admin")
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}
