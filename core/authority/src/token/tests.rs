//! The table's rules, each refusal between two requests that pass.

use base::Clock as _;
use base::{FixedClock, Lifetime, Secret, SeededEntropy, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use boundary::Inventory;
use credential::{DigestKey, DigestKeys, Environment, EnvironmentClass};
use jose::{AccessTokenClaims, Algorithm, AllowList, KeySet, SigningKey};
use proptest::prelude::*;
use snapshot::{ActiveKey, IssuerUrl};

use super::*;
use crate::accountability::CredentialRequest;
use crate::audit::{Action, Actor};
use crate::client::authenticate::Headers;
use crate::client::{CreatedClient, create};

mod delegated;
mod exchange;

const INVENTORY: &str = r#"
[api.reports]
audience = "https://api.example.com/reports"
upstream = "http://127.0.0.1:9000"
owner = "team-reports"
surface = "reporting"
revoker = "reports-oncall"

[[api.reports.endpoint]]
id = "reports.list"
match = "GET /v1/reports"
caller = "partner"
authority = "own"
data = "own"
exposure = "public"
consequence = "read"
scopes = ["read:reports"]

[[api.reports.endpoint]]
id = "reports.purge"
match = "DELETE /v1/reports"
caller = "partner"
authority = "own"
data = "own"
exposure = "public"
consequence = "sensitive"
scopes = ["delete:reports"]

[api.payments]
audience = "https://api.example.com/payments"
upstream = "http://127.0.0.1:9000"
owner = "team-payments"
surface = "payments"
revoker = "payments-oncall"

[[api.payments.endpoint]]
id = "payments.create"
match = "POST /v1/payments"
caller = "partner"
authority = "own"
data = "money"
exposure = "public"
consequence = "write"
scopes = ["write:payments"]

[[api.payments.endpoint]]
id = "payments.reports"
match = "GET /v1/payments/reports"
caller = "partner"
authority = "own"
data = "money"
exposure = "public"
consequence = "read"
scopes = ["read:reports"]
"#;

struct World {
    environment: Environment,
    issuer: IssuerUrl,
    inventory: Inventory,
    digest_keys: DigestKeys,
    owner_is_disabled: bool,
    signing_key: SigningKey,
    other_lane: SigningKey,
    signing_key_ends_at: Timestamp,
    created: CreatedClient,
    clock: FixedClock,
}

fn origin() -> Origin {
    Origin {
        request_id: "r1".parse().unwrap(),
        actor: Actor::Unknown,
        environment: "production".parse().unwrap(),
    }
}

impl World {
    fn new() -> Self {
        let now = Timestamp::from_unix_seconds(1_800_000_000).unwrap();
        let environment = Environment {
            name: "production".parse().unwrap(),
            class: EnvironmentClass::Production,
        };
        let reading = Inventory::parse(INVENTORY, &environment, now);
        let inventory = reading
            .inventory
            .unwrap_or_else(|| panic!("{:#?}", reading.findings));
        let digest_keys = DigestKeys::only(DigestKey::new([3; 32]));
        let request = CredentialRequest {
            organisation: Some("acme".into()),
            owner: Some("acme-it".into()),
            purpose: Some("nightly reports".into()),
            revoker: Some("partners-oncall".into()),
            scopes: ["read:reports", "delete:reports", "write:payments"]
                .map(str::to_owned)
                .to_vec(),
            audiences: ["reports", "payments"]
                .map(|api| format!("https://api.example.com/{api}"))
                .to_vec(),
            expires_in: Some("30d".into()),
        };
        let facts = crate::accountability::Facts {
            environment: &environment,
            inventory: &inventory,
            digest_key: digest_keys.current(),
        };
        let created = create(
            &request.into(),
            &origin(),
            facts,
            now,
            &mut SeededEntropy::new(5),
        )
        .unwrap()
        .outcome;
        Self {
            issuer: "https://login.example.com".parse().unwrap(),
            signing_key: SigningKey::generate(Algorithm::Es256, "k1".parse().unwrap()).unwrap(),
            other_lane: SigningKey::generate(Algorithm::EdDsa, "k2".parse().unwrap()).unwrap(),
            signing_key_ends_at: now.after(Lifetime::from_secs(90 * 86_400)),
            clock: FixedClock::new(now),
            environment,
            inventory,
            digest_keys,
            owner_is_disabled: false,
            created,
        }
    }

    fn secret(&self) -> &str {
        self.created.secret.as_ref().unwrap().expose()
    }

    fn basic(&self) -> String {
        let pair = format!("{}:{}", self.created.client.id, self.secret());
        format!("Basic {}", STANDARD.encode(pair))
    }

    fn ask(&self, authorization: Option<&str>, body: &str) -> Result<Issued, TokenRefusal> {
        let headers = Headers {
            authorization,
            x_api_key: None,
        };
        let known = |id: &str| match id == self.created.client.id.as_str() {
            true => KnownClient::Client(&self.created.client),
            false => KnownClient::None,
        };
        self.ask_as(headers, body, known, Arrival::default())
            .map(|(issued, _)| issued)
    }

    /// The answer, and what the audit says of it.
    fn ask_as<'a>(
        &'a self,
        headers: Headers<'_>,
        body: &str,
        known: impl Fn(&str) -> KnownClient<'a>,
        arrival: Arrival,
    ) -> Result<(Issued, String), TokenRefusal> {
        let request = TokenRequest::parse(body.as_bytes())?;
        let presented = crate::client::authenticate::presented(headers, &request)?;
        let facts = Facts {
            environment: &self.environment,
            issuer: &self.issuer,
            inventory: &self.inventory,
            client: known(&presented.client_id),
            owner_is_disabled: self.owner_is_disabled,
            arrival,
            digest_keys: &self.digest_keys,
            delegation: Delegation::default(),
            signing_keys: &self.signing_keys(),
        };
        let plan = decide(
            &request,
            &presented,
            facts,
            &origin(),
            self.clock.now(),
            &mut SeededEntropy::new(6),
        )
        .unwrap();
        let expected = if plan.outcome.is_ok() {
            Action::TokenIssued
        } else {
            Action::TokenRefused
        };
        assert_eq!(
            plan.writes.audit[0].action, expected,
            "both outcomes are audited"
        );
        for effect in &plan.writes.effects {
            let writes_nothing = matches!(effect, Effect::UseSigningKey { .. });
            assert!(writes_nothing, "no row for each JWT access token");
        }
        assert_eq!(plan.writes.effects.len(), usize::from(plan.outcome.is_ok()));
        let detail = plan.writes.audit[0].detail.clone();
        plan.outcome.map(|issued| (issued, detail))
    }

    fn signing_keys(&self) -> Vec<ActiveKey> {
        let active = |key: &SigningKey| ActiveKey {
            key: key.verification_key().clone(),
            expires_at: self.signing_key_ends_at,
            since: None,
            predecessor: None,
        };
        vec![active(&self.signing_key), active(&self.other_lane)]
    }

    fn refused(&self, authorization: Option<&str>, body: &str) -> TokenRefusal {
        let good = "grant_type=client_credentials&scope=write:payments";
        assert!(
            self.ask(Some(&self.basic()), good).is_ok(),
            "control before"
        );
        let refusal = self.ask(authorization, body).expect_err(body);
        assert!(self.ask(Some(&self.basic()), good).is_ok(), "control after");
        refusal
    }

    fn claims(&self, issued: Issued) -> AccessTokenClaims {
        let keys = KeySet::new(vec![self.signing_key.verification_key().clone()]);
        let allow = AllowList::only(Algorithm::Es256);
        let token = self.signing_key.sign_input(issued.access_token).unwrap();
        jose::verify::<AccessTokenClaims>(&token, &keys, &allow)
            .unwrap()
            .into_claims()
    }
}

