//! `[[trusted_issuer]]`: what it becomes, and every way in which it is refused.

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

use boundary::{
    Change, Direction, Finding, ForeignType, Inventory, KeySource, Organisation, Preset, Reading,
    Rule, Severity, TrustedIssuer, diff,
};
use credential::{Environment, EnvironmentClass};

const APIS: &str = r#"
[api.payments]
audience = "https://api.example.com/payments"
upstream = "http://127.0.0.1:9000"
owner    = "team-payments"
surface  = "payments"
roles_from = "issuer"

[[api.payments.endpoint]]
id = "statement"
match = "GET /users/{user}/statement"
caller = "partner"
authority = "delegated"
data = "user"
exposure = "public"
consequence = "read"
revoker = "payments-oncall"
scopes = ["read:statement"]
owner_param = "user"

[api.reports]
audience = "https://api.example.com/reports"
upstream = "http://127.0.0.1:9001"
owner    = "team-reports"
surface  = "reports"
"#;

/// The lines of a good entry; a line of `edits` replaces the one of its field,
/// or removes it if it says no more than `field =`.
fn issuer(edits: &[&str]) -> String {
    let mut lines = vec![
        r#"name = "acme""#,
        r#"issuer = "https://sso.acme.example/realms/x""#,
        r#"algorithms = ["RS256"]"#,
        r#"apis = { payments = ["https://api.example.com/payments"] }"#,
        r#"organisation = "acme""#,
        r#"owner = "team-partners""#,
        "keys = { discovery = true }",
    ];
    for edit in edits {
        let field = edit.split(' ').next().unwrap();
        lines.retain(|line| line.split(' ').next() != Some(field));
        if !edit.ends_with('=') {
            lines.push(edit);
        }
    }
    format!("[[trusted_issuer]]\n{}\n", lines.join("\n"))
}

fn read(source: &str) -> Reading {
    let environment = Environment {
        name: "production".parse().unwrap(),
        class: EnvironmentClass::Production,
    };
    let reading = Inventory::parse(
        source,
        &environment,
        "2026-06-01T00:00:00Z".parse().unwrap(),
    );
    for finding in &reading.findings {
        assert!(!finding.message.is_empty() && !finding.fix.is_empty());
        assert!(source.get(finding.span.clone()).is_some(), "{finding:?}");
    }
    reading
}

fn inventory(edits: &[&str]) -> Inventory {
    let source = format!("{APIS}{}", issuer(edits));
    let reading = read(&source);
    reading
        .inventory
        .unwrap_or_else(|| panic!("{:#?}", reading.findings))
}

fn accepted(edits: &[&str]) -> TrustedIssuer {
    inventory(edits).trusted_issuers.remove(0)
}

fn errors(source: &str) -> Vec<Finding> {
    let reading = read(source);
    assert!(reading.inventory.is_none(), "it is accepted: {source}");
    reading.errors().cloned().collect()
}

#[test]
fn a_good_entry_is_read_with_what_its_preset_knows() {
    let read = accepted(&[]);
    assert_eq!(read.preset, Preset::Openid);
    assert_eq!(read.issuer.as_str(), "https://sso.acme.example/realms/x");
    assert_eq!(read.token_types, [ForeignType::AccessToken]);
    assert_eq!(read.client, [["client_id"]]);
    assert_eq!(read.scopes.unwrap().claim, ["scope"]);
    assert_eq!(
        read.organisation,
        Organisation::Fixed("acme".parse().unwrap())
    );
    assert_eq!(read.keys, KeySource::Discovery);
    assert_eq!(
        (
            read.max_lifetime.as_secs(),
            read.leeway.as_secs(),
            read.keep_keys.as_secs()
        ),
        (3600, 5, 86_400)
    );
    assert!(!read.owns_paths && !read.allow_private_network);
    for (preset, types, claim) in [
        (
            "auth0",
            vec![ForeignType::AccessToken, ForeignType::Jwt],
            Some("scope"),
        ),
        (
            "keycloak",
            vec![ForeignType::AccessToken, ForeignType::Jwt],
            Some("scope"),
        ),
        ("entra", vec![ForeignType::Jwt], Some("scp")),
        ("google", vec![ForeignType::Jwt], None),
    ] {
        let read = accepted(&[&format!("preset = \"{preset}\"")]);
        assert_eq!(read.token_types, types, "{preset}");
        assert_eq!(
            read.scopes.map(|scopes| scopes.claim.concat()).as_deref(),
            claim
        );
    }
    let okta = accepted(&["preset = \"okta\"", "token_types = [\"unstated\"]"]);
    assert_eq!(okta.token_types, [ForeignType::Unstated]);
}

