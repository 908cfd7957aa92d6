//! Creating and revoking, over a small inventory.

use base::{Lifetime, SeededEntropy, Timestamp};
use boundary::Inventory;
use credential::{DigestKey, Environment, EnvironmentClass, PresentedApiKey};
use proptest::prelude::*;

use super::*;
use crate::accountability::{CredentialRequest, Facts, Revocation};
use crate::audit::{Actor, Origin};
use crate::{Effect, Refusal};

const INVENTORY: &str = r#"
[api.weather]
audience = "https://api.example.com/weather"
upstream = "http://127.0.0.1:9000"
owner = "team-weather"
surface = "reporting"
revoker = "weather-oncall"

[[api.weather.endpoint]]
id = "weather.forecast"
match = "GET /v1/forecast"
caller = "service"
authority = "own"
data = "own"
exposure = "public"
consequence = "read"
scopes = ["read:forecast"]

[[api.weather.endpoint]]
id = "weather.profile"
match = "GET /v1/profile"
caller = "mobile"
authority = "delegated"
data = "user"
exposure = "public"
consequence = "read"
scopes = ["read:profile"]
"#;

pub(super) fn now() -> Timestamp {
    Timestamp::from_unix_seconds(1_800_000_000).unwrap()
}

pub(super) fn origin() -> Origin {
    Origin {
        request_id: "r1".parse().unwrap(),
        actor: Actor::Operator("o0123456789abcde".into()),
        environment: "production".parse().unwrap(),
    }
}

pub(super) fn good() -> CredentialRequest {
    CredentialRequest {
        organisation: Some("acme".into()),
        owner: Some("team-weather".into()),
        purpose: Some("nightly import".into()),
        revoker: Some("oncall".into()),
        scopes: vec!["read:forecast".into()],
        audiences: vec!["https://api.example.com/weather".into()],
        expires_in: Some("90d".into()),
    }
}

fn ask(request: &CredentialRequest) -> Result<CreatedApiKey, Refusal> {
    ask_whole(&ApiKeyRequest {
        shared: request.clone(),
        ..ApiKeyRequest::default()
    })
}

pub(super) fn environment() -> Environment {
    Environment {
        name: "production".parse().unwrap(),
        class: EnvironmentClass::Production,
    }
}

pub(super) fn made(request: &CredentialRequest) -> ApiKey {
    ask(request).unwrap().api_key
}

fn ask_whole(request: &ApiKeyRequest) -> Result<CreatedApiKey, Refusal> {
    let environment = environment();
    let inventory = Inventory::parse(INVENTORY, &environment, now())
        .inventory
        .unwrap();
    let facts = Facts {
        environment: &environment,
        inventory: &inventory,
        digest_key: &DigestKey::new([1; 32]),
    };
    let plan = create(request, &origin(), facts, now(), &mut SeededEntropy::new(1))?;
    let [Effect::CreateApiKey(written)] = plan.writes.effects.as_slice() else {
        panic!("one effect")
    };
    assert_eq!(written.id, plan.outcome.api_key.id);
    let all = serde_json::to_string(&plan.writes).unwrap();
    assert!(
        !all.contains(plan.outcome.secret.expose()),
        "the text is written nowhere"
    );
    Ok(plan.outcome)
}

