//! The `[[trusted_issuer]]` tables.

mod claim;
mod contradiction;
mod key_source;

use std::collections::BTreeMap;
use std::ops::Range;

use base::{Lifetime, Name};
use toml::Spanned;
use toml::de::DeValue;

use super::document::Document;
use super::fields::{Fields, word, wrong_type};
use super::nearest::nearest;
use crate::{Api, FOREIGN_ALGORITHMS, ForeignType, ForeignUrl, Preset, Rule, TrustedIssuer};

/// The most trusted issuers of a document.
const MAX_ISSUERS: usize = 100;

const FIELDS: &[&str] = &[
    "name",
    "issuer",
    "preset",
    "algorithms",
    "apis",
    "organisation",
    "owner",
    "keys",
    "allow_private_network",
    "token_types",
    "scopes",
    "roles",
    "client",
    "authority",
    "max_lifetime",
    "leeway",
    "keep_keys",
    "owns_paths",
];

const REQUIRED: &[&str] = &[
    "name",
    "issuer",
    "algorithms",
    "apis",
    "organisation",
    "owner",
    "keys",
];

/// Reads all of them; those that are wrong are left out, with a finding.
pub(super) fn read(
    root: &Fields<'_, '_>,
    apis: &[Api],
    document: &mut Document<'_>,
) -> Vec<TrustedIssuer> {
    let Some(list) = root.list("trusted_issuer", document) else {
        return Vec::new();
    };
    if list.len() > MAX_ISSUERS {
        document.error(
            Rule::TooLarge,
            root.span("trusted_issuer"),
            format!(
                "the document has {} trusted issuers; at most {MAX_ISSUERS} are read",
                list.len()
            ),
            "trust fewer issuers, or divide them among gates with documents of their own",
        );
        return Vec::new();
    }
    let mut read = Vec::new();
    for value in list.iter() {
        if let Some(issuer) = one(value, apis, document) {
            read.push((issuer, value.span()));
        }
    }
    contradiction::report(&read, apis, document);
    read.into_iter().map(|(issuer, _)| issuer).collect()
}

fn one(
    value: &Spanned<DeValue<'_>>,
    apis: &[Api],
    document: &mut Document<'_>,
) -> Option<TrustedIssuer> {
    let DeValue::Table(table) = value.get_ref() else {
        wrong_type("trusted_issuer", value.span(), value.get_ref(), document);
        return None;
    };
    let fields = Fields::new(table, value.span(), "the trusted issuer");
    fields.report_unknown(FIELDS, document);
    fields.report_missing(REQUIRED, document);
    let preset = match fields.get("preset") {
        None => Some(Preset::Openid),
        Some(_) => fields.word("preset", document),
    };
    let name = fields.parsed("name", document);
    let issuer = identifier(&fields, document);
    let algorithms = algorithms(&fields, document);
    let opened = opened(&fields, apis, document);
    let organisation = claim::organisation(&fields, document);
    let owner = fields.parsed("owner", document);
    let keys = key_source::read(&fields, document);
    let token_types = token_types(preset, &fields, document);
    let claims = claim::read(preset, &fields, document);
    let clocks = clocks(&fields, document);
    Some(TrustedIssuer {
        name: name?,
        issuer: issuer?,
        preset: preset?,
        algorithms: algorithms?,
        apis: opened?,
        organisation: organisation?,
        owner: owner?,
        keys: keys?,
        allow_private_network: fields.flag("allow_private_network", document),
        token_types: token_types?,
        scopes: claims.scopes,
        roles: claims.roles,
        client: claims.client,
        authority: claims.authority,
        max_lifetime: clocks.max_lifetime,
        leeway: clocks.leeway,
        keep_keys: clocks.keep_keys,
        owns_paths: fields.flag("owns_paths", document),
    })
}

fn identifier(fields: &Fields<'_, '_>, document: &mut Document<'_>) -> Option<ForeignUrl> {
    let issuer: ForeignUrl = fields.parsed("issuer", document)?;
    if issuer.has_query() {
        // RFC 8414 section 2
        document.error(
            Rule::InvalidValue,
            fields.span("issuer"),
            "an issuer has no query",
            "write the issuer exactly as its tokens have it in iss",
        );
        return None;
    }
    Some(issuer)
}

fn algorithms(fields: &Fields<'_, '_>, document: &mut Document<'_>) -> Option<Vec<String>> {
    let algorithms = fields.texts("algorithms", document, |text, span, document| {
        if FOREIGN_ALGORITHMS.contains(&text) {
            return Some(text.to_owned());
        }
        let fix = if text.starts_with("HS") || text.eq_ignore_ascii_case("none") {
            "write the asymmetric algorithm that its keys are for, such as \"RS256\": what a shared key verifies, it also signs".to_owned()
        } else if let Some(near) = nearest(text, &FOREIGN_ALGORITHMS) {
            format!("did you mean \"{near}\"?")
        } else {
            format!("write some of: {}", FOREIGN_ALGORITHMS.join(", "))
        };
        let message = format!("`algorithms` cannot have {text:.80?}");
        document.error(Rule::InvalidValue, span, message, fix);
        None
    })?;
    not_empty(algorithms, "algorithms", fields, document)
}

