//! Reading a document: what it becomes, and every way in which it is refused.

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

use base::Timestamp;
use boundary::{
    Caller, Consequence, Endpoint, Finding, Inventory, Method, Reading, Record, Rule, Segment,
    Severity,
};
use credential::CredentialKind::{ApiKey, AuthorizationCode, Basic, ClientCredentials};
use credential::{Environment, EnvironmentClass};

const NOW: &str = "2026-06-01T00:00:00Z";

const API: &str = r#"
[api.payments]
audience = "https://api.example.com/payments"
upstream = "http://127.0.0.1:9000"
owner    = "team-payments"
surface  = "payments"
roles_from = "issuer"
"#;

const PAYOUT: &str = r#"
[[api.payments.endpoint]]
id          = "payouts.create"
match       = "POST /v1/payouts"
caller      = "partner"
authority   = "delegated"
data        = "money"
exposure    = "public"
consequence = "irreversible"
revoker     = "payments-oncall"
scopes      = ["write:payouts"]
"#;

/// A job that reads a report, and what else it writes.
fn report(id: &str, matches: &str, more: &str) -> String {
    format!(
        r#"
[[api.payments.endpoint]]
id = "{id}"
match = "{matches}"
caller = "service"
authority = "own"
data = "own"
exposure = "internal"
consequence = "read"
revoker = "payments-oncall"
scopes = ["read:reports"]
{more}
"#
    )
}