#[test]
fn rfc9068_2_2_a_token_has_every_claim_and_one_audience() {
    let world = World::new();
    let issued = world
        .ask(
            Some(&world.basic()),
            "grant_type=client_credentials&scope=write:payments",
        )
        .unwrap();
    let expires_in = issued.expires_in;
    let claims = world.claims(issued);
    let client_id = world.created.client.id.as_str();
    assert_eq!(claims.issuer.as_str(), "https://login.example.com");
    assert_eq!(
        (claims.subject.as_str(), claims.client_id.as_str()),
        (client_id, client_id)
    );
    assert!(claims.audience.contains("https://api.example.com/payments"));
    assert_eq!(claims.audience.iter().count(), 1);
    assert_eq!(claims.scope.unwrap().as_str(), "write:payments");
    assert_eq!(claims.organisation.as_str(), "acme");
    assert_eq!(
        claims.expires_at.since(claims.issued_at),
        Lifetime::from_secs(expires_in)
    );
    assert_eq!(claims.token_id.as_str().len(), 16);
}

#[test]
fn a_token_lives_no_longer_than_what_it_reaches_accepts() {
    let world = World::new();
    let lifetime = |body: &str| world.ask(Some(&world.basic()), body).unwrap().expires_in;
    assert_eq!(
        lifetime("grant_type=client_credentials&scope=write:payments"),
        600
    );
    // `sensitive` accepts 5 minutes, so a longer token would only be of use to a thief elsewhere.
    assert_eq!(
        lifetime("grant_type=client_credentials&scope=delete:reports"),
        300
    );
}

