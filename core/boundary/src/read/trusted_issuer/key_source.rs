//! `keys`: where an issuer's keys come from.

use toml::de::DeValue;

use crate::read::document::Document;
use crate::read::fields::{Fields, wrong_type};
use crate::{KeySource, Rule};

const FIELDS: &[&str] = &["discovery", "url", "file", "inline"];

const FIX: &str = "write keys = { discovery = true }, { url = \"https://...\" }, { file = \"/etc/doorward/acme.jwks.json\" } or { inline = '''{\"keys\":[...]}''' }";

/// The largest key set that stands in the document itself.
const MAX_INLINE: usize = 64 * 1024;

pub(super) fn read(fields: &Fields<'_, '_>, document: &mut Document<'_>) -> Option<KeySource> {
    let table = fields.table("keys", document)?;
    let span = fields.span("keys");
    let source = Fields::new(table, span.clone(), "`keys`");
    source.report_unknown(FIELDS, document);
    let written: Vec<&str> = FIELDS
        .iter()
        .copied()
        .filter(|name| source.get(name).is_some())
        .collect();
    let [name] = written.as_slice() else {
        let message = "`keys` names exactly one place where the keys come from";
        document.error(Rule::InvalidValue, span, message, FIX);
        return None;
    };
    match *name {
        "discovery" => discovery(&source, document),
        "url" => source.parsed("url", document).map(KeySource::Url),
        "file" => file(&source, document),
        _ => inline(&source, document),
    }
}

fn discovery(source: &Fields<'_, '_>, document: &mut Document<'_>) -> Option<KeySource> {
    let value = source.get("discovery")?;
    match value.get_ref() {
        DeValue::Boolean(true) => Some(KeySource::Discovery),
        DeValue::Boolean(false) => {
            document.error(
                Rule::InvalidValue,
                value.span(),
                "`discovery` is true, or another place is named",
                FIX,
            );
            None
        }
        other => {
            wrong_type("discovery", value.span(), other, document);
            None
        }
    }
}

fn file(source: &Fields<'_, '_>, document: &mut Document<'_>) -> Option<KeySource> {
    let (path, span) = source.text("file", document)?;
    let plain = path.len() <= 1024 && !path.chars().any(char::is_control);
    // Each gate reads it on its own disk: a relative path would mean a
    // different file for each.
    if !path.starts_with('/') || path.split('/').any(|part| part == "..") || !plain {
        document.error(
            Rule::InvalidValue,
            span,
            "a key file is named by its whole path, without `..`",
            "write keys = { file = \"/etc/doorward/acme.jwks.json\" }",
        );
        return None;
    }
    Some(KeySource::File(path.to_owned()))
}

fn inline(source: &Fields<'_, '_>, document: &mut Document<'_>) -> Option<KeySource> {
    let (text, span) = source.text("inline", document)?;
    let trimmed = text.trim();
    if text.len() > MAX_INLINE || !trimmed.starts_with('{') || !trimmed.ends_with('}') {
        document.error(
            Rule::InvalidValue,
            span,
            format!("an inline key set is one JSON object of at most {MAX_INLINE} bytes"),
            FIX,
        );
        return None;
    }
    Some(KeySource::Inline(text.to_owned()))
}
