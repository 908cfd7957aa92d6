//! What every page has.

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::answer;

/// The style, the same for every page.
const STYLE: &str = include_str!("../../assets/doorward.css");

/// The one script: it sends the form of a page that hands an answer on.
const FORM_POST: &str = include_str!("../../assets/form_post.js");

/// A page. `target` is where its form may lead, beside the issuer itself: a
/// browser judges the whole chain of redirects by it.
pub(crate) fn respond(status: StatusCode, page: &impl Template, target: Option<&str>) -> Response {
    let Ok(html) = page.render() else {
        tracing::error!("a page could not be written");
        return answer::unavailable();
    };
    let mut response = (status, headers(target), html).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    response
}

/// Sends the browser on with a GET, also after a form (RFC 9700 section 4.12:
/// never 307, which would carry a password along).
pub(crate) fn see_other(location: &str) -> Response {
    let Ok(value) = HeaderValue::from_str(location) else {
        return answer::unavailable();
    };
    let mut response = (StatusCode::SEE_OTHER, headers(None)).into_response();
    response.headers_mut().insert(header::LOCATION, value);
    response
}

/// RFC 9700 section 4.2.4, RFC 9700 section 4.16: no referrer, no frame, no cache; and
/// nothing but our own style and script.
fn headers(target: Option<&str>) -> HeaderMap {
    let mut headers = answer::no_store();
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'{}{}; \
         base-uri 'none'; frame-ancestors 'none'",
        if target.is_some() { " " } else { "" },
        target.unwrap_or(""),
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}

/// The style and the script.
pub(crate) async fn asset(Path(name): Path<String>) -> Response {
    let (media_type, text) = match name.as_str() {
        "doorward.css" => ("text/css; charset=utf-8", STYLE),
        "form_post.js" => ("text/javascript; charset=utf-8", FORM_POST),
        _ => return answer::not_found().await,
    };
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "public, max-age=300"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}
