//! From a document to an inventory, with everything that is wrong with it.

mod api;
mod conflict;
mod document;
mod endpoint;
mod fields;
mod moment;
mod nearest;
mod trusted_issuer;

use base::Timestamp;
use credential::Environment;
use toml::de::DeTable;

use self::document::Document;
use self::fields::Fields;
use crate::{Inventory, Reading, Rule, Severity};

/// The largest document that is read: 1 MiB.
const MAX_BYTES: usize = 1 << 20;

/// The most endpoints of a document: each is compared with the others.
const MAX_ENDPOINTS: usize = 10_000;

const FIELDS: &[&str] = &["environment", "api", "trusted_issuer"];

impl Inventory {
    /// Reads a TOML document for this environment. Every finding is reported,
    /// with its place, and any error refuses the whole document: there is no
    /// half of an inventory.
    pub fn parse(source: &str, environment: &Environment, now: Timestamp) -> Reading {
        let mut document = Document::new(environment, now);
        if source.len() > MAX_BYTES {
            document.error(
                Rule::TooLarge,
                0..0,
                format!(
                    "the document has {} bytes; at most {MAX_BYTES} are read",
                    source.len()
                ),
                "split the inventory into one environment, or one gate, per document",
            );
            return document.finish(source, None);
        }
        let (root, errors) = DeTable::parse_recoverable(source);
        for error in &errors {
            document.error(
                Rule::TomlSyntax,
                error.span().unwrap_or(0..0),
                error.message(),
                "write valid TOML; see https://toml.io",
            );
        }
        if !errors.is_empty() {
            return document.finish(source, None);
        }
        let inventory = root_table(&root, &mut document);
        document.finish(source, Some(inventory))
    }
}

fn root_table(root: &toml::Spanned<DeTable<'_>>, document: &mut Document<'_>) -> Inventory {
    let fields = Fields::new(root.get_ref(), 0..0, "the document");
    fields.report_unknown(FIELDS, document);
    check_environment(&fields, document);
    let mut sites = Vec::new();
    let mut apis = Vec::new();
    let tables = fields.table("api", document);
    let endpoints = tables.map_or(0, count_endpoints);
    if endpoints > MAX_ENDPOINTS {
        document.error(
            Rule::TooLarge,
            fields.span("api"),
            format!("the document has {endpoints} endpoints; at most {MAX_ENDPOINTS} are read"),
            "split the inventory into one gate per document, or match with params",
        );
        return Inventory::default();
    }
    if let Some(tables) = tables {
        for (name, value) in tables.iter() {
            apis.extend(api::read(name, value, &mut sites, document));
        }
    }
    if sites.is_empty() {
        document.report(
            Severity::Warning,
            Rule::MissingField,
            0..0,
            "there is no endpoint, so every request is denied",
            "write [api.NAME] and [[api.NAME.endpoint]]",
        );
    }
    conflict::report(&sites, document);
    let trusted_issuers = trusted_issuer::read(&fields, &apis, document);
    Inventory {
        apis,
        trusted_issuers,
    }
}

fn count_endpoints(apis: &DeTable<'_>) -> usize {
    apis.values()
        .filter_map(|api| api.get_ref().get("endpoint")?.get_ref().as_array())
        .map(|list| list.len())
        .sum()
}

/// A document that names its environment is only for that one.
fn check_environment(fields: &Fields<'_, '_>, document: &mut Document<'_>) {
    let Some((name, span)) = fields.text("environment", document) else {
        return;
    };
    let expected = document.environment.name.clone();
    if name != expected.as_str() {
        document.error(
            Rule::WrongEnvironment,
            span,
            format!("the document is for {name:.80?}, but this environment is {expected}"),
            format!(
                "apply it there, or write environment = \"{expected}\" if it was made for this one"
            ),
        );
    }
}
