//! The fields of one table: typed, and every mismatch reported at its place.

use std::ops::Range;

use base::Lifetime;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::document::Document;
use super::nearest::nearest;
use crate::Rule;
use crate::facts::Word;

/// The most items of a list.
const MAX_ITEMS: usize = 100;

pub(super) struct Fields<'a, 'i> {
    table: &'a DeTable<'i>,
    /// Where to point when something is missing.
    at: Range<usize>,
    /// What the table is, for people.
    what: &'static str,
}

impl<'a, 'i> Fields<'a, 'i> {
    pub(super) fn new(table: &'a DeTable<'i>, at: Range<usize>, what: &'static str) -> Self {
        Self { table, at, what }
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a Spanned<DeValue<'i>>> {
        self.table.get(name)
    }

    /// Where the field's value stands, or the table if it is not written.
    pub(super) fn span(&self, name: &str) -> Range<usize> {
        self.get(name)
            .map_or_else(|| self.at.clone(), Spanned::span)
    }

    /// Reports each field that is not in `known`, with the nearest that is.
    pub(super) fn report_unknown(&self, known: &[&str], document: &mut Document<'_>) {
        for key in self.table.keys() {
            let name: &str = key.get_ref();
            if known.contains(&name) {
                continue;
            }
            let fix = match nearest(name, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("remove it; there are: {}", known.join(", ")),
            };
            let message = format!("{} has no field {name:.80?}", self.what);
            document.error(Rule::UnknownField, key.span(), message, fix);
        }
    }

    /// Reports all fields of `required` that are not written, in one finding.
    pub(super) fn report_missing(&self, required: &[&str], document: &mut Document<'_>) {
        let missing: Vec<&str> = required
            .iter()
            .copied()
            .filter(|name| self.get(name).is_none())
            .collect();
        if missing.is_empty() {
            return;
        }
        let lines: Vec<String> = missing
            .iter()
            .map(|name| format!("{name} = {}", example(name)))
            .collect();
        document.error(
            Rule::MissingField,
            self.at.clone(),
            format!("{} lacks {}", self.what, missing.join(", ")),
            format!("write {}", lines.join("; ")),
        );
    }

    pub(super) fn text(
        &self,
        name: &str,
        document: &mut Document<'_>,
    ) -> Option<(&'a str, Range<usize>)> {
        let value = self.get(name)?;
        match value.get_ref() {
            DeValue::String(text) => Some((text, value.span())),
            other => {
                wrong_type(name, value.span(), other, document);
                None
            }
        }
    }

    /// A text that says something: not empty, not only spaces, at most 500
    /// characters and none of them a control character.
    pub(super) fn sentence(&self, name: &str, document: &mut Document<'_>) -> Option<String> {
        let (text, span) = self.text(name, document)?;
        let text = text.trim();
        if text.is_empty() || text.len() > 500 || text.chars().any(char::is_control) {
            document.error(
                Rule::InvalidValue,
                span,
                format!("`{name}` is one line of 1 to 500 characters"),
                format!("write {name} = \"...\" in a sentence"),
            );
            return None;
        }
        Some(text.to_owned())
    }

    pub(super) fn parsed<T>(&self, name: &str, document: &mut Document<'_>) -> Option<T>
    where
        T: std::str::FromStr<Err: std::fmt::Display>,
    {
        let (text, span) = self.text(name, document)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(why) => {
                document.error(
                    Rule::InvalidValue,
                    span,
                    format!("`{name}` cannot be {text:.80?}: {why}"),
                    format!("write {name} = {}", example(name)),
                );
                None
            }
        }
    }

    pub(super) fn word<T: Word>(&self, name: &str, document: &mut Document<'_>) -> Option<T> {
        let (text, span) = self.text(name, document)?;
        word(name, text, span, document)
    }

    pub(super) fn flag(&self, name: &str, document: &mut Document<'_>) -> bool {
        match self.get(name).map(|value| (value.get_ref(), value.span())) {
            None => false,
            Some((DeValue::Boolean(flag), _)) => *flag,
            Some((other, span)) => {
                wrong_type(name, span, other, document);
                false
            }
        }
    }

    /// A length of time of at least a second: zero would let nobody pass.
    pub(super) fn lifetime(&self, name: &str, document: &mut Document<'_>) -> Option<Lifetime> {
        let (text, span) = self.text(name, document)?;
        let lifetime = base::parse_lifetime(text).filter(|lifetime| !lifetime.is_zero());
        if lifetime.is_none() {
            document.error(
                Rule::InvalidValue,
                span,
                format!("`{name}` cannot be {text:.80?}: it is a whole number above zero and s, m, h or d"),
                format!("write {name} = {}", example(name)),
            );
        }
        lifetime
    }

    pub(super) fn list(&self, name: &str, document: &mut Document<'_>) -> Option<&'a DeArray<'i>> {
        let value = self.get(name)?;
        match value.get_ref() {
            DeValue::Array(list) => Some(list),
            other => {
                wrong_type(name, value.span(), other, document);
                None
            }
        }
    }

