//! Somebody logs in with a password. To them a wrong password, an unknown name
//! and a disabled account are one; the audit tells them apart by the rule
//! (negative test ADM-022).

use base::{Entropy, Timestamp};
use credential::{DigestKey, Environment};

use super::{AuthenticationMethod, BegunSession, Login, Session, begin};
use crate::account::Account;
use crate::audit::{Action, Actor, Origin};
use crate::{Plan, Writes};

/// What is known of a login.
#[derive(Debug, Clone, Copy)]
pub struct LogInFacts<'a> {
    /// The environment.
    pub environment: &'a Environment,
    /// The key of stored digests.
    pub digest_key: &'a DigestKey,
    /// The account with the name that was typed.
    pub account: Option<&'a Account>,
    /// Whether the password is that account's: the pool has judged it, for an
    /// unknown name against a hash that nothing matches.
    pub password_is_right: bool,
    /// The browser, in its own words.
    pub user_agent: Option<&'a str>,
    /// The session that the browser had before.
    pub before: Option<&'a Session>,
}

/// Nobody was logged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotLoggedIn;

/// Decides a login. Both outcomes are audited.
pub fn log_in(
    facts: LogInFacts<'_>,
    origin: &Origin,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Plan<Result<BegunSession, NotLoggedIn>> {
    let refused = |rule: &str, id: Option<String>| {
        let detail = "the name or the password is wrong".to_owned();
        let mut event = origin.event(Action::LoginRefused, id, detail, now);
        event.rule = Some(rule.to_owned());
        Plan {
            outcome: Err(NotLoggedIn),
            writes: Writes {
                audit: vec![event],
                ..Writes::default()
            },
        }
    };
    let here = |account: &&Account| account.environment == facts.environment.name;
    let Some(account) = facts.account.filter(here) else {
        return refused("account_unknown", None);
    };
    let id = Some(account.id.to_string());
    if account.password.is_none() || !facts.password_is_right {
        return refused("password_wrong", id);
    }
    if account.disabled.is_some() {
        return refused("account_disabled", id);
    }
    let origin = Origin {
        actor: Actor::Account(account.id.to_string()),
        ..origin.clone()
    };
    let keys = (facts.environment, facts.digest_key);
    let login = Login {
        account,
        methods: &[AuthenticationMethod::Password],
        user_agent: facts.user_agent,
        before: facts.before,
    };
    let plan = begin(login, keys, &origin, now, entropy);
    Plan {
        outcome: Ok(plan.outcome),
        writes: plan.writes,
    }
}
