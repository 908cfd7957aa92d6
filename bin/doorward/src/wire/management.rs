//! The management listener: whether the process lives, has started and is
//! ready. For orchestrators, on an address of its own; it tells nothing else.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use gate::feed::Knowledge;
use store::Store;

/// What readiness depends on.
pub(super) struct Readiness {
    /// The store that issuer and admin write to.
    pub(super) store: Arc<dyn Store>,
    /// What the gate judges by, if this process has one.
    pub(super) knowledge: Option<Arc<Knowledge>>,
}

/// The routes.
pub(super) fn router(readiness: Readiness) -> Router {
    Router::new()
        .route("/livez", get(live))
        .route("/healthz", get(ready))
        .route("/readyz", get(ready))
        .route("/startupz", get(ready))
        .with_state(Arc::new(readiness))
}

/// Liveness never touches the store: a store that is gone is no reason to be
/// restarted, and the gate judges on without it.
async fn live() -> Response {
    told(StatusCode::OK, "live")
}

async fn ready(State(readiness): State<Arc<Readiness>>) -> Response {
    if readiness
        .knowledge
        .as_ref()
        .is_some_and(|knowledge| !knowledge.is_ready())
    {
        return told(
            StatusCode::SERVICE_UNAVAILABLE,
            "the gate has no snapshot yet",
        );
    }
    match readiness.store.installation().await {
        Ok(Some(_)) => told(StatusCode::OK, "ready"),
        Ok(None) | Err(_) => told(StatusCode::SERVICE_UNAVAILABLE, "the store does not answer"),
    }
}

fn told(status: StatusCode, text: &'static str) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], text).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use base::FixedClock;
    use store::MemoryStore;
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn it_lives_before_it_is_ready() {
        let clock = Arc::new(FixedClock::new(base::Timestamp::EPOCH));
        let unfed = Readiness {
            store: Arc::new(MemoryStore::new()),
            knowledge: Some(Knowledge::unfed(clock)),
        };
        let empty = Readiness {
            store: Arc::new(MemoryStore::new()),
            knowledge: None,
        };
        for readiness in [unfed, empty] {
            let router = router(readiness);
            for (path, status) in [
                ("/livez", 200),
                ("/readyz", 503),
                ("/startupz", 503),
                ("/healthz", 503),
                ("/x", 404),
            ] {
                let request = Request::get(path).body(Body::empty()).unwrap();
                assert_eq!(
                    router
                        .clone()
                        .oneshot(request)
                        .await
                        .unwrap()
                        .status()
                        .as_u16(),
                    status,
                    "{path}"
                );
            }
        }
    }
}
