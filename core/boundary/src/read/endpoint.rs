//! One `[[api.NAME.endpoint]]` table.

use base::Name;
use credential::{CredentialKind, Scope, ScopeSet};
use toml::Spanned;
use toml::de::DeValue;

use super::conflict::Site;
use super::document::Document;
use super::fields::{Fields, word, wrong_type};
use super::moment;
use crate::derive::derive;
use crate::endpoint::issuer_name;
use crate::written::{Debt, Written};
use crate::{Endpoint, Facts, Match, Rule};

const FIELDS: &[&str] = &[
    "id",
    "match",
    "caller",
    "authority",
    "data",
    "exposure",
    "consequence",
    "owner",
    "revoker",
    "surface",
    "roles_from",
    "scopes",
    "accepts",
    "max_token_age",
    "max_feed_lag",
    "record",
    "raw_api_key_until",
    "basic",
    "exception",
    "owner_param",
    "sender_constrained",
    "encrypted_tokens",
    "idempotency_key",
];

const REQUIRED: &[&str] = &[
    "id",
    "match",
    "caller",
    "authority",
    "data",
    "exposure",
    "consequence",
    "owner",
    "revoker",
    "surface",
];

const DEBT: &[&str] = &["reason", "owner", "until"];

/// What an endpoint takes from its API where it writes nothing itself.
pub(super) struct Inherited {
    pub(super) owner: Option<Name>,
    pub(super) surface: Option<Name>,
    pub(super) revoker: Option<Name>,
    pub(super) roles_from: Option<Name>,
    /// The fields that the API writes, well or badly: a bad one is reported
    /// once, there.
    pub(super) has: Vec<&'static str>,
}

/// Reads one endpoint; nothing if it is wrong.
pub(super) fn read(
    value: &Spanned<DeValue<'_>>,
    inherited: &Inherited,
    sites: &mut Vec<Site>,
    document: &mut Document<'_>,
) -> Option<Endpoint> {
    let DeValue::Table(table) = value.get_ref() else {
        wrong_type("endpoint", value.span(), value.get_ref(), document);
        return None;
    };
    let fields = Fields::new(table, value.span(), "the endpoint");
    document.subject = label(&fields);
    fields.report_unknown(FIELDS, document);
    let required: Vec<&str> = REQUIRED
        .iter()
        .copied()
        .filter(|name| !inherited.has.contains(name))
        .collect();
    fields.report_missing(&required, document);
    let id: Option<Name> = fields.parsed("id", document);
    let matches: Option<Match> = fields.parsed("match", document);
    sites.push(Site {
        label: document.subject.clone(),
        id: id.clone().map(|id| (id, fields.span("id"))),
        matches: matches.clone().map(|m| (m, fields.span("match"))),
    });
    let or_inherit = |name, inherited: &Option<Name>, document: &mut Document<'_>| {
        if fields.get(name).is_some() {
            fields.parsed(name, document)
        } else {
            inherited.clone()
        }
    };
    let owner = or_inherit("owner", &inherited.owner, document);
    let surface = or_inherit("surface", &inherited.surface, document);
    let revoker = or_inherit("revoker", &inherited.revoker, document);
    let roles_from = or_inherit("roles_from", &inherited.roles_from, document);
    let idempotency_key = fields.flag("idempotency_key", document);
    let mut written = written(&fields, document);
    written.owner = owner.clone();
    written.path = matches.as_ref().map(|matches| matches.path.clone());
    let facts = facts(&fields, document)?;
    let outcome = derive(&facts, &written, document.now);
    for verdict in outcome.verdicts {
        document.report(
            verdict.severity,
            verdict.rule,
            fields.span(verdict.field),
            verdict.message,
            verdict.fix,
        );
    }
    Some(Endpoint {
        id: id?,
        matches: matches?,
        facts,
        demand: outcome.demand,
        owner: owner?,
        revoker: revoker?,
        surface: surface?,
        roles_from: roles_from.unwrap_or_else(issuer_name),
        idempotency_key,
        exceptions: outcome.exceptions,
    })
}

/// What people call the endpoint, even while its id is wrong.
fn label(fields: &Fields<'_, '_>) -> Option<String> {
    ["id", "match"].into_iter().find_map(|name| {
        let text = fields.get(name)?.get_ref().as_str()?;
        Some(text.chars().take(80).collect())
    })
}

fn facts(fields: &Fields<'_, '_>, document: &mut Document<'_>) -> Option<Facts> {
    let caller = fields.word("caller", document);
    let authority = fields.word("authority", document);
    let data = fields.word("data", document);
    let exposure = fields.word("exposure", document);
    let consequence = fields.word("consequence", document);
    Some(Facts {
        caller: caller?,
        authority: authority?,
        data: data?,
        exposure: exposure?,
        consequence: consequence?,
    })
}

fn written(fields: &Fields<'_, '_>, document: &mut Document<'_>) -> Written {
    let accepts = fields.texts("accepts", document, |text, span, document| {
        word::<CredentialKind>("accepts", text, span, document)
    });
    let window = fields.get("raw_api_key_until");
    Written {
        owner: None,
        path: None,
        scopes: scopes(fields, document),
        accepts,
        max_token_age: fields.lifetime("max_token_age", document),
        max_feed_lag: fields.lifetime("max_feed_lag", document),
        record: fields.word("record", document),
        raw_api_key_until: window
            .and_then(|value| moment::read("raw_api_key_until", value, document)),
        basic: debt("basic", fields, document),
        exception: debt("exception", fields, document),
        owner_param: fields
            .text("owner_param", document)
            .map(|(name, _)| name.chars().take(80).collect()),
        sender_constrained: fields.flag("sender_constrained", document),
        encrypted_tokens: fields.word("encrypted_tokens", document),
    }
}

/// The scopes; `None` where one is wrong, so that it is not reported as
/// missing too.
fn scopes(fields: &Fields<'_, '_>, document: &mut Document<'_>) -> Option<ScopeSet> {
    let Some(value) = fields.get("scopes") else {
        return Some(ScopeSet::empty());
    };
    let listed = value.get_ref().as_array().map_or(0, |list| list.len());
    let scopes = fields.texts("scopes", document, |text, span, document| {
        match text.parse::<Scope>() {
            Ok(scope) => Some(scope),
            Err(why) => {
                let fix = "write action:resource, such as \"read:reports\"";
                document.error(Rule::ScopesNamed, span, why.to_string(), fix);
                None
            }
        }
    })?;
    (scopes.len() == listed).then(|| scopes.into_iter().collect())
}

fn debt(name: &'static str, fields: &Fields<'_, '_>, document: &mut Document<'_>) -> Option<Debt> {
    let table = fields.table(name, document)?;
    let what = if name == "basic" {
        "`basic`"
    } else {
        "`exception`"
    };
    let debt = Fields::new(table, fields.span(name), what);
    debt.report_unknown(DEBT, document);
    debt.report_missing(DEBT, document);
    let reason = debt.sentence("reason", document);
    let owner = debt.parsed("owner", document);
    let until = debt
        .get("until")
        .and_then(|value| moment::read("until", value, document));
    Some(Debt {
        reason: reason?,
        owner: owner?,
        until: until?,
    })
}
