//! The management listener: whether the process lives, has started and is
//! ready, and what its gate knows of the keys of trusted issuers, all of it
//! public. For orchestrators, on an address of its own; it tells nothing else.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use gate::feed::Knowledge;
use gate::issuer_keys::{KeyKeeper, KeyReport};
use serde_json::{Value, json};
use store::Store;

/// What readiness depends on.
pub(super) struct Readiness {
    /// The store that issuer and admin write to.
    pub(super) store: Arc<dyn Store>,
    /// What the gate judges by, if this process has one.
    pub(super) knowledge: Option<Arc<Knowledge>>,
    /// Who keeps the keys of trusted issuers for that gate.
    pub(super) key_keeper: Option<Arc<KeyKeeper>>,
}

/// The routes.
pub(super) fn router(readiness: Readiness) -> Router {
    Router::new()
        .route("/livez", get(live))
        .route("/healthz", get(ready))
        .route("/readyz", get(ready))
        .route("/startupz", get(ready))
        .route("/trusted-issuers", get(trusted_issuers))
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

/// The keys of each trusted issuer, and the bad ones by their place in the set.
async fn trusted_issuers(State(readiness): State<Arc<Readiness>>) -> Response {
    let reports = readiness.key_keeper.as_ref().map(|keeper| keeper.reports());
    let reports: Vec<Value> = reports.unwrap_or_default().iter().map(issuer).collect();
    let body = Json(json!({ "trusted_issuers": reports }));
    ([(header::CACHE_CONTROL, "no-store")], body).into_response()
}

fn issuer(report: &KeyReport) -> Value {
    let skipped = report.skipped.iter().map(|skipped| {
        let why = skipped.reason.map_or_else(
            || "its id stands twice, or the set is full".to_owned(),
            |reason| reason.to_string(),
        );
        let key_id = skipped.key_id.as_ref().map(ToString::to_string);
        json!({ "position": skipped.position, "key_id": key_id, "why": why })
    });
    json!({
        "issuer": report.origin.issuer.as_str(),
        "fetched_at": report.fetched_at.map(|at| at.to_string()),
        "keys": report.keys,
        "skipped": skipped.collect::<Vec<_>>(),
        "fault": report.fault.as_ref().map(ToString::to_string),
    })
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
            key_keeper: None,
        };
        let empty = Readiness {
            store: Arc::new(MemoryStore::new()),
            knowledge: None,
            key_keeper: None,
        };
        for readiness in [unfed, empty] {
            let router = router(readiness);
            for (path, status) in [
                ("/livez", 200),
                ("/readyz", 503),
                ("/startupz", 503),
                ("/healthz", 503),
                ("/trusted-issuers", 200),
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
