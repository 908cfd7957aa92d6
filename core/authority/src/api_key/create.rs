//! An API key is created with all that makes it answerable, or not at all.

use base::{Entropy, Lifetime, Secret, Timestamp};
use credential::{CredentialKind, MintedApiKey};
use snapshot::Change;

use super::ApiKey;
use crate::accountability::{Bounds, CredentialRequest, Facts, check};
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
    request: &CredentialRequest,
    origin: &Origin,
    facts: Facts<'_>,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Plan<CreatedApiKey>, Refusal> {
    let bounds = Bounds {
        longest: LONGEST_LIFETIME,
        audiences: 1,
        kind: CredentialKind::ApiKey,
    };
    let checked = check(request, bounds, facts.inventory, now).map_err(Refusal::Invalid)?;
    let audience = checked
        .audiences
        .into_iter()
        .next()
        .ok_or_else(|| Refusal::Invalid(vec![no_audience()]))?;
    let minted = MintedApiKey::mint(facts.environment.class, facts.digest_key, entropy);
    let api_key = ApiKey::new(
        minted.id,
        facts.environment.name.clone(),
        checked.accountability,
        (checked.scopes, audience),
        (minted.digest, facts.digest_key.id()),
        (now, checked.expires_at),
    );
    let event = origin.event(
        Action::ApiKeyCreated,
        Some(api_key.id.to_string()),
        format!(
            "for {} with {} until {}",
            api_key.accountability.owner, api_key.scopes, api_key.expires_at
        ),
        now,
    );
    let writes = Writes {
        effects: vec![Effect::CreateApiKey(Box::new(api_key.clone()))],
        audit: vec![event],
        changes: vec![Change::ApiKeyPut(Box::new(api_key.entry()))],
    };
    Ok(Plan {
        outcome: CreatedApiKey {
            api_key,
            secret: minted.secret,
        },
        writes,
    })
}

fn no_audience() -> FieldFinding {
    FieldFinding {
        field: "audience",
        detail: "it is missing".to_owned(),
        fix: "name one API of the inventory".to_owned(),
    }
}