#[test]
fn no_token_outlives_the_key_that_signed_it() {
    let mut world = World::new();
    world.signing_key_ends_at = world.clock.now().after(Lifetime::from_secs(90));
    let body = "grant_type=client_credentials&scope=write:payments";
    let issued = world.ask(Some(&world.basic()), body).unwrap();
    assert_eq!(issued.expires_in, 90);
    assert_eq!(world.claims(issued).expires_at, world.signing_key_ends_at);
}

#[test]
fn the_lane_of_the_api_signs_and_no_other_one_steps_in() {
    let body = "grant_type=client_credentials&scope=write:payments";
    let mut world = World::new();
    let by = |world: &World| {
        let issued = world.ask(Some(&world.basic()), body).unwrap();
        issued.access_token.key_id().to_string()
    };
    assert_eq!(by(&world), "k1", "the default lane is the first");
    for (name, key_id) in [("EdDSA", "k2"), ("ES256", "k1")] {
        for api in &mut world.inventory.apis {
            api.token_algorithm = Some(name.parse().unwrap());
        }
        assert_eq!(by(&world), key_id);
    }
    let request = TokenRequest::parse(body.as_bytes()).unwrap();
    let basic = world.basic();
    let presented = crate::client::authenticate::presented(
        Headers {
            authorization: Some(&basic),
            x_api_key: None,
        },
        &request,
    )
    .unwrap();
    let ended = world.signing_key_ends_at;
    let keys = world.signing_keys();
    for (name, now, lane) in [
        ("RS256", world.clock.now(), Algorithm::Rs256),
        ("ES256", ended, Algorithm::Es256),
    ] {
        for api in &mut world.inventory.apis {
            api.token_algorithm = Some(name.parse().unwrap());
        }
        world.created.client.expires_at = ended.after(Lifetime::from_secs(60));
        let facts = Facts {
            environment: &world.environment,
            issuer: &world.issuer,
            inventory: &world.inventory,
            client: KnownClient::Client(&world.created.client),
            owner_is_disabled: false,
            arrival: Arrival::default(),
            digest_keys: &world.digest_keys,
            delegation: Delegation::default(),
            signing_keys: &keys,
        };
        let entropy = &mut SeededEntropy::new(6);
        let decided = decide(&request, &presented, facts, &origin(), now, entropy);
        assert_eq!(decided.unwrap_err(), NoSigningKey { lane: Some(lane) });
    }
}

#[test]
fn right_after_a_rotation_the_key_before_signs_until_every_gate_knows_the_new_one() {
    use crate::signing_key::schedule::SETTLING;
    let world = World::new();
    let now = world.clock.now();
    let audience = "https://api.example.com/payments".parse().unwrap();
    let key = |id: &str| {
        let key = SigningKey::generate(Algorithm::Es256, id.parse().unwrap()).unwrap();
        key.verification_key().clone()
    };
    let long = now.after(Lifetime::from_secs(86_400));
    let soon = now.after(ACCESS_TOKEN_LIFETIME);
    let (sandbox, production) = (EnvironmentClass::Sandbox, EnvironmentClass::Production);
    let just_before = now.before(SETTLING - Lifetime::from_micros(1));
    for (class, since, before_ends_at, signs) in [
        (production, Some(now), Some(long), "before"),
        (production, Some(just_before), Some(long), "before"),
        (production, Some(now.before(SETTLING)), Some(long), "after"),
        (production, Some(now), None, "after"),
        (production, None, Some(long), "after"),
        (production, Some(now), Some(soon), "after"),
        (sandbox, Some(now), Some(long), "after"),
    ] {
        let predecessor = before_ends_at.map(|expires_at| snapshot::RetiringKey {
            key: key("before"),
            expires_at,
        });
        let keys = [ActiveKey {
            key: key("after"),
            expires_at: long,
            since,
            predecessor,
        }];
        let environment = Environment {
            class,
            ..world.environment.clone()
        };
        let facts = Facts {
            environment: &environment,
            issuer: &world.issuer,
            inventory: &world.inventory,
            client: KnownClient::Client(&world.created.client),
            owner_is_disabled: false,
            arrival: Arrival::default(),
            digest_keys: &world.digest_keys,
            delegation: Delegation::default(),
            signing_keys: &keys,
        };
        let signing = signing_key::choose(Some(&audience), facts, now).unwrap();
        let found = signing.key.key_id().unwrap().to_string();
        assert_eq!(found, signs, "{class:?} {since:?} {before_ends_at:?}");
    }
}

