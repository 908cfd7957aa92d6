//! An API key is created with all that makes it answerable, or not at all.

use base::{Entropy, Lifetime, Name, Secret, Timestamp};
use credential::{CredentialKind, MintedApiKey};
use snapshot::Change;

use super::request::ApiKeyRequest;
use super::{ApiKey, field, secret_path};
use crate::accountability::{Bounds, CheckedRequest, CredentialRequest, Facts, check};
use crate::audit::{Action, Origin};
use crate::{Effect, FieldFinding, Plan, Refusal, Writes};

/// The longest life of an API key: 90 days (article 002, "every 90 days minimum").
pub const LONGEST_LIFETIME: Lifetime = Lifetime::from_secs(90 * 86_400);

/// A created API key and its text, which is shown once.
#[derive(Debug)]
pub struct CreatedApiKey {
    /// The record.
    pub api_key: ApiKey,
    /// The text for its holder.
    pub secret: Secret,
}

/// Creates an API key.
pub fn create(
    request: &ApiKeyRequest,
    origin: &Origin,
    facts: Facts<'_>,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Plan<CreatedApiKey>, Refusal> {
    let plan = create_in(request, None, origin, facts, now, entropy);
    plan.map_err(Refusal::Invalid)
}

/// The same, as one of a batch.
pub(super) fn create_in(
    request: &ApiKeyRequest,
    batch: Option<&Name>,
    origin: &Origin,
    facts: Facts<'_>,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Plan<CreatedApiKey>, Vec<FieldFinding>> {
    let checked = check_all(request, facts, now)?;
    let class = facts.environment.class;
    let minted = MintedApiKey::mint(class, facts.digest_key, entropy);
    let stored = (minted.digest, facts.digest_key.id());
    let record = ApiKey::new(
        minted.id,
        facts.environment.name.clone(),
        checked.shared.accountability.clone(),
        (checked.shared.scopes.clone(), checked.audience.clone()),
        stored,
        (now, checked.shared.expires_at),
    );
    let mut api_key = checked.apply(record, now);
    api_key.batch = batch.cloned();
    let detail = format!(
        "for {} with {} until {}",
        api_key.accountability.owner, api_key.scopes, api_key.expires_at
    );
    let told = (Action::ApiKeyCreated, detail);
    Ok(Plan {
        writes: written(&api_key, told, origin, now),
        outcome: CreatedApiKey {
            api_key,
            secret: minted.secret,
        },
    })
}

/// The writes that make a new key.
pub(super) fn written(
    api_key: &ApiKey,
    (action, detail): (Action, String),
    origin: &Origin,
    now: Timestamp,
) -> Writes {
    let target = Some(api_key.id.to_string());
    Writes {
        effects: vec![Effect::CreateApiKey(Box::new(api_key.clone()))],
        audit: vec![origin.event(action, target, detail, now)],
        changes: vec![Change::ApiKeyPut(Box::new(api_key.entry()))],
    }
}

/// A request in which every field was right.
pub(super) struct Checked {
    pub(super) shared: CheckedRequest,
    pub(super) audience: credential::Audience,
    own: ApiKeyFields,
}

/// The fields that API keys alone have.
struct ApiKeyFields {
    rotation_policy: super::RotationPolicy,
    owner_kind: super::OwnerKind,
    networks: Vec<ipnet::IpNet>,
    limit: Option<snapshot::RateLimit>,
    on_behalf_of_key: Option<Box<str>>,
    secret_path: Option<super::SecretPath>,
}

impl Checked {
    /// What the request adds to a minimal record.
    pub(super) fn apply(self, record: ApiKey, now: Timestamp) -> ApiKey {
        let own = self.own;
        ApiKey {
            review: Some(own.rotation_policy.review_after(now)),
            rotation_policy: own.rotation_policy,
            owner_kind: own.owner_kind,
            networks: own.networks,
            limit: own.limit,
            on_behalf_of_key: own.on_behalf_of_key,
            secret_path: own.secret_path,
            ..record
        }
    }
}

/// Checks every field and reports all that is missing or wrong at once.
pub(super) fn check_all(
    request: &ApiKeyRequest,
    facts: Facts<'_>,
    now: Timestamp,
) -> Result<Checked, Vec<FieldFinding>> {
    let mut findings = Vec::new();
    let own = own_fields(request, now, &mut findings);
    let bounds = Bounds {
        longest: own.rotation_policy.ends_by(now).since(now),
        audiences: 1,
        kind: CredentialKind::ApiKey,
    };
    let said = request.rotation.is_some() && request.shared.expires_in.is_none();
    let shared = match said {
        // The preset says how long a secret lives.
        true => &CredentialRequest {
            expires_in: Some(format!("{}s", bounds.longest.as_secs())),
            ..request.shared.clone()
        },
        false => &request.shared,
    };
    let checked = check(shared, bounds, facts.inventory, now);
    match checked {
        Ok(shared) if findings.is_empty() => {
            let audience = shared.audiences.first().cloned();
            let audience = audience.ok_or_else(|| vec![no_audience()])?;
            Ok(Checked {
                shared,
                audience,
                own,
            })
        }
        Ok(_) => Err(findings),
        Err(mut all) => {
            all.append(&mut findings);
            Err(all)
        }
    }
}

fn own_fields(
    request: &ApiKeyRequest,
    now: Timestamp,
    findings: &mut Vec<FieldFinding>,
) -> ApiKeyFields {
    let preset = request.rotation.as_deref();
    let improve_by = request.improve_by.as_deref();
    ApiKeyFields {
        rotation_policy: field::rotation(preset, improve_by, now, findings),
        owner_kind: field::owner_kind(request.owner_kind.as_deref(), findings),
        networks: field::networks(&request.networks, findings),
        limit: field::limit(request.limit.as_deref(), findings),
        on_behalf_of_key: field::on_behalf_of_key(request.on_behalf_of_key.as_ref(), findings),
        secret_path: request
            .secret_path
            .as_ref()
            .and_then(|path| secret_path::check(path, secret_path::IN_REQUEST, findings)),
    }
}

fn no_audience() -> FieldFinding {
    FieldFinding {
        field: "audience",
        detail: "it is missing".to_owned(),
        fix: "name one API of the inventory".to_owned(),
    }
}