fn fields(request: &CredentialRequest) -> Vec<&'static str> {
    match ask(request) {
        Err(Refusal::Invalid(findings)) => findings.iter().map(|finding| finding.field).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_whole_request_gives_a_key_that_parses_and_ends() {
    let created = ask(&good()).unwrap();
    let presented = PresentedApiKey::parse(created.secret.expose()).unwrap();
    assert_eq!(presented.id(), created.api_key.id.as_str());
    assert!(
        presented
            .digest(&DigestKey::new([1; 32]))
            .matches(&created.api_key.digest)
    );
    assert_eq!(
        created.api_key.expires_at.since(now()),
        Lifetime::from_secs(90 * 86_400)
    );
}

#[test]
fn each_mandatory_field_alone_is_missed_by_name() {
    let mut cases: Vec<(&str, CredentialRequest)> = Vec::new();
    for field in [
        "organisation",
        "owner",
        "purpose",
        "revoker",
        "scope",
        "audience",
        "expires_in",
    ] {
        let mut request = good();
        match field {
            "organisation" => request.organisation = None,
            "owner" => request.owner = Some(String::new()),
            "purpose" => request.purpose = Some("  ".into()),
            "revoker" => request.revoker = None,
            "scope" => request.scopes.clear(),
            "audience" => request.audiences.clear(),
            _ => request.expires_in = None,
        }
        cases.push((field, request));
    }
    for (field, request) in cases {
        assert_eq!(fields(&request), [field]);
    }
}

#[test]
fn a_field_that_is_wrong_is_refused() {
    let with = |change: &dyn Fn(&mut CredentialRequest)| {
        let mut request = good();
        change(&mut request);
        fields(&request)
    };
    for lifetime in ["91d", "0s", "90", "-1d", "90 d", "forever", "999999999999d"] {
        assert_eq!(
            with(&|request| request.expires_in = Some(lifetime.into())),
            ["expires_in"],
            "{lifetime}"
        );
    }
    for owner in ["Team", "a b", "-a", "a\n"] {
        assert_eq!(
            with(&|request| request.owner = Some(owner.into())),
            ["owner"],
            "{owner:?}"
        );
    }
    assert_eq!(
        with(&|request| request.purpose = Some("a\u{7}".into())),
        ["purpose"]
    );
    assert_eq!(
        with(&|request| request.purpose = Some("a".repeat(201))),
        ["purpose"]
    );
    for audience in [
        "https://api.example.com/weather/",
        "https://evil.example",
        "",
    ] {
        assert_eq!(
            with(&|request| request.audiences = vec![audience.into()])[0],
            "audience",
            "{audience}"
        );
    }
    let two = ["https://api.example.com/weather"; 2]
        .map(str::to_owned)
        .to_vec();
    assert_eq!(
        with(&|request| request.audiences.clone_from(&two)),
        ["audience"],
        "one key, one API"
    );
    // A scope that only a delegated token may use would be access in name only.
    for scope in [
        "read:profile",
        "read:forecasts",
        "read",
        "read:*",
        "READ:forecast",
    ] {
        assert_eq!(
            with(&|request| request.scopes = vec![scope.into()]),
            ["scope"],
            "{scope}"
        );
    }
}

#[test]
fn a_network_is_a_range_that_somebody_can_come_from() {
    let asked = |network: &str| {
        ask_whole(&ApiKeyRequest {
            shared: good(),
            networks: vec![network.to_owned()],
            ..ApiKeyRequest::default()
        })
    };
    for right in [
        "10.0.0.0/8",
        "::/0",
        "::/95",
        "2001:db8::/32",
        "::fffe:0:0/96",
    ] {
        assert!(asked(right).is_ok(), "{right}");
    }
    for wrong in [
        "::ffff:0:0/96",
        "::ffff:10.0.0.0/104",
        "::ffff:10.1.2.3/128",
        "10.0.0.1/8",
        "2001:db8::1/32",
        "10.0.0.1",
        "nowhere",
    ] {
        let Err(Refusal::Invalid(findings)) = asked(wrong) else {
            panic!("{wrong}")
        };
        assert_eq!(
            (findings.len(), findings[0].field),
            (1, "networks"),
            "{wrong}"
        );
    }
}

#[test]
fn a_key_is_revoked_once() {
    let mut api_key = ask(&good()).unwrap().api_key;
    let plan = revoke(&api_key, "left", &origin(), now()).unwrap();
    assert!(matches!(
        plan.writes.effects.as_slice(),
        [Effect::RevokeApiKey { .. }]
    ));
    api_key.revocation = Some(Revocation {
        at: now(),
        reason: "left".into(),
    });
    assert!(matches!(
        revoke(&api_key, "again", &origin(), now()),
        Err(Refusal::AlreadyRevoked { .. })
    ));
}

proptest! {
    #[test]
    fn no_request_makes_it_panic_and_every_finding_has_a_fix(
        owner in proptest::option::of(".{0,70}"), purpose in proptest::option::of(".{0,210}"),
        scopes in proptest::collection::vec(".{0,20}", 0..3), audiences in proptest::collection::vec(".{0,20}", 0..3),
        expires_in in proptest::option::of(".{0,8}"),
    ) {
        let request = CredentialRequest { owner, purpose, scopes, audiences, expires_in, ..good() };
        if let Err(Refusal::Invalid(findings)) = ask(&request) {
            prop_assert!(!findings.is_empty());
            prop_assert!(findings.iter().all(|finding| !finding.fix.is_empty()));
        }
    }
}