#[test]
fn rfc6749_2_3_a_request_authenticates_exactly_once() {
    let world = World::new();
    let id = world.created.client.id.as_str();
    let both = format!(
        "grant_type=client_credentials&client_id={id}&client_secret=x&scope=write:payments"
    );
    assert_eq!(
        world.refused(Some(&world.basic()), &both).rule,
        "one_authentication_method"
    );
    let none = world.refused(None, "grant_type=client_credentials&scope=write:payments");
    assert_eq!(
        (none.code, none.rule),
        (ErrorCode::InvalidClient, "client_authentication")
    );
    let other = "grant_type=client_credentials&client_id=another&scope=write:payments";
    assert_eq!(
        world.refused(Some(&world.basic()), other).code,
        ErrorCode::InvalidRequest
    );
}

#[test]
fn rfc6749_2_3_1_the_secret_works_in_the_body_too() {
    let world = World::new();
    let (id, secret) = (world.created.client.id.as_str(), world.secret());
    let body = format!(
        "grant_type=client_credentials&client_id={id}&client_secret={secret}&scope=write:payments"
    );
    assert!(world.ask(None, &body).is_ok());
}

#[test]
fn every_way_of_being_the_wrong_client_has_one_answer() {
    let mut world = World::new();
    let body = "grant_type=client_credentials&scope=write:payments";
    let id = world.created.client.id.to_string();
    let other_secret = credential::MintedClientSecret::mint(
        EnvironmentClass::Production,
        world.digest_keys.current(),
        &mut SeededEntropy::new(99),
    )
    .secret;
    let basic =
        |id: &str, secret: &str| format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let wrong = world.refused(Some(&basic(&id, other_secret.expose())), body);
    let unknown = world.refused(
        Some(&basic("c0123456789abcde", other_secret.expose())),
        body,
    );
    let malformed = world.refused(Some(&basic(&id, "hunter2")), body);
    world.created.client.revocation = Some(crate::accountability::Revocation {
        at: Timestamp::EPOCH,
        reason: "left".into(),
    });
    let revoked = world.ask(Some(&world.basic()), body).unwrap_err();
    world.created.client.revocation = None;
    world.created.client.environment = "sandbox".parse().unwrap();
    let elsewhere = world.ask(Some(&world.basic()), body).unwrap_err();
    world.created.client.environment = "production".parse().unwrap();
    world.owner_is_disabled = true;
    let owner_gone = world.ask(Some(&world.basic()), body).unwrap_err();
    world.owner_is_disabled = false;
    world.clock.advance(Lifetime::from_secs(31 * 86_400));
    let expired = world.ask(Some(&world.basic()), body).unwrap_err();

    let refusals = [
        &wrong,
        &unknown,
        &malformed,
        &revoked,
        &elsewhere,
        &owner_gone,
        &expired,
    ];
    let rules = refusals.map(|refusal| refusal.rule);
    assert_eq!(
        rules,
        [
            "client_secret_wrong",
            "client_unknown",
            "client_secret_malformed",
            "client_revoked",
            "wrong_environment",
            "client_owner_disabled",
            "client_expired"
        ]
    );
    for refusal in [unknown, malformed, revoked, elsewhere, owner_gone, expired] {
        assert_eq!(
            (refusal.code, &refusal.description),
            (wrong.code, &wrong.description)
        );
    }
}

#[test]
fn rfc7617_2_a_header_that_is_not_basic_is_refused() {
    let world = World::new();
    let good = world.basic();
    let encoded = good.split_once(' ').unwrap().1.to_owned();
    let mut wrong: Vec<String> = ["Basic", "Basic ", "Basic !!!", "Bearer abc", "Basic  ", ""]
        .map(str::to_owned)
        .to_vec();
    wrong.extend([
        format!("Basic  {encoded}"),
        format!("Basic {encoded} "),
        format!("Basic\t{encoded}"),
        format!("Basic {}", STANDARD.encode("no-colon")),
        format!("Basic {}", STANDARD.encode([0xff, b':', b'x'])),
        format!("Basic {}", STANDARD.encode("%zz:x")),
        format!("Basic {encoded}, Basic {encoded}"),
    ]);
    for header in wrong {
        let body = "grant_type=client_credentials&scope=write:payments";
        assert_eq!(
            world.refused(Some(&header), body).code,
            ErrorCode::InvalidClient,
            "{header}"
        );
    }
    assert!(
        world
            .ask(
                Some(&format!("bAsIc {encoded}")),
                "grant_type=client_credentials&scope=write:payments"
            )
            .is_ok()
    );
}

