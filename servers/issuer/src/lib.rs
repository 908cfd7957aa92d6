//! The authorization server's HTTP shell: token endpoint, metadata, key set.
//!
//! It holds no rule: what may be issued is `authority`'s to say. Every
//! endpoint is five words in this order: parse, load, decide, commit, render.
//!
//! | path | file | source |
//! |---|---|---|
//! | `POST {issuer}/oauth2/token` | `token.rs` | RFC 6749 section 3.2 |
//! | `GET {issuer}/.well-known/jwks.json` | `jwks.rs` | RFC 7517 section 5 |
//! | `GET /.well-known/oauth-authorization-server{path}` | `metadata.rs` | RFC 8414 section 3 |

mod answer;
mod jwks;
mod metadata;
mod token;

use std::sync::Arc;

use authority::signing_key::{SealingKey, UnsealFault};
use axum::Router;
use axum::routing::{get, post};
use base::{Clock, Timestamp};
use credential::{DigestKey, Environment};
use jose::SigningKey;
use snapshot::{IssuerUrl, KeyStage, Snapshot};
use store::Store;
use tokio::sync::watch;

/// What the endpoints work with.
pub struct Issuer {
    /// The environment.
    pub environment: Environment,
    /// Its issuer identifier.
    pub url: IssuerUrl,
    /// Where clients are and where the audit goes.
    pub store: Arc<dyn Store>,
    /// The key of stored digests.
    pub digest_key: DigestKey,
    /// The active signing key.
    pub signing_key: ActiveKey,
    /// The inventory and the published keys in force, kept up by the process.
    pub known: watch::Receiver<Arc<Snapshot>>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

/// The routes of an issuer. The issuer's path comes before every one of them,
/// save the well-known one, which RFC 8414 section 3.1 puts before the path.
pub fn router(issuer: Arc<Issuer>) -> Router {
    let path = issuer.url.path().to_owned();
    Router::new()
        .route(
            &format!("{path}/oauth2/token"),
            post(token::token).fallback(answer::method_not_allowed),
        )
        .route(
            &format!("{path}/.well-known/jwks.json"),
            get(jwks::jwks).fallback(answer::method_not_allowed),
        )
        .route(
            &format!("/.well-known/oauth-authorization-server{path}"),
            get(metadata::metadata).fallback(answer::method_not_allowed),
        )
        .fallback(answer::not_found)
        .layer(axum::middleware::from_fn(answer::with_request_id))
        .with_state(issuer)
}

/// The signing key in use, opened.
pub struct ActiveKey {
    /// The key.
    pub key: SigningKey,
    /// When it ends: nothing is issued from then on.
    pub ends_at: Timestamp,
}

/// Why no signing key could be had at start.
#[derive(Debug)]
pub enum SigningKeyFault {
    /// The store has no active one.
    Missing,
    /// The active one has ended.
    Ended(Timestamp),
    /// It does not open.
    Sealed(UnsealFault),
    /// It opens, and is no key of its algorithm.
    Invalid,
    /// The store cannot be read.
    Store(store::StoreFault),
}

impl std::fmt::Display for SigningKeyFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("the store has no active signing key"),
            Self::Ended(at) => write!(f, "the active signing key ended at {at}"),
            Self::Sealed(fault) => fault.fmt(f),
            Self::Invalid => {
                f.write_str("the active signing key opens but is not a key of its algorithm")
            }
            Self::Store(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for SigningKeyFault {}

/// Loads and opens the active signing key. One that has ended at `now` signs
/// nothing more: no gate would accept it.
pub async fn load_signing_key(
    store: &dyn Store,
    sealing_key: &SealingKey,
    now: Timestamp,
) -> Result<ActiveKey, SigningKeyFault> {
    let records = store.signing_keys().await.map_err(SigningKeyFault::Store)?;
    let mut active = records
        .into_iter()
        .filter(|record| record.stage == KeyStage::Active);
    let record = active.next().ok_or(SigningKeyFault::Missing)?;
    if record.expires_at <= now {
        return Err(SigningKeyFault::Ended(record.expires_at));
    }
    let private = sealing_key
        .open(&record.sealed, &record.key_id, &record.environment)
        .map_err(SigningKeyFault::Sealed)?;
    let key = SigningKey::from_pkcs8(record.algorithm, record.key_id, &private)
        .map_err(|_| SigningKeyFault::Invalid)?;
    Ok(ActiveKey {
        key,
        ends_at: record.expires_at,
    })
}
