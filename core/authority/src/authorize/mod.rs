//! The authorization endpoint: RFC 6749 section 3.1, OpenID Connect Core
//! section 3.1.2, as OAuth 2.1 and RFC 9700 have them.
//!
//! The order of the rules is normative. Until rule 3 has proved where the
//! answer goes, a refusal is a page of ours (RFC 6749 section 4.1.2.1, RFC 9700
//! section 4.11); after it, a refusal goes back to the client. What only the
//! request decides comes before who is logged in, so that a wrong request tells
//! nothing about a session.
//!
//! | # | rule | file | refusal | source |
//! |---|---|---|---|---|
//! | 1 | the request is well-formed, no parameter twice | `request.rs` | page | RFC 6749 section 3.1 |
//! | 2 | the client is one that may ask here | `client.rs` | page | RFC 6749 section 4.1.2.1 |
//! | 3 | the redirect URI is the client's, character by character | `redirect_uri/check.rs` | page | RFC 9700 section 4.1.3 |
//! | 4 | the answer is a code, by query or form | `response.rs` | `unsupported_response_type`, `invalid_request` | OAuth 2.1 section 4.1.1 |
//! | 5 | no request object: none is offered | `request_object.rs` | `request_not_supported`, `request_uri_not_supported` | OpenID Connect Core section 6 |
//! | 6 | PKCE with S256 | `code_challenge.rs` | `invalid_request` | RFC 7636 section 4.3, RFC 9700 section 2.1.1 |
//! | 7 | the scopes are the client's | `scope.rs` | `invalid_scope` | RFC 6749 section 3.3 |
//! | 8 | the resources are APIs that they reach | `resource.rs` | `invalid_target` | RFC 8707 section 2 |
//! | 9 | the prompts fit together | `prompt.rs` | `invalid_request` | OpenID Connect Core section 3.1.2.1 |
//! | 10 | somebody is logged in, recently enough, as whom the client means | `login.rs` | `login_required`, or the login page | OpenID Connect Core section 3.1.2.3 |
//! | 11 | they have granted exactly this, or more | `consent.rs` | `consent_required`, or the consent page | OpenID Connect Core section 3.1.2.4 |

mod client;
mod code_challenge;
mod consent;
mod decide;
mod interaction;
mod login;
mod prompt;
mod refusal;
mod request;
mod request_object;
mod resource;
mod response;
mod scope;

#[cfg(test)]
pub(crate) mod tests;

pub use code_challenge::{CodeChallenge, CodeVerifier, InvalidCodeVerifier};
pub use decide::{
    Authorization, AuthorizeFacts, ConsentAsked, Granting, LoginAsked, LoginReason, Visitor,
    decide, page,
};
pub use interaction::Interaction;
pub use prompt::Prompts;
pub use refusal::{AuthorizeError, AuthorizeRefusal, PageRefusal};
pub use request::AuthorizationRequest;
pub use response::{Answer, AuthorizationResponse, ResponseMode};
