//! Who is at the browser: the session of its cookie, proved.

use std::sync::Arc;

use authority::account::Account;
use authority::authorize::Visitor;
use authority::session::Session;
use axum::http::HeaderMap;
use base::Timestamp;
use credential::PresentedSession;
use store::{StoreFault, record};

use crate::{Issuer, cookie};

/// A session that the browser has proved, with its account.
pub(crate) struct LoggedIn {
    pub(crate) session: Session,
    pub(crate) account: Account,
}

/// Who is logged in, if anybody is.
pub(crate) async fn load(
    issuer: &Issuer,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Option<LoggedIn>, StoreFault> {
    let text = cookie::read(headers, cookie::SESSION);
    let Some(presented) = text.and_then(|text| PresentedSession::parse(text).ok()) else {
        return Ok(None);
    };
    let store = issuer.store.as_ref();
    let Some(session) = record::<Session>(store, presented.id()).await? else {
        return Ok(None);
    };
    let Some(account) = record::<Account>(store, session.account.as_str()).await? else {
        return Ok(None);
    };
    let known = Arc::clone(&issuer.known.borrow());
    let digest_keys = issuer.keys_in_use(&known);
    let is_live = session.is_live(&presented, &digest_keys, &account, now);
    Ok(is_live.then_some(LoggedIn { session, account }))
}

/// As the rules take it.
pub(crate) fn visitor(logged_in: Option<&LoggedIn>) -> Visitor<'_> {
    match logged_in {
        None => Visitor::Nobody,
        Some(LoggedIn { session, account }) => Visitor::LoggedIn { session, account },
    }
}
