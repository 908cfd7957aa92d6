//! Rule 9: what the client wants to be shown (OpenID Connect Core section
//! 3.1.2.1).

use base::Lifetime;

use super::{AuthorizationRequest, AuthorizeRefusal};

/// What `prompt` and `max_age` ask for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Prompts {
    /// `none`: no page at all.
    pub none: bool,
    /// `login`: a fresh login.
    pub login: bool,
    /// `consent`: the consent page, also for what was granted.
    pub consent: bool,
    /// `select_account`: the person chooses who they are.
    pub select_account: bool,
    /// `max_age`: a login that is not longer ago.
    pub max_age: Option<Lifetime>,
}

impl Prompts {
    /// The values of `prompt`, for the metadata.
    pub const VALUES: [&'static str; 4] = ["none", "login", "consent", "select_account"];
}

pub(super) fn check(request: &AuthorizationRequest) -> Result<Prompts, AuthorizeRefusal> {
    let refused = |description| AuthorizeRefusal::invalid_request("prompt", description);
    let mut prompts = Prompts::default();
    for value in request.prompt.as_deref().unwrap_or_default().split(' ') {
        match value {
            "none" => prompts.none = true,
            "login" => prompts.login = true,
            "consent" => prompts.consent = true,
            "select_account" => prompts.select_account = true,
            "" if request.prompt.is_none() => {}
            _ => return Err(refused("prompt has a value that is not offered")),
        }
    }
    // OpenID Connect Core section 3.1.2.1: none with another value is an error.
    if prompts.none && (prompts.login || prompts.consent || prompts.select_account) {
        return Err(refused("prompt=none stands alone"));
    }
    prompts.max_age = request.max_age.as_deref().map(max_age).transpose()?;
    Ok(prompts)
}

/// Seconds; more than fit are refused, not capped: the client meant something else.
fn max_age(text: &str) -> Result<Lifetime, AuthorizeRefusal> {
    let digits = text.bytes().all(|b| b.is_ascii_digit()) && text.len() <= 10;
    let seconds = digits.then(|| text.parse().ok()).flatten();
    seconds
        .map(Lifetime::from_secs)
        .ok_or(AuthorizeRefusal::invalid_request(
            "max_age",
            "max_age is a whole number of seconds",
        ))
}