#[test]
fn a_claim_is_named_whole_or_by_its_path() {
    let read = accepted(&[
        r#"roles = { claim = ["realm_access", "roles"], map = { "reader" = "read:a read:b" } }"#,
        r#"scopes = { claim = "https://acme.example/scopes", map = { "x" = "read:x" } }"#,
        r#"organisation = { claim = "tid", map = { "9f" = "acme" } }"#,
    ]);
    let roles = read.roles.unwrap();
    assert_eq!(roles.claim, ["realm_access", "roles"]);
    assert_eq!(roles.map["reader"].to_string(), "read:a read:b");
    assert_eq!(read.scopes.unwrap().claim, ["https://acme.example/scopes"]);
    assert!(
        matches!(read.organisation, Organisation::Claim { map, .. } if map["9f"].as_str() == "acme")
    );
}

#[test]
fn every_mistake_refuses_the_document_with_its_place_and_a_fix() {
    use Rule::{InvalidValue, MissingField, ScopesNamed, TrustedIssuer, UnknownField};
    let rows: &[(&[&str], Rule)] = &[
        (&["name ="], MissingField),
        (&["issuer ="], MissingField),
        (&["algorithms ="], MissingField),
        (&["apis ="], MissingField),
        (&["organisation ="], MissingField),
        (&["owner ="], MissingField),
        (&["keys ="], MissingField),
        (&["audience = \"x\""], UnknownField),
        (&["name = \"A\""], InvalidValue),
        (&["issuer = \"http://sso.acme.example\""], InvalidValue),
        (&["issuer = \"https://u@sso.acme.example\""], InvalidValue),
        (&["issuer = \"https://sso.acme.example?x=1\""], InvalidValue),
        (&["preset = \"okata\""], InvalidValue),
        (&["algorithms = []"], InvalidValue),
        (&["algorithms = [\"HS256\"]"], InvalidValue),
        (&["algorithms = [\"none\"]"], InvalidValue),
        (&["algorithms = [\"rs256\"]"], InvalidValue),
        (&["algorithms = [\"RS256\", \"RS256\"]"], InvalidValue),
        (&["algorithms = [\"RS256\", 1]"], InvalidValue),
        (&["apis = {}"], TrustedIssuer),
        (&["apis = { payments = [] }"], InvalidValue),
        (&["apis = { payments = [\"\"] }"], InvalidValue),
        (&["apis = { payments = \"https://a\" }"], InvalidValue),
        (&["apis = [\"payments\"]"], InvalidValue),
        (&["organisation = \"Acme!\""], InvalidValue),
        (&["organisation = 1"], InvalidValue),
        (&["organisation = { claim = \"tid\" }"], MissingField),
        (
            &["organisation = { claim = \"tid\", map = {} }"],
            InvalidValue,
        ),
        (
            &["organisation = { claim = \"tid\", map = { a = \"A!\" } }"],
            InvalidValue,
        ),
        (
            &["organisation = { claim = \"tid\", map = { a = \"b\" }, x = 1 }"],
            UnknownField,
        ),
        (&["keys = {}"], InvalidValue),
        (&["keys = { discovery = false }"], InvalidValue),
        (
            &["keys = { discovery = true, file = \"/a\" }"],
            InvalidValue,
        ),
        (&["keys = { discovery = 1 }"], InvalidValue),
        (
            &["keys = { url = \"http://sso.acme.example/keys\" }"],
            InvalidValue,
        ),
        (
            &["keys = { url = \"https://127.0.0.1/keys\" }"],
            TrustedIssuer,
        ),
        (&["keys = { file = \"acme.json\" }"], InvalidValue),
        (&["keys = { file = \"/etc/../acme.json\" }"], InvalidValue),
        (&["keys = { inline = \"[]\" }"], InvalidValue),
        (&["keys = \"discovery\""], InvalidValue),
        (&["token_types = []"], InvalidValue),
        (&["token_types = [\"jwt\"]"], InvalidValue),
        (&["token_types = [\"logout+jwt\"]"], InvalidValue),
        (&["preset = \"okta\""], TrustedIssuer),
        (
            &[
                "preset = \"entra\"",
                "issuer = \"https://login.microsoftonline.com/common/v2.0\"",
            ],
            TrustedIssuer,
        ),
        (
            &[
                "preset = \"google\"",
                "scopes = { map = { a = \"read:a\" } }",
            ],
            MissingField,
        ),
        (
            &["scopes = { claim = \"scope\", map = { a = \"read\" } }"],
            ScopesNamed,
        ),
        (
            &["scopes = { claim = \"scope\", map = { a = 1 } }"],
            InvalidValue,
        ),
        (
            &["scopes = { claim = [], map = { a = \"read:a\" } }"],
            InvalidValue,
        ),
        (
            &["scopes = { claim = [\"a\", 1], map = { a = \"read:a\" } }"],
            InvalidValue,
        ),
        (
            &["scopes = { claim = [\"a\", \"b\", \"c\", \"d\", \"e\"] }"],
            InvalidValue,
        ),
        (&["scopes = { claim = \"\" }"], InvalidValue),
        (&["scopes = [\"read:reports\"]"], InvalidValue),
        (&["roles = { claim = \"roles\" }"], MissingField),
        (&["client = 1"], InvalidValue),
        (
            &["authority = { claim = \"a\", own = [\"x\"], delegated = [\"x\"] }"],
            TrustedIssuer,
        ),
        (&["authority = { claim = \"a\" }"], MissingField),
        (&["authority = \"own\""], InvalidValue),
        (&["leeway = \"2m\""], InvalidValue),
        (&["leeway = 5"], InvalidValue),
        (&["max_lifetime = \"2d\""], InvalidValue),
        (&["keep_keys = \"1m\""], InvalidValue),
        (&["keep_keys = \"30d\""], InvalidValue),
        (&["owns_paths = \"yes\""], InvalidValue),
    ];
    for (edits, rule) in rows {
        let source = format!("{APIS}{}", issuer(edits));
        let errors = errors(&source);
        assert!(
            errors
                .iter()
                .any(|error| error.rule == *rule && error.line > 1),
            "{edits:?}: {errors:#?}"
        );
        accepted(&[]);
    }
}

