//! Accounts over the acts of operators.

use base::{Digest, Secret, SeededEntropy, Timestamp};
use credential::{DigestKey, SessionId};
use proptest::prelude::*;
use snapshot::{Change, CutoffTarget};

use super::*;
use crate::audit::{Action, Actor, Origin};
use crate::session::{Session, end_all};
use crate::versioned::VersionedRecord;
use crate::{Effect, Plan, Refusal};

fn origin() -> Origin {
    Origin {
        request_id: "r1".parse().unwrap(),
        actor: Actor::Operator("o0123456789abcde".into()),
        environment: "production".parse().unwrap(),
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(seconds).unwrap()
}

fn request() -> AccountRequest {
    AccountRequest {
        organisation: Some("acme".into()),
        login_name: Some("alice".into()),
        display_name: None,
        email: None,
    }
}

fn alice() -> Account {
    let entropy = &mut SeededEntropy::new(1);
    create(&request(), None, &origin(), at(0), entropy)
        .unwrap()
        .outcome
}

fn session_of(account: &Account) -> Session {
    Session {
        id: SessionId::generate(&mut SeededEntropy::new(2)),
        environment: account.environment.clone(),
        account: account.id.clone(),
        subject_version: account.subject_version,
        digest: Digest::new([7; 32]),
        digest_key: DigestKey::new([7; 32]).id(),
        authenticated_at: at(0),
        methods: Vec::new(),
        user_agent: None,
        created_at: at(0),
        expires_at: at(1_000_000),
        ended: None,
        version: 1,
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Act {
    Disable,
    Enable,
    SetPassword,
    LogOut,
}

fn acted(act: Act, account: &Account, now: Timestamp) -> Result<Plan<Account>, Refusal> {
    match act {
        Act::Disable => disable(account, "left", &origin(), now),
        Act::Enable => enable(account, &origin(), now),
        Act::SetPassword => {
            let hash = PasswordHash::new("$argon2id$canary".into());
            Ok(set_password(account, hash, &origin(), now))
        }
        Act::LogOut => Ok(end_all(account, &origin(), now)),
    }
}

fn any_act() -> impl Strategy<Value = Act> {
    prop::sample::select(vec![
        Act::Disable,
        Act::Enable,
        Act::SetPassword,
        Act::LogOut,
    ])
}

proptest! {
    /// Whatever the order: a person is shut out exactly from a disabling to an
    /// enabling; every act but an enabling ends all sessions from before it,
    /// for good, and cuts tokens off at the gates; each act is audited once.
    #[test]
    fn what_an_act_has_ended_never_comes_back(acts in prop::collection::vec(any_act(), 0..16)) {
        let mut account = alice();
        let mut before: Vec<Session> = Vec::new();
        for (second, act) in acts.into_iter().enumerate() {
            let now = at(i64::try_from(second).unwrap());
            let was_disabled = account.disabled.is_some();
            let session = session_of(&account);
            prop_assert_eq!(session.is_standing(&account, now), !was_disabled);
            let Ok(plan) = acted(act, &account, now) else {
                prop_assert!(act == Act::Disable && was_disabled || act == Act::Enable && !was_disabled);
                continue;
            };
            let [Effect::PutRecord { from, record }] = plan.writes.effects.as_slice() else {
                panic!("one effect")
            };
            let VersionedRecord::Account(written) = record.as_ref() else {
                panic!("an account")
            };
            prop_assert_eq!((*from, written.version), (account.version, account.version + 1));
            let [event] = plan.writes.audit.as_slice() else { panic!("one event") };
            prop_assert_eq!(event.target.as_deref(), Some(account.id.as_str()));
            prop_assert!(!serde_json::to_string(event).unwrap().contains("canary"));
            let subject = CutoffTarget::Subject(account.id.to_string());
            let cutoffs = plan.writes.changes.iter().filter(|change| {
                matches!(change, Change::CutOff(cutoff) if cutoff.target == subject && cutoff.not_before == now)
            });
            prop_assert_eq!(cutoffs.count(), usize::from(act != Act::Enable));
            let should_be_disabled = match act {
                Act::Disable => true,
                Act::Enable => false,
                Act::SetPassword | Act::LogOut => was_disabled,
            };
            account = plan.outcome;
            prop_assert_eq!(account.disabled.is_some(), should_be_disabled);
            if act == Act::Enable {
                prop_assert!(session_of(&account).is_standing(&account, now));
            } else {
                before.push(session);
            }
            for ended in &before {
                prop_assert!(!ended.is_standing(&account, now), "{act:?}");
            }
        }
    }
}

#[test]
fn the_audit_says_who_was_disabled_and_why() {
    let plan = disable(&alice(), "left the company", &origin(), at(5)).unwrap();
    let event = &plan.writes.audit[0];
    assert_eq!(
        (event.action, event.detail.as_str()),
        (Action::AccountDisabled, "left the company")
    );
    let again = disable(&plan.outcome, "again", &origin(), at(6)).unwrap_err();
    assert_eq!(again.reason(), "wrong_stage");
}

fn fields(refusal: Result<(), Refusal>) -> Vec<&'static str> {
    match refusal {
        Ok(()) => Vec::new(),
        Err(Refusal::Invalid(findings)) => {
            assert!(
                findings
                    .iter()
                    .all(|found| !format!("{found:?}").contains("canary"))
            );
            findings.iter().map(|found| found.field).collect()
        }
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn everything_that_is_wrong_is_named_at_once_and_the_password_never_repeated() {
    let short = Secret::new("canary".into());
    let right = Secret::new("canary canary".into());
    let long = Secret::new("canary".repeat(200));
    let nothing = AccountRequest::default();
    assert_eq!(fields(require_whole(&request(), None)), [""; 0]);
    assert_eq!(fields(require_whole(&request(), Some(&right))), [""; 0]);
    assert_eq!(fields(require_whole(&request(), Some(&long))), ["password"]);
    let all = fields(require_whole(&nothing, Some(&short)));
    assert_eq!(all, ["organisation", "login_name", "password"]);

    for (password, is_right) in [(None, false), (Some(&short), false), (Some(&right), true)] {
        let judged = fields(require_password(password).map(|_| ()));
        assert_eq!(judged.is_empty(), is_right, "{judged:?}");
    }
    assert_eq!(fields(require_free_name(Some(&alice()))), ["login_name"]);
    assert_eq!(fields(require_free_name(None)), [""; 0]);
}
