//! What every request meets first and every answer last: an id of our own,
//! one reading of the clock, and headers that keep answers out of caches.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base::Timestamp;
use ephemeral::SystemEntropy;
use http::{HeaderName, HeaderValue, header};
use snapshot::RequestId;

use crate::Admin;
use crate::malformed::Malformed;
use crate::problem::{self, Failure};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The letter that request ids start with.
const REQUEST_ID_PREFIX: char = 'r';

/// A request's id and its one reading of the clock.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub(crate) request_id: RequestId,
    pub(crate) now: Timestamp,
}

/// The outermost layer.
pub(crate) async fn meet(
    State(admin): State<Arc<Admin>>,
    mut request: Request,
    next: Next,
) -> Response {
    // A caller's own id is never taken over: two requests could claim one.
    let text = base::generate_id_text(REQUEST_ID_PREFIX, &mut SystemEntropy);
    let Ok(request_id) = text.parse::<RequestId>() else {
        return Failure::Fault.into_response();
    };
    let arrival = Arrival {
        request_id: request_id.clone(),
        now: admin.clock.now(),
    };
    request.extensions_mut().insert(arrival);
    let response = if request.headers().contains_key(header::ORIGIN) {
        Failure::from(Malformed::Browser).into_response()
    } else {
        next.run(request).await
    };
    let mut response = problem::write(response, &request_id);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    if let Ok(value) = HeaderValue::from_str(request_id.as_str()) {
        headers.insert(X_REQUEST_ID, value);
    }
    response
}
