//! Who stops working if a credential is revoked: said before, so that nobody
//! hesitates when it has to be done (article 004, "which service breaks?").

use std::collections::BTreeSet;

use base::{Lifetime, Name, Timestamp};
use boundary::Inventory;
use snapshot::Usage;

use crate::{Row, RowKind, reach};

/// How far back requests count for the preview.
const LAST_DAY: Lifetime = Lifetime::from_secs(86_400);

/// A credential that stops working.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// Its kind, as rows or traffic name it.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Who answers for it.
    pub owner: Option<Name>,
    /// Whose it is.
    pub organisation: Option<Name>,
    /// When it was last used; nothing if no gate has seen it.
    pub last_used_at: Option<Timestamp>,
}

/// What a revocation would stop.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RevokePreview {
    /// The credentials, the one that is revoked first.
    pub credentials: Vec<Stopped>,
    /// Who answers for them.
    pub owners: BTreeSet<Name>,
    /// The endpoints that then refuse them, by id.
    pub endpoints: BTreeSet<Name>,
    /// How many requests of the last day were theirs, at most: gates report how
    /// often and between when, not each time.
    pub requests_last_day: u64,
}

impl RevokePreview {
    /// Adds a credential and what it opens.
    pub fn add(&mut self, row: &Row, inventory: &Inventory, now: Timestamp) {
        self.name(row);
        // A key that signs is used by whoever holds its tokens, not by itself.
        if row.kind != RowKind::SigningKey {
            let opened = reach(row, inventory, now).map(|endpoint| endpoint.id.clone());
            self.endpoints.extend(opened);
            self.count(row.usage.as_ref(), now);
        }
    }

    /// Adds whoever may hold a token that `key` signed, if there is an endpoint
    /// that they reach with one.
    pub fn add_holder(
        &mut self,
        holder: &Row,
        key: &Row,
        (inventory, now): (&Inventory, Timestamp),
    ) {
        let signed_for: BTreeSet<&Name> = reach(key, inventory, now).map(|one| &one.id).collect();
        let opened: Vec<Name> = reach(holder, inventory, now)
            .map(|endpoint| endpoint.id.clone())
            .filter(|id| signed_for.contains(id))
            .collect();
        if !opened.is_empty() {
            self.name(holder);
            self.endpoints.extend(opened);
            self.count(holder.usage.as_ref(), now);
        }
    }

    /// Adds the client of a trusted issuer that gates have seen: it stops with
    /// its issuer, and opens no more than it.
    pub fn add_seen(&mut self, kind: &'static str, id: &str, (issuer, usage): (&Row, &Usage)) {
        self.credentials.push(Stopped {
            kind,
            id: id.to_owned(),
            owner: issuer.owner.as_ref().map(|owner| owner.name.clone()),
            organisation: issuer.organisation.clone(),
            last_used_at: usage.seen.map(|seen| seen.last_at),
        });
    }

    fn name(&mut self, row: &Row) {
        let owner = row.owner.as_ref().map(|owner| owner.name.clone());
        self.credentials.push(Stopped {
            kind: row.kind.as_str(),
            id: row.id.clone(),
            owner: owner.clone(),
            organisation: row.organisation.clone(),
            last_used_at: row.last_used_at(),
        });
        self.owners.extend(owner);
    }

    fn count(&mut self, usage: Option<&Usage>, now: Timestamp) {
        let since = now.before(LAST_DAY);
        let seen = usage.and_then(|usage| usage.seen);
        if let Some(seen) = seen.filter(|seen| seen.last_at >= since) {
            self.requests_last_day = self.requests_last_day.saturating_add(seen.requests);
        }
    }
}
