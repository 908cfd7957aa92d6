//! Where the demo's public client gets its answers: a page that shows the code
//! and how to go on.

use std::sync::{Arc, OnceLock};

use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::delegation::Delegation;

/// The path of the redirect URI.
pub(super) const PATH: &str = "/callback";

/// The request that answers are for, once the demo is ready.
pub(super) type Expected = Arc<OnceLock<Arc<Delegation>>>;

/// The page. It is plain text: nothing of the answer is ever markup.
pub(super) async fn page(State(expected): State<Expected>, RawQuery(query): RawQuery) -> Response {
    let Some(delegation) = expected.get() else {
        return told(
            StatusCode::SERVICE_UNAVAILABLE,
            "The demo is not ready yet.".to_owned(),
        );
    };
    let query = query.unwrap_or_default();
    let answer: Vec<_> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    match delegation.told(&answer) {
        Ok(lines) => told(StatusCode::OK, lines),
        Err(refusal) => told(StatusCode::BAD_REQUEST, format!("{refusal}\n")),
    }
}

fn told(status: StatusCode, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
        // RFC 9700 section 4.2.4: the address has a code.
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, text).into_response()
}
