//! The row of a trusted issuer: whoever has its keys makes every token of it.

use boundary::{Api, Organisation, Preset, TrustedIssuer};
use credential::{CredentialKind, ScopeSet};
use posture::{Owner, OwnerKind, RevokePath, Row, RowKind};
use snapshot::Usage;

use super::super::load::Facts;
use super::accepted;

pub(in super::super) fn row(issuer: &TrustedIssuer, usage: Option<Usage>, facts: &Facts) -> Row {
    let apis = || {
        let opens = |api: &&Api| issuer.apis.contains_key(&api.name);
        facts.inventory.apis.iter().filter(opens)
    };
    let audiences: Vec<&str> = apis().map(|api| api.audience.as_str()).collect();
    let presented_as = match issuer.preset {
        // Only its service accounts' tokens are taken.
        Preset::Google => vec![CredentialKind::ClientCredentials],
        _ => vec![
            CredentialKind::ClientCredentials,
            CredentialKind::AuthorizationCode,
        ],
    };
    let organisation = match &issuer.organisation {
        Organisation::Fixed(name) => Some(name.clone()),
        Organisation::Claim { .. } => None,
    };
    Row {
        kind: RowKind::TrustedIssuer,
        id: issuer.name.to_string(),
        types: accepted(&presented_as, &audiences, &facts.inventory, facts.now),
        presented_as,
        actor: Some(format!("whoever {} signs for", issuer.issuer.as_str())),
        scopes: scopes(issuer, apis()),
        audiences: audiences.into_iter().map(str::to_owned).collect(),
        owns_paths: issuer.owns_paths,
        owner: Some(Owner {
            name: issuer.owner.clone(),
            kind: OwnerKind::Service,
        }),
        organisation,
        revoke: RevokePath::of(RowKind::TrustedIssuer, issuer.name.as_str()),
        storage: None,
        created_at: None,
        secret_since: None,
        longest_age: None,
        expires_at: None,
        is_ahead: false,
        has_successor: false,
        ended: None,
        usage,
        is_watched: true,
        last_drill_at: None,
    }
}

/// What its tokens may hold: what their scopes and roles are mapped to; scopes
/// that are not mapped count as they are, so all that its APIs ask for.
fn scopes<'a>(issuer: &TrustedIssuer, apis: impl Iterator<Item = &'a Api>) -> ScopeSet {
    let mapped = |map: &std::collections::BTreeMap<String, ScopeSet>| -> Vec<_> {
        map.values().flat_map(|set| set.iter().cloned()).collect()
    };
    let mut scopes = issuer
        .roles
        .as_ref()
        .map(|roles| mapped(&roles.map))
        .unwrap_or_default();
    match issuer.scopes.as_ref().map(|claim| &claim.map) {
        Some(Some(map)) => scopes.extend(mapped(map)),
        Some(None) => scopes.extend(
            apis.flat_map(|api| &api.endpoints)
                .flat_map(|endpoint| endpoint.demand.scopes.iter().cloned()),
        ),
        None => {}
    }
    scopes.into_iter().collect()
}
