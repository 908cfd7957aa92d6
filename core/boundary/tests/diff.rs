//! What changes between two inventories.

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

use boundary::{Change, Direction, Inventory, diff};
use credential::{Environment, EnvironmentClass};

const DOCUMENT: &str = r#"
[api.reports]
audience = "https://api.example.com/reports"
upstream = "http://127.0.0.1:9000"
owner = "team-a"
surface = "reporting"
revoker = "oncall"

[[api.reports.endpoint]]
id = "report"
match = "GET /v1/report/{user}"
caller = "service"
authority = "own"
data = "own"
exposure = "public"
consequence = "write"
scopes = ["read:reports"]
"#;

fn inventory(source: &str) -> Inventory {
    let environment = Environment {
        name: "sandbox".parse().unwrap(),
        class: EnvironmentClass::Sandbox,
    };
    let now = "2026-06-01T00:00:00Z".parse().unwrap();
    let reading = Inventory::parse(source, &environment, now);
    assert!(reading.inventory.is_some(), "{:#?}", reading.findings);
    reading.inventory.unwrap()
}

/// What changes when `from` is replaced by `to`: field and direction.
fn changed(from: &str, to: &str) -> Vec<(String, Direction)> {
    assert!(DOCUMENT.contains(from));
    let found = diff(
        &inventory(DOCUMENT),
        &inventory(&DOCUMENT.replace(from, to)),
    );
    assert_eq!(found.len(), 1, "{found:#?}");
    match &found[0].change {
        Change::Changed(fields) => fields
            .iter()
            .map(|change| (change.field.clone(), change.direction))
            .collect(),
        other => panic!("{other:?}"),
    }
}

fn one(field: &str, direction: Direction) -> Vec<(String, Direction)> {
    vec![(field.to_owned(), direction)]
}

#[test]
fn nothing_changes_between_an_inventory_and_itself() {
    assert_eq!(diff(&inventory(DOCUMENT), &inventory(DOCUMENT)), []);
    assert_eq!(diff(&inventory(""), &inventory("")), []);
}

#[test]
fn what_is_new_and_what_is_gone_is_named() {
    let found = diff(&inventory(""), &inventory(DOCUMENT));
    let named: Vec<_> = found
        .iter()
        .map(|d| {
            (
                d.endpoint.as_ref().map(ToString::to_string),
                d.change.clone(),
            )
        })
        .collect();
    assert_eq!(
        named,
        [
            (None, Change::Added),
            (Some("report".to_owned()), Change::Added)
        ]
    );
    let found = diff(&inventory(DOCUMENT), &inventory(""));
    assert!(found.iter().all(|d| d.change == Change::Removed));
    assert_eq!(found.len(), 2);
    let renamed = DOCUMENT.replace("id = \"report\"", "id = \"other\"");
    let found = diff(&inventory(DOCUMENT), &inventory(&renamed));
    let changes: Vec<Change> = found.into_iter().map(|d| d.change).collect();
    assert_eq!(changes, [Change::Removed, Change::Added]);
}

#[test]
fn tighter_and_looser_are_told_apart() {
    let add = |line: &str| changed("scopes", &format!("{line}\nscopes"));
    assert_eq!(
        add("accepts = [\"api_key\"]"),
        one("accepts", Direction::Tightened)
    );
    assert_eq!(
        add("max_token_age = \"1m\""),
        one("max_token_age", Direction::Tightened)
    );
    assert_eq!(
        add("max_feed_lag = \"1s\""),
        one("max_feed_lag", Direction::Tightened)
    );
    assert_eq!(
        add("sender_constrained = true"),
        one("sender_constrained", Direction::Tightened)
    );
    let encrypted = |word: &str| {
        add(&format!(
            "accepts = [\"client_credentials\"]\nencrypted_tokens = \"{word}\""
        ))
    };
    let direction = |word: &str| {
        let changes = encrypted(word);
        let found = changes
            .iter()
            .find(|(field, _)| field == "encrypted_tokens");
        found.map(|(_, direction)| *direction)
    };
    assert_eq!(direction("refused"), None);
    assert_eq!(direction("accepted"), Some(Direction::Loosened));
    assert_eq!(direction("required"), Some(Direction::Changed));
    assert_eq!(
        add("owner_param = \"user\""),
        one("owner_param", Direction::Tightened)
    );
    let more = changed("[\"read:reports\"]", "[\"read:reports\", \"read:users\"]");
    assert_eq!(more, one("scopes", Direction::Tightened));
    let other = changed("[\"read:reports\"]", "[\"read:users\"]");
    assert_eq!(other, one("scopes", Direction::Changed));
    let basic = add("basic = { owner = \"a\", reason = \"b\", until = \"2026-12-31\" }");
    let loosened: Vec<&str> = basic.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(loosened, ["accepts", "basic_until", "exceptions"]);
    assert!(
        basic
            .iter()
            .all(|(_, direction)| *direction == Direction::Loosened)
    );
    let exception = add(
        "max_token_age = \"20m\"\nexception = { owner = \"a\", reason = \"b\", until = \"2026-12-31\" }",
    );
    assert_eq!(
        exception[0],
        ("max_token_age".to_owned(), Direction::Loosened)
    );
}

#[test]
fn each_direction_turns_round() {
    for line in [
        "accepts = [\"api_key\"]",
        "max_token_age = \"1m\"",
        "sender_constrained = true",
        "owner_param = \"user\"",
    ] {
        let tight = DOCUMENT.replace("scopes", &format!("{line}\nscopes"));
        let back = diff(&inventory(&tight), &inventory(DOCUMENT));
        assert!(back[0].loosens(), "{line}");
        let there = diff(&inventory(DOCUMENT), &inventory(&tight));
        assert!(!there[0].loosens(), "{line}");
    }
}

#[test]
fn a_fact_carries_its_demands_with_it() {
    let graver = changed("\"write\"", "\"read\"");
    assert_eq!(
        graver,
        [
            ("consequence".to_owned(), Direction::Changed),
            ("max_token_age".to_owned(), Direction::Loosened),
            ("max_feed_lag".to_owned(), Direction::Loosened),
            ("record".to_owned(), Direction::Loosened),
        ]
    );
    assert_eq!(
        changed("\"public\"", "\"internal\""),
        one("exposure", Direction::Changed)
    );
    assert_eq!(
        changed("127.0.0.1", "127.0.0.2"),
        one("upstream", Direction::Changed)
    );
    assert_eq!(
        changed("\"oncall\"", "\"desk\""),
        one("revoker", Direction::Changed)
    );
}

#[test]
fn an_endpoint_that_opens_to_anyone_is_looser() {
    let opened = DOCUMENT
        .replace("\"service\"", "\"anyone\"")
        .replace("data = \"own\"", "data = \"public\"")
        .replace("scopes = [\"read:reports\"]", "");
    let found = diff(&inventory(DOCUMENT), &inventory(&opened));
    assert!(found[0].loosens());
    let back = diff(&inventory(&opened), &inventory(DOCUMENT));
    let Change::Changed(fields) = &back[0].change else {
        panic!("{back:?}");
    };
    let accepts = fields
        .iter()
        .find(|change| change.field == "accepts")
        .unwrap();
    assert_eq!(accepts.direction, Direction::Tightened);
    assert_eq!(accepts.to, "api_key client_credentials");
}
