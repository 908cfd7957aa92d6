//! The authorization server's HTTP shell: token endpoint, metadata, key set.
//!
//! It holds no rule: what may be issued is `authority`'s to say. Every
//! endpoint is five words in this order: parse, load, decide, commit, render.
//!
//! | path | file | source |
//! |---|---|---|
//! | `POST {issuer}/oauth2/token` | `token.rs` | RFC 6749 section 3.2 |
//! | `POST {issuer}/api_key/self_revoke` | `self_revoke.rs` | RFC 7009 section 2.2, in its manner |
//! | `POST {issuer}/oauth2/revoke` | `revoke.rs` | RFC 7009 |
//! | `GET`, `POST {issuer}/oauth2/userinfo` | `userinfo.rs` | OpenID Connect Core section 5.3 |
//! | `GET`, `POST {issuer}/oauth2/authorize` | `authorize.rs` | RFC 6749 section 3.1 |
//! | `POST {issuer}/login` | `login.rs` | the login page's form |
//! | `POST {issuer}/consent` | `consent.rs` | the consent page's form |
//! | `GET {issuer}/assets/{name}` | `page/respond.rs` | the style of the pages |
//! | `GET {issuer}/.well-known/jwks.json` | `jwks.rs` | RFC 7517 section 5 |
//! | `GET /.well-known/oauth-authorization-server{path}` | `metadata.rs` | RFC 8414 section 3 |
//!
//! Where API keys are exchanged for tokens at a listener of their own, that one
//! has the token endpoint and nothing else but its health: `exchange.rs`.

mod answer;
mod authorize;
mod consent;
mod cookie;
mod cors;
mod delegation;
mod exchange;
mod form_token;
mod jwks;
mod known_client;
mod login;
mod metadata;
mod page;
mod posted;
mod revoke;
mod scope_words;
mod self_revoke;
mod signer;
mod throttle;
mod token;
mod userinfo;
mod visitor;

use std::borrow::Cow;
use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use base::Clock;
use credential::{DigestKeys, Environment};
use ephemeral::counters::Counters;
use jose::encryption::EncryptionKey;
use password::PasswordPool;
use snapshot::{IssuerUrl, Snapshot};
use store::Store;
use tokio::sync::watch;

pub use exchange::exchange_router;
pub use signer::{SignerFault, Signers};

/// What the endpoints work with.
pub struct Issuer {
    /// The environment.
    pub environment: Environment,
    /// Its issuer identifier.
    pub url: IssuerUrl,
    /// Where clients are and where the audit goes.
    pub store: Arc<dyn Store>,
    /// The keys of stored digests, also those that were retired: what is
    /// presented is judged by those in use.
    pub digest_keys: DigestKeys,
    /// How often logins were tried.
    pub counters: Arc<dyn Counters>,
    /// Where passwords are hashed.
    pub passwords: Arc<PasswordPool>,
    /// Who signs.
    pub signers: Arc<Signers>,
    /// What tokens may be encrypted for at the gate of this process.
    pub encryption_keys: Vec<EncryptionKey>,
    /// The inventory and the published keys in force, kept up by the process.
    pub known: watch::Receiver<Arc<Snapshot>>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Whether API keys are exchanged at a listener of their own, and so at no
    /// other one.
    pub has_exchange: bool,
}

impl Issuer {
    /// The keys of stored digests, as this snapshot has them: what stands under
    /// a retired one is no secret of anybody (decision 0021).
    pub(crate) fn keys_in_use(&self, known: &Snapshot) -> Cow<'_, DigestKeys> {
        self.digest_keys.refusing(known.retired_digest_keys())
    }
}

/// Which listener a request came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The issuer's.
    Issuer,
    /// The one for the exchange of API keys.
    Exchange,
}

/// The routes of an issuer. Whoever serves them adds the real peer of each
/// request as `ConnectInfo<SocketAddr>`; without it a key that is bound to
/// networks is refused. The issuer's path comes before every one of them,
/// save the well-known one, which RFC 8414 section 3.1 puts before the path.
pub fn router(issuer: Arc<Issuer>) -> Router {
    let path = issuer.url.path().to_owned();
    let mut open = Router::new();
    // RFC 8414 section 5: some clients look for it before the path, too.
    if !path.is_empty() {
        open = open.route(
            &format!("/.well-known/openid-configuration{path}"),
            get(metadata::metadata).fallback(answer::method_not_allowed),
        );
    }
    let open = open
        .route(
            &format!("{path}/oauth2/token"),
            post(token::token).fallback(answer::method_not_allowed),
        )
        .route(
            &format!("{path}/oauth2/revoke"),
            post(revoke::revoke).fallback(answer::method_not_allowed),
        )
        .route(
            &format!("{path}/oauth2/userinfo"),
            get(userinfo::userinfo)
                .post(userinfo::userinfo)
                .fallback(answer::method_not_allowed),
        )
        .route(
            &format!("{path}/.well-known/openid-configuration"),
            get(metadata::metadata).fallback(answer::method_not_allowed),
        )
        .route(
            &format!("{path}/.well-known/jwks.json"),
            get(jwks::jwks).fallback(answer::method_not_allowed),
        )
        .route(
            &format!("/.well-known/oauth-authorization-server{path}"),
            get(metadata::metadata).fallback(answer::method_not_allowed),
        )
        .route_layer(axum::middleware::from_fn(cors::any_origin));
    Router::new()
        .route(
            &format!("{path}/oauth2/authorize"),
            get(authorize::authorize)
                .post(authorize::authorize)
                .fallback(answer::method_not_allowed),
        )
        .route(
            &format!("{path}/login"),
            post(login::login).fallback(answer::method_not_allowed),
        )
        .route(
            &format!("{path}/consent"),
            post(consent::consent).fallback(answer::method_not_allowed),
        )
        .route(&format!("{path}/assets/{{name}}"), get(page::asset))
        .route(
            &format!("{path}/api_key/self_revoke"),
            post(self_revoke::revoke).fallback(answer::method_not_allowed),
        )
        .merge(open)
        .fallback(answer::not_found)
        .layer(axum::Extension(Place::Issuer))
        .layer(axum::middleware::from_fn(answer::with_request_id))
        .with_state(issuer)
}