/// `apis = { payments = ["https://api.example.com/payments"] }`.
fn opened(
    fields: &Fields<'_, '_>,
    apis: &[Api],
    document: &mut Document<'_>,
) -> Option<BTreeMap<Name, Vec<String>>> {
    let table = fields.table("apis", document)?;
    let audiences = Fields::new(table, fields.span("apis"), "`apis`");
    let mut opened = BTreeMap::new();
    for key in table.keys() {
        let text: &str = key.get_ref();
        let Some(api) = apis.iter().find(|api| api.name.as_str() == text) else {
            let known: Vec<&str> = apis.iter().map(|api| api.name.as_str()).collect();
            let fix = match nearest(text, &known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write the name of an [api.NAME] of this document".to_owned(),
            };
            let message = format!("there is no api {text:.80?} for its tokens to open");
            document.error(Rule::TrustedIssuer, key.span(), message, fix);
            continue;
        };
        let listed = audiences.texts(text, document, audience)?;
        let listed = not_empty(listed, text, &audiences, document)?;
        opened.insert(api.name.clone(), listed);
    }
    if table.is_empty() {
        document.error(
            Rule::TrustedIssuer,
            fields.span("apis"),
            "its tokens open no api",
            "write apis = { payments = [\"https://api.example.com/payments\"] }, with the values of aud that open it",
        );
    }
    (opened.len() == table.len() && !opened.is_empty()).then_some(opened)
}

/// RFC 7519 section 4.1.3: any text; compared byte for byte.
fn audience(text: &str, span: Range<usize>, document: &mut Document<'_>) -> Option<String> {
    if text.is_empty() || text.len() > 256 || text.chars().any(char::is_control) {
        document.error(
            Rule::InvalidValue,
            span,
            "an audience has 1 to 256 characters and no control character",
            "write the aud of its tokens, exactly",
        );
        return None;
    }
    Some(text.to_owned())
}

fn token_types(
    preset: Option<Preset>,
    fields: &Fields<'_, '_>,
    document: &mut Document<'_>,
) -> Option<Vec<ForeignType>> {
    if fields.get("token_types").is_none() {
        let preset = preset?;
        let types = preset.token_types();
        if types.is_none() {
            document.error(
                Rule::TrustedIssuer,
                fields.span("preset"),
                format!("the access tokens of {preset} have no typ, and that is accepted only where it is said"),
                "write token_types = [\"unstated\"], after you have seen that the issuer's ID tokens have other audiences",
            );
        }
        return types;
    }
    let types = fields.texts("token_types", document, |text, span, document| {
        word::<ForeignType>("token_types", text, span, document)
    })?;
    not_empty(types, "token_types", fields, document)
}

struct Clocks {
    max_lifetime: Lifetime,
    leeway: Lifetime,
    keep_keys: Lifetime,
}

const HOUR: u64 = 3600;

fn clocks(fields: &Fields<'_, '_>, document: &mut Document<'_>) -> Clocks {
    let mut clock = |name: &'static str, default: u64, (least, most): (u64, u64)| {
        let default = Lifetime::from_secs(default);
        let written = fields.lifetime(name, document).unwrap_or(default);
        if (least..=most).contains(&written.as_secs()) {
            return written;
        }
        let bound = |seconds| crate::duration::print(Lifetime::from_secs(seconds));
        document.error(
            Rule::InvalidValue,
            fields.span(name),
            format!("`{name}` is from {} to {}", bound(least), bound(most)),
            format!("write {name} = \"{}\"", crate::duration::print(default)),
        );
        default
    };
    Clocks {
        max_lifetime: clock("max_lifetime", HOUR, (1, 24 * HOUR)),
        leeway: clock("leeway", 5, (1, 60)),
        keep_keys: clock("keep_keys", 24 * HOUR, (HOUR / 4, 7 * 24 * HOUR)),
    }
}

fn not_empty<T>(
    list: Vec<T>,
    name: &str,
    fields: &Fields<'_, '_>,
    document: &mut Document<'_>,
) -> Option<Vec<T>> {
    if !list.is_empty() {
        return Some(list);
    }
    let written = fields
        .get(name)
        .and_then(|value| value.get_ref().as_array());
    if written.is_some_and(|list| list.is_empty()) {
        document.error(
            Rule::InvalidValue,
            fields.span(name),
            format!("`{name}` is empty, so no token would be accepted"),
            "name what is accepted, or remove the trusted issuer",
        );
    }
    None
}