fn environment(class: EnvironmentClass) -> Environment {
    Environment {
        name: "production".parse().unwrap(),
        class,
    }
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn read(source: &str) -> Reading {
    let reading = Inventory::parse(source, &environment(EnvironmentClass::Production), now());
    let is_refused = reading.errors().next().is_some();
    assert_eq!(reading.inventory.is_none(), is_refused);
    for finding in &reading.findings {
        assert!(!finding.message.is_empty() && !finding.fix.is_empty());
        assert!(source.get(finding.span.clone()).is_some(), "{finding:?}");
    }
    reading
}

fn accepted(source: &str) -> Inventory {
    let reading = read(source);
    assert!(reading.inventory.is_some(), "{:#?}", reading.findings);
    reading.inventory.unwrap()
}

/// The endpoint of a document with one report that writes this too.
fn endpoint(more: &str) -> Endpoint {
    let source = format!("{API}{}", report("report", "GET /v1/report", more));
    accepted(&source).apis[0].endpoints[0].clone()
}

/// The rules that refuse a document, in its order.
fn refused(source: &str) -> Vec<Rule> {
    read(source).errors().map(|finding| finding.rule).collect()
}

fn refused_report(more: &str) -> Vec<Rule> {
    refused(&format!(
        "{API}{}",
        report("report", "GET /v1/report", more)
    ))
}

/// The one error, and the text that it points at.
fn the_error(source: &str) -> (Finding, &str) {
    let reading = read(source);
    let errors: Vec<&Finding> = reading.errors().collect();
    assert_eq!(errors.len(), 1, "{errors:#?}");
    let error = errors[0].clone();
    let text = &source[error.span.clone()];
    (error, text)
}

#[test]
fn a_document_becomes_an_inventory() {
    let inventory = accepted(&format!("environment = \"production\"\n{API}{PAYOUT}"));
    let api = &inventory.apis[0];
    assert_eq!(api.name.as_str(), "payments");
    assert_eq!(api.audience.as_str(), "https://api.example.com/payments");
    assert_eq!(api.upstream, "http://127.0.0.1:9000");
    let (_, payout) = inventory.endpoint("payouts.create").unwrap();
    assert_eq!(payout.matches.method, Method::Post);
    assert_eq!(
        payout.matches.path.segments()[1],
        Segment::Literal("payouts".to_owned())
    );
    assert_eq!(payout.facts.caller, Caller::Partner);
    assert_eq!(payout.facts.consequence, Consequence::Irreversible);
    assert_eq!(payout.demand.accepts, [AuthorizationCode]);
    assert_eq!(payout.demand.scopes.to_string(), "write:payouts");
    assert_eq!(payout.demand.max_token_age.as_secs(), 45);
    assert_eq!(payout.demand.record, Record::Every);
    // Inherited from the api.
    assert_eq!(payout.owner.as_str(), "team-payments");
    assert_eq!(payout.surface.as_str(), "payments");
    assert_eq!(payout.revoker.as_str(), "payments-oncall");
    assert_eq!(payout.roles_from.as_str(), "issuer");
}

#[test]
fn an_endpoint_answers_for_itself_before_its_api_does() {
    let endpoint = endpoint(
        "owner = \"team-reports\"\nsurface = \"reporting\"\nroles_from = \"upstream\"\nidempotency_key = true",
    );
    assert_eq!(endpoint.owner.as_str(), "team-reports");
    assert_eq!(endpoint.surface.as_str(), "reporting");
    assert_eq!(endpoint.roles_from.as_str(), "upstream");
    assert!(endpoint.idempotency_key);
}

#[test]
fn an_inventory_comes_back_from_json_as_it_was() {
    let more = "raw_api_key_until = 2026-12-31\nowner_param = \"user\"";
    let source = format!(
        "{API}{PAYOUT}{}",
        report("report", "GET /v1/{user}", more).replace("\"service\"", "\"partner\"")
    );
    let inventory = accepted(&source);
    let json = serde_json::to_string(&inventory).unwrap();
    assert_eq!(serde_json::from_str::<Inventory>(&json).unwrap(), inventory);
    assert!(json.contains("\"max_token_age\":\"45s\""), "{json}");
    assert!(json.contains("\"matches\":\"POST /v1/payouts\""), "{json}");
    assert!(json.contains("article 000, 'Ask whose authority"), "{json}");
}

#[test]
fn what_a_newer_version_adds_does_not_break_an_older_reader() {
    let mut json = serde_json::to_value(accepted(&format!("{API}{PAYOUT}"))).unwrap();
    json["future"] = serde_json::json!(1);
    let endpoint = &mut json["apis"][0]["endpoints"][0];
    endpoint["future"] = serde_json::json!("x");
    endpoint["demand"]["future"] = serde_json::json!([]);
    endpoint["demand"]["reasons"][0]["rule"] = serde_json::json!("a_rule_of_the_future");
    for optional in [
        "raw_api_key_until",
        "basic_until",
        "owner_param",
        "sender_constrained",
        "encrypted_tokens",
    ] {
        endpoint["demand"].as_object_mut().unwrap().remove(optional);
    }
    for optional in ["roles_from", "idempotency_key", "exceptions"] {
        endpoint.as_object_mut().unwrap().remove(optional);
    }
    let inventory: Inventory = serde_json::from_value(json).unwrap();
    let endpoint = &inventory.apis[0].endpoints[0];
    assert_eq!(endpoint.demand.reasons[0].rule, Rule::Newer);
    assert_eq!(endpoint.roles_from.as_str(), "issuer");
}

#[test]
fn several_errors_are_reported_at_once_at_their_lines_and_columns() {
    let source = r#"[api.payments]
audience = "payments"
upstream = "http://127.0.0.1:9000/v1"
ownr = "team"
surface = "payments"

[[api.payments.endpoint]]
id = "é-reports" # a wrong character
match = "get /v1"
  caller = "servcie"
authority = "own"
data = "own"
exposure = "public"
consequence = "read"
revoker = "oncall"
scopes = ["read", "read:*", "read:reports"]
"#;
    let reading = read(source);
    let found: Vec<(usize, usize, Rule, &str)> = reading
        .errors()
        .map(|f| (f.line, f.column, f.rule, &source[f.span.clone()]))
        .collect();
    assert_eq!(
        found,
        [
            (1, 6, Rule::MissingField, "payments"),
            (2, 12, Rule::InvalidValue, "\"payments\""),
            (3, 12, Rule::InvalidValue, "\"http://127.0.0.1:9000/v1\""),
            (4, 1, Rule::UnknownField, "ownr"),
            (7, 1, Rule::MissingField, "[[api.payments.endpoint]]"),
            (8, 6, Rule::InvalidValue, "\"é-reports\""),
            (9, 9, Rule::InvalidValue, "\"get /v1\""),
            (10, 12, Rule::InvalidValue, "\"servcie\""),
            (16, 11, Rule::ScopesNamed, "\"read\""),
            (16, 19, Rule::ScopesNamed, "\"read:*\""),
        ]
    );
    let fixes: Vec<&str> = reading.errors().map(|f| f.fix.as_str()).collect();
    assert_eq!(fixes[3], "did you mean `owner`?");
    assert_eq!(fixes[7], "did you mean \"service\"?");
    let subjects: Vec<_> = reading.errors().map(|f| f.endpoint.as_deref()).collect();
    assert_eq!(subjects[3], None);
    assert!(
        subjects[4..]
            .iter()
            .all(|subject| *subject == Some("é-reports"))
    );
}

#[test]
fn columns_count_characters_and_a_byte_order_mark_is_none() {
    let source = "\u{feff}x = 1\n[api.\"é\"]\n";
    let reading = read(source);
    let places: Vec<(usize, usize)> = reading.errors().map(|f| (f.line, f.column)).collect();
    assert_eq!(places[0], (1, 1));
    let line = "# ééé\n'ééé' = 1, 2";
    let (error, _) = the_error(line);
    assert_eq!(
        (error.rule, error.line, error.column),
        (Rule::TomlSyntax, 2, 10)
    );
}

#[test]
fn a_syntax_error_is_a_finding() {
    let (error, text) = the_error("[api.payments]\naudience = \n");
    assert_eq!(error.rule, Rule::TomlSyntax);
    assert_eq!(error.line, 2);
    assert!(text.len() <= 1);
    for wrong in [
        "=",
        "[",
        "a = 1\na = 2",
        "[api]\n[api]",
        "\0",
        "a = \"\\q\"",
        "'",
    ] {
        assert!(
            refused(wrong).iter().all(|rule| *rule == Rule::TomlSyntax),
            "{wrong:?}"
        );
        assert!(!refused(wrong).is_empty(), "{wrong:?}");
    }
}

#[test]
fn deep_nesting_and_great_size_are_refused() {
    let deep = format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(refused(&deep).contains(&Rule::TomlSyntax));
    let large = format!("{API}{PAYOUT}# {}", "x".repeat(1 << 20));
    assert_eq!(refused(&large), [Rule::TooLarge]);
    let just_fits = format!("{API}{PAYOUT}# ");
    let just_fits = format!("{just_fits}{}", "x".repeat((1 << 20) - just_fits.len()));
    assert_eq!(just_fits.len(), 1 << 20);
    accepted(&just_fits);
}

#[test]
fn too_many_endpoints_or_items_are_refused_without_comparing_them() {
    let items: Vec<String> = (0..10_001)
        .map(|index| format!("{{match=\"GET /{index}\"}}"))
        .collect();
    let source = format!("[api.a]\nendpoint = [{}]", items.join(","));
    assert_eq!(refused(&source), [Rule::TooLarge]);
    let scopes: Vec<String> = (0..101).map(|index| format!("\"read:r{index}\"")).collect();
    let source = format!("{API}{}", report("r", "GET /r", ""))
        .replace("[\"read:reports\"]", &format!("[{}]", scopes.join(",")));
    assert_eq!(refused(&source), [Rule::TooLarge]);
}

#[test]
fn a_flood_of_errors_is_cut_and_still_refused() {
    let mut source = API.to_owned();
    for _ in 0..2000 {
        source.push_str("[[api.payments.endpoint]]\n");
    }
    let reading = read(&source);
    assert_eq!(reading.findings.len(), 501);
    let last = reading.findings.last().unwrap();
    assert!(last.message.contains("more findings"), "{last:?}");
    // Errors that are not shown refuse as well.
    let mut notes = String::new();
    for index in 0..600 {
        let id = format!("p{index}");
        notes.push_str(
            &PAYOUT
                .replace("payouts.create", &id)
                .replace("/v1/", &format!("/{id}/")),
        );
    }
    assert!(read(&format!("{API}{notes}")).inventory.is_some());
    let wrong_at_the_end = format!("{API}{notes}[[api.payments.endpoint]]\n");
    assert!(
        Inventory::parse(
            &wrong_at_the_end,
            &environment(EnvironmentClass::Production),
            now()
        )
        .inventory
        .is_none()
    );
}

#[test]
fn everything_missing_is_listed_in_one_finding() {
    let source = "[api.a]\n[[api.a.endpoint]]\nid = \"x\"\n";
    let reading = read(source);
    let messages: Vec<&str> = reading.errors().map(|f| f.message.as_str()).collect();
    assert_eq!(
        messages[0],
        "the api lacks audience, upstream, owner, surface"
    );
    assert_eq!(
        messages[1],
        "the endpoint lacks match, caller, authority, data, exposure, consequence, owner, revoker, surface"
    );
    assert_eq!(messages.len(), 2);
}

// Feature F002: who calls, whose data, whether delegated, who revokes.
#[test]
fn each_mandatory_field_is_missed_when_it_is_left_out() {
    let fields = [
        "id",
        "match",
        "caller",
        "authority",
        "data",
        "exposure",
        "consequence",
        "revoker",
    ];
    for field in fields {
        let source: String = format!("{API}{PAYOUT}")
            .lines()
            .filter(|line| !line.starts_with(field))
            .map(|line| format!("{line}\n"))
            .collect();
        let (error, _) = the_error(&source);
        assert_eq!(error.rule, Rule::MissingField, "{field}");
        assert_eq!(error.message, format!("the endpoint lacks {field}"));
        let blank = format!("{API}{PAYOUT}").replace(
            PAYOUT.lines().find(|line| line.starts_with(field)).unwrap(),
            &format!("{field} = \"\""),
        );
        assert_eq!(refused(&blank), [Rule::InvalidValue], "{field}");
    }
}

#[test]
fn unknown_fields_are_refused_everywhere_with_the_nearest_name() {
    let basic = "basic = { owner = \"a\", reason = \"b\", until = \"2026-12-31\", unti = 1 }";
    for (source, fix) in [
        (
            format!("enviroment = 1\n{API}{PAYOUT}"),
            "did you mean `environment`?",
        ),
        (
            format!("{API}upstrem = 1\n{PAYOUT}"),
            "did you mean `upstream`?",
        ),
        (
            format!("{API}{PAYOUT}scope = 1\n"),
            "did you mean `scopes`?",
        ),
        (
            format!("{API}{}", report("r", "GET /r", basic)),
            "did you mean `until`?",
        ),
    ] {
        let (error, _) = the_error(&source);
        assert_eq!(error.rule, Rule::UnknownField);
        assert_eq!(error.fix, fix);
    }
}

#[test]
fn a_document_of_another_environment_is_refused() {
    let (error, text) = {
        let source = format!("environment = \"sandbox\"\n{API}{PAYOUT}");
        let (error, text) = the_error(&source);
        (error, text.to_owned())
    };
    assert_eq!(error.rule, Rule::WrongEnvironment);
    assert_eq!(
        (error.line, error.column, text.as_str()),
        (1, 15, "\"sandbox\"")
    );
    assert_eq!(
        refused(&format!("environment = 1\n{API}{PAYOUT}")),
        [Rule::InvalidValue]
    );
}

#[test]
fn a_contradiction_names_the_endpoint_the_rule_the_place_and_the_fix() {
    let source = format!("{API}{PAYOUT}accepts = [\"api_key\"]\n");
    let (error, text) = the_error(&source);
    assert_eq!(error.endpoint.as_deref(), Some("payouts.create"));
    assert_eq!(error.rule, Rule::DelegatedAuthority);
    assert_eq!(text, "[\"api_key\"]");
    assert!(error.fix.contains("authorization_code"));
}

#[test]
fn one_contradiction_refuses_the_whole_document() {
    let wrong = PAYOUT
        .replace("payouts.create", "x")
        .replace("/v1/payouts", "/x");
    let source = format!("{API}{PAYOUT}{wrong}accepts = [\"api_key\"]\n");
    assert!(read(&source).inventory.is_none());
}

#[test]
fn contradictions_among_facts_are_refused_in_a_document_too() {
    let cases = [
        (
            "service",
            "own",
            "user",
            "read",
            "accepts = [\"api_key\"]",
            Rule::InternalIsTopology,
        ),
        (
            "service",
            "own",
            "money",
            "read",
            "accepts = [\"api_key\"]",
            Rule::InternalIsTopology,
        ),
        (
            "browser",
            "own",
            "own",
            "read",
            "accepts = [\"api_key\"]",
            Rule::PublicClient,
        ),
        (
            "partner",
            "own",
            "own",
            "read",
            "accepts = [\"api_key\"]",
            Rule::Partner,
        ),
        ("anyone", "own", "user", "read", "", Rule::Anyone),
        ("anyone", "delegated", "public", "read", "", Rule::Anyone),
        (
            "anyone",
            "own",
            "public",
            "irreversible",
            "",
            Rule::Irreversible,
        ),
        (
            "service",
            "own",
            "own",
            "read",
            "accepts = [\"basic\"]",
            Rule::LegacyBasic,
        ),
        (
            "service",
            "own",
            "own",
            "read",
            "accepts = [\"session\"]",
            Rule::PublicClient,
        ),
    ];
    for (caller, authority, data, consequence, more, rule) in cases {
        let scopes = if caller == "anyone" {
            ""
        } else {
            "scopes = [\"read:x\"]"
        };
        let source = format!(
            "{API}[[api.payments.endpoint]]\nid = \"x\"\nmatch = \"GET /x\"\ncaller = \"{caller}\"\nauthority = \"{authority}\"\ndata = \"{data}\"\nexposure = \"internal\"\nconsequence = \"{consequence}\"\nrevoker = \"r\"\n{scopes}\n{more}\n"
        );
        assert_eq!(
            refused(&source),
            [rule],
            "{caller} {authority} {data} {consequence} {more}"
        );
    }
}

#[test]
fn rfc7518_3_1_an_api_names_what_its_tokens_are_signed_with_exactly_or_not_at_all() {
    let with = |line: &str| format!("{API}{line}\n{PAYOUT}");
    let plain = accepted(&with(""));
    assert_eq!(plain.apis[0].token_algorithm, None);
    let named = accepted(&with("token_algorithm = \"RS256\""));
    let algorithm = named.apis[0].token_algorithm.unwrap();
    assert_eq!(algorithm.as_str(), "RS256");
    let text = serde_json::to_string(&named).unwrap();
    assert_eq!(serde_json::from_str::<Inventory>(&text).unwrap(), named);
    let changes = boundary::diff(&plain, &named);
    assert!(format!("{changes:?}").contains("token_algorithm"));
    for wrong in [
        "\"rs256\"",
        "\"RS256 \"",
        "\"none\"",
        "\"HS256\"",
        "\"\"",
        "256",
        "[\"RS256\"]",
    ] {
        let source = with(&format!("token_algorithm = {wrong}"));
        let (finding, place) = the_error(&source);
        assert_eq!(finding.rule, Rule::InvalidValue, "{wrong}");
        assert_eq!(place, wrong);
        assert!(
            finding.fix.contains("token_algorithm = "),
            "{}",
            finding.fix
        );
    }
}

#[test]
fn a_public_endpoint_takes_no_credential() {
    let source = format!("{API}{}", report("health", "GET /health", ""))
        .replace("\"service\"", "\"anyone\"")
        .replace("data = \"own\"", "data = \"public\"")
        .replace("scopes = [\"read:reports\"]", "");
    let inventory = accepted(&source);
    let demand = &inventory.apis[0].endpoints[0].demand;
    assert!(demand.accepts.is_empty() && demand.limit_per_address);
}

#[test]
fn a_scope_is_named_once_and_never_coarsely() {
    let with = |scopes: &str| {
        refused(
            &format!("{API}{}", report("r", "GET /r", "")).replace("[\"read:reports\"]", scopes),
        )
    };
    assert_eq!(with("[]"), [Rule::ScopesNamed]);
    for wrong in [
        "[\"read\"]",
        "[\"write\"]",
        "[\"*\"]",
        "[\"read:*\"]",
        "[\"*:reports\"]",
    ] {
        assert_eq!(with(wrong), [Rule::ScopesNamed], "{wrong}");
    }
    assert_eq!(with("[\"read:a\", \"read:a\"]"), [Rule::InvalidValue]);
    assert_eq!(with("\"read:a\""), [Rule::InvalidValue]);
    assert_eq!(with("[1]"), [Rule::InvalidValue]);
    let missing =
        format!("{API}{}", report("r", "GET /r", "")).replace("scopes = [\"read:reports\"]", "");
    assert_eq!(refused(&missing), [Rule::ScopesNamed]);
}

#[test]
fn lengths_of_time_are_read_and_zero_is_refused() {
    let tight = endpoint("max_token_age = \"5m\"\nmax_feed_lag = \"45s\"");
    assert_eq!(tight.demand.max_token_age.as_secs(), 300);
    assert_eq!(tight.demand.max_feed_lag.as_secs(), 45);
    for wrong in [
        "\"0s\"", "\"5\"", "\"5 m\"", "\"-5m\"", "\"PT5M\"", "300", "true", "\"\"",
    ] {
        for field in ["max_token_age", "max_feed_lag"] {
            let found = refused_report(&format!("{field} = {wrong}"));
            assert_eq!(found, [Rule::InvalidValue], "{field} {wrong}");
        }
    }
    // Features F134 and F135: an hour and a day are too long.
    for wrong in ["\"1h\"", "\"24h\"", "\"31m\""] {
        let found = refused_report(&format!("max_token_age = {wrong}"));
        assert_eq!(found, [Rule::WrittenDemand], "{wrong}");
    }
}

#[test]
fn an_exception_has_a_reason_an_owner_and_an_end() {
    let loose = "max_token_age = \"1h\"\n";
    let whole = "exception = { reason = \"moving\", owner = \"team-a\", until = \"2026-12-31\" }";
    let endpoint = endpoint(&format!("{loose}{whole}"));
    assert_eq!(endpoint.demand.max_token_age.as_secs(), 3600);
    let exception = &endpoint.exceptions[0];
    assert_eq!(exception.until.to_string(), "2026-12-31T23:59:59.999999Z");
    assert!(!endpoint.is_closed(now()));
    assert!(!endpoint.is_closed("2026-12-31T23:59:59Z".parse().unwrap()));
    assert!(endpoint.is_closed("2027-01-01T00:00:00Z".parse().unwrap()));
    for (wrong, rule) in [
        (
            "exception = { owner = \"team-a\", until = \"2026-12-31\" }",
            Rule::MissingField,
        ),
        (
            "exception = { reason = \"moving\", until = \"2026-12-31\" }",
            Rule::MissingField,
        ),
        (
            "exception = { reason = \"moving\", owner = \"team-a\" }",
            Rule::MissingField,
        ),
        (
            "exception = { reason = \" \", owner = \"team-a\", until = \"2026-12-31\" }",
            Rule::InvalidValue,
        ),
        (
            "exception = { reason = \"moving\", owner = \"\", until = \"2026-12-31\" }",
            Rule::InvalidValue,
        ),
        (
            "exception = { reason = \"moving\", owner = \"team-a\", until = \"never\" }",
            Rule::InvalidValue,
        ),
        ("exception = true", Rule::InvalidValue),
    ] {
        let found = refused_report(&format!("{loose}{wrong}"));
        assert!(found.contains(&rule), "{wrong} {found:?}");
    }
    let ended = whole.replace("2026-12-31", "2026-05-31");
    assert_eq!(
        refused_report(&format!("{loose}{ended}")),
        [Rule::Exception]
    );
}

#[test]
fn basic_is_a_dated_debt_and_dates_are_read_as_toml_or_text() {
    for until in [
        "\"2026-12-31\"",
        "2026-12-31",
        "2026-12-31T23:59:59.999999Z",
    ] {
        let basic = format!("basic = {{ owner = \"a\", reason = \"b\", until = {until} }}");
        let endpoint = endpoint(&basic);
        assert_eq!(endpoint.demand.accepts, [ApiKey, ClientCredentials, Basic]);
        let until = endpoint.demand.basic_until.unwrap();
        assert_eq!(until.to_string(), "2026-12-31T23:59:59.999999Z");
        assert!(endpoint.demand.accepts_at(Basic, now()));
        assert!(!endpoint.demand.accepts_at(Basic, until));
        assert!(!endpoint.is_closed(until));
    }
    for (wrong, rule) in [
        (
            "basic = { owner = \"a\", reason = \"b\", until = \"2026-05-31\" }",
            Rule::LegacyBasic,
        ),
        (
            "basic = { reason = \"b\", until = \"2026-12-31\" }",
            Rule::MissingField,
        ),
        (
            "basic = { owner = \"a\", until = \"2026-12-31\" }",
            Rule::MissingField,
        ),
        (
            "basic = { owner = \"a\", reason = \"b\" }",
            Rule::MissingField,
        ),
        (
            "basic = { owner = \"a\", reason = \"b\", until = 2026-12-31T00:00:00 }",
            Rule::InvalidValue,
        ),
        (
            "basic = { owner = \"a\", reason = \"b\", until = 12:00:00 }",
            Rule::InvalidValue,
        ),
        ("basic = true", Rule::InvalidValue),
    ] {
        assert_eq!(refused_report(wrong), [rule], "{wrong}");
    }
}

#[test]
fn two_endpoints_of_one_id_are_refused() {
    let source = format!(
        "{API}{}{}",
        report("a", "GET /a", ""),
        report("a", "GET /b", "")
    );
    let (error, text) = the_error(&source);
    assert_eq!((error.rule, text), (Rule::DuplicateId, "\"a\""));
    assert!(error.span.start > source.len() / 2);
}

#[test]
fn two_endpoints_never_match_one_request_as_equals() {
    let of = |one: &str, two: &str| {
        refused(&format!(
            "{API}{}{}",
            report("a", one, ""),
            report("b", two, "")
        ))
    };
    for (one, two) in [
        ("GET /a", "GET /a"),
        ("GET /{x}", "GET /{y}"),
        ("GET /{x}/b", "GET /a/{y}"),
        ("GET /a/{x}/{y}", "GET /{x}/b/{y}"),
    ] {
        assert_eq!(of(one, two), [Rule::AmbiguousMatch], "{one} {two}");
    }
    for (one, two) in [
        ("GET /a", "POST /a"),
        ("GET /a", "GET /{x}"),
        ("GET /a/b", "GET /{x}/b"),
        ("GET /a/{x}", "GET /a/{x}/b"),
        ("GET /", "GET /a"),
    ] {
        assert_eq!(of(one, two), [], "{one} {two}");
        assert_eq!(of(two, one), [], "{two} {one}");
    }
}

#[test]
fn paths_are_matched_across_all_apis() {
    let other = format!("{API}{}", report("b", "GET /a", ""))
        .replace("payments]", "billing]")
        .replace("payments.endpoint", "billing.endpoint");
    let source = format!("{API}{}{other}", report("a", "GET /a", ""));
    let (error, _) = the_error(&source);
    assert_eq!(error.rule, Rule::AmbiguousMatch);
    assert!(error.message.contains("GET /a"));
}

#[test]
fn a_path_param_is_bound_to_the_subject_only_if_it_exists() {
    let source = format!(
        "{API}{}",
        report("me", "GET /users/{user}", "owner_param = \"user\"")
    );
    let inventory = accepted(&source);
    assert_eq!(
        inventory.apis[0].endpoints[0].demand.owner_param.as_deref(),
        Some("user")
    );
    assert_eq!(
        refused(&source.replace("= \"user\"", "= \"usr\"")),
        [Rule::OwnerBinding]
    );
}

#[test]
fn what_is_accepted_but_worth_knowing_is_said() {
    let said = |source: &str| -> Vec<(Severity, Rule)> {
        let reading = read(source);
        assert!(reading.inventory.is_some(), "{:#?}", reading.findings);
        reading
            .findings
            .iter()
            .map(|f| (f.severity, f.rule))
            .collect()
    };
    let over = format!(
        "{API}{}",
        report("r", "GET /r", "accepts = [\"client_credentials\"]")
    );
    assert_eq!(said(&over), [(Severity::Note, Rule::LightestThatFits)]);
    let window = format!(
        "{API}{}",
        report("r", "GET /r", "raw_api_key_until = \"2027-01-31\"")
    )
    .replace("\"service\"", "\"partner\"");
    assert_eq!(said(&window), [(Severity::Warning, Rule::Partner)]);
    let clear = format!("{API}{}", report("r", "GET /r", "")).replace("127.0.0.1", "10.0.0.1");
    assert_eq!(said(&clear), [(Severity::Warning, Rule::Upstream)]);
    let mixed =
        format!("{API}{}", report("r", "GET /r", "")).replace("roles_from = \"issuer\"", "");
    assert_eq!(said(&mixed), [(Severity::Warning, Rule::Accountability)]);
    let sandbox = Inventory::parse(&mixed, &environment(EnvironmentClass::Sandbox), now());
    assert_eq!(sandbox.findings[0].severity, Severity::Note);
    assert_eq!(said(""), [(Severity::Warning, Rule::MissingField)]);
}

#[test]
fn every_wrong_type_is_a_finding() {
    let value_of = |line: &str| format!("{API}{}", report("r", "GET /r", line));
    for field in [
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
        "owner",
        "surface",
        "roles_from",
    ] {
        for wrong in ["1", "1.5", "[[]]", "[{}]", "nan"] {
            let found = refused(&value_of(&format!("{field} = {wrong}")));
            assert!(
                found.contains(&Rule::InvalidValue),
                "{field} = {wrong} {found:?}"
            );
        }
    }
    for source in [
        "api = 1",
        "[api]\na = 1",
        "[api.a]\nendpoint = 1",
        "[api.a]\nendpoint = [1]",
        "[[api]]",
    ] {
        assert!(refused(source).contains(&Rule::InvalidValue), "{source:?}");
    }
}