#[test]
fn rfc6749_5_2_only_offered_grant_types_pass() {
    let world = World::new();
    let basic = world.basic();
    for grant in [
        "password",
        "implicit",
        "CLIENT_CREDENTIALS",
        "client_credentials%20",
    ] {
        let body = format!("grant_type={grant}&scope=write:payments");
        assert_eq!(
            world.refused(Some(&basic), &body).code,
            ErrorCode::UnsupportedGrantType,
            "{grant}"
        );
    }
    // Offered, and not to a client that acts for itself.
    for grant in ["authorization_code", "refresh_token"] {
        let body = format!("grant_type={grant}&code=x&refresh_token=x");
        let refusal = world.refused(Some(&basic), &body);
        assert_eq!(refusal.code, ErrorCode::UnauthorizedClient, "{grant}");
    }
    assert_eq!(
        world.refused(Some(&basic), "scope=write:payments").code,
        ErrorCode::InvalidRequest
    );
}

#[test]
fn rfc6749_3_3_scopes_are_asked_for_and_are_the_clients() {
    let world = World::new();
    let basic = world.basic();
    for scope in [
        "",
        "read",
        "read:*",
        "write:payments%20",
        "write:payments%20%20read:reports",
        "admin:all",
        "write:payments%20write:payments",
        "WRITE:payments",
        "write:payments%0aread:reports",
    ] {
        let refusal = world.refused(
            Some(&basic),
            &format!("grant_type=client_credentials&scope={scope}"),
        );
        assert!(
            matches!(
                refusal.code,
                ErrorCode::InvalidScope | ErrorCode::InvalidRequest
            ),
            "{scope}"
        );
    }
}

#[test]
fn rfc8707_2_a_token_is_for_one_api() {
    let world = World::new();
    let basic = world.basic();
    let ask = |rest: &str| {
        world.ask(
            Some(&basic),
            &format!("grant_type=client_credentials&{rest}"),
        )
    };
    // Both APIs take read:reports, so the request must say which one it means.
    assert_eq!(
        ask("scope=read:reports").unwrap_err().code,
        ErrorCode::InvalidTarget
    );
    for api in ["reports", "payments"] {
        let issued = ask(&format!(
            "scope=read:reports&resource=https://api.example.com/{api}"
        ))
        .unwrap();
        assert!(
            world
                .claims(issued)
                .audience
                .contains(&format!("https://api.example.com/{api}"))
        );
    }
    for wrong in [
        "scope=write:payments%20delete:reports",
        "scope=write:payments&resource=https://api.example.com/reports",
        "scope=read:reports&resource=https://api.example.com/reports/",
        "scope=read:reports&resource=https://evil.example",
        "scope=read:reports&resource=https://api.example.com/reports&resource=https://api.example.com/payments",
    ] {
        assert_eq!(
            ask(wrong).unwrap_err().code,
            ErrorCode::InvalidTarget,
            "{wrong}"
        );
    }
}

#[test]
fn a_create_says_everything_that_is_missing() {
    let world = World::new();
    let facts = crate::accountability::Facts {
        environment: &world.environment,
        inventory: &world.inventory,
        digest_key: world.digest_keys.current(),
    };
    let refusal = create(
        &CredentialRequest::default().into(),
        &origin(),
        facts,
        world.clock.now(),
        &mut SeededEntropy::new(1),
    )
    .unwrap_err();
    let crate::Refusal::Invalid(findings) = refusal else {
        panic!("{refusal}")
    };
    let fields: Vec<_> = findings.iter().map(|finding| finding.field).collect();
    assert_eq!(
        fields,
        [
            "organisation",
            "owner",
            "purpose",
            "revoker",
            "audience",
            "scope",
            "expires_in"
        ]
    );
    assert!(findings.iter().all(|finding| !finding.fix.is_empty()));
}

proptest! {
    #[test]
    fn no_refusal_echoes_a_secret_or_breaks_the_header_rules(body in "[ -~]{0,80}", canary in "[a-z]{12}") {
        let world = World::new();
        let body = format!("{body}&client_secret={canary}");
        if let Err(refusal) = world.ask(None, &body) {
            prop_assert!(!refusal.description.contains(&canary));
            prop_assert!(refusal.description.chars().all(|c| matches!(c, ' '..='~') && c != '"' && c != '\\'));
        }
        let _ = Secret::new(canary);
    }
}
