//! Which claims of a foreign token mean what.

use std::collections::BTreeMap;
use std::ops::Range;

use credential::ScopeSet;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::read::document::Document;
use crate::read::fields::{Fields, wrong_type};
use crate::{AuthorityClaim, ClaimPath, Organisation, Preset, RoleClaim, Rule, ScopeClaim};

/// The most parts of a path, and the most entries of a mapping.
const MAX_PARTS: usize = 4;
const MAX_ENTRIES: usize = 1_000;

const MAPPED: &[&str] = &["claim", "map"];

pub(super) struct Claims {
    pub(super) scopes: Option<ScopeClaim>,
    pub(super) roles: Option<RoleClaim>,
    pub(super) client: Vec<ClaimPath>,
    pub(super) authority: Option<AuthorityClaim>,
}

pub(super) fn read(
    preset: Option<Preset>,
    fields: &Fields<'_, '_>,
    document: &mut Document<'_>,
) -> Claims {
    let client = match fields.get("client") {
        Some(value) => path("client", value, document).into_iter().collect(),
        None => preset.map(Preset::client).unwrap_or_default(),
    };
    Claims {
        scopes: scopes(preset, fields, document),
        roles: roles(fields, document),
        client,
        authority: authority(fields, document),
    }
}

/// `organisation = "acme"`, or a claim and what its texts stand for.
pub(super) fn organisation(
    fields: &Fields<'_, '_>,
    document: &mut Document<'_>,
) -> Option<Organisation> {
    let value = fields.get("organisation")?;
    if value.get_ref().as_str().is_some() {
        return fields
            .parsed("organisation", document)
            .map(Organisation::Fixed);
    }
    let table = fields.table("organisation", document)?;
    let mapped = Fields::new(table, value.span(), "`organisation`");
    mapped.report_unknown(MAPPED, document);
    mapped.report_missing(MAPPED, document);
    let claim = claim_of(&mapped, document);
    let map = entries(&mapped, document, |text, span, document| {
        match text.parse() {
            Ok(name) => Some(name),
            Err(why) => {
                let message = format!("an organisation cannot be {text:.80?}: {why}");
                document.error(
                    Rule::InvalidValue,
                    span,
                    message,
                    "write a name such as \"acme\"",
                );
                None
            }
        }
    });
    Some(Organisation::Claim {
        claim: claim?,
        map: map?,
    })
}

fn scopes(
    preset: Option<Preset>,
    fields: &Fields<'_, '_>,
    document: &mut Document<'_>,
) -> Option<ScopeClaim> {
    let usual = preset.and_then(Preset::scope_claim);
    let Some(table) = fields.table("scopes", document) else {
        return usual.map(|claim| ScopeClaim { claim, map: None });
    };
    let mapped = Fields::new(table, fields.span("scopes"), "`scopes`");
    mapped.report_unknown(MAPPED, document);
    let claim = match mapped.get("claim") {
        Some(_) => claim_of(&mapped, document),
        None => {
            if usual.is_none() {
                mapped.report_missing(&["claim"], document);
            }
            usual
        }
    };
    let map = mapped
        .get("map")
        .map(|_| entries(&mapped, document, scope_set));
    Some(ScopeClaim {
        claim: claim?,
        map: match map {
            // Wrong, and reported: the document is refused as a whole.
            Some(None) => return None,
            Some(read) => read,
            None => None,
        },
    })
}

fn roles(fields: &Fields<'_, '_>, document: &mut Document<'_>) -> Option<RoleClaim> {
    let table = fields.table("roles", document)?;
    let mapped = Fields::new(table, fields.span("roles"), "`roles`");
    mapped.report_unknown(MAPPED, document);
    mapped.report_missing(MAPPED, document);
    let claim = claim_of(&mapped, document);
    let map = entries(&mapped, document, scope_set);
    Some(RoleClaim {
        claim: claim?,
        map: map?,
    })
}

