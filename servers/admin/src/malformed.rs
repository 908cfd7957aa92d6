//! Reading a request strictly: what is not understood whole is refused, with
//! the name of what was wrong and never with its value.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

use crate::problem::Failure;

/// The largest JSON body.
pub(crate) const JSON_LIMIT: usize = 64 * 1024;
/// The largest inventory.
pub(crate) const DOCUMENT_LIMIT: usize = 1024 * 1024;
/// The largest message of a partner.
pub(crate) const PARTNER_LIMIT: usize = 1024 * 1024;
/// The largest report of a gate: a full batch of its longest records fits, so
/// that no report is refused over and over for its size.
pub(crate) const REPORT_LIMIT: usize = 4 * 1024 * 1024;

/// A request that cannot be read.
#[derive(Debug)]
pub(crate) enum Malformed {
    /// The body is of another media type.
    MediaType(&'static str),
    /// The body is encoded, such as compressed.
    Encoded,
    /// The body has more bytes than that.
    TooLarge(usize),
    /// The body broke off.
    BrokenOff,
    /// The body is not UTF-8.
    NotText,
    /// The body is not the JSON that is asked for.
    Json(String),
    /// The query is not one that the path takes.
    Query,
    /// A page token that this server did not give.
    PageToken,
    /// The number of items is outside what is allowed.
    Count(u32),
    /// A record names another environment.
    OtherEnvironment,
    /// A browser sent it.
    Browser,
}

impl Malformed {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::MediaType(_) | Self::Encoded => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BrokenOff
            | Self::NotText
            | Self::Json(_)
            | Self::Query
            | Self::PageToken
            | Self::Count(_) => StatusCode::BAD_REQUEST,
            Self::OtherEnvironment => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Browser => StatusCode::FORBIDDEN,
        }
    }

    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::MediaType(_) => "media_type",
            Self::Encoded => "content_encoding",
            Self::TooLarge(_) => "too_large",
            Self::BrokenOff => "broken_off",
            Self::NotText => "not_text",
            Self::Json(_) => "invalid_json",
            Self::Query => "invalid_query",
            Self::PageToken => "invalid_page_token",
            Self::Count(_) => "invalid_count",
            Self::OtherEnvironment => "wrong_environment",
            Self::Browser => "browser_request",
        }
    }

    /// What is wrong, and what to do.
    pub(crate) fn words(&self) -> (String, String) {
        let fixed = |detail: &str, fix: &str| (detail.to_owned(), fix.to_owned());
        match self {
            Self::MediaType(expected) => (
                "the body is of another media type than this path takes".to_owned(),
                format!("send it with content-type: {expected}"),
            ),
            Self::Encoded => fixed(
                "the body has a content-encoding",
                "send it as it is, not compressed",
            ),
            Self::TooLarge(limit) => (
                format!("the body has more than {limit} bytes"),
                "send less".to_owned(),
            ),
            Self::BrokenOff => fixed("the body broke off", "send the whole of it"),
            Self::NotText => fixed(
                "the body is not UTF-8",
                "save it as UTF-8 and send it again",
            ),
            Self::Json(detail) => (
                detail.clone(),
                "see the request body of this path in GET /admin/openapi.json".to_owned(),
            ),
            Self::Query => fixed(
                "the query has a parameter that this path does not take, one twice, or one that is no number",
                "see the parameters of this path in GET /admin/openapi.json",
            ),
            Self::PageToken => fixed(
                "this page token was not given by this path",
                "take next_page_token from the page before, or leave it out for the first page",
            ),
            Self::Count(most) => (
                "that many items cannot be asked for at once".to_owned(),
                format!("ask for 1 to {most}"),
            ),
            Self::OtherEnvironment => fixed(
                "a record names another environment than the one that is administered here",
                "report to the admin API of the gate's own environment; nothing was kept",
            ),
            Self::Browser => fixed(
                "the request has an Origin header: it comes from a browser, and there is no console yet",
                "use the doorward command, or a client that is no browser",
            ),
        }
    }
}

/// A JSON object of at most [`JSON_LIMIT`] bytes; an unknown field is refused by `T`.
pub(crate) struct StrictJson<T>(pub(crate) T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for StrictJson<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let body = read(request, &["application/json"], JSON_LIMIT).await?;
        // The reader would take a list for an object, field by field.
        if body.trim_ascii_start().first() == Some(&b'[') {
            return Err(Malformed::Json("a list stands where an object has to".to_owned()).into());
        }
        Ok(Self(parse_json(&body)?))
    }
}

/// A JSON list of at most [`REPORT_LIMIT`] bytes.
pub(crate) struct LargeJson<T>(pub(crate) T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for LargeJson<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let body = read(request, &["application/json"], REPORT_LIMIT).await?;
        Ok(Self(parse_json(&body)?))
    }
}

/// An inventory document, as it was written.
pub(crate) struct Document(pub(crate) String);

impl<S: Sync> FromRequest<S> for Document {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let body = read(request, &["application/toml", "text/plain"], DOCUMENT_LIMIT).await?;
        let text = String::from_utf8(body.into()).map_err(|_| Malformed::NotText)?;
        Ok(Self(text))
    }
}

/// The raw body of a partner's message: what its signature covers.
pub(crate) struct PartnerBody(pub(crate) Bytes);

impl<S: Sync> FromRequest<S> for PartnerBody {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        Ok(Self(
            read(request, &["application/json"], PARTNER_LIMIT).await?,
        ))
    }
}

