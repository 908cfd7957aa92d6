//! `WWW-Authenticate`: RFC 9110 section 11.6.1, RFC 6750 section 3.

use std::fmt::Write as _;

use credential::CredentialKind;

use crate::{Denial, Reason, Status};

/// The realm where no API is known: the admin API.
const OPERATOR_REALM: &str = "doorward";

/// The challenges of a denial. Everything in them comes from the inventory and
/// from our own sentences, nothing from the request.
pub(crate) fn render(denial: &Denial) -> Vec<String> {
    let reason = denial.reason();
    // RFC 9110 section 11.6.1: a 401 has at least one challenge; RFC 6750
    // section 3 has one too for what its error codes name.
    let asks = denial.status() == Status::Unauthorized || reason.error_code().is_some();
    let realm = match (denial.route(), reason) {
        (Some(route), _) => route.api().as_str(),
        (None, _) if denial.status() == Status::Unauthorized => OPERATOR_REALM,
        (None, Reason::InsufficientScope) => OPERATOR_REALM,
        (None, _) => return Vec::new(),
    };
    if !asks {
        return Vec::new();
    }
    // An API key may be presented as a bearer credential, so this scheme is
    // always accepted where any credential is.
    let mut challenges = vec![bearer(denial, realm)];
    let takes_api_keys = denial.route().is_some_and(|route| {
        let accepts = &route.endpoint().demand.accepts;
        accepts.contains(&CredentialKind::ApiKey)
    });
    if takes_api_keys && denial.status() == Status::Unauthorized {
        let mut challenge = String::from("ApiKey");
        parameter(&mut challenge, "realm", realm);
        challenges.push(challenge);
    }
    challenges
}

fn bearer(denial: &Denial, realm: &str) -> String {
    let mut challenge = String::from("Bearer");
    parameter(&mut challenge, "realm", realm);
    if let Some(code) = denial.reason().error_code() {
        parameter(&mut challenge, "error", code);
        parameter(&mut challenge, "error_description", denial.detail());
    }
    // RFC 6750 section 3.1: with insufficient_scope, the scope that is needed.
    if let Some(missing) = denial.missing() {
        let demanded = denial.route().map(|route| &route.endpoint().demand.scopes);
        parameter(
            &mut challenge,
            "scope",
            &demanded.unwrap_or(missing).to_string(),
        );
    }
    // RFC 9470 section 3: how old it may be at most, in seconds.
    if let Some(max_age) = denial.max_age() {
        parameter(&mut challenge, "max_age", &max_age.as_secs().to_string());
    }
    challenge
}

/// RFC 9110 section 11.2: the first parameter follows a space, each further one a comma.
fn parameter(challenge: &mut String, name: &str, value: &str) {
    let before = if challenge.contains('=') { ", " } else { " " };
    let _ = write!(challenge, "{before}{name}=\"");
    // RFC 6750 section 3: %x20-21 / %x23-5B / %x5D-7E, so nothing needs escaping.
    challenge.extend(value.chars().map(|c| match c {
        '"' | '\\' => '\'',
        ' '..='~' => c,
        _ => '?',
    }));
    challenge.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rule;

    #[test]
    fn rfc6750_3_a_parameter_never_ends_early() {
        let mut challenge = String::from("Bearer");
        parameter(&mut challenge, "realm", "a\"b\\c\r\nX: y\u{e9}");
        parameter(&mut challenge, "error", "x");
        assert_eq!(challenge, "Bearer realm=\"a'b'c??X: y?\", error=\"x\"");
    }

    #[test]
    fn rfc9110_11_6_1_every_401_has_a_challenge() {
        for rule in [
            Rule::CredentialMissing,
            Rule::OperatorTokenUnknown,
            Rule::Token(jose::TokenError::Signature),
        ] {
            let challenges = render(&Denial::new(rule));
            assert_eq!(challenges.len(), 1, "{rule:?}");
            assert!(challenges[0].starts_with("Bearer realm=\"doorward\""));
        }
        assert!(render(&Denial::new(Rule::Route)).is_empty());
        assert!(render(&Denial::new(Rule::CanonicalPath)).is_empty());
    }
}
