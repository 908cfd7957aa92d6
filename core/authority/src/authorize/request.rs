//! Rule 1: the request is well-formed and no parameter comes twice.

use super::PageRefusal;
use crate::form::{self, InvalidForm};

/// The most bytes of a request: more than any browser sends in an address.
const LONGEST_REQUEST: usize = 16 * 1024;

/// The parameter that we add to a request of ours that goes on after a login.
pub(super) const INTERACTION: &str = "interaction";

/// An authorization request as it was sent: RFC 6749 section 4.1.1, OpenID
/// Connect Core section 3.1.2.1. Parameters that we do not know are ignored,
/// but never repeated ones.
#[derive(Debug, Clone, Default)]
pub struct AuthorizationRequest {
    /// `response_type`.
    pub response_type: Option<String>,
    /// `response_mode`.
    pub response_mode: Option<String>,
    /// `client_id`.
    pub client_id: Option<String>,
    /// `redirect_uri`.
    pub redirect_uri: Option<String>,
    /// `scope`.
    pub scope: Option<String>,
    /// `state`.
    pub state: Option<String>,
    /// `nonce`.
    pub nonce: Option<String>,
    /// `code_challenge` (RFC 7636 section 4.3).
    pub code_challenge: Option<String>,
    /// `code_challenge_method` (RFC 7636 section 4.3).
    pub code_challenge_method: Option<String>,
    /// `prompt`.
    pub prompt: Option<String>,
    /// `max_age`.
    pub max_age: Option<String>,
    /// `login_hint`.
    pub login_hint: Option<String>,
    /// `id_token_hint`.
    pub id_token_hint: Option<String>,
    /// `ui_locales`.
    pub ui_locales: Option<String>,
    /// `resource`, which alone may come several times (RFC 8707 section 2).
    pub resources: Vec<String>,
    /// Whether there is a `request` (RFC 9101).
    pub has_request_object: bool,
    /// Whether there is a `request_uri` (RFC 9101, RFC 9126).
    pub has_request_uri: bool,
    /// What we added when it went on after a login.
    pub interaction: Option<String>,
    /// The request without what we added, to be sent again.
    text: String,
}

impl AuthorizationRequest {
    /// Reads a query or a body.
    pub fn parse(bytes: &[u8]) -> Result<Self, PageRefusal> {
        if bytes.len() > LONGEST_REQUEST {
            return Err(PageRefusal::new("request_size", "the request is too long"));
        }
        let pairs = form::pairs(bytes).map_err(|error| match error {
            InvalidForm::Malformed => PageRefusal::new(
                "form",
                "the request is not application/x-www-form-urlencoded: bad escape or not UTF-8",
            ),
            InvalidForm::ControlCharacter => {
                PageRefusal::new("form", "a parameter has a control character")
            }
        })?;
        let mut request = Self::default();
        let mut seen: Vec<&str> = Vec::new();
        for (name, value) in &pairs {
            // RFC 6749 section 3.1: request parameters must not be included more than once.
            if name != "resource" && seen.contains(&name.as_str()) {
                return Err(PageRefusal::new(
                    "repeated_parameter",
                    "a parameter comes twice",
                ));
            }
            seen.push(name);
            request.take(name, value)?;
        }
        let kept = pairs.iter().filter(|(name, _)| name != INTERACTION);
        request.text = form::write(kept.map(|(name, value)| (name.as_str(), value.as_str())));
        Ok(request)
    }

    /// The request as it came, to be sent again: without what we added.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), PageRefusal> {
        // RFC 6749 section 3.1: a parameter without a value is treated as absent.
        if value.is_empty() {
            // Save for the one that says where the answer goes: nothing is guessed there.
            return match name {
                "redirect_uri" => Err(PageRefusal::new("redirect_uri", "redirect_uri is empty")),
                _ => Ok(()),
            };
        }
        let slot = match name {
            "response_type" => &mut self.response_type,
            "response_mode" => &mut self.response_mode,
            "client_id" => &mut self.client_id,
            "redirect_uri" => &mut self.redirect_uri,
            "scope" => &mut self.scope,
            "state" => &mut self.state,
            "nonce" => &mut self.nonce,
            "code_challenge" => &mut self.code_challenge,
            "code_challenge_method" => &mut self.code_challenge_method,
            "prompt" => &mut self.prompt,
            "max_age" => &mut self.max_age,
            "login_hint" => &mut self.login_hint,
            "id_token_hint" => &mut self.id_token_hint,
            "ui_locales" => &mut self.ui_locales,
            INTERACTION => &mut self.interaction,
            "resource" => {
                self.resources.push(value.to_owned());
                return Ok(());
            }
            "request" => {
                self.has_request_object = true;
                return Ok(());
            }
            "request_uri" => {
                self.has_request_uri = true;
                return Ok(());
            }
            _ => return Ok(()),
        };
        *slot = Some(value.to_owned());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc6749_3_1_a_repeated_parameter_is_refused_known_or_not() {
        for name in [
            "client_id",
            "redirect_uri",
            "state",
            "scope",
            "code_challenge",
            "x",
            "%73tate",
        ] {
            for second in ["a", "b", ""] {
                let text = format!("{name}=a&other=1&{name}={second}");
                let refusal = AuthorizationRequest::parse(text.as_bytes()).unwrap_err();
                let expected = ["repeated_parameter", "redirect_uri"];
                assert!(expected.contains(&refusal.rule), "{text}: {}", refusal.rule);
            }
        }
        let request = AuthorizationRequest::parse(b"resource=a&resource=b").unwrap();
        assert_eq!(request.resources, ["a", "b"]);
    }

    #[test]
    fn rfc6749_3_1_a_parameter_without_a_value_is_absent_save_the_redirect_uri() {
        let request = AuthorizationRequest::parse(b"state=&scope").unwrap();
        assert!(request.state.is_none() && request.scope.is_none());
        for text in [&b"redirect_uri="[..], b"redirect_uri"] {
            assert_eq!(
                AuthorizationRequest::parse(text).unwrap_err().rule,
                "redirect_uri"
            );
        }
    }

    #[test]
    fn what_parsers_read_in_two_ways_never_overrides() {
        for text in [
            "client_id=a&client_id[]=b",
            "client_id=a;client_id=b",
            "client_id=a&amp;client_id=b",
            "client_id=a&Client_id=b",
        ] {
            let request = AuthorizationRequest::parse(text.as_bytes()).unwrap();
            assert_ne!(request.client_id.as_deref(), Some("b"), "{text}");
        }
        assert!(AuthorizationRequest::parse(b"client_id%00=b").is_err());
    }

    #[test]
    fn a_request_is_sent_again_as_it_came_without_what_we_added() {
        let request = AuthorizationRequest::parse(b"state=a+b&interaction=x&scope=openid").unwrap();
        assert_eq!(request.text(), "state=a%20b&scope=openid");
        let again = AuthorizationRequest::parse(request.text().as_bytes()).unwrap();
        assert_eq!(
            (again.state.as_deref(), again.text()),
            (Some("a b"), request.text())
        );
    }
}
