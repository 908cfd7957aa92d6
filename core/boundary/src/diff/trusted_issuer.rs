//! What changes about the issuers that are trusted beside our own.

use std::collections::BTreeMap;

use credential::ScopeSet;

use super::{Change, Difference, Direction, Fields};
use crate::duration::print;
use crate::{ClaimPath, Inventory, KeySource, Organisation, TrustedIssuer};

/// First what is gone or different, then what is new, by name.
pub(super) fn diff(old: &Inventory, new: &Inventory, found: &mut Vec<Difference>) {
    for before in &old.trusted_issuers {
        match find(new, before) {
            None => found.push(difference(before, Change::Removed)),
            Some(after) => {
                let fields = changed(before, after);
                if !fields.0.is_empty() {
                    found.push(difference(before, Change::Changed(fields.0)));
                }
            }
        }
    }
    for after in &new.trusted_issuers {
        if find(old, after).is_none() {
            found.push(difference(after, Change::Added));
        }
    }
}

fn find<'a>(inventory: &'a Inventory, named: &TrustedIssuer) -> Option<&'a TrustedIssuer> {
    let mut issuers = inventory.trusted_issuers.iter();
    issuers.find(|issuer| issuer.name == named.name)
}

fn difference(issuer: &TrustedIssuer, change: Change) -> Difference {
    Difference {
        api: None,
        endpoint: None,
        trusted_issuer: Some(issuer.name.clone()),
        change,
    }
}

fn changed(old: &TrustedIssuer, new: &TrustedIssuer) -> Fields {
    let mut fields = Fields::default();
    fields.plain("issuer", &old.issuer, &new.issuer);
    fields.plain("preset", &old.preset, &new.preset);
    let looser = Direction::Loosened;
    fields.set("algorithms", &old.algorithms, &new.algorithms, looser);
    fields.set("apis", &apis(old), &apis(new), looser);
    fields.plain("organisation", &organisation(old), &organisation(new));
    fields.plain("owner", &old.owner, &new.owner);
    fields.plain("keys", &keys(old), &keys(new));
    let flag = |flag: bool| (flag, flag.to_string());
    fields.ordered(
        "allow_private_network",
        flag(old.allow_private_network),
        flag(new.allow_private_network),
    );
    let types = |issuer: &TrustedIssuer| -> Vec<String> {
        issuer.token_types.iter().map(ToString::to_string).collect()
    };
    fields.set("token_types", &types(old), &types(new), looser);
    fields.set("scopes", &scopes(old), &scopes(new), looser);
    fields.set("roles", &roles(old), &roles(new), looser);
    fields.plain("client", &client(old), &client(new));
    fields.plain("authority", &authority(old), &authority(new));
    let clock = |lifetime| (lifetime, print(lifetime));
    fields.ordered(
        "max_lifetime",
        clock(old.max_lifetime),
        clock(new.max_lifetime),
    );
    fields.ordered("leeway", clock(old.leeway), clock(new.leeway));
    fields.ordered("keep_keys", clock(old.keep_keys), clock(new.keep_keys));
    fields.ordered("owns_paths", flag(old.owns_paths), flag(new.owns_paths));
    fields
}

fn apis(issuer: &TrustedIssuer) -> Vec<String> {
    let opened = issuer.apis.iter();
    opened
        .flat_map(|(api, audiences)| audiences.iter().map(move |aud| format!("{api}={aud}")))
        .collect()
}

fn organisation(issuer: &TrustedIssuer) -> String {
    match &issuer.organisation {
        Organisation::Fixed(name) => name.to_string(),
        Organisation::Claim { claim, map } => {
            let pairs: Vec<String> = map
                .iter()
                .map(|(from, to)| format!("{from}={to}"))
                .collect();
            format!("{}: {}", path(claim), pairs.join(" "))
        }
    }
}

/// An inline set by its length and not by its text: a document shows the text.
fn keys(issuer: &TrustedIssuer) -> String {
    match &issuer.keys {
        KeySource::Discovery => "discovery".to_owned(),
        KeySource::Url(url) => format!("url {url}"),
        KeySource::File(path) => format!("file {path}"),
        KeySource::Inline(text) => format!("inline {text:.512}"),
    }
}

fn scopes(issuer: &TrustedIssuer) -> Vec<String> {
    match &issuer.scopes {
        None => Vec::new(),
        Some(claim) => match &claim.map {
            // Every scope that is ours in form counts: as many as can be.
            None => vec![format!("{}:*", path(&claim.claim))],
            Some(map) => mapped(&claim.claim, map),
        },
    }
}

fn roles(issuer: &TrustedIssuer) -> Vec<String> {
    match &issuer.roles {
        None => Vec::new(),
        Some(claim) => mapped(&claim.claim, &claim.map),
    }
}

fn mapped(claim: &ClaimPath, map: &BTreeMap<String, ScopeSet>) -> Vec<String> {
    let entries = map.iter();
    entries
        .map(|(from, to)| format!("{}:{from}={to}", path(claim)))
        .collect()
}

fn client(issuer: &TrustedIssuer) -> String {
    let paths: Vec<String> = issuer.client.iter().map(path).collect();
    paths.join(" ")
}

fn authority(issuer: &TrustedIssuer) -> String {
    issuer.authority.as_ref().map_or(String::new(), |told| {
        let (own, delegated) = (told.own.join(","), told.delegated.join(","));
        format!("{}: own {own} delegated {delegated}", path(&told.claim))
    })
}

fn path(claim: &ClaimPath) -> String {
    claim.join("/")
}
