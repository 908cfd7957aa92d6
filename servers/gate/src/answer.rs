//! Answers that the gate makes itself: RFC 9457 problem documents.

use std::time::Duration;

use access::Denial;
use access::limit::Allowance;
use http::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER,
    WWW_AUTHENTICATE,
};
use http::{HeaderMap, Method, Response, StatusCode};
use serde::Serialize;

use crate::inspect::Malformed;
use crate::request_id::RequestId;
use crate::upstream::{ResponseBody, UpstreamFault};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// RFC 9457 section 4.2.1: no more than the status says; `reason` says more.
const TYPE: &str = "about:blank";

/// A problem document, RFC 9457 section 3. It never repeats what the client
/// sent, names no upstream and shows no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem<'a> {
    /// The status of the answer.
    pub status: StatusCode,
    /// The stable word for programs.
    pub reason: &'a str,
    /// The sentence for people.
    pub detail: &'a str,
    /// What to do about it.
    pub fix: Option<&'a str>,
}

#[derive(Serialize)]
struct Document<'a> {
    r#type: &'a str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    instance: &'a str,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'a str>,
}

impl<'a> Problem<'a> {
    /// A problem without a fix.
    pub const fn new(status: StatusCode, reason: &'a str, detail: &'a str) -> Self {
        Self {
            status,
            reason,
            detail,
            fix: None,
        }
    }

    /// The whole answer. A `HEAD` request gets the headers alone.
    pub fn answer(&self, id: RequestId, method: &Method) -> Response<ResponseBody> {
        let document = Document {
            r#type: TYPE,
            title: self.status.canonical_reason().unwrap_or("Refused"),
            status: self.status.as_u16(),
            detail: self.detail,
            instance: id.as_str(),
            reason: self.reason,
            fix: self.fix,
        };
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let length = HeaderValue::from(body.len());
        let body = match *method {
            Method::HEAD => ResponseBody::empty(),
            _ => ResponseBody::own(body),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(http::header::CONTENT_LENGTH, length);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(REQUEST_ID, id.header());
        response
    }
}

/// The reason of every request that was refused for its shape.
pub(crate) const MALFORMED: &str = "malformed_request";

/// The answer to a request that was refused for its shape.
pub fn malformed(malformed: Malformed, id: RequestId, method: &Method) -> Response<ResponseBody> {
    let problem = Problem::new(malformed.status(), MALFORMED, malformed.detail());
    let mut response = problem.answer(id, method);
    if malformed == Malformed::Method {
        // RFC 9110 section 15.5.6
        let allowed = HeaderValue::from_static(crate::inspect::ALLOWED);
        response.headers_mut().insert(ALLOW, allowed);
    }
    if malformed.closes() {
        // RFC 9112 section 9.6; HTTP/2 drops it and resets the stream alone.
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    response
}

/// The answer to a request that may not pass. The precise rule stays in the
/// audit: an answer says the same for all that a guesser must not tell apart.
pub fn denied(denial: &Denial, id: RequestId, method: &Method) -> Response<ResponseBody> {
    let status = StatusCode::from_u16(denial.status().as_u16());
    let problem = Problem {
        status: status.unwrap_or(StatusCode::FORBIDDEN),
        reason: denial.reason().as_str(),
        detail: denial.detail(),
        fix: Some(denial.fix()),
    };
    let mut response = problem.answer(id, method);
    let headers = response.headers_mut();
    for challenge in denial.challenges() {
        if let Ok(challenge) = HeaderValue::try_from(challenge) {
            headers.append(WWW_AUTHENTICATE, challenge);
        }
    }
    if let Some(allowance) = denial.allowance() {
        say_limit(headers, allowance);
    }
    if problem.status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// When to come back (RFC 9110 section 10.2.3), and what is left of which limit
/// (draft-ietf-httpapi-ratelimit-headers-10).
fn say_limit(headers: &mut HeaderMap, allowance: Allowance) {
    // Rounded up: who comes a little early is refused once more.
    let seconds = |wait: Duration| wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let retry_after = seconds(allowance.retry_after).max(1);
    headers.insert(RETRY_AFTER, HeaderValue::from(retry_after));
    let limit = allowance.limit;
    let policy = format!("\"key\";q={};w={}", limit.requests, limit.per_seconds);
    let left = format!("\"key\";r={};t={retry_after}", allowance.remaining);
    for (name, value) in [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, left)] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
}

/// The answer before the first snapshot: what is not known is denied.
pub fn not_ready(id: RequestId, method: &Method) -> Response<ResponseBody> {
    let problem = Problem {
        fix: Some("Try again shortly."),
        ..Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not_ready",
            "The gate does not know yet what may pass.",
        )
    };
    let mut response = problem.answer(id, method);
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

/// The answer when the upstream gave none. Its words stay in the log.
pub fn upstream_fault(
    fault: &UpstreamFault,
    id: RequestId,
    method: &Method,
) -> Response<ResponseBody> {
    let status = fault.status();
    let (reason, detail) = match status {
        StatusCode::GATEWAY_TIMEOUT => ("upstream_timeout", "The API did not answer in time."),
        StatusCode::REQUEST_TIMEOUT => (
            "body_stalled",
            "The body of the request did not arrive in time.",
        ),
        StatusCode::BAD_REQUEST => (
            "malformed_body",
            "The body of the request is malformed or broke off.",
        ),
        _ => ("upstream_unavailable", "The API could not be reached."),
    };
    let mut response = Problem::new(status, reason, detail).answer(id, method);
    if status.is_client_error() {
        // What is left of the body would be read as the next request.
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body::Body;

    #[test]
    fn rfc9457_3_a_problem_has_its_members_and_is_never_stored() {
        let problem = Problem {
            fix: Some("ask for it"),
            ..Problem::new(StatusCode::FORBIDDEN, "insufficient_scope", "no")
        };
        let id = RequestId::from_bits(5);
        let response = problem.answer(id, &Method::GET);
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["x-request-id"], id.as_str());
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json"
        );
        let mut body = response.into_body();
        let polled = std::pin::Pin::new(&mut body)
            .poll_frame(&mut std::task::Context::from_waker(std::task::Waker::noop()));
        let std::task::Poll::Ready(Some(Ok(bytes))) = polled else {
            panic!("a body of our own is ready")
        };
        let document: serde_json::Value =
            serde_json::from_slice(&bytes.into_data().unwrap()).unwrap();
        assert_eq!(
            document,
            serde_json::json!({
                "type": "about:blank",
                "title": "Forbidden", "status": 403, "detail": "no", "instance": id.as_str(),
                "reason": "insufficient_scope", "fix": "ask for it",
            })
        );
    }

    #[test]
    fn rfc9110_9_3_2_head_gets_the_headers_alone() {
        let problem = Problem::new(StatusCode::NOT_FOUND, "x", "y");
        let id = RequestId::from_bits(0);
        let full = problem.answer(id, &Method::GET);
        let head = problem.answer(id, &Method::HEAD);
        assert!(head.body().is_end_stream());
        assert_eq!(head.headers(), full.headers());
    }
}
