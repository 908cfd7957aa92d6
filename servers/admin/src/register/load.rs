//! What rows are made from, loaded page by page.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use authority::signing_key::KeyRing;
use base::{Name, Timestamp};
use boundary::Inventory;
use credential::{ApiKeyId, CredentialKind, EnvironmentClass};
use posture::{DotEnvFile, Row, RowKind, Surroundings, Thresholds};
use snapshot::{CredentialRef, Usage, UsageReport};

use super::row::{
    api_key, client, digest_key, dot_env, operator_token, own_secret, signing_key, trusted_issuer,
};
use crate::problem::Failure;
use crate::reading::inventory_in_force;
use crate::{Admin, owner};

/// How many reports of use are read at once.
const BATCH: usize = 500;

/// What every row of one request is made from and judged by.
pub(super) struct Facts {
    pub(super) inventory: Arc<Inventory>,
    pub(super) production: bool,
    pub(super) gone_owners: BTreeSet<Name>,
    pub(super) dot_env: Vec<DotEnvFile>,
    pub(super) now: Timestamp,
}

impl Facts {
    /// Loads them.
    pub(super) async fn load(admin: &Admin, now: Timestamp) -> Result<Self, Failure> {
        let (_, inventory) = inventory_in_force(admin).await?;
        Ok(Self {
            inventory,
            production: admin.environment.class == EnvironmentClass::Production,
            gone_owners: owner::disabled(admin).await?.into_keys().collect(),
            dot_env: dot_env::look(&admin.own_secrets.dot_env).await,
            now,
        })
    }

    /// As the rules ask for them.
    pub(super) fn surroundings(&self) -> Surroundings<'_> {
        Surroundings {
            inventory: &self.inventory,
            production: self.production,
            gone_owners: &self.gone_owners,
            dot_env: &self.dot_env,
            thresholds: Thresholds::default(),
            now: self.now,
        }
    }
}

/// When each API key of a page was last drilled, by id.
async fn drilled_between(
    admin: &Admin,
    first: Option<&str>,
    last: Option<&str>,
) -> Result<BTreeMap<String, Timestamp>, Failure> {
    let mut drilled = BTreeMap::new();
    let (Some(first), Some(last)) = (first, last) else {
        return Ok(drilled);
    };
    let first = of(CredentialKind::ApiKey, first);
    let last = of(CredentialKind::ApiKey, last);
    if let Some(drill) = admin.store.last_drill(&first).await? {
        drilled.insert(first.id.clone(), drill.recorded_at);
    }
    let mut after = first;
    while after < last {
        let drills = admin.store.last_drills(Some(&after), BATCH).await?;
        let is_end = drills.len() < BATCH;
        for drill in drills {
            after = drill.credential;
            if after <= last {
                drilled.insert(after.id.clone(), drill.recorded_at);
            }
        }
        if is_end {
            break;
        }
    }
    Ok(drilled)
}

