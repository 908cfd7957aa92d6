//! The key set: RFC 7517 section 5.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
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
    (
        [(header::CACHE_CONTROL, "public, max-age=300")],
        axum::Json(json!({ "keys": keys })),
    )
        .into_response()
}
