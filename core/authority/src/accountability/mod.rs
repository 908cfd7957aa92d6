//! What every credential must say about itself: whose it is, what for, who
//! cuts it off, what it may do and when it ends. Article 000 ("ownership,
//! intended use and revocation clear per key") and article 002 ("if nothing
//! expires, a single compromised credential grants permanent access").

mod field;

use base::{Lifetime, Name, Timestamp};
use boundary::Inventory;
use credential::{Audience, CredentialKind, DigestKey, Environment, ScopeSet};
use serde::{Deserialize, Serialize};

use crate::FieldFinding;

/// Who stands behind a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accountability {
    /// The partner, customer or own department that holds it.
    pub organisation: Name,
    /// The person or service that answers for it.
    pub owner: Name,
    /// What it is for, in one line.
    pub purpose: String,
    /// Who cuts it off when it leaks.
    pub revoker: Name,
}

/// The end of a credential before its expiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// When.
    pub at: Timestamp,
    /// Why, in the operator's words.
    pub reason: String,
}

/// What creating a credential needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The environment of the credential.
    pub environment: &'a Environment,
    /// The inventory in force.
    pub inventory: &'a Inventory,
    /// The key of stored digests.
    pub digest_key: &'a DigestKey,
}

/// The fields of a request that every credential shares, as they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialRequest {
    /// See [`Accountability::organisation`].
    #[serde(default)]
    pub organisation: Option<String>,
    /// See [`Accountability::owner`].
    #[serde(default)]
    pub owner: Option<String>,
    /// See [`Accountability::purpose`].
    #[serde(default)]
    pub purpose: Option<String>,
    /// See [`Accountability::revoker`].
    #[serde(default)]
    pub revoker: Option<String>,
    /// The scopes, one per item.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// The APIs that it is for, by audience.
    #[serde(default)]
    pub audiences: Vec<String>,
    /// How long it lives, such as `90d`.
    #[serde(default)]
    pub expires_in: Option<String>,
}

/// A request in which every field was right.
#[derive(Debug, Clone)]
pub struct CheckedRequest {
    /// Who stands behind it.
    pub accountability: Accountability,
    /// What it may do.
    pub scopes: ScopeSet,
    /// For which APIs.
    pub audiences: Vec<Audience>,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What a kind of credential allows.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// The longest lifetime.
    pub longest: Lifetime,
    /// How many APIs one may be for.
    pub audiences: usize,
    /// The kind that an endpoint must accept for a scope to be of use.
    pub kind: CredentialKind,
}

/// A name in a request, checked by itself.
pub(crate) fn name(
    field: &'static str,
    text: Option<&str>,
    example: &str,
    findings: &mut Vec<FieldFinding>,
) -> Option<Name> {
    field::name(field, text, example, findings)
}

/// The owner of a request, checked by itself.
pub(crate) fn owner(text: Option<&str>, findings: &mut Vec<FieldFinding>) -> Option<Name> {
    field::name("owner", text, "team-weather", findings)
}

/// Checks every field and reports all that is missing or wrong at once.
pub fn check(
    request: &CredentialRequest,
    bounds: Bounds,
    inventory: &Inventory,
    now: Timestamp,
) -> Result<CheckedRequest, Vec<FieldFinding>> {
    let mut findings = Vec::new();
    let organisation = field::name(
        "organisation",
        request.organisation.as_deref(),
        "acme",
        &mut findings,
    );
    let owner = owner(request.owner.as_deref(), &mut findings);
    let purpose = field::purpose(request.purpose.as_deref(), &mut findings);
    let revoker = field::name(
        "revoker",
        request.revoker.as_deref(),
        "weather-oncall",
        &mut findings,
    );
    let audiences = field::audiences(&request.audiences, bounds, inventory, &mut findings);
    let scopes = field::scopes(
        &request.scopes,
        bounds.kind,
        &audiences,
        inventory,
        &mut findings,
    );
    let expires_at = field::expiry(
        request.expires_in.as_deref(),
        bounds.longest,
        now,
        &mut findings,
    );
    match (organisation, owner, purpose, revoker, expires_at) {
        (Some(organisation), Some(owner), Some(purpose), Some(revoker), Some(expires_at))
            if findings.is_empty() =>
        {
            let accountability = Accountability {
                organisation,
                owner,
                purpose,
                revoker,
            };
            Ok(CheckedRequest {
                accountability,
                scopes,
                audiences,
                expires_at,
            })
        }
        _ => Err(findings),
    }
}
