//! `/admin/v1/leak` and `/leak/v1`: credentials that were found where they must
//! not be.
//!
//! | path | file |
//! |---|---|
//! | what a report would do | `preview` |
//! | a report of an operator | `report` |
//! | a message of GitHub's secret scanning | `partner`, with the keys of `partner_keys` |
//!
//! What all three do is in `look` (find, load, judge) and `act` (commit).

mod act;
mod look;
pub(crate) mod partner;
mod partner_keys;
pub(crate) mod preview;
pub(crate) mod report;

use authority::leak::{MOST_CANDIDATES, Place, Policies};
use authority::{FieldFinding, Refusal};
use base::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

pub use partner_keys::{InvalidPartnerKeys, PartnerKeys};

/// What is done about leaked credentials.
#[derive(Debug, Clone, Default)]
pub struct LeakResponse {
    /// By kind.
    pub policies: Policies,
    /// The keys of GitHub's secret scanning; without them there is no path for it.
    pub github: Option<PartnerKeys>,
}

/// A text in which credentials of ours may stand.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "text": "X-API-Key: dw_live_...",
    "where": "https://git.example/acme/app/blob/1a2b/.env"
}))]
pub(crate) struct LeakBody {
    /// What was found, with whatever stands around it: white space, quotes, a
    /// whole line of a log. It is neither kept nor answered.
    #[serde(default)]
    #[schema(value_type = String)]
    text: Option<String>,
    /// Where it was found: an address or a few words, one line of at most 300
    /// characters. The audit keeps it.
    #[serde(default)]
    #[schema(value_type = String, max_length = 300)]
    r#where: Option<String>,
}

impl LeakBody {
    /// The text and the place; all that is wrong at once.
    fn check(self) -> Result<(Secret, Place), Refusal> {
        let mut findings = Vec::new();
        let text = Secret::new(self.text.unwrap_or_default());
        if text.expose().trim().is_empty() {
            findings.push(FieldFinding {
                field: "text",
                detail: "it is missing".to_owned(),
                fix: format!(
                    "send what was found; up to {MOST_CANDIDATES} credentials are looked for in it"
                ),
            });
        }
        match Place::parse(self.r#where.as_deref()) {
            Ok(place) if findings.is_empty() => return Ok((text, place)),
            Ok(_) => {}
            Err(finding) => findings.push(finding),
        }
        Err(Refusal::Invalid(findings))
    }
}