fn authority(fields: &Fields<'_, '_>, document: &mut Document<'_>) -> Option<AuthorityClaim> {
    const KNOWN: &[&str] = &["claim", "own", "delegated"];
    let table = fields.table("authority", document)?;
    let told = Fields::new(table, fields.span("authority"), "`authority`");
    told.report_unknown(KNOWN, document);
    told.report_missing(KNOWN, document);
    let text = |text: &str, _: Range<usize>, _: &mut Document<'_>| Some(text.to_owned());
    let claim = claim_of(&told, document);
    let own = told.texts("own", document, text);
    let delegated = told.texts("delegated", document, text);
    let (own, delegated) = (own?, delegated?);
    if let Some(both) = own.iter().find(|text| delegated.contains(text)) {
        document.error(
            Rule::TrustedIssuer,
            told.span("delegated"),
            format!("{both:.80?} would be both own and delegated"),
            "let each text of the claim mean one of the two",
        );
        return None;
    }
    Some(AuthorityClaim {
        claim: claim?,
        own,
        delegated,
    })
}

fn claim_of(mapped: &Fields<'_, '_>, document: &mut Document<'_>) -> Option<ClaimPath> {
    mapped
        .get("claim")
        .and_then(|value| path("claim", value, document))
}

/// `"roles"` is the claim of that name, dots and slashes included;
/// `["realm_access", "roles"]` is a member of a claim that is an object.
fn path(
    name: &str,
    value: &Spanned<DeValue<'_>>,
    document: &mut Document<'_>,
) -> Option<ClaimPath> {
    let parts: Vec<&str> = match value.get_ref() {
        DeValue::String(text) => vec![text],
        DeValue::Array(list) => list
            .iter()
            .map(|part| part.get_ref().as_str().unwrap_or_default())
            .collect(),
        other => {
            wrong_type(name, value.span(), other, document);
            return None;
        }
    };
    let plain =
        |part: &&str| (1..=256).contains(&part.len()) && !part.chars().any(char::is_control);
    if parts.is_empty() || parts.len() > MAX_PARTS || !parts.iter().all(plain) {
        document.error(
            Rule::InvalidValue,
            value.span(),
            format!("`{name}` is the name of a claim, or a list of at most {MAX_PARTS} names, one inside the other"),
            "write \"scope\", or [\"realm_access\", \"roles\"]",
        );
        return None;
    }
    Some(parts.into_iter().map(str::to_owned).collect())
}

fn scope_set(text: &str, span: Range<usize>, document: &mut Document<'_>) -> Option<ScopeSet> {
    match ScopeSet::parse(text) {
        Ok(scopes) => Some(scopes),
        Err(why) => {
            let fix = "write action:resource, such as \"read:reports\", with one space between two";
            document.error(Rule::ScopesNamed, span, why.to_string(), fix);
            None
        }
    }
}

/// The entries of `map`; nothing if one of them is wrong.
fn entries<T>(
    mapped: &Fields<'_, '_>,
    document: &mut Document<'_>,
    read: impl Fn(&str, Range<usize>, &mut Document<'_>) -> Option<T>,
) -> Option<BTreeMap<String, T>> {
    let table: &DeTable<'_> = mapped.table("map", document)?;
    if table.is_empty() || table.len() > MAX_ENTRIES {
        document.error(
            Rule::InvalidValue,
            mapped.span("map"),
            format!("a mapping has 1 to {MAX_ENTRIES} entries"),
            "write map = { \"their word\" = \"our word\" }",
        );
        return None;
    }
    let mut found = BTreeMap::new();
    for (key, value) in table.iter() {
        let text: &str = key.get_ref();
        let DeValue::String(to) = value.get_ref() else {
            wrong_type("map", value.span(), value.get_ref(), document);
            continue;
        };
        if let Some(to) = read(to, value.span(), document) {
            found.insert(text.to_owned(), to);
        }
    }
    (found.len() == table.len()).then_some(found)
}
