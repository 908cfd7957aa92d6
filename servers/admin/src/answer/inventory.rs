//! An inventory in answers.

use authority::inventory::InventoryVersion;
use boundary::{Api, Inventory};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DifferenceAnswer, EndpointAnswer, FindingAnswer, InForce, TrustedIssuerAnswer};

/// One version of the inventory.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct InventoryAnswer {
    /// 1 for the first one; 0 if none was applied yet, and then everything is denied.
    #[schema(example = 3)]
    pub version: u64,
    /// When it was applied: RFC 3339.
    #[schema(format = DateTime)]
    pub applied_at: Option<String>,
    /// By whom: the id of an operator token.
    pub applied_by: Option<String>,
    /// The document, as it was written.
    pub document: String,
    /// The APIs.
    pub apis: Vec<ApiAnswer>,
    /// The issuers whose tokens are accepted beside our own.
    #[serde(default)]
    pub trusted_issuers: Vec<TrustedIssuerAnswer>,
}

impl InventoryAnswer {
    /// Before the first one.
    pub(crate) fn none() -> Self {
        Self {
            version: 0,
            applied_at: None,
            applied_by: None,
            document: String::new(),
            apis: Vec::new(),
            trusted_issuers: Vec::new(),
        }
    }
}

impl From<&InventoryVersion> for InventoryAnswer {
    fn from(version: &InventoryVersion) -> Self {
        Self {
            version: version.version,
            applied_at: Some(version.applied_at.to_string()),
            applied_by: Some(version.applied_by.clone()),
            document: version.document.clone(),
            apis: apis(&version.inventory),
            trusted_issuers: trusted_issuers(&version.inventory),
        }
    }
}

fn apis(inventory: &Inventory) -> Vec<ApiAnswer> {
    inventory.apis.iter().map(ApiAnswer::from).collect()
}

fn trusted_issuers(inventory: &Inventory) -> Vec<TrustedIssuerAnswer> {
    let issuers = inventory.trusted_issuers.iter();
    issuers.map(TrustedIssuerAnswer::from).collect()
}

/// What a document would change. Nothing was changed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PlannedAnswer {
    /// The version in force that it was compared with; 0 for none.
    pub in_force_version: u64,
    /// Whether it could be applied: no finding is an error.
    pub applicable: bool,
    /// What was found in it.
    pub findings: Vec<FindingAnswer>,
    /// What it would change; empty if it cannot be applied.
    pub differences: Vec<DifferenceAnswer>,
}

/// An applied inventory.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AppliedAnswer {
    /// The version that is in force now.
    pub version: u64,
    /// Warnings and notes.
    pub findings: Vec<FindingAnswer>,
    /// What it changed.
    pub differences: Vec<DifferenceAnswer>,
    /// Since when the gate judges by it; nothing if that is not confirmed.
    pub in_force: Option<InForce>,
}

/// What changed from one version to another.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DiffAnswer {
    /// The one version.
    pub from: u64,
    /// The other version.
    pub to: u64,
    /// What changed.
    pub differences: Vec<DifferenceAnswer>,
}

/// An API (a resource server) behind the gate.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ApiAnswer {
    /// Its name.
    #[schema(example = "payments")]
    pub name: String,
    /// What a token for it has as `aud`.
    #[schema(example = "https://api.example.com/payments")]
    pub audience: String,
    /// Where its requests are forwarded to.
    #[schema(example = "http://127.0.0.1:9000")]
    pub upstream: String,
    /// Who answers for it.
    pub owner: String,
    /// The integration surface of its endpoints.
    pub surface: String,
    /// What its access tokens are signed with; nothing: the default lane's algorithm.
    #[serde(default)]
    #[schema(example = "RS256")]
    pub token_algorithm: Option<String>,
    /// Its endpoints, in the order of the document.
    pub endpoints: Vec<EndpointAnswer>,
}

impl From<&Api> for ApiAnswer {
    fn from(api: &Api) -> Self {
        Self {
            name: api.name.to_string(),
            audience: api.audience.to_string(),
            upstream: api.upstream.clone(),
            owner: api.owner.to_string(),
            surface: api.surface.to_string(),
            token_algorithm: api.token_algorithm.map(|name| name.to_string()),
            endpoints: api.endpoints.iter().map(EndpointAnswer::from).collect(),
        }
    }
}