/// The query; an unknown or repeated parameter is refused by `T`.
pub(crate) struct StrictQuery<T>(pub(crate) T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for StrictQuery<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let Query(query) = Query::try_from_uri(&parts.uri).map_err(|_| Malformed::Query)?;
        Ok(Self(query))
    }
}

async fn read(
    request: Request,
    media_types: &[&'static str],
    limit: usize,
) -> Result<Bytes, Malformed> {
    let headers = request.headers();
    if !is_media_type(headers, media_types) {
        let expected = media_types.first().copied().unwrap_or_default();
        return Err(Malformed::MediaType(expected));
    }
    // RFC 9110 section 8.4: an encoding that is not understood is 415.
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Malformed::Encoded);
    }
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(Malformed::TooLarge(limit));
    }
    let arrived = tokio::time::timeout(PATIENCE, axum::body::to_bytes(request.into_body(), limit));
    arrived
        .await
        .map_err(|_| Malformed::BrokenOff)?
        .map_err(|error| match is_length_limit(&error) {
            true => Malformed::TooLarge(limit),
            false => Malformed::BrokenOff,
        })
}

/// How long a body may take to arrive: whoever sends it slower holds a
/// connection that others need.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

fn is_length_limit(error: &axum::Error) -> bool {
    std::error::Error::source(error)
        .is_some_and(|source| source.is::<http_body_util::LengthLimitError>())
}

/// Whether the one `Content-Type` is one of these, alone or with `charset=utf-8`.
fn is_media_type(headers: &HeaderMap, expected: &[&str]) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    let Ok(text) = value.to_str() else {
        return false;
    };
    // RFC 9110 section 8.3.1: type, subtype and parameter names have no case.
    let mut parts = text.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    expected
        .iter()
        .any(|known| essence.eq_ignore_ascii_case(known))
        && parts.all(|parameter| {
            parameter.eq_ignore_ascii_case("charset=utf-8")
                || parameter.eq_ignore_ascii_case("charset=\"utf-8\"")
        })
}

/// A value that was read as JSON before, as strictly as a body.
pub(crate) fn read_value<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, Malformed> {
    serde_json::from_value(value)
        .map_err(|error| Malformed::Json(without_values(&error.to_string())))
}

pub(crate) fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Malformed> {
    serde_json::from_slice(body).map_err(|error| {
        let place = format!("at line {} column {}", error.line(), error.column());
        Malformed::Json(match error.classify() {
            serde_json::error::Category::Data => {
                format!("{} {place}", without_values(&error.to_string()))
            }
            serde_json::error::Category::Eof => format!("the JSON ends too early {place}"),
            serde_json::error::Category::Syntax | serde_json::error::Category::Io => {
                format!("this is not JSON {place}")
            }
        })
    })
}

/// What the reader said, less any value of the body: one may be a secret that
/// was put in the wrong place. Names of fields stay, in part.
fn without_values(message: &str) -> String {
    let name = || {
        let name = message.split('`').nth(1).unwrap_or_default();
        name.chars()
            .filter(|c| !c.is_control())
            .take(40)
            .collect::<String>()
    };
    let expected = || match message.rsplit_once(", expected ") {
        Some((_, rest)) => rest
            .split(" at line ")
            .next()
            .unwrap_or_default()
            .to_owned(),
        None => "something else".to_owned(),
    };
    if message.starts_with("unknown field") {
        format!(
            "there is no field {:?}: the fields are {}",
            name(),
            expected()
        )
    } else if message.starts_with("missing field") {
        format!("the field {:?} is missing", name())
    } else if message.starts_with("duplicate field") {
        format!("the field {:?} is there twice", name())
    } else {
        format!("a value cannot stand there: expected {}", expected())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media_type(value: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, value.parse().unwrap());
        is_media_type(&headers, &["application/json"])
    }

    #[test]
    fn rfc9110_8_3_1_a_media_type_is_compared_without_case() {
        for good in [
            "application/json",
            "Application/JSON",
            "application/json; charset=UTF-8",
            "application/json;charset=\"utf-8\"",
        ] {
            assert!(media_type(good), "{good}");
        }
        for wrong in [
            "text/plain",
            "application/json5",
            "application/json; charset=latin1",
            "application/x-www-form-urlencoded",
            "multipart/form-data; application/json",
        ] {
            assert!(!media_type(wrong), "{wrong}");
        }
        assert!(!is_media_type(&HeaderMap::new(), &["application/json"]));
    }

    #[test]
    fn what_is_wrong_is_named_and_no_value_is() {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Sample {
            #[expect(dead_code, reason = "read by serde alone")]
            owner: Option<String>,
            #[expect(dead_code, reason = "read by serde alone")]
            scopes: Vec<String>,
        }
        let told = |body: &str| match parse_json::<Sample>(body.as_bytes()) {
            Err(Malformed::Json(detail)) => detail,
            Err(_) | Ok(_) => String::new(),
        };
        assert_eq!(
            told(r#"{"ownr":"canary"}"#),
            "there is no field \"ownr\": the fields are `owner` or `scopes` at line 1 column 7"
        );
        assert_eq!(
            told(r#"{"owner":"a"}"#),
            "the field \"scopes\" is missing at line 1 column 13"
        );
        for body in [
            r#"{"owner":"canary","owner":"canary"}"#,
            r#"{"scopes":"canary"}"#,
            r#"{"scopes":{"canary":1}}"#,
            r#"{"scopes":["canary", 4]}"#,
            r#"{"owner":"canary"#,
            r#"["canary"]"#,
            "canary",
            "",
        ] {
            let told = told(body);
            assert!(
                !told.is_empty() && !told.contains("canary"),
                "{body}: {told}"
            );
        }
    }
}