#[test]
fn an_api_that_is_not_there_is_named_with_the_nearest() {
    let source = format!(
        "{APIS}{}",
        issuer(&["apis = { payment = [\"https://a\"] }"])
    );
    let errors = errors(&source);
    assert_eq!(errors[0].fix, "did you mean `payments`?");
    assert_eq!(&source[errors[0].span.clone()], "payment");
}

#[test]
fn two_issuers_share_neither_name_nor_url_nor_paths() {
    let other = [
        "name = \"other\"",
        "issuer = \"https://sso.other.example\"",
        "owns_paths = true",
    ];
    let with =
        |edits: &[&str]| format!("{APIS}{}{}", issuer(&["owns_paths = true"]), issuer(edits));
    for (edits, part) in [
        (vec![other[1]], "has the name acme"),
        (vec![other[0]], "is trusted as acme already"),
        (
            other.to_vec(),
            "paths of payments would belong to subjects of acme and of other",
        ),
    ] {
        let errors = errors(&with(&edits));
        assert!(errors[0].message.contains(part), "{errors:#?}");
    }
    assert!(read(&with(&other[..2])).inventory.is_some());
    // An api without such paths is no bone of contention.
    let elsewhere = [
        other[0],
        other[1],
        other[2],
        "apis = { reports = [\"https://r\"] }",
    ];
    assert!(read(&with(&elsewhere)).inventory.is_some());
}

#[test]
fn what_is_accepted_and_doubtful_is_said() {
    for (edits, part) in [
        (&["token_types = [\"JWT\"]"][..], "ID tokens of acme"),
        (&["token_types = [\"unstated\"]"], "ID tokens of acme"),
        (
            &["apis = { payments = [\"https://a\"], reports = [\"https://a\"] }"],
            "opens several apis",
        ),
        (&["allow_private_network = true"], "private network"),
    ] {
        let reading = read(&format!("{APIS}{}", issuer(edits)));
        assert!(reading.inventory.is_some());
        let said = reading
            .findings
            .iter()
            .any(|finding| finding.severity < Severity::Error && finding.message.contains(part));
        assert!(said, "{edits:?}: {:#?}", reading.findings);
    }
}

#[test]
fn more_issuers_than_can_be_looked_after_are_refused() {
    let many: String = (0..101)
        .map(|number| {
            issuer(&[
                &format!("name = \"i{number}\""),
                &format!("issuer = \"https://i{number}.example\""),
            ])
        })
        .collect();
    assert_eq!(errors(&format!("{APIS}{many}"))[0].rule, Rule::TooLarge);
}

