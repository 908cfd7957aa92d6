//! Every way in which the admin API says no, and its one mapping to the wire:
//! a problem document (RFC 9457) with a machine reason and what to do.

use access::Denial;
use authority::{FieldFinding, Refusal};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use snapshot::RequestId;
use utoipa::ToSchema;

use crate::answer::FindingAnswer;
use crate::malformed::Malformed;

/// The media type of RFC 9457 section 3.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// How long a caller waits before it asks again after a fault, in seconds.
const RETRY_AFTER: u32 = 2;

/// A problem document: RFC 9457 section 3. `type` is `about:blank`, so `title`
/// is the status phrase (section 4.2.1) and `reason` tells problems apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`.
    #[schema(example = "about:blank")]
    pub r#type: String,
    /// The phrase of the status.
    #[schema(example = "Bad Request")]
    pub title: String,
    /// The status.
    #[schema(example = 400)]
    pub status: u16,
    /// The machine reason; it never changes its meaning.
    #[schema(example = "invalid_fields")]
    pub reason: String,
    /// What is wrong, for people.
    pub detail: String,
    /// What to do, for people.
    pub fix: String,
    /// The request, as `x-request-id` and the audit name it.
    #[serde(default)]
    #[schema(example = "r4z8k2m6q0v1c3x5")]
    pub request_id: String,
    /// Every field that is missing or wrong, all at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// What refuses an inventory.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<FindingAnswer>,
}

/// One field that is missing or wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldProblem {
    /// Where in the body: a JSON pointer (RFC 6901).
    #[schema(example = "/owner")]
    pub pointer: String,
    /// What is wrong.
    #[schema(example = "it is missing")]
    pub detail: String,
    /// What to write instead.
    #[schema(example = "name the owner, such as team-weather")]
    pub fix: String,
}

/// Every way in which a request does not get what it asked for.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It cannot be read.
    Malformed(Malformed),
    /// Who asks is unknown, or may not ask that.
    Denied(Denial),
    /// The rules of the control plane refuse it.
    Refused(Refusal),
    /// A message that no partner has signed.
    NotSigned,
    /// Another change came first, twice.
    Conflict,
    /// The change log no longer reaches back that far.
    Gap,
    /// There is no such path.
    NoSuchPath,
    /// The path does not take that method.
    NoSuchMethod,
    /// A store cannot be asked, or failed. What it said stays in our log.
    Fault,
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Malformed> for Failure {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

/// A failure on its way out: the outermost layer writes it, because only that
/// one knows the request's id.
#[derive(Debug, Clone)]
pub(crate) struct Pending(Problem);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, reason) = self.status();
        let (detail, fix) = self.words();
        let problem = Problem {
            r#type: "about:blank".to_owned(),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            status: status.as_u16(),
            reason: reason.to_owned(),
            detail,
            fix,
            request_id: String::new(),
            errors: self.errors(),
            findings: self.findings(),
        };
        let mut response = status.into_response();
        let headers = response.headers_mut();
        // RFC 9110 section 11.6.1, RFC 6750 section 3.
        if let Self::Denied(denial) = &self {
            for challenge in denial.challenges() {
                if let Ok(value) = HeaderValue::try_from(challenge) {
                    headers.append(header::WWW_AUTHENTICATE, value);
                }
            }
        }
        if matches!(self, Self::Fault) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER));
        }
        response.extensions_mut().insert(Pending(problem));
        response
    }
}

/// Writes the problem document of a response that has one pending.
pub(crate) fn write(response: Response, request_id: &RequestId) -> Response {
    let (mut parts, body) = response.into_parts();
    let Some(Pending(mut problem)) = parts.extensions.remove::<Pending>() else {
        return Response::from_parts(parts, body);
    };
    problem.request_id = request_id.to_string();
    let text = serde_json::to_vec(&problem).unwrap_or_default();
    parts
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, text.into())
}

