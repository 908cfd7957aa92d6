//! The key set: RFC 7517 section 5.

use std::sync::Arc;

use authority::signing_key::schedule::KEY_SET_MAX_AGE;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jose::encryption::EncryptionKey;
use serde_json::json;

use crate::Issuer;

/// Every key that is not retired and has not ended: a key is published before it signs.
pub(crate) async fn jwks(State(issuer): State<Arc<Issuer>>) -> Response {
    let now = issuer.clock.now();
    let known = Arc::clone(&issuer.known.borrow());
    let keys: Vec<_> = known
        .published_keys()
        .iter()
        .filter(|key| key.stage != snapshot::KeyStage::Retired && key.expires_at > now)
        .map(|key| &key.jwk)
        .collect();
    // A reader of the set drops two keys of one id as ambiguous; the keys that
    // verify our tokens must never be dropped, so the other one stays out.
    let taken = |encryption: &&EncryptionKey| {
        let id = Some(encryption.key_id());
        keys.iter().any(|key| key.key_id() == id)
    };
    let encryption = issuer.encryption_keys.iter().filter(|key| !taken(key));
    // RFC 7517 section 4.2: `use` says what each is for.
    let all = keys
        .iter()
        .map(|jwk| json!(jwk))
        .chain(encryption.map(|key| json!(key)));
    // A key is published for longer than this before it signs.
    let cached = format!("public, max-age={}", KEY_SET_MAX_AGE.as_secs());
    (
        [(header::CACHE_CONTROL, cached)],
        axum::Json(json!({ "keys": all.collect::<Vec<_>>() })),
    )
        .into_response()
}