#[test]
fn it_travels_as_json_and_an_inventory_without_it_reads_as_before() {
    let inventory = inventory(&[
        r#"roles = { claim = "roles", map = { "reader" = "read:a" } }"#,
        r#"organisation = { claim = "tid", map = { "9f" = "acme" } }"#,
        r#"keys = { inline = '''{"keys":[]}''' }"#,
    ]);
    let text = serde_json::to_string(&inventory).unwrap();
    assert_eq!(serde_json::from_str::<Inventory>(&text).unwrap(), inventory);
    let before = serde_json::to_string(&read(APIS).inventory.unwrap()).unwrap();
    assert!(!before.contains("trusted_issuers"));
    assert!(
        serde_json::from_str::<Inventory>(&before)
            .unwrap()
            .trusted_issuers
            .is_empty()
    );
}

#[test]
fn a_diff_says_what_an_issuer_gains() {
    let none = read(APIS).inventory.unwrap();
    let one = inventory(&[]);
    let added = diff(&none, &one);
    assert!(matches!(&added[..], [one] if one.change == Change::Added && one.loosens()));
    assert_eq!(added[0].trusted_issuer.as_ref().unwrap().as_str(), "acme");
    assert!(
        matches!(&diff(&one, &none)[..], [one] if one.change == Change::Removed && !one.loosens())
    );
    assert!(diff(&one, &one).is_empty());
    for (edit, field, direction) in [
        (
            "algorithms = [\"RS256\", \"ES256\"]",
            "algorithms",
            Direction::Loosened,
        ),
        (
            "apis = { payments = [\"https://api.example.com/payments\"], reports = [\"https://r\"] }",
            "apis",
            Direction::Loosened,
        ),
        (
            "token_types = [\"at+jwt\", \"JWT\"]",
            "token_types",
            Direction::Loosened,
        ),
        (
            "allow_private_network = true",
            "allow_private_network",
            Direction::Loosened,
        ),
        ("owns_paths = true", "owns_paths", Direction::Loosened),
        (
            "max_lifetime = \"5m\"",
            "max_lifetime",
            Direction::Tightened,
        ),
        ("leeway = \"10s\"", "leeway", Direction::Loosened),
        ("keep_keys = \"1h\"", "keep_keys", Direction::Tightened),
        (
            "roles = { claim = \"roles\", map = { a = \"read:a\" } }",
            "roles",
            Direction::Loosened,
        ),
        (
            "organisation = \"other\"",
            "organisation",
            Direction::Changed,
        ),
        (
            "keys = { file = \"/etc/k.json\" }",
            "keys",
            Direction::Changed,
        ),
        (
            "issuer = \"https://other.example\"",
            "issuer",
            Direction::Changed,
        ),
        ("client = \"azp\"", "client", Direction::Changed),
        (
            "authority = { claim = \"a\", own = [\"x\"], delegated = [\"y\"] }",
            "authority",
            Direction::Changed,
        ),
        ("preset = \"keycloak\"", "preset", Direction::Changed),
        ("owner = \"team\"", "owner", Direction::Changed),
        (
            "scopes = { claim = \"scope\", map = { a = \"read:a\" } }",
            "scopes",
            Direction::Changed,
        ),
    ] {
        let found = diff(&one, &inventory(&[edit]));
        let Change::Changed(fields) = &found[0].change else {
            panic!("{edit}")
        };
        assert!(
            fields
                .iter()
                .any(|one| one.field == field && one.direction == direction),
            "{edit}: {fields:#?}"
        );
    }
}

/// What the documentation shows is accepted as it stands.
#[test]
fn every_example_of_the_documentation_is_accepted() {
    let text = include_str!("../../../docs/operations/trusted-issuers.md");
    let examples: Vec<&str> = text
        .split("```toml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert_eq!(examples.len(), 2);
    let mut presets = Vec::new();
    for example in examples {
        let reading = read(&format!("{APIS}{example}"));
        let Some(inventory) = reading.inventory else {
            panic!("{:#?}", reading.findings);
        };
        presets.extend(inventory.trusted_issuers.iter().map(|issuer| issuer.preset));
    }
    for preset in [
        Preset::Keycloak,
        Preset::Auth0,
        Preset::Okta,
        Preset::Entra,
        Preset::Google,
    ] {
        assert!(presets.contains(&preset), "{preset}");
    }
}
