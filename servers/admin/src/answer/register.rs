//! The register in answers.

use posture::{Gap, RevokePreview, Row, Stopped};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A credential in the register, without anything that would help to use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RegisterRowAnswer {
    /// What it is: `api_key`, `client`, `operator_token`, `signing_key`,
    /// `trusted_issuer` or `own_secret`.
    #[schema(example = "api_key")]
    pub kind: String,
    /// Its public id.
    #[schema(example = "k4z8k2m6q0v1c3x5")]
    pub id: String,
    /// Whether it works: `active`, `revoked`, `expired` or `suspended`.
    #[schema(example = "active")]
    pub status: String,
    /// The types under which it is accepted, with a space between them;
    /// nothing if nothing accepts it.
    #[schema(example = "api_key")]
    pub r#type: Option<String>,
    /// Who is meant to use it, and for what.
    #[schema(example = "service of acme: nightly forecast import")]
    pub actor: Option<String>,
    /// What it may do.
    #[schema(example = json!(["read:forecast"]))]
    pub scopes: Vec<String>,
    /// What it is for.
    #[schema(example = json!(["https://api.example.com/weather"]))]
    pub audiences: Vec<String>,
    /// Who answers for it.
    #[schema(example = "team-weather")]
    pub owner: Option<String>,
    /// Who that is: `person`, `service` or `operator`.
    #[schema(example = "service")]
    pub owner_kind: Option<String>,
    /// Whose it is.
    #[schema(example = "acme")]
    pub organisation: Option<String>,
    /// The command that cuts it off in an emergency.
    #[schema(example = "doorward revoke api_key k4z8k2m6q0v1c3x5 --reason TEXT")]
    pub revoke_path: Option<String>,
    /// What is left to do after it.
    pub revoke_then: Option<String>,
    /// Where its secret lies; nothing if nobody said.
    pub storage: Option<StorageAnswer>,
    /// When it was made: RFC 3339.
    #[schema(format = DateTime)]
    pub created_at: Option<String>,
    /// Since when it has its present secret: RFC 3339.
    #[schema(format = DateTime)]
    pub secret_since: Option<String>,
    /// How old that secret is, in whole days.
    #[schema(example = 12)]
    pub age_days: Option<u64>,
    /// When it ends by itself: RFC 3339.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// When a gate last saw it: RFC 3339.
    #[schema(format = DateTime)]
    pub last_used_at: Option<String>,
    /// In how many requests gates have seen it.
    #[schema(example = 4711)]
    pub requests: u64,
    /// When its rotation was last drilled: RFC 3339.
    #[schema(format = DateTime)]
    pub last_drill_at: Option<String>,
    /// How long ago that was, in whole days.
    pub drill_age_days: Option<u64>,
    /// How many endpoints it opens.
    #[schema(example = 3)]
    pub endpoints: u64,
    /// Which of the six fields of a complete row it lacks.
    pub missing: Vec<String>,
    /// The rules that found something about it; `/admin/v1/register/gaps` says
    /// what.
    #[schema(example = json!(["secret_path_missing"]))]
    pub findings: Vec<String>,
}

/// Where a secret lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StorageAnswer {
    /// On which level: `place`, `secrets_manager`, `sealed`, `file`, `dot_env`,
    /// `environment`, `ci_variable` or `shared_storage`.
    #[schema(example = "secrets_manager")]
    pub level: String,
    /// Where.
    #[schema(example = "vault:secret/ci/weather#key")]
    pub place: String,
    /// How it came there.
    pub transport: Option<String>,
    /// Who can read it there.
    pub readers: Vec<String>,
    /// Whether others on the machine can read it; nothing if nobody looked.
    pub readable_by_others: Option<bool>,
}

/// Some rows of the register, by kind and id.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RegisterPage {
    /// The rows. There may be none, and still a next page.
    pub items: Vec<RegisterRowAnswer>,
    /// What to send as `page_token` for the next ones; nothing at the end.
    pub next_page_token: Option<String>,
}

/// A gap of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GapAnswer {
    /// The rule, by stable name.
    #[schema(example = "owner_gone")]
    pub rule: String,
    /// What the credential is.
    #[schema(example = "api_key")]
    pub kind: String,
    /// Its id.
    #[schema(example = "k4z8k2m6q0v1c3x5")]
    pub id: String,
    /// What was found, in one sentence.
    pub detail: String,
    /// What to do.
    pub fix: String,
}

/// Some gaps of the register.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct GapPage {
    /// The gaps. There may be none, and still a next page.
    pub items: Vec<GapAnswer>,
    /// What to send as `page_token` for the next ones; nothing at the end.
    pub next_page_token: Option<String>,
}