/// The rows of a kind after an id, in the order of their ids, at most `limit`.
pub(super) async fn rows(
    admin: &Admin,
    facts: &Facts,
    kind: RowKind,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<Row>, Failure> {
    let store = &admin.store;
    match kind {
        RowKind::ApiKey => {
            let found = store.api_keys(after, limit).await?;
            let last = found.last().map(|key| key.id.as_str());
            let mut used = used_between(admin, CredentialKind::ApiKey, after, last).await?;
            let first = found.first().map(|key| key.id.as_str());
            let drilled = drilled_between(admin, first, last).await?;
            let rows = found.iter().map(|key| {
                let usage = used.remove(key.id.as_str());
                let last_drill_at = drilled.get(key.id.as_str()).copied();
                api_key::row(key, usage, last_drill_at, facts)
            });
            Ok(rows.collect())
        }
        RowKind::Client => {
            let mut rows = Vec::new();
            for found in store.clients(after, limit).await? {
                let usage = used_by_client(admin, found.id.as_str()).await?;
                rows.push(client::row(&found, usage, facts));
            }
            Ok(rows)
        }
        RowKind::OperatorToken => {
            let found = store.operator_tokens(after, limit).await?;
            let rows = found
                .iter()
                .map(|token| operator_token::row(token, facts.now));
            Ok(rows.collect())
        }
        RowKind::SigningKey => {
            let ring: KeyRing = store.key_ring().await?;
            let rows = ring
                .keys
                .iter()
                .map(|key| signing_key::row(key, &ring, facts));
            Ok(those_after(rows, after, limit))
        }
        RowKind::TrustedIssuer => {
            let mut rows = Vec::new();
            for issuer in &facts.inventory.trusted_issuers {
                let usage = used_by_issuer(admin, issuer.name.as_str(), |_| {}).await?;
                rows.push(trusted_issuer::row(issuer, usage, facts));
            }
            Ok(those_after(rows.into_iter(), after, limit))
        }
        RowKind::OwnSecret => {
            let mut rows = Vec::new();
            for secret in &admin.own_secrets.secrets {
                rows.push(own_secret::row(secret).await);
            }
            Ok(those_after(rows.into_iter(), after, limit))
        }
        RowKind::DigestKey => {
            let retired = crate::digest_key::retired(admin).await?;
            let mut secrets = admin.own_secrets.digest_keys.iter();
            let mut rows = Vec::new();
            for key in admin.digest_keys.iter() {
                let retired_at = retired.refused_since(Some(key.id()));
                rows.push(digest_key::row(key.id(), secrets.next(), retired_at).await);
            }
            Ok(those_after(rows.into_iter(), after, limit))
        }
    }
}

/// The row with that id.
pub(super) async fn row(
    admin: &Admin,
    facts: &Facts,
    kind: RowKind,
    id: &str,
) -> Result<Option<Row>, Failure> {
    let store = &admin.store;
    match kind {
        RowKind::ApiKey => {
            let Some(found) = store.api_key(id).await? else {
                return Ok(None);
            };
            let credential = of(CredentialKind::ApiKey, id);
            let usage = store.usage(&credential).await?;
            let drill = store.last_drill(&credential).await?;
            let last_drill_at = drill.map(|drill| drill.recorded_at);
            Ok(Some(api_key::row(&found, usage, last_drill_at, facts)))
        }
        RowKind::Client => {
            let Some(found) = store.client(id).await? else {
                return Ok(None);
            };
            let usage = used_by_client(admin, id).await?;
            Ok(Some(client::row(&found, usage, facts)))
        }
        RowKind::OperatorToken => {
            let found = store.operator_token(id).await?;
            Ok(found.map(|token| operator_token::row(&token, facts.now)))
        }
        RowKind::SigningKey | RowKind::TrustedIssuer | RowKind::OwnSecret | RowKind::DigestKey => {
            let all = rows(admin, facts, kind, None, usize::MAX).await?;
            Ok(all.into_iter().find(|row| row.id == id))
        }
    }
}

/// What the register has of a credential that gates have seen.
pub(super) async fn row_of_traffic(
    admin: &Admin,
    facts: &Facts,
    credential: &CredentialRef,
) -> Result<Option<Row>, Failure> {
    let (kind, id) = match credential.kind {
        CredentialKind::ApiKey => (RowKind::ApiKey, credential.id.as_str()),
        CredentialKind::OperatorToken => (RowKind::OperatorToken, credential.id.as_str()),
        CredentialKind::ClientCredentials
        | CredentialKind::AuthorizationCode
        | CredentialKind::ClientSecret => match credential.id.split_once('/') {
            Some((issuer, _)) => (RowKind::TrustedIssuer, issuer),
            // A key that was exchanged is the client of its tokens.
            None if credential.id.parse::<ApiKeyId>().is_ok() => {
                (RowKind::ApiKey, credential.id.as_str())
            }
            None => (RowKind::Client, credential.id.as_str()),
        },
        CredentialKind::Session | CredentialKind::Basic | CredentialKind::RefreshToken => {
            return Ok(None);
        }
    };
    if kind == RowKind::TrustedIssuer {
        let mut issuers = facts.inventory.trusted_issuers.iter();
        let issuer = issuers.find(|issuer| issuer.name.as_str() == id);
        return Ok(issuer.map(|issuer| trusted_issuer::row(issuer, None, facts)));
    }
    row(admin, facts, kind, id).await
}

/// Every client of a trusted issuer that gates have seen: `see` is told each,
/// and their use is added up.
pub(super) async fn used_by_issuer(
    admin: &Admin,
    issuer: &str,
    mut see: impl FnMut(&UsageReport),
) -> Result<Option<Usage>, Failure> {
    let prefix = format!("{issuer}/");
    let mut sum: Option<Usage> = None;
    for kind in [
        CredentialKind::ClientCredentials,
        CredentialKind::AuthorizationCode,
    ] {
        let mut after = of(kind, &prefix);
        loop {
            let batch = admin.store.usages(Some(&after), BATCH).await?;
            let of_issuer = |report: &&UsageReport| {
                report.credential.kind == kind && report.credential.id.starts_with(&prefix)
            };
            let mut found = 0;
            for report in batch.iter().take_while(of_issuer) {
                sum.get_or_insert_default().add(&report.usage);
                see(report);
                after = report.credential.clone();
                found += 1;
            }
            if found < BATCH {
                break;
            }
        }
    }
    Ok(sum)
}

/// The use of a client: of its secret and of the tokens that it holds.
pub(super) async fn used_by_client(admin: &Admin, id: &str) -> Result<Option<Usage>, Failure> {
    let mut sum: Option<Usage> = None;
    for kind in [
        CredentialKind::ClientCredentials,
        CredentialKind::AuthorizationCode,
        CredentialKind::ClientSecret,
    ] {
        if let Some(usage) = admin.store.usage(&of(kind, id)).await? {
            sum.get_or_insert_default().add(&usage);
        }
    }
    Ok(sum)
}

/// The use of the credentials of a kind after one id and up to another.
async fn used_between(
    admin: &Admin,
    kind: CredentialKind,
    after: Option<&str>,
    last: Option<&str>,
) -> Result<BTreeMap<String, Usage>, Failure> {
    let mut used = BTreeMap::new();
    let Some(last) = last else { return Ok(used) };
    let mut from = of(kind, after.unwrap_or_default());
    loop {
        let batch = admin.store.usages(Some(&from), BATCH).await?;
        let length = batch.len();
        for report in batch {
            let UsageReport { credential, usage } = report;
            if credential.kind != kind || credential.id.as_str() > last {
                return Ok(used);
            }
            used.insert(credential.id.clone(), usage);
            from = credential;
        }
        if length < BATCH {
            return Ok(used);
        }
    }
}

fn those_after(rows: impl Iterator<Item = Row>, after: Option<&str>, limit: usize) -> Vec<Row> {
    let mut rows: Vec<Row> = rows
        .filter(|row| after.is_none_or(|after| row.id.as_str() > after))
        .collect();
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    rows.truncate(limit);
    rows
}

/// How gates name an API key.
pub(super) fn of_api_key(id: &str) -> CredentialRef {
    of(CredentialKind::ApiKey, id)
}

fn of(kind: CredentialKind, id: &str) -> CredentialRef {
    let id = id.to_owned();
    CredentialRef { kind, id }
}
