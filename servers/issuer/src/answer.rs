//! What every answer has, and the answers that no endpoint gives.

use authority::token::{ErrorCode, TokenRefusal};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ephemeral::SystemEntropy;
use serde_json::json;
use snapshot::RequestId;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request an id of ours and puts it on the answer.
pub(crate) async fn with_request_id(mut request: Request, next: Next) -> Response {
    let text = base::generate_id_text('r', &mut SystemEntropy);
    if let Ok(id) = text.parse::<RequestId>() {
        request.extensions_mut().insert(id);
    }
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    response
}

/// A refusal as RFC 6749 section 5.2 writes it.
pub(crate) fn refusal(refusal: &TokenRefusal, with_challenge: bool) -> Response {
    let body = json!({ "error": refusal.code.as_str(), "error_description": refusal.description });
    let status = StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = (status, no_store(), axum::Json(body)).into_response();
    // RFC 6749 section 5.2: a client that used the Authorization header gets a matching challenge.
    // RFC 9110 section 15.5.2: and a 401 has one in any case.
    if refusal.code == ErrorCode::InvalidClient || with_challenge {
        let challenge =
            HeaderValue::from_static("Basic realm=\"token endpoint\", charset=\"UTF-8\"");
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// Our own failure: nothing was issued, and trying again may help.
pub(crate) fn unavailable() -> Response {
    let body = json!({
        "error": "temporarily_unavailable",
        "error_description": "nothing was issued: the token could not be signed, or not recorded; try again",
    });
    let mut response = (
        StatusCode::SERVICE_UNAVAILABLE,
        no_store(),
        axum::Json(body),
    )
        .into_response();
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

/// RFC 6749 section 5.1: nothing that carries a token is kept by a cache, and
/// no browser takes it for something else (negative test TOK-039).
pub(crate) fn no_store() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers
}

pub(crate) async fn not_found() -> Response {
    problem(
        StatusCode::NOT_FOUND,
        "not_found",
        "there is nothing at this address",
    )
}

pub(crate) async fn method_not_allowed(method: Method) -> Response {
    let allow = if method == Method::POST {
        "GET, HEAD"
    } else {
        "POST"
    };
    let mut response = problem(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "this address takes another method",
    );
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static(allow));
    response
}

/// RFC 9457.
fn problem(status: StatusCode, reason: &str, detail: &str) -> Response {
    let body = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "reason": reason,
        "detail": detail,
    });
    let mut response = (status, no_store(), axum::Json(body)).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    response
}
