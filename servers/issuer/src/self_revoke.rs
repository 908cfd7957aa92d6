//! `POST /api_key/self_revoke`: the holder of an API key ends it. In the manner
//! of RFC 7009 section 2.2: 200 also for a text that is nobody's key, so the
//! answer tells a finder nothing.

use std::sync::Arc;

use authority::Plan;
use authority::api_key::{HolderText, self_revoke};
use authority::audit::{Actor, Origin};
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::Timestamp;
use credential::DigestKeys;
use serde_json::json;
use snapshot::RequestId;
use store::CommitError;

use crate::{Issuer, answer};

/// How often it is decided: once, and once more if the key changed meanwhile.
const ATTEMPTS: usize = 2;

pub(crate) async fn revoke(
    State(issuer): State<Arc<Issuer>>,
    Extension(request_id): Extension<RequestId>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let now = issuer.clock.now();
    // A key in an address is kept in logs: it is not even read there.
    let Some(text) = presented(&headers).filter(|_| query.is_none()) else {
        return unreadable();
    };
    let Some(presented) = HolderText::parse(&text) else {
        return done();
    };
    let origin = Origin {
        request_id,
        actor: Actor::Unknown,
        environment: issuer.environment.name.clone(),
    };
    let known = Arc::clone(&issuer.known.borrow());
    let keys = issuer.keys_in_use(&known);
    for id in presented.ids(&keys) {
        if end(&issuer, (&presented, &keys), id.as_str(), (&origin, now))
            .await
            .is_err()
        {
            return answer::unavailable();
        }
    }
    done()
}

/// Nothing is known to be revoked, and something may have had to be.
struct NotDone;

/// Ends the key with that id, if the text is one of its secrets.
async fn end(
    issuer: &Issuer,
    (presented, keys): (&HolderText<'_>, &DigestKeys),
    id: &str,
    (origin, now): (&Origin, Timestamp),
) -> Result<(), NotDone> {
    for _ in 0..ATTEMPTS {
        let api_key = issuer.store.api_key(id).await.map_err(|_| NotDone)?;
        let plan = self_revoke(presented, api_key.as_ref(), keys, origin, now);
        let Plan { outcome, writes } = plan;
        if !outcome {
            return Ok(());
        }
        match issuer.store.commit(writes).await {
            Ok(_) => return Ok(()),
            Err(CommitError::Conflict(conflict)) => {
                tracing::debug!(%conflict, "a key changed while its holder revoked it");
            }
            Err(CommitError::Fault(fault)) => {
                tracing::error!(%fault, "a key could not be revoked by its holder");
                return Err(NotDone);
            }
        }
    }
    Err(NotDone)
}

/// The text in the one header that has it: `X-API-Key`, or `Authorization` with
/// the scheme `ApiKey`.
fn presented(headers: &HeaderMap) -> Option<String> {
    // What is there twice counts as there: two headers are never one.
    let line = |name: header::HeaderName| {
        let mut lines = headers.get_all(name).iter();
        let first = lines.next()?;
        Some(first.to_str().ok().filter(|_| lines.next().is_none()))
    };
    let own = line(header::HeaderName::from_static("x-api-key"));
    let authorization = line(header::AUTHORIZATION);
    let text = match (own, authorization) {
        (Some(text), None) => text?,
        (None, Some(line)) => {
            let (scheme, text) = line?.split_once(' ')?;
            // RFC 9110 section 11.1: the scheme is case-insensitive.
            Some(text).filter(|_| scheme.eq_ignore_ascii_case("apikey"))?
        }
        _ => return None,
    };
    Some(text.trim().to_owned())
}

fn done() -> Response {
    let body = json!({
        "revoked": true,
        "detail": "if this was an API key of ours, it is refused everywhere from now on",
    });
    (StatusCode::OK, answer::no_store(), axum::Json(body)).into_response()
}

fn unreadable() -> Response {
    let body = json!({
        "error": "invalid_request",
        "error_description": "send the key in X-API-Key, or in Authorization as ApiKey, and nothing in the query",
    });
    (
        StatusCode::BAD_REQUEST,
        answer::no_store(),
        axum::Json(body),
    )
        .into_response()
}
