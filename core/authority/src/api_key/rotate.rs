//! A key gets another secret, and both are accepted for a while.

use base::{Entropy, Lifetime, Secret, Timestamp};
use credential::{DigestKey, Environment, MintedApiKey};
use snapshot::Usage;

use super::finish::ended;
use super::replacement::replacement;
use super::standing::standing;
use super::{ApiKey, Rotation, Successor};
use crate::audit::{Action, Origin};
use crate::{FieldFinding, Plan, Refusal};

const DAY: u64 = 86_400;

/// How long both secrets are accepted, unless another time is asked for: 7 days.
pub const OVERLAP: Lifetime = Lifetime::from_secs(7 * DAY);

/// How long both may be accepted: 30 days.
pub const LONGEST_OVERLAP: Lifetime = Lifetime::from_secs(30 * DAY);

/// What is asked of a rotation, as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RotationRequest {
    /// How long both secrets are accepted, such as `7d`.
    pub overlap: Option<String>,
    /// How long the newer one lives, such as `90d`.
    pub expires_in: Option<String>,
}

/// What a rotation needs to know.
#[derive(Debug, Clone, Copy)]
pub struct RotationFacts<'a> {
    /// The environment of the key.
    pub environment: &'a Environment,
    /// The key of new digests.
    pub digest_key: &'a DigestKey,
    /// How the key has been used so far.
    pub used: &'a Usage,
}

/// A rotated key, and the text of its newer secret, which is shown once.
#[derive(Debug)]
pub struct RotatedApiKey {
    /// The record.
    pub api_key: ApiKey,
    /// The text for its holder.
    pub secret: Secret,
}

/// Stages a newer secret under the same id. The older one ends with the
/// overlap, or with its own life if that is shorter. After a cut-over a key can
/// be rotated again at once: the secret that was cut over is then gone for
/// good, so that no more than two are ever accepted.
pub fn rotate(
    api_key: &ApiKey,
    request: &RotationRequest,
    facts: RotationFacts<'_>,
    origin: &Origin,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Plan<RotatedApiKey>, Refusal> {
    let mut record = standing(api_key, now)?.into_owned();
    let mut audit: Vec<_> = ended(api_key, origin, now).into_iter().collect();
    if let Some(rotation) = record.rotation.take() {
        if rotation.cut_over_at.is_none() {
            return Err(rotating(api_key, &rotation));
        }
        record = record.with_newer_alone(&rotation);
    }
    let (ends_at, expires_at) = check(request, &record, now).map_err(Refusal::Invalid)?;
    let minted = MintedApiKey::mint_again(
        record.id.clone(),
        facts.environment.class,
        facts.digest_key,
        entropy,
    );
    let generation = record.generations.max(record.generation).saturating_add(1);
    record.generations = generation;
    let used_before = facts.used.generations.get(&record.generation);
    record.rotation = Some(Rotation {
        staged_at: now,
        successor: Successor {
            digest: minted.digest,
            digest_key: facts.digest_key.id(),
            generation,
            expires_at,
        },
        ends_at,
        cut_over_at: None,
        used_before: used_before.map_or(0, |seen| seen.requests),
    });
    let detail = format!(
        "secret {generation} until {expires_at}; secret {} is accepted too, until {ends_at}",
        record.generation
    );
    let id = Some(record.id.to_string());
    audit.push(origin.event(Action::ApiKeyRotated, id, detail, now));
    let writes = replacement(api_key, &mut record, audit);
    Ok(Plan {
        outcome: RotatedApiKey {
            api_key: record,
            secret: minted.secret,
        },
        writes,
    })
}

/// When the older secret ends, and when the newer one does.
fn check(
    request: &RotationRequest,
    record: &ApiKey,
    now: Timestamp,
) -> Result<(Timestamp, Timestamp), Vec<FieldFinding>> {
    let mut findings = Vec::new();
    let latest = record.rotation_policy.ends_by(now);
    let overlap = length(
        ("overlap", request.overlap.as_deref()),
        LONGEST_OVERLAP,
        "say how long both secrets are accepted, such as 7d",
        &mut findings,
    );
    let life = length(
        ("expires_in", request.expires_in.as_deref()),
        latest.since(now),
        "say how long the newer secret lives, such as 90d",
        &mut findings,
    );
    let ends_at = now.after(overlap.unwrap_or(OVERLAP)).min(record.expires_at);
    let expires_at = life.map_or(latest, |life| now.after(life));
    if findings.is_empty() && expires_at <= ends_at {
        findings.push(FieldFinding {
            field: "expires_in",
            detail: format!("the newer secret would end before the older one, at {ends_at}"),
            fix: "let it live longer, or give a shorter overlap".to_owned(),
        });
    }
    match findings.is_empty() {
        true => Ok((ends_at, expires_at)),
        false => Err(findings),
    }
}

fn length(
    (field, text): (&'static str, Option<&str>),
    longest: Lifetime,
    fix: &str,
    findings: &mut Vec<FieldFinding>,
) -> Option<Lifetime> {
    let text = text?;
    let days = longest.as_secs() / DAY;
    let detail = match base::parse_lifetime(text) {
        Some(lifetime) if !lifetime.is_zero() && lifetime <= longest => return Some(lifetime),
        Some(_) => format!("it must be more than nothing and at most {days} days"),
        None => "it is not a number with s, m, h or d".to_owned(),
    };
    findings.push(FieldFinding {
        field,
        detail,
        fix: fix.to_owned(),
    });
    None
}

fn rotating(api_key: &ApiKey, rotation: &Rotation) -> Refusal {
    let id = &api_key.id;
    Refusal::WrongStage {
        detail: format!(
            "it is being rotated since {}: both of its secrets are accepted until {}",
            rotation.staged_at, rotation.ends_at
        ),
        fix: format!(
            "go on with `doorward key cut-over {id}`, or withdraw the newer secret with \
             `doorward key rollback {id}`"
        ),
    }
}