    pub(super) fn table(&self, name: &str, document: &mut Document<'_>) -> Option<&'a DeTable<'i>> {
        let value = self.get(name)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(table),
            other => {
                wrong_type(name, value.span(), other, document);
                None
            }
        }
    }

    /// A list of texts, each read by `read`; a repeated one is reported.
    pub(super) fn texts<T: PartialEq>(
        &self,
        name: &str,
        document: &mut Document<'_>,
        read: impl Fn(&str, Range<usize>, &mut Document<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut items = Vec::new();
        let list = self.list(name, document)?;
        if list.len() > MAX_ITEMS {
            document.error(
                Rule::TooLarge,
                self.span(name),
                format!(
                    "`{name}` has {} items; at most {MAX_ITEMS} are read",
                    list.len()
                ),
                "name what this endpoint needs, and no more",
            );
            return None;
        }
        for value in list.iter() {
            let DeValue::String(text) = value.get_ref() else {
                wrong_type(name, value.span(), value.get_ref(), document);
                continue;
            };
            let Some(item) = read(text, value.span(), document) else {
                continue;
            };
            if items.contains(&item) {
                document.error(
                    Rule::InvalidValue,
                    value.span(),
                    format!("{text:.80?} stands in `{name}` twice"),
                    "remove one",
                );
            } else {
                items.push(item);
            }
        }
        Some(items)
    }
}

/// The word of a closed list, or a finding that names the nearest.
pub(super) fn word<T: Word>(
    name: &str,
    text: &str,
    span: Range<usize>,
    document: &mut Document<'_>,
) -> Option<T> {
    if let Some(value) = T::from_name(text) {
        return Some(value);
    }
    let words: Vec<&str> = T::WORDS.iter().map(|(word, _)| *word).collect();
    let fix = match nearest(text, &words) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => format!("write one of: {}", words.join(", ")),
    };
    document.error(
        Rule::InvalidValue,
        span,
        format!("`{name}` cannot be {text:.80?}"),
        fix,
    );
    None
}

pub(super) fn wrong_type(
    name: &str,
    span: Range<usize>,
    found: &DeValue<'_>,
    document: &mut Document<'_>,
) {
    document.error(
        Rule::InvalidValue,
        span,
        format!("`{name}` cannot be a TOML {}", found.type_str()),
        format!("write {name} = {}", example(name)),
    );
}

/// What a field looks like.
fn example(name: &str) -> &'static str {
    match name {
        "environment" => "\"production\"",
        "audience" => "\"https://api.example.com/payments\"",
        "upstream" => "\"http://127.0.0.1:9000\"",
        "owner" => "\"team-payments\"",
        "surface" => "\"payments\"",
        "revoker" => "\"payments-oncall\"",
        "roles_from" => "\"issuer\"",
        "token_algorithm" => "\"ES256\"",
        "id" => "\"payouts.create\"",
        "match" => "\"POST /v1/payouts\"",
        "caller" => "\"browser\", \"mobile\", \"partner\", \"service\" or \"anyone\"",
        "authority" => "\"own\" or \"delegated\"",
        "data" => "\"public\", \"own\", \"user\", \"money\" or \"admin\"",
        "exposure" => "\"public\" or \"internal\"",
        "consequence" => "\"read\", \"write\", \"sensitive\" or \"irreversible\"",
        "scopes" => "[\"read:reports\"]",
        "accepts" => "[\"client_credentials\"]",
        "max_token_age" => "\"5m\"",
        "max_feed_lag" => "\"5s\"",
        "record" => "\"every\"",
        "raw_api_key_until" | "until" => "\"2027-01-31\"",
        "owner_param" => "\"user\"",
        "sender_constrained" | "idempotency_key" => "true",
        "encrypted_tokens" => "\"accepted\" or \"required\"",
        "basic" | "exception" => {
            "{ reason = \"...\", owner = \"team-payments\", until = \"2027-01-31\" }"
        }
        "name" => "\"acme-sso\"",
        "issuer" => "\"https://sso.acme.example/realms/partners\"",
        "preset" => "\"keycloak\"",
        "algorithms" => "[\"RS256\"]",
        "apis" => "{ payments = [\"https://api.example.com/payments\"] }",
        "organisation" => "\"acme\"",
        "keys" => "{ discovery = true }",
        "discovery" | "allow_private_network" | "owns_paths" => "true",
        "url" => "\"https://sso.acme.example/keys\"",
        "file" => "\"/etc/doorward/acme.jwks.json\"",
        "inline" => "'''{\"keys\":[]}'''",
        "token_types" => "[\"at+jwt\"]",
        "roles" => {
            "{ claim = [\"realm_access\", \"roles\"], map = { \"reporter\" = \"read:reports\" } }"
        }
        "client" | "claim" => "\"azp\"",
        "map" => "{ \"their word\" = \"our word\" }",
        "own" => "[\"app\"]",
        "delegated" => "[\"user\"]",
        "max_lifetime" => "\"1h\"",
        "leeway" => "\"5s\"",
        "keep_keys" => "\"24h\"",
        "trusted_issuer" => "a list of tables: [[trusted_issuer]]",
        "api" => "a table: [api.payments]",
        "endpoint" => "a list of tables: [[api.payments.endpoint]]",
        _ => "\"...\"",
    }
}
