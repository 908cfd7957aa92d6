//! One `[api.NAME]` table.

use base::Name;
use credential::{Audience, EnvironmentClass};
use toml::Spanned;
use toml::de::DeValue;

use super::conflict::Site;
use super::document::Document;
use super::endpoint::{self, Inherited};
use super::fields::{Fields, wrong_type};
use crate::upstream::Upstream;
use crate::{Api, Rule, Severity};

const FIELDS: &[&str] = &[
    "audience",
    "upstream",
    "owner",
    "surface",
    "revoker",
    "roles_from",
    "token_algorithm",
    "endpoint",
];

const REQUIRED: &[&str] = &["audience", "upstream", "owner", "surface"];

/// Reads one API and all its endpoints; nothing if it or one of them is wrong.
pub(super) fn read<'i>(
    key: &Spanned<std::borrow::Cow<'i, str>>,
    value: &Spanned<DeValue<'i>>,
    sites: &mut Vec<Site>,
    document: &mut Document<'_>,
) -> Option<Api> {
    let DeValue::Table(table) = value.get_ref() else {
        wrong_type("api", value.span(), value.get_ref(), document);
        return None;
    };
    let fields = Fields::new(table, key.span(), "the api");
    fields.report_unknown(FIELDS, document);
    fields.report_missing(REQUIRED, document);
    let name = name(key, document);
    let audience: Option<Audience> = fields.parsed("audience", document);
    let upstream = upstream(&fields, document);
    // What is wrong with it is reported, and an error refuses the whole document.
    let token_algorithm = fields.parsed("token_algorithm", document);
    let inherited = Inherited {
        owner: fields.parsed("owner", document),
        surface: fields.parsed("surface", document),
        revoker: fields.parsed("revoker", document),
        roles_from: fields.parsed("roles_from", document),
        has: ["owner", "surface", "revoker", "roles_from"]
            .into_iter()
            .filter(|field| fields.get(field).is_some())
            .collect(),
    };
    let mut endpoints = Vec::new();
    for item in fields.list("endpoint", document).into_iter().flatten() {
        endpoints.extend(endpoint::read(item, &inherited, sites, document));
        document.subject = None;
    }
    report_unanswered_roles(&fields, key.span(), document);
    Some(Api {
        name: name?,
        audience: audience?,
        upstream: upstream?,
        owner: inherited.owner?,
        surface: inherited.surface?,
        token_algorithm,
        endpoints,
    })
}

fn name(key: &Spanned<std::borrow::Cow<'_, str>>, document: &mut Document<'_>) -> Option<Name> {
    let text: &str = key.get_ref();
    match text.parse() {
        Ok(name) => Some(name),
        Err(why) => {
            document.error(
                Rule::InvalidValue,
                key.span(),
                format!("an api cannot be named {text:.80?}: {why}"),
                "write [api.payments]",
            );
            None
        }
    }
}

fn upstream(fields: &Fields<'_, '_>, document: &mut Document<'_>) -> Option<String> {
    let upstream: Upstream = fields.parsed("upstream", document)?;
    if upstream.is_in_the_clear {
        let severity = match document.environment.class {
            EnvironmentClass::Production => Severity::Warning,
            EnvironmentClass::Sandbox => Severity::Note,
        };
        document.report(
            severity,
            Rule::Upstream,
            fields.span("upstream"),
            "requests and the gate's own token leave this machine without TLS",
            "write https://, or run the gate beside the upstream",
        );
    }
    Some(upstream.text)
}

/// The third of the three questions, where roles are managed: once for all the
/// endpoints that leave it open.
fn report_unanswered_roles(
    fields: &Fields<'_, '_>,
    span: std::ops::Range<usize>,
    document: &mut Document<'_>,
) {
    let endpoints = fields
        .get("endpoint")
        .and_then(|list| list.get_ref().as_array());
    let open = endpoints
        .into_iter()
        .flatten()
        .filter(|endpoint| endpoint.get_ref().get("roles_from").is_none())
        .count();
    if open == 0 || fields.get("roles_from").is_some() {
        return;
    }
    let severity = match document.environment.class {
        EnvironmentClass::Production => Severity::Warning,
        EnvironmentClass::Sandbox => Severity::Note,
    };
    document.report(
        severity,
        Rule::Accountability,
        span,
        format!("{open} of its endpoints do not say where roles are managed; it is taken to be the issuer, in the scopes that it grants"),
        "write roles_from = \"issuer\", or the system that manages them, here or in each endpoint",
    );
}
