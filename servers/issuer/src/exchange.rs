//! The listener at which API keys are exchanged for tokens: article 004, "keep
//! API keys off the public internet". It can be bound to a private address, and
//! offers the token endpoint and its health, nothing else.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::{Issuer, Place, answer, token};

/// The routes of the exchange listener; see [`router`](crate::router) for what
/// whoever serves them adds.
pub fn exchange_router(issuer: Arc<Issuer>) -> Router {
    let path = issuer.url.path().to_owned();
    Router::new()
        .route(
            &format!("{path}/oauth2/token"),
            post(token::token).fallback(answer::method_not_allowed),
        )
        .route("/livez", get(live))
        .route("/readyz", get(ready))
        .route("/healthz", get(ready))
        .fallback(answer::not_found)
        .layer(axum::Extension(Place::Exchange))
        .layer(axum::middleware::from_fn(answer::with_request_id))
        .with_state(issuer)
}

/// Liveness never touches the store.
async fn live() -> Response {
    told(StatusCode::OK, "live")
}

async fn ready(State(issuer): State<Arc<Issuer>>) -> Response {
    match issuer.store.installation().await {
        Ok(Some(_)) => told(StatusCode::OK, "ready"),
        Ok(None) | Err(_) => told(StatusCode::SERVICE_UNAVAILABLE, "the store does not answer"),
    }
}

fn told(status: StatusCode, text: &'static str) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], text).into_response()
}
