//! Somebody else answers for an API key from now on.

use base::Timestamp;

use super::standing::standing;
use super::{ApiKey, field, told};
use crate::audit::{Action, Origin};
use crate::owner::Owner;
use crate::{FieldFinding, Plan, Refusal, accountability};

/// Who is to answer for a key, as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TransferRequest {
    /// The new owner.
    pub owner: Option<String>,
    /// `person` or `service`; a service if it is not said.
    pub owner_kind: Option<String>,
}

/// Gives an API key to another owner. `known` is what is remembered of that
/// owner: who is gone gets nothing.
pub fn transfer(
    api_key: &ApiKey,
    request: &TransferRequest,
    known: Option<&Owner>,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<ApiKey>, Refusal> {
    let mut record = standing(api_key, now)?.into_owned();
    let mut findings = Vec::new();
    let owner = accountability::owner(request.owner.as_deref(), &mut findings);
    let owner_kind = field::owner_kind(request.owner_kind.as_deref(), &mut findings);
    let is_gone =
        known.is_some_and(|known| Some(&known.name) == owner.as_ref() && known.is_disabled());
    if is_gone {
        findings.push(FieldFinding {
            field: "owner",
            detail: "that owner is disabled".to_owned(),
            fix: "name somebody who is here, or enable the owner first".to_owned(),
        });
    }
    let is_the_same =
        owner.as_ref() == Some(&api_key.accountability.owner) && owner_kind == api_key.owner_kind;
    if is_the_same {
        findings.push(FieldFinding {
            field: "owner",
            detail: "the key is theirs already".to_owned(),
            fix: "name who answers for it from now on".to_owned(),
        });
    }
    let owner = match owner {
        Some(owner) if findings.is_empty() => owner,
        Some(_) | None => return Err(Refusal::Invalid(findings)),
    };
    let detail = format!("from {} to {owner}", api_key.accountability.owner);
    record.accountability.owner = owner;
    record.owner_kind = owner_kind;
    let told = (Action::ApiKeyTransferred, detail);
    Ok(told::plan(api_key, record, told, origin, now))
}