impl Failure {
    fn status(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Malformed(malformed) => (malformed.status(), malformed.reason()),
            Self::Denied(denial) => (
                StatusCode::from_u16(denial.status().as_u16()).unwrap_or(StatusCode::FORBIDDEN),
                denial.reason().as_str(),
            ),
            Self::Refused(refusal) => (
                match refusal {
                    Refusal::Invalid(_) | Refusal::InvalidItems(_) => StatusCode::BAD_REQUEST,
                    Refusal::InventoryRefused(_) => StatusCode::UNPROCESSABLE_ENTITY,
                    Refusal::NotFound { .. } => StatusCode::NOT_FOUND,
                    Refusal::AlreadyRevoked { .. }
                    | Refusal::OutOfDate { .. }
                    | Refusal::NotYet { .. }
                    | Refusal::WrongStage { .. } => StatusCode::CONFLICT,
                },
                refusal.reason(),
            ),
            Self::NotSigned => (StatusCode::FORBIDDEN, "partner_signature"),
            Self::Conflict => (StatusCode::CONFLICT, "conflict"),
            Self::Gap => (StatusCode::GONE, "gap"),
            Self::NoSuchPath => (StatusCode::NOT_FOUND, "no_such_path"),
            Self::NoSuchMethod => (StatusCode::METHOD_NOT_ALLOWED, "no_such_method"),
            Self::Fault => (StatusCode::SERVICE_UNAVAILABLE, "store_unavailable"),
        }
    }

    /// What is wrong, and what to do.
    fn words(&self) -> (String, String) {
        let (detail, fix) = match self {
            Self::Malformed(malformed) => return malformed.words(),
            Self::Denied(denial) => return (denial.detail().to_owned(), denial.fix().to_owned()),
            Self::Refused(refusal) => return refusal_words(refusal),
            Self::NotSigned => (
                "the message is not signed with a key of the configured partner",
                "sign the raw body and name the key: Github-Public-Key-Identifier and Github-Public-Key-Signature",
            ),
            Self::Conflict => (
                "another change came first, twice in a row; nothing of this one was made",
                "look at what has changed and ask again",
            ),
            Self::Gap => (
                "the change log no longer reaches back that far",
                "fetch GET /feed/v1/snapshot and go on from its revision",
            ),
            Self::NoSuchPath => (
                "there is no such path",
                "see GET /admin/openapi.json for every path",
            ),
            Self::NoSuchMethod => (
                "this path does not take that method",
                "use a method that the Allow header names",
            ),
            Self::Fault => (
                "the store cannot be asked now; nothing was changed unless a later look shows it",
                "ask again after the seconds that Retry-After gives",
            ),
        };
        (detail.to_owned(), fix.to_owned())
    }

    fn errors(&self) -> Vec<FieldProblem> {
        match self {
            Self::Refused(Refusal::Invalid(findings)) => {
                findings.iter().map(|found| problem("", found)).collect()
            }
            Self::Refused(Refusal::InvalidItems(items)) => {
                let of_item = items.iter().flat_map(|item| {
                    let before = format!("/items/{}", item.item);
                    let found = item.findings.iter();
                    found.map(move |found| problem(&before, found))
                });
                of_item.take(MOST_PROBLEMS).collect()
            }
            _ => Vec::new(),
        }
    }

    fn findings(&self) -> Vec<FindingAnswer> {
        match self {
            Self::Refused(Refusal::InventoryRefused(findings)) => {
                findings.iter().map(FindingAnswer::from).collect()
            }
            _ => Vec::new(),
        }
    }
}

fn refusal_words(refusal: &Refusal) -> (String, String) {
    match refusal {
        // The same words for every id and kind: they tell nobody what exists elsewhere.
        Refusal::NotFound { .. } => (
            "there is nothing with that name here".to_owned(),
            "list what there is and take an id from there".to_owned(),
        ),
        Refusal::Invalid(_) | Refusal::InvalidItems(_) => (
            refusal.to_string(),
            "see errors: every field with what to write instead".to_owned(),
        ),
        Refusal::InventoryRefused(_) => (
            refusal.to_string(),
            "see findings: each with its line and what to write instead".to_owned(),
        ),
        Refusal::AlreadyRevoked { .. } => (
            refusal.to_string(),
            "nothing is left to do: a revocation is for good".to_owned(),
        ),
        Refusal::NotYet { fix, .. } | Refusal::WrongStage { fix, .. } => {
            (refusal.to_string(), fix.clone())
        }
        Refusal::OutOfDate { .. } => (
            refusal.to_string(),
            "plan again on the version in force, then apply".to_owned(),
        ),
    }
}

/// How many problems of a request with many items are told: a thousand of them
/// rarely say more than the first hundred.
const MOST_PROBLEMS: usize = 100;

fn problem(before: &str, finding: &FieldFinding) -> FieldProblem {
    FieldProblem {
        pointer: format!("{before}{}", pointer(finding.field)),
        detail: finding.detail.clone(),
        fix: finding.fix.clone(),
    }
}

/// Where a field stands in the body. Two fields have a shorter name in the
/// rules than in JSON, where they are lists.
fn pointer(field: &str) -> String {
    match field {
        "audience" => "/audiences".to_owned(),
        "scope" => "/scopes".to_owned(),
        // The whole of what it stands in.
        "" => String::new(),
        other => format!("/{other}"),
    }
}
