//! Whatever is handed in, reading it neither panics nor lets a broken law through.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::allow_attributes,
    missing_docs,
    reason = "tests"
)]

use boundary::{Authority, Caller, DataClass, Inventory, Severity};
use credential::CredentialKind::ApiKey;
use credential::{Environment, EnvironmentClass};
use proptest::prelude::*;

const DOCUMENT: &str = r#"
environment = "production"
[api.payments]
audience = "https://api.example.com/payments"
upstream = "http://127.0.0.1:9000"
owner    = "team-payments"
surface  = "payments"
revoker  = "oncall"

[[api.payments.endpoint]]
id          = "payouts.create"
match       = "POST /v1/payouts/{user}"
caller      = "partner"
authority   = "own"
data        = "own"
exposure    = "public"
consequence = "read"
scopes      = ["write:payouts"]
accepts     = ["client_credentials"]
owner_param = "user"
raw_api_key_until = "2027-01-31"
max_token_age = "1h"
exception   = { reason = "moving", owner = "team-payments", until = 2026-12-31 }
basic       = { reason = "moving", owner = "team-payments", until = 2026-12-31 }

[[api.payments.endpoint]]
id          = "health"
match       = "GET /health"
caller      = "anyone"
authority   = "own"
data        = "public"
exposure    = "public"
consequence = "read"
"#;

/// Reads it and checks what must hold of every reading.
fn check(source: &str) -> Option<Inventory> {
    let environment = Environment {
        name: "production".parse().unwrap(),
        class: EnvironmentClass::Production,
    };
    let now = "2026-06-01T00:00:00Z".parse().unwrap();
    let reading = Inventory::parse(source, &environment, now);
    let is_refused = reading
        .findings
        .iter()
        .any(|f| f.severity == Severity::Error);
    assert_eq!(reading.inventory.is_none(), is_refused);
    assert!(reading.findings.is_sorted_by_key(|f| f.span.start));
    for finding in &reading.findings {
        let before = source.get(..finding.span.start).unwrap();
        assert!(source.get(finding.span.clone()).is_some());
        assert_eq!(finding.line, before.matches('\n').count() + 1);
        // A byte order mark at the start is no character of the text.
        let text = before.strip_prefix('\u{feff}').unwrap_or(before);
        let line = text.rsplit('\n').next().unwrap();
        assert_eq!(finding.column, line.chars().count() + 1);
    }
    let inventory = reading.inventory?;
    for (_, endpoint) in inventory.endpoints() {
        let facts = &endpoint.facts;
        let demand = &endpoint.demand;
        let keeps_no_secret = matches!(facts.caller, Caller::Browser | Caller::Mobile);
        if keeps_no_secret || facts.authority == Authority::Delegated {
            assert!(!demand.accepts.contains(&ApiKey));
        }
        let is_open = facts.caller == Caller::Anyone && facts.data == DataClass::Public;
        assert_eq!(demand.accepts.is_empty(), is_open);
        assert_eq!(demand.scopes.is_empty(), is_open);
    }
    let json = serde_json::to_string(&inventory).unwrap();
    assert_eq!(serde_json::from_str::<Inventory>(&json).unwrap(), inventory);
    Some(inventory)
}

#[test]
fn the_document_that_is_mutated_is_valid() {
    assert!(check(DOCUMENT).is_some());
}

#[test]
fn a_document_cut_anywhere_is_read_without_panic() {
    for end in 0..DOCUMENT.len() {
        check(&DOCUMENT[..end]);
    }
}

#[test]
fn a_document_without_one_of_its_lines_is_read_without_panic() {
    let lines: Vec<&str> = DOCUMENT.lines().collect();
    for skipped in 0..lines.len() {
        let mut rest = lines.clone();
        rest.remove(skipped);
        check(&rest.join("\n"));
        check(&rest.join("\r\n"));
    }
}

const WORDS: [&str; 24] = [
    "\"\"",
    "0",
    "-1",
    "true",
    "[]",
    "{}",
    "[[]]",
    "\"browser\"",
    "\"service\"",
    "\"anyone\"",
    "\"delegated\"",
    "\"money\"",
    "\"irreversible\"",
    "\"public\"",
    "[\"api_key\"]",
    "[\"basic\"]",
    "[\"session\", \"api_key\"]",
    "\"1s\"",
    "1979-05-27",
    "\"2026-07-01\"",
    "\"/\"",
    "\"é\"",
    "[1, \"a\"]",
    "\"99999999999999999999d\"",
];

proptest! {
    #[test]
    fn arbitrary_text_is_read_without_panic(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn text_that_looks_like_toml_is_read_without_panic(
        text in "([a-c.\\[\\]{}\"'=,#é \n\r\t\u{feff}0-9-]|\\[api\\.a\\]\n|\\[\\[api\\.a\\.endpoint\\]\\]\n|id = \"x\"\n){0,40}"
    ) {
        check(&text);
    }

    #[test]
    fn a_document_with_other_bytes_is_read_without_panic(
        at in 0..DOCUMENT.len(),
        length in 0..20usize,
        with in "[\\x00-\\x7fé]{0,8}",
    ) {
        let end = (at + length).min(DOCUMENT.len());
        check(&format!("{}{with}{}", &DOCUMENT[..at], &DOCUMENT[end..]));
    }

    #[test]
    fn a_document_with_other_values_is_read_without_panic(
        swaps in prop::collection::vec((0..DOCUMENT.lines().count(), 0..WORDS.len()), 1..6),
    ) {
        let mut lines: Vec<String> = DOCUMENT.lines().map(str::to_owned).collect();
        for (line, word) in swaps {
            if let Some((key, _)) = lines[line].clone().split_once('=') {
                lines[line] = format!("{key}= {}", WORDS[word]);
            }
        }
        check(&lines.join("\n"));
    }
}
