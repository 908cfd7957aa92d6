//! Rule 1: the form is well-formed and no parameter comes twice.

use base::Secret;

use super::TokenRefusal;
use crate::form::{self, InvalidForm};

/// A token request as it was sent. Parameters that we do not know are ignored
/// (RFC 6749 section 3.2), but never repeated ones.
#[derive(Debug, Default)]
pub struct TokenRequest {
    /// `grant_type`.
    pub grant_type: Option<String>,
    /// `scope`.
    pub scope: Option<String>,
    /// `resource`, which alone may come several times (RFC 8707 section 2).
    pub resources: Vec<String>,
    /// `client_id`.
    pub client_id: Option<String>,
    /// `client_secret`.
    pub client_secret: Option<Secret>,
    /// `code` (RFC 6749 section 4.1.3).
    pub code: Option<Secret>,
    /// `redirect_uri` (RFC 6749 section 4.1.3).
    pub redirect_uri: Option<String>,
    /// `code_verifier` (RFC 7636 section 4.5).
    pub code_verifier: Option<Secret>,
    /// `refresh_token` (RFC 6749 section 6).
    pub refresh_token: Option<Secret>,
    /// `token`, at the endpoints that are about one (RFC 7009 section 2.1).
    pub token: Option<Secret>,
}

impl TokenRequest {
    /// Reads a body.
    pub fn parse(body: &[u8]) -> Result<Self, TokenRefusal> {
        if body.len() > form::LONGEST_BODY {
            return Err(TokenRefusal::invalid_request(
                "body_size",
                "the body is longer than 32 KiB",
            ));
        }
        let pairs = form::pairs(body).map_err(|error| match error {
            InvalidForm::Malformed => TokenRefusal::invalid_request(
                "form",
                "the body is not application/x-www-form-urlencoded: bad escape or not UTF-8",
            ),
            InvalidForm::ControlCharacter => {
                TokenRefusal::invalid_request("form", "a parameter has a control character")
            }
        })?;
        let mut request = Self::default();
        let mut seen: Vec<&str> = Vec::new();
        for (name, value) in &pairs {
            // RFC 6749 section 3.2: request parameters must not be included more than once.
            if name != "resource" && seen.contains(&name.as_str()) {
                return Err(TokenRefusal::invalid_request(
                    "repeated_parameter",
                    &format!("the parameter {} comes twice", shown(name)),
                ));
            }
            seen.push(name);
            // RFC 6749 section 3.2: a parameter without a value is treated as absent.
            if !value.is_empty() {
                request.take(name, value);
            }
        }
        Ok(request)
    }

    fn take(&mut self, name: &str, value: &str) {
        match name {
            "grant_type" => self.grant_type = Some(value.to_owned()),
            "scope" => self.scope = Some(value.to_owned()),
            "client_id" => self.client_id = Some(value.to_owned()),
            "client_secret" => self.client_secret = Some(Secret::new(value.to_owned())),
            "code" => self.code = Some(Secret::new(value.to_owned())),
            "redirect_uri" => self.redirect_uri = Some(value.to_owned()),
            "code_verifier" => self.code_verifier = Some(Secret::new(value.to_owned())),
            "refresh_token" => self.refresh_token = Some(Secret::new(value.to_owned())),
            "token" => self.token = Some(Secret::new(value.to_owned())),
            "resource" => self.resources.push(value.to_owned()),
            _ => {}
        }
    }
}

/// A parameter's name for a message: short, so that nothing long is echoed.
fn shown(name: &str) -> String {
    name.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::ErrorCode;

    #[test]
    fn rfc6749_3_2_a_repeated_parameter_is_refused_known_or_not() {
        for name in [
            "grant_type",
            "scope",
            "client_id",
            "client_secret",
            "whatever",
            "%73cope",
        ] {
            let body = format!("{name}=a&scope2=x&{name}=a");
            let refusal = TokenRequest::parse(body.as_bytes()).unwrap_err();
            assert_eq!(
                (refusal.code, refusal.rule),
                (ErrorCode::InvalidRequest, "repeated_parameter")
            );
        }
        assert_eq!(
            TokenRequest::parse(b"resource=a&resource=b")
                .unwrap()
                .resources,
            ["a", "b"]
        );
    }

    #[test]
    fn rfc6749_3_2_a_parameter_without_a_value_is_absent() {
        assert!(
            TokenRequest::parse(b"scope=&grant_type")
                .unwrap()
                .scope
                .is_none()
        );
        assert!(TokenRequest::parse(b"scope=&scope=read:a").is_err());
    }

    #[test]
    fn an_over_long_body_is_refused() {
        assert_eq!(
            TokenRequest::parse(&vec![b'a'; 32 * 1024 + 1])
                .unwrap_err()
                .rule,
            "body_size"
        );
    }

    #[test]
    fn a_secret_in_a_refused_request_is_not_echoed() {
        let refusal =
            TokenRequest::parse(b"client_secret=hunter2&client_secret=hunter2").unwrap_err();
        assert!(!refusal.to_string().contains("hunter2"));
    }
}
