//! Find, load, judge: what stands in a text, and what is known of it.

use authority::leak::{
    Act, Candidate, Leaked, Recorded, Standing, Trail, client_digests, standing, trail,
};
use base::Timestamp;
use credential::CredentialKind;
use snapshot::{Usage, Verdict};
use store::audit::{AuditBody, AuditEntry};

use crate::Admin;
use crate::digest_key;
use crate::problem::Failure;

/// How many entries of the audit are read at once, and how often.
const PAGE: usize = 1_000;
const PAGES: usize = 100;

/// A candidate with the record that it names, and what it is.
pub(super) struct Looked {
    pub(super) record: Option<Leaked>,
    pub(super) standing: Standing,
}

/// Loads the record that a candidate names, and judges.
pub(super) async fn look(
    admin: &Admin,
    candidate: &Candidate,
    now: Timestamp,
) -> Result<Looked, Failure> {
    let record = load(admin, candidate).await?;
    let retired = digest_key::retired(admin).await?;
    let facts = (&admin.environment, &admin.digest_keys, &retired);
    let standing = standing(candidate, record.as_ref(), facts, now);
    Ok(Looked { record, standing })
}

async fn load(admin: &Admin, candidate: &Candidate) -> Result<Option<Leaked>, Failure> {
    if candidate.class != admin.environment.class {
        return Ok(None);
    }
    let store = &admin.store;
    Ok(match (candidate.kind, &candidate.id) {
        (CredentialKind::ApiKey, Some(id)) => {
            let found = store.api_key(id).await?;
            found.map(|record| Leaked::ApiKey(Box::new(record)))
        }
        (CredentialKind::OperatorToken, Some(id)) => {
            let found = store.operator_token(id).await?;
            found.map(|record| Leaked::OperatorToken(Box::new(record)))
        }
        _ => {
            let mut found = None;
            for digest in client_digests(candidate, &admin.digest_keys) {
                if found.is_none() {
                    found = store.client_with_secret(&digest).await?;
                }
            }
            found.map(|record| Leaked::Client(Box::new(record)))
        }
    })
}

/// How a credential was used: what the gates report of it, what the audit has
/// of it, and whether all of the audit was read.
pub(super) async fn used(admin: &Admin, leaked: &Leaked) -> Result<(Usage, Trail, bool), Failure> {
    let name = leaked.credential_ref();
    let usage = admin.store.usage(&name).await?.unwrap_or_default();
    let (mut recorded, mut after, mut whole) = (Vec::new(), 0, false);
    for _ in 0..PAGES {
        let page = admin
            .store
            .audit_of_credential(&name.id, after, PAGE)
            .await?;
        whole = page.len() < PAGE;
        after = page.last().map_or(after, |entry| entry.sequence);
        recorded.extend(page.into_iter().filter_map(of_entry));
        if whole {
            break;
        }
    }
    let trail = trail(&usage, recorded);
    Ok((usage, trail, whole))
}

fn of_entry(entry: AuditEntry) -> Option<Recorded> {
    match entry.body {
        AuditBody::Decision(decision) => Some(Recorded {
            at: decision.at,
            act: match decision.verdict {
                Verdict::Permit => Act::Permit(decision.endpoint),
                Verdict::Denial => Act::Denial(decision.endpoint),
            },
        }),
        AuditBody::Event(event) => Some(Recorded {
            at: event.at,
            act: Act::Event(word(&event.action)),
        }),
        AuditBody::Outcome(_) => None,
    }
}

fn word(action: &authority::audit::Action) -> String {
    match serde_json::to_value(action) {
        Ok(serde_json::Value::String(name)) => name,
        Ok(_) | Err(_) => String::new(),
    }
}
