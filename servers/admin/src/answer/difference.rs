//! What an inventory would change, in answers.

use boundary::{Change, Difference, Direction};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One API, endpoint or trusted issuer that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DifferenceAnswer {
    /// The API; empty if it is about a trusted issuer.
    #[schema(example = "payments")]
    pub api: String,
    /// The endpoint; nothing if it is about the API itself.
    #[serde(default)]
    #[schema(example = "payouts.create")]
    pub endpoint: Option<String>,
    /// The trusted issuer, if it is about one.
    #[serde(default)]
    #[schema(example = "acme-sso")]
    pub trusted_issuer: Option<String>,
    /// `added`, `removed` or `changed`.
    #[schema(example = "changed")]
    pub change: String,
    /// Whether some demand is looser than before.
    pub loosens: bool,
    /// The fields that changed.
    #[serde(default)]
    pub fields: Vec<FieldChangeAnswer>,
}

/// One field that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldChangeAnswer {
    /// The field.
    #[schema(example = "max_token_age")]
    pub field: String,
    /// What it was; empty for nothing.
    #[schema(example = "45s")]
    pub from: String,
    /// What it is; empty for nothing.
    #[schema(example = "5m")]
    pub to: String,
    /// `loosened`, `tightened` or `changed`.
    #[schema(example = "loosened")]
    pub direction: String,
}

impl From<&Difference> for DifferenceAnswer {
    fn from(difference: &Difference) -> Self {
        let (change, fields) = match &difference.change {
            Change::Added => ("added", &[][..]),
            Change::Removed => ("removed", &[][..]),
            Change::Changed(fields) => ("changed", fields.as_slice()),
        };
        let fields = fields.iter().map(|field| FieldChangeAnswer {
            field: field.field.clone(),
            from: field.from.clone(),
            to: field.to.clone(),
            direction: match field.direction {
                Direction::Loosened => "loosened",
                Direction::Tightened => "tightened",
                Direction::Changed => "changed",
            }
            .to_owned(),
        });
        Self {
            api: difference
                .api
                .as_ref()
                .map_or(String::new(), ToString::to_string),
            endpoint: difference.endpoint.as_ref().map(ToString::to_string),
            trusted_issuer: difference.trusted_issuer.as_ref().map(ToString::to_string),
            change: change.to_owned(),
            loosens: difference.loosens(),
            fields: fields.collect(),
        }
    }
}
