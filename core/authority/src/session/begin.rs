//! A login begins a session of its own: the one from before is never carried
//! on, so nobody can plant one (negative test AUT-044).

use base::{Entropy, Secret, Timestamp};
use credential::{DigestKey, Environment, MintedSession};

use super::{AuthenticationMethod, EndReason, SESSION_LIFETIME, Session, end};
use crate::account::Account;
use crate::audit::{Action, Origin};
use crate::versioned::Versioned;
use crate::{Effect, Plan, Writes};

/// The most characters that are kept of a browser's name for itself.
const LONGEST_USER_AGENT: usize = 120;

/// A session and the text for its cookie.
#[derive(Debug)]
pub struct BegunSession {
    /// The record.
    pub session: Session,
    /// What the cookie has.
    pub secret: Secret,
}

/// Somebody who has proved who they are.
#[derive(Debug, Clone, Copy)]
pub struct Login<'a> {
    /// Who.
    pub account: &'a Account,
    /// How.
    pub methods: &'a [AuthenticationMethod],
    /// The browser, in its own words.
    pub user_agent: Option<&'a str>,
    /// The session that the browser had before.
    pub before: Option<&'a Session>,
}

/// Begins a session for somebody who has proved who they are, and ends the one
/// that the browser had before.
pub fn begin(
    login: Login<'_>,
    (environment, digest_key): (&Environment, &DigestKey),
    origin: &Origin,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Plan<BegunSession> {
    let Login {
        account, methods, ..
    } = login;
    let minted = MintedSession::mint(environment.class, digest_key, entropy);
    let session = Session {
        id: minted.id,
        environment: environment.name.clone(),
        account: account.id.clone(),
        subject_version: account.subject_version,
        digest: minted.digest,
        digest_key: digest_key.id(),
        authenticated_at: now,
        methods: methods.to_vec(),
        user_agent: login.user_agent.map(shown),
        created_at: now,
        expires_at: now.after(SESSION_LIFETIME),
        ended: None,
        version: 1,
    };
    let names: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
    let target = Some(session.id.to_string());
    let detail = format!("{} by {}", account.login_name, names.join(", "));
    let event = origin.event(Action::SessionBegun, target, detail, now);
    let mut writes = Writes {
        effects: vec![Effect::put(0, session.clone().into_record())],
        audit: vec![event],
        ..Writes::default()
    };
    if let Some(before) = login.before.filter(|before| before.ended.is_none()) {
        writes.append(end(before, &[], EndReason::Replaced, origin, now).writes);
    }
    Plan {
        outcome: BegunSession {
            session,
            secret: minted.secret,
        },
        writes,
    }
}

fn shown(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_USER_AGENT)
        .collect()
}
