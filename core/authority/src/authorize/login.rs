//! Rule 10: somebody is logged in, recently enough (OpenID Connect Core section
//! 3.1.2.3).

use base::Timestamp;

use super::{AuthorizeError, AuthorizeRefusal, Interaction, LoginReason, Prompts, Visitor};

/// Who is logged in; else why somebody must.
pub(super) fn check(
    visitor: Visitor<'_>,
    prompts: Prompts,
    interaction: Option<Interaction>,
    now: Timestamp,
) -> Result<Visitor<'_>, LoginReason> {
    let Visitor::LoggedIn { session, account } = visitor else {
        return Err(LoginReason::Nobody);
    };
    if !session.is_standing(account, now) {
        return Err(LoginReason::Nobody);
    }
    // What the request asks for happens once: a login after we asked is it.
    let since_asked = interaction.is_some_and(|asked| session.authenticated_at >= asked.asked_at);
    if since_asked {
        return Ok(visitor);
    }
    if prompts.login {
        return Err(LoginReason::Asked);
    }
    if prompts.select_account {
        return Err(LoginReason::SelectAccount);
    }
    let age = now.since(session.authenticated_at);
    match prompts.max_age {
        Some(longest) if age > longest || longest.is_zero() => Err(LoginReason::TooLongAgo),
        _ => Ok(visitor),
    }
}

/// With `prompt=none` nobody can be asked.
pub(super) const REQUIRED: AuthorizeRefusal = AuthorizeRefusal::new(
    AuthorizeError::LoginRequired,
    "login",
    "nobody is logged in, or not recently enough",
);
