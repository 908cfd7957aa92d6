//! `inventory apply`: a document with one contradiction changes nothing.

use std::sync::Arc;

use base::Timestamp;
use boundary::{Finding, Severity};
use snapshot::{Change, InventoryEntry};

use super::{Facts, InventoryVersion, read};
use crate::audit::{Action, Actor, Origin};
use crate::{Effect, Plan, Refusal, Writes};

/// An applied inventory and what was noticed about it.
#[derive(Debug)]
pub struct Applied {
    /// The version that is in force now.
    pub version: InventoryVersion,
    /// Warnings and notes; no errors.
    pub findings: Vec<Finding>,
}

/// Applies a document as the version after `in_force` (0: none).
/// `expected`, if given, is the version that the operator saw.
pub fn apply(
    document: &str,
    in_force: u64,
    expected: Option<u64>,
    origin: &Origin,
    facts: Facts<'_>,
    now: Timestamp,
) -> Result<Plan<Applied>, Refusal> {
    if expected.is_some_and(|expected| expected != in_force) {
        let detail = format!(
            "version {in_force} is in force by now: look at it with doorward inventory plan"
        );
        return Err(Refusal::OutOfDate { detail });
    }
    let reading = read(document, facts, now);
    let Some(inventory) = reading.inventory else {
        let errors = reading
            .findings
            .into_iter()
            .filter(|finding| finding.severity == Severity::Error);
        return Err(Refusal::InventoryRefused(errors.collect()));
    };
    let inventory = Arc::new(inventory);
    let version = InventoryVersion {
        version: in_force.saturating_add(1),
        document: document.to_owned(),
        inventory: Arc::clone(&inventory),
        applied_at: now,
        applied_by: match &origin.actor {
            Actor::Operator(id) => id.clone(),
            Actor::Client(_)
            | Actor::Partner(_)
            | Actor::Holder(_)
            | Actor::Account(_)
            | Actor::Doorward
            | Actor::Unknown => "doorward".to_owned(),
        },
    };
    let endpoints: usize = inventory.apis.iter().map(|api| api.endpoints.len()).sum();
    let detail = format!(
        "version {}: {} APIs, {endpoints} endpoints",
        version.version,
        inventory.apis.len()
    );
    let event = origin.event(
        Action::InventoryApplied,
        Some(version.version.to_string()),
        detail,
        now,
    );
    let writes = Writes {
        effects: vec![Effect::ApplyInventory(version.clone())],
        audit: vec![event],
        changes: vec![Change::InventoryApplied(InventoryEntry {
            version: version.version,
            inventory,
        })],
    };
    Ok(Plan {
        outcome: Applied {
            version,
            findings: reading.findings,
        },
        writes,
    })
}