/// Who stops working if a credential is revoked.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RevokePreviewAnswer {
    /// What would be revoked.
    #[schema(example = "api_key")]
    pub kind: String,
    /// Its id.
    #[schema(example = "k4z8k2m6q0v1c3x5")]
    pub id: String,
    /// The command that does it.
    pub revoke_path: Option<String>,
    /// What stops working, the revoked one first; at most 1000 are listed.
    pub credentials: Vec<StoppedAnswer>,
    /// How many those are.
    #[schema(example = 1)]
    pub credentials_total: u64,
    /// Who answers for them.
    #[schema(example = json!(["team-weather"]))]
    pub owners: Vec<String>,
    /// The endpoints that refuse them from then on, by id.
    #[schema(example = json!(["forecast.read"]))]
    pub endpoints: Vec<String>,
    /// How many requests of the last day were theirs, at most: gates report
    /// how often and between when.
    #[schema(example = 4711)]
    pub requests_last_day: u64,
    /// What to know before doing it.
    pub note: Option<String>,
}

/// A credential that would stop working.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoppedAnswer {
    /// What it is.
    #[schema(example = "api_key")]
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Whose it is.
    pub organisation: Option<String>,
    /// When a gate last saw it: RFC 3339.
    #[schema(format = DateTime)]
    pub last_used_at: Option<String>,
}

fn text<T: ToString>(value: Option<&T>) -> Option<String> {
    value.map(ToString::to_string)
}

/// How many credentials a preview lists.
const MOST_LISTED: usize = 1000;

impl RegisterRowAnswer {
    pub(crate) fn new(row: &Row, gaps: &[Gap], endpoints: usize, now: base::Timestamp) -> Self {
        let days_since = |at: base::Timestamp| now.since(at).as_secs() / 86_400;
        let storage = row.storage.as_ref().map(|storage| StorageAnswer {
            level: storage.level.as_str().to_owned(),
            place: storage.place.clone(),
            transport: storage.transport.clone(),
            readers: storage.readers.clone(),
            readable_by_others: storage.readable_by_others,
        });
        let seen = row.usage.as_ref().and_then(|usage| usage.seen);
        Self {
            kind: row.kind.as_str().to_owned(),
            id: row.id.clone(),
            status: row
                .ended
                .map_or("active", |ended| ended.as_str())
                .to_owned(),
            r#type: (!row.types.is_empty()).then(|| row.types.join(" ")),
            actor: row.actor.clone(),
            scopes: row.scopes.iter().map(ToString::to_string).collect(),
            audiences: row.audiences.clone(),
            owner: row.owner.as_ref().map(|owner| owner.name.to_string()),
            owner_kind: row
                .owner
                .as_ref()
                .map(|owner| owner.kind.as_str().to_owned()),
            organisation: text(row.organisation.as_ref()),
            revoke_path: row.revoke.as_ref().map(|path| path.command.clone()),
            revoke_then: row
                .revoke
                .as_ref()
                .and_then(|path| path.then.map(str::to_owned)),
            storage,
            created_at: text(row.created_at.as_ref()),
            secret_since: text(row.secret_since.as_ref()),
            age_days: row.secret_since.map(days_since),
            expires_at: text(row.expires_at.as_ref()),
            last_used_at: text(row.last_used_at().as_ref()),
            requests: seen.map_or(0, |seen| seen.requests),
            last_drill_at: text(row.last_drill_at.as_ref()),
            drill_age_days: row.last_drill_at.map(days_since),
            endpoints: u64::try_from(endpoints).unwrap_or(u64::MAX),
            missing: row
                .missing()
                .iter()
                .map(|field| field.as_str().to_owned())
                .collect(),
            findings: gaps
                .iter()
                .map(|gap| gap.rule.as_str().to_owned())
                .collect(),
        }
    }
}

impl From<Gap> for GapAnswer {
    fn from(gap: Gap) -> Self {
        Self {
            rule: gap.rule.as_str().to_owned(),
            kind: gap.kind.to_owned(),
            id: gap.id,
            detail: gap.finding.sentence,
            fix: gap.finding.fix,
        }
    }
}

impl RevokePreviewAnswer {
    pub(crate) fn new(row: &Row, preview: &RevokePreview, note: Option<String>) -> Self {
        let total = preview.credentials.len();
        let listed = preview.credentials.iter().take(MOST_LISTED);
        Self {
            kind: row.kind.as_str().to_owned(),
            id: row.id.clone(),
            revoke_path: row.revoke.as_ref().map(|path| path.command.clone()),
            credentials: listed.map(StoppedAnswer::from).collect(),
            credentials_total: u64::try_from(total).unwrap_or(u64::MAX),
            owners: preview.owners.iter().map(ToString::to_string).collect(),
            endpoints: preview.endpoints.iter().map(ToString::to_string).collect(),
            requests_last_day: preview.requests_last_day,
            note,
        }
    }
}

impl From<&Stopped> for StoppedAnswer {
    fn from(stopped: &Stopped) -> Self {
        Self {
            kind: stopped.kind.to_owned(),
            id: stopped.id.clone(),
            owner: text(stopped.owner.as_ref()),
            organisation: text(stopped.organisation.as_ref()),
            last_used_at: text(stopped.last_used_at.as_ref()),
        }
    }
}
