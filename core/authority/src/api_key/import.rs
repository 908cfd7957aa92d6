//! A key that another system made is accepted here for a while, so that its
//! holder can move without a day on which nothing works. Its text never passes
//! through us: what is imported is the SHA-256 of it. It lives 90 days at most,
//! and its successors have our shape.

use base::{Name, Timestamp};
use credential::{DigestKeys, ForeignKeyHash};
use serde::Serialize;

use super::create::{check_all, written};
use super::{ApiKey, ApiKeyRequest, RotationPolicy};
use crate::accountability::{Facts, name};
use crate::audit::{Action, Origin};
use crate::{FieldFinding, ItemFindings, Plan, Refusal, Writes};

/// A request to import one key, as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ImportRequest {
    /// What every API key says about itself.
    #[serde(flatten)]
    pub api_key: ApiKeyRequest,
    /// The SHA-256 of its text: 64 hexadecimal digits.
    pub sha256: Option<String>,
    /// The system that made it.
    pub from: Option<String>,
}

/// Imports every key that was named: all of them or none. What is wrong with any
/// of them is told for all of them at once, also of those that could not be
/// read. `is_known` says whether there is a key with that id.
pub fn import(
    requests: &[Result<ImportRequest, FieldFinding>],
    is_known: &dyn Fn(&str) -> bool,
    digest_keys: &DigestKeys,
    origin: &Origin,
    facts: Facts<'_>,
    now: Timestamp,
) -> Result<Plan<Vec<ApiKey>>, Refusal> {
    super::check_count(requests.len())?;
    let mut made: Vec<ApiKey> = Vec::with_capacity(requests.len());
    let mut writes = Writes::default();
    let mut wrong = Vec::new();
    for (item, request) in requests.iter().enumerate() {
        let is_taken = |hash: &ForeignKeyHash| {
            let mut ids = digest_keys.iter().map(|key| hash.id(key));
            ids.any(|id| is_known(id.as_str()) || made.iter().any(|other| other.id == id))
        };
        let read = request.as_ref().map_err(|finding| vec![finding.clone()]);
        match read.and_then(|request| one(request, is_taken, digest_keys, facts, now)) {
            Ok(api_key) => {
                let from = api_key.imported_from.as_ref().map_or("", Name::as_str);
                let detail = format!(
                    "from {from} for {} until {}",
                    api_key.accountability.owner, api_key.expires_at
                );
                let told = (Action::ApiKeyImported, detail);
                writes.append(written(&api_key, told, origin, now));
                made.push(api_key);
            }
            Err(findings) => wrong.push(ItemFindings { item, findings }),
        }
    }
    match wrong.is_empty() {
        true => Ok(Plan {
            outcome: made,
            writes,
        }),
        false => Err(Refusal::InvalidItems(wrong)),
    }
}

/// The ids that a key would have, under each digest key: for the look-up of
/// what is there already. Nothing where the hash is none.
pub fn import_ids(request: &ImportRequest, digest_keys: &DigestKeys) -> Vec<credential::ApiKeyId> {
    let hash = request.sha256.as_deref().and_then(ForeignKeyHash::parse);
    let ids = |hash: ForeignKeyHash| digest_keys.iter().map(|key| hash.id(key)).collect();
    hash.map_or_else(Vec::new, ids)
}

fn one(
    request: &ImportRequest,
    is_taken: impl Fn(&ForeignKeyHash) -> bool,
    digest_keys: &DigestKeys,
    facts: Facts<'_>,
    now: Timestamp,
) -> Result<ApiKey, Vec<FieldFinding>> {
    let mut findings = Vec::new();
    let hash = hash(request.sha256.as_deref(), &mut findings);
    if hash.as_ref().is_some_and(is_taken) {
        findings.push(FieldFinding {
            field: "sha256",
            detail: "the key with that text is imported already".to_owned(),
            fix: "leave it out: each key is imported once".to_owned(),
        });
    }
    let from: Option<Name> = name(
        "from",
        request.from.as_deref(),
        "old-gateway",
        &mut findings,
    );
    let checked = check_all(&request.api_key, facts, now);
    let checked = match (checked, findings.is_empty()) {
        (Ok(checked), true) => checked,
        (Ok(_), false) => return Err(findings),
        (Err(mut all), _) => {
            all.append(&mut findings);
            return Err(all);
        }
    };
    let (Some(hash), Some(from)) = (hash, from) else {
        return Err(findings);
    };
    let key = digest_keys.current();
    let latest = RotationPolicy::Quarterly.ends_by(now);
    let record = ApiKey::new(
        hash.id(key),
        facts.environment.name.clone(),
        checked.shared.accountability.clone(),
        (checked.shared.scopes.clone(), checked.audience.clone()),
        (hash.digest(key), key.id()),
        (now, checked.shared.expires_at.min(latest)),
    );
    Ok(ApiKey {
        imported_from: Some(from),
        rotation_policy: RotationPolicy::Quarterly,
        review: Some(RotationPolicy::Quarterly.review_after(now)),
        ..checked.apply(record, now)
    })
}

fn hash(text: Option<&str>, findings: &mut Vec<FieldFinding>) -> Option<ForeignKeyHash> {
    let hash = text.and_then(ForeignKeyHash::parse);
    if hash.is_none() {
        let detail = match text {
            None => "it is missing",
            // Not repeated: somebody may have put the key itself here.
            Some(_) => "it is not 64 hexadecimal digits, in lower case",
        };
        findings.push(FieldFinding {
            field: "sha256",
            detail: detail.to_owned(),
            fix: "write the SHA-256 of the key's text: printf %s KEY | sha256sum".to_owned(),
        });
    }
    hash
}
