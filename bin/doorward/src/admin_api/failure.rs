//! What comes back from the admin API when it is not what was asked for.

use std::error::Error as _;

use admin::problem::{MEDIA_TYPE, Problem};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::Value;
use url::Url;

use crate::answer::Fault;
use crate::table::plain;

/// An answer that is not what was asked for.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The admin API refuses, and says why.
    Problem(Box<Problem>),
    /// There is no answer, or none that is understood.
    Fault(Fault),
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Problem(problem) => told(&problem, |_| None),
            Failure::Fault(fault) => fault,
        }
    }
}

/// No connection, or one that broke.
pub(super) fn unreachable(base: &Url, error: &reqwest::Error) -> Fault {
    let mut detail = if error.is_timeout() {
        "it does not answer in time".to_owned()
    } else {
        error.to_string()
    };
    // The outermost words only name the address; the innermost ones say why.
    let mut cause = error.source();
    while let Some(inner) = cause {
        detail = inner.to_string();
        cause = inner.source();
    }
    Fault::new(
        format!(
            "the admin API at {base} cannot be reached: {}",
            plain(&detail)
        ),
        "see whether `doorward serve` runs there with the role admin, and whether the address is right",
    )
}

/// What an answer is.
pub(super) fn read(
    base: &Url,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Value, Failure> {
    let strange = |what: &str| {
        Fault::new(
            format!("{base} answered {} and {what}", status.as_u16()),
            "see whether the address is the admin API's, and of this version",
        )
    };
    if status.is_success() {
        if body.is_empty() {
            return Ok(Value::Null);
        }
        return serde_json::from_slice(body).map_err(|_| strange("no JSON").into());
    }
    let media_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    if media_type != Some(MEDIA_TYPE) {
        return Err(strange("no problem document").into());
    }
    match serde_json::from_slice(body) {
        Ok(problem) => Err(Failure::Problem(Box::new(problem))),
        Err(_) => Err(strange("a problem document that is not understood").into()),
    }
}

/// A refusal in words: everything that is missing or wrong, by what `name` makes
/// of where it stands, or else by argument.
pub(super) fn told(problem: &Problem, name: impl Fn(&str) -> Option<String>) -> Fault {
    let mut message = plain(&problem.detail);
    for error in &problem.errors {
        let argument = name(&error.pointer).unwrap_or_else(|| argument(&error.pointer));
        message.push_str(&format!("\n  {argument}: {}", plain(&error.detail)));
        message.push_str(&format!("\n      {}", plain(&error.fix)));
    }
    for finding in &problem.findings {
        let (line, column) = (finding.line, finding.column);
        let (rule, text) = (plain(&finding.rule), plain(&finding.message));
        message.push_str(&format!("\n  {line}:{column} {rule}: {text}"));
        message.push_str(&format!("\n      {}", plain(&finding.fix)));
    }
    message.push_str(&format!("\n  request: {}", plain(&problem.request_id)));
    let fix = match problem.errors.is_empty() {
        true => plain(&problem.fix),
        false => "give what is named above and try again; nothing was changed".to_owned(),
    };
    Fault::new(message, fix)
}

/// The argument that a field of the body comes from.
fn argument(pointer: &str) -> String {
    match pointer {
        "/audiences" => "--audience".to_owned(),
        "/scopes" => "--scope".to_owned(),
        other => format!(
            "--{}",
            plain(other.trim_start_matches('/')).replace('_', "-")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(body: &str) -> Failure {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, MEDIA_TYPE.parse().unwrap());
        let base = Url::parse("http://127.0.0.1:1").unwrap();
        read(&base, StatusCode::BAD_REQUEST, &headers, body.as_bytes()).unwrap_err()
    }

    #[test]
    fn every_missing_field_is_named_by_its_argument() {
        let fault = Fault::from(problem(
            r#"{"type":"about:blank","title":"Bad Request","status":400,
            "reason":"invalid_fields","detail":"missing or wrong: owner, scope, expires_in",
            "fix":"see errors","request_id":"r1","errors":[
            {"pointer":"/owner","detail":"it is missing","fix":"name the owner"},
            {"pointer":"/scopes","detail":"it is missing","fix":"name each"},
            {"pointer":"/expires_in","detail":"it is missing","fix":"say how long"}]}"#,
        ));
        assert_eq!(
            fault.to_string(),
            "missing or wrong: owner, scope, expires_in\n  \
             --owner: it is missing\n      name the owner\n  \
             --scope: it is missing\n      name each\n  \
             --expires-in: it is missing\n      say how long\n  \
             request: r1\n  \
             fix: give what is named above and try again; nothing was changed"
        );
    }

    #[test]
    fn what_is_no_problem_document_is_told_as_such() {
        assert!(matches!(problem("{}"), Failure::Fault(_)));
        let base = Url::parse("http://127.0.0.1:1").unwrap();
        let html = read(
            &base,
            StatusCode::BAD_GATEWAY,
            &HeaderMap::new(),
            b"<html>\x1b[2J",
        );
        let fault = Fault::from(html.unwrap_err());
        assert!(fault.message.contains("answered 502"), "{fault}");
        let redirect = read(&base, StatusCode::FOUND, &HeaderMap::new(), b"");
        assert!(matches!(redirect, Err(Failure::Fault(_))));
    }
}
