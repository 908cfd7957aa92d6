//! The authorization server's metadata: RFC 8414 section 3.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::Issuer;

pub(crate) async fn metadata(State(issuer): State<Arc<Issuer>>) -> Response {
    let known = Arc::clone(&issuer.known.borrow());
    let document = authority::metadata::metadata(
        &issuer.url,
        &known.inventory().inventory,
        known.active_keys(),
    );
    (
        [(header::CACHE_CONTROL, "public, max-age=300")],
        axum::Json(document),
    )
        .into_response()
}
