//! What a person granted, redeemed and refreshed: each refusal beside the
//! request that passes.

use base::{Lifetime, Secret, SeededEntropy};
use credential::EnvironmentClass;
use jose::{Algorithm, SigningKey};
use snapshot::{ActiveKey, Change, CutoffTarget};

use super::super::*;
use crate::authorization_code::{AuthorizationCode, CODE_LIFETIME};
use crate::authorize::tests::{PEOPLE, REDIRECT, VERIFIER, World, origin};
use crate::client::authenticate::Headers;
use crate::client::{Client, ClientType};
use crate::token_family::{FAMILY_LIFETIME, IDLE_LIFETIME};
use crate::versioned::VersionedRecord;

type Answered = Plan<Result<Issued, TokenRefusal>>;

/// A client, its secret, and the records that a store has.
struct Stage {
    world: World,
    key: SigningKey,
    code: AuthorizationCode,
    text: String,
    family: Option<TokenFamily>,
}

fn stage(client_type: &str) -> Stage {
    stage_with(client_type, &[])
}

fn stage_with(client_type: &str, changes: &[(&str, Option<&str>)]) -> Stage {
    let mut world = World::with(client_type, &[REDIRECT]);
    world.grant = Some(world.given("openid read:profile offline_access"));
    let (text, plan) = world.code(changes);
    let code = records(plan.writes).find_map(|record| match record {
        VersionedRecord::AuthorizationCode(code) => Some(code),
        _ => None,
    });
    Stage {
        world,
        key: SigningKey::generate(Algorithm::Es256, "k1".parse().unwrap()).unwrap(),
        code: code.unwrap(),
        text,
        family: None,
    }
}

fn records(writes: Writes) -> impl Iterator<Item = VersionedRecord> {
    writes
        .effects
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::PutRecord { record, .. } => Some(*record),
            _ => None,
        })
}

impl Stage {
    fn ask(&self, fields: &[(&str, &str)]) -> Answered {
        self.ask_as((&self.world.client, self.world.secret.as_ref()), fields)
    }

    fn ask_as(
        &self,
        (client, secret): (&Client, Option<&Secret>),
        fields: &[(&str, &str)],
    ) -> Answered {
        let mut all = vec![("client_id", client.id.as_str())];
        all.extend(secret.map(|secret| ("client_secret", secret.expose())));
        all.extend(fields);
        let body = crate::form::write(all);
        let request = TokenRequest::parse(body.as_bytes()).unwrap();
        let headers = Headers {
            authorization: None,
            x_api_key: None,
        };
        let presented = crate::client::authenticate::presented(headers, &request).unwrap();
        let world = &self.world;
        let active = ActiveKey {
            key: self.key.verification_key().clone(),
            expires_at: world.now.after(Lifetime::from_secs(90 * 86_400)),
            since: None,
            predecessor: None,
        };
        let facts = Facts {
            environment: &world.environment,
            issuer: &world.issuer,
            inventory: &world.inventory,
            client: KnownClient::Client(client),
            owner_is_disabled: false,
            arrival: Arrival::default(),
            digest_keys: &world.digest_keys,
            delegation: Delegation {
                code: Some(&self.code),
                family: self.family.as_ref(),
                account: Some(&world.account),
                session: world.session.as_ref(),
                grant: world.grant.as_ref(),
            },
            signing_keys: &[active],
        };
        let entropy = &mut SeededEntropy::new(world.now.unix_micros().unsigned_abs());
        let plan = decide(&request, &presented, facts, &origin(), world.now, entropy).unwrap();
        let expected = match plan.outcome.is_ok() {
            true => Action::TokenIssued,
            false => Action::TokenRefused,
        };
        assert_eq!(plan.writes.audit[0].action, expected);
        plan
    }

    fn redeem(&self) -> Answered {
        self.ask(&self.proof())
    }

    fn proof(&self) -> [(&'static str, &str); 3] {
        [
            ("grant_type", "authorization_code"),
            ("code", &self.text),
            ("code_verifier", VERIFIER),
        ]
    }

    /// The code redeemed, and the records as they are then; its refresh token.
    fn redeemed(&mut self) -> String {
        let plan = self.redeem();
        self.keep(plan)
    }

    fn keep(&mut self, plan: Answered) -> String {
        let issued = plan.outcome.unwrap();
        for record in records(plan.writes) {
            match record {
                VersionedRecord::AuthorizationCode(code) => self.code = code,
                VersionedRecord::TokenFamily(family) => self.family = Some(family),
                other => panic!("{other:?}"),
            }
        }
        issued.refresh_token.unwrap().expose().to_owned()
    }

    fn refresh(&self, token: &str, more: &[(&str, &str)]) -> Answered {
        let mut fields = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
        fields.extend(more);
        self.ask(&fields)
    }

    fn family_is_ended_by(&self, plan: &Answered) -> bool {
        let family = self.family.as_ref().unwrap();
        let target = CutoffTarget::Family(family.id.to_string());
        plan.writes
            .changes
            .iter()
            .any(|change| matches!(change, Change::CutOff(cutoff) if cutoff.target == target))
    }
}

fn refusal(plan: &Answered) -> (&'static str, &'static str) {
    match &plan.outcome {
        Ok(_) => panic!("it was issued"),
        Err(refusal) => (refusal.code.as_str(), refusal.rule),
    }
}

/// Whether the plan burns the code, and writes nothing else.
fn burns(plan: &Answered) -> bool {
    let effects = plan.writes.effects.as_slice();
    let [Effect::PutRecord { record, .. }] = effects else {
        return false;
    };
    let VersionedRecord::AuthorizationCode(code) = record.as_ref() else {
        return false;
    };
    code.used.as_ref().is_some_and(|used| used.family.is_none())
}

#[test]
fn rfc9700_4_2_tok_003_a_used_code_from_another_client_ends_what_it_got() {
    let mut stage = stage("web");
    let token = stage.redeemed();
    assert!(stage.refresh(&token, &[]).outcome.is_ok(), "control");
    let (other, secret) = stage.world.another_client("web");
    for plan in [
        stage.ask_as((&other, secret.as_ref()), &stage.proof()),
        stage.redeem(),
    ] {
        assert_eq!(refusal(&plan), ("invalid_grant", "code_used_before"));
        assert!(stage.family_is_ended_by(&plan));
        let ended = records(plan.writes).find_map(|record| match record {
            VersionedRecord::TokenFamily(family) => family.ended,
            _ => None,
        });
        assert!(ended.is_some());
    }
}

#[test]
fn rfc6749_4_1_3_tok_005_a_code_is_the_clients_that_asked() {
    for (mine, others) in [
        ("web", "web"),
        ("browser", "web"),
        ("web", "browser"),
        ("native", "browser"),
    ] {
        let stage = stage(mine);
        let (other, secret) = stage.world.another_client(others);
        let plan = stage.ask_as((&other, secret.as_ref()), &stage.proof());
        assert_eq!(refusal(&plan), ("invalid_grant", "code_of_another_client"));
        assert!(burns(&plan), "{mine} to {others}: the code has leaked");
        assert!(stage.redeem().outcome.is_ok(), "control");
    }
}

#[test]
fn rfc6749_4_1_3_tok_007_the_redirect_uri_is_the_one_of_the_request() {
    let stage = stage("web");
    let with = |redirect_uri| {
        let mut fields = stage.proof().to_vec();
        fields.push(("redirect_uri", redirect_uri));
        stage.ask(&fields)
    };
    assert!(
        with(REDIRECT).outcome.is_ok() && stage.redeem().outcome.is_ok(),
        "control"
    );
    for other in [
        "https://app.test/cb/",
        "https://app.test/CB",
        "https://app.test/cb?x",
        "https://evil",
        "x",
    ] {
        let plan = with(other);
        assert_eq!(refusal(&plan), ("invalid_grant", "redirect_uri"), "{other}");
        assert!(burns(&plan));
    }
}

#[test]
fn rfc7636_4_6_every_proof_of_a_code_is_right_or_it_is_burned() {
    let mut stage = stage("browser");
    let with = |stage: &Stage, verifier: &str| {
        let mut fields = stage.proof().to_vec();
        fields[2].1 = verifier;
        let plan = stage.ask(&fields.iter().map(|(n, v)| (*n, *v)).collect::<Vec<_>>());
        assert!(burns(&plan), "{verifier}");
        refusal(&plan)
    };
    let (short, long) = ("a".repeat(42), "a".repeat(129));
    let other = VERIFIER.replacen('d', "e", 1);
    for wrong in [
        crate::authorize::tests::CHALLENGE,
        &short,
        &long,
        &other,
        "é",
    ] {
        assert_eq!(with(&stage, wrong), ("invalid_grant", "code_verifier"));
    }
    assert_eq!(with(&stage, ""), ("invalid_grant", "code_verifier_missing"));
    stage.world.now = stage.code.expires_at.before(Lifetime::from_secs(1));
    assert!(stage.redeem().outcome.is_ok(), "a second before the end");
    stage.world.now = stage.code.created_at.after(CODE_LIFETIME);
    let late = stage.redeem();
    assert_eq!(refusal(&late), ("invalid_grant", "code_expired"));
}

#[test]
fn oidc_core_3_1_3_1_a_code_does_not_outlive_the_session_that_it_came_from() {
    let ended = |edit: fn(&mut Stage)| {
        let mut stage = stage("web");
        assert!(stage.redeem().outcome.is_ok(), "control");
        edit(&mut stage);
        let plan = stage.redeem();
        assert_eq!(refusal(&plan), ("invalid_grant", "session_ended"));
        assert!(burns(&plan));
    };
    ended(|stage| stage.world.session = None);
    ended(|stage| stage.world.log_in_elsewhere());
    ended(|stage| {
        if let Some(session) = &mut stage.world.session {
            session.expires_at = stage.world.now;
        }
    });
}

#[test]
fn tok_008_what_another_environment_issued_is_nobodys_here() {
    for (class, name) in [
        (EnvironmentClass::Production, "elsewhere"),
        (EnvironmentClass::Sandbox, "production"),
        (EnvironmentClass::Sandbox, "sandbox"),
    ] {
        let mut stage = stage("web");
        let token = stage.redeemed();
        stage.code.used = None;
        assert!(
            stage.redeem().outcome.is_ok() && stage.refresh(&token, &[]).outcome.is_ok(),
            "control"
        );
        stage.world.environment = Environment {
            name: name.parse().unwrap(),
            class,
        };
        // The client is one of there.
        stage.world.client.environment = stage.world.environment.name.clone();
        stage.world.account.environment = stage.world.environment.name.clone();
        let secretless = ClientType::Browser;
        stage.world.client.client_type = secretless;
        stage.world.client.secret_digest = None;
        stage.world.secret = None;
        assert_eq!(
            refusal(&stage.redeem()),
            ("invalid_grant", "wrong_environment")
        );
        let refreshed = stage.refresh(&token, &[]);
        assert_eq!(refusal(&refreshed), ("invalid_grant", "wrong_environment"));
        assert!(refreshed.writes.effects.is_empty());
    }
}

#[test]
fn rfc6749_6_tok_014_a_refresh_token_is_the_clients_and_proves_it() {
    let mut stage = stage("web");
    let token = stage.redeemed();
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.as_str()),
    ];
    for others in ["web", "browser", "native"] {
        let (other, secret) = stage.world.another_client(others);
        let plan = stage.ask_as((&other, secret.as_ref()), &fields);
        assert_eq!(
            refusal(&plan),
            ("invalid_grant", "refresh_token_of_another_client")
        );
        assert!(plan.writes.effects.is_empty() && plan.writes.changes.is_empty());
    }
    let unproved = stage.ask_as((&stage.world.client, None), &fields);
    assert_eq!(refusal(&unproved).0, "invalid_client");
    let wrong = Secret::new("dws_wrong".to_owned());
    let unproved = stage.ask_as((&stage.world.client, Some(&wrong)), &fields);
    assert_eq!(refusal(&unproved).0, "invalid_client");
    assert!(stage.refresh(&token, &[]).outcome.is_ok(), "control");
}

#[test]
fn rfc6749_6_tok_015_a_refresh_reaches_no_further_than_the_grant() {
    let mut stage = stage_with("web", &[("resource", Some(PEOPLE))]);
    let token = stage.redeemed();
    for scope in [
        "openid read:profile write:profile",
        "admin",
        "*",
        "openid read:profile admin",
        "read:orders",
        "offline_access",
        "openid  read:profile",
        "READ:profile",
    ] {
        let plan = stage.refresh(&token, &[("scope", scope)]);
        assert_eq!(refusal(&plan), ("invalid_scope", "scope"), "{scope}");
        assert!(plan.writes.effects.is_empty(), "nothing is rotated");
    }
    for resource in [
        "https://api.example.com/orders",
        "https://api.example.com/people/",
        "x",
    ] {
        let plan = stage.refresh(&token, &[("resource", resource)]);
        assert_eq!(refusal(&plan).0, "invalid_target", "{resource}");
        assert!(plan.writes.effects.is_empty(), "nothing is rotated");
    }
    let fewer = stage.refresh(&token, &[("scope", "read:profile"), ("resource", PEOPLE)]);
    let issued = fewer.outcome.unwrap();
    assert_eq!(issued.scope.to_string(), "read:profile");
    assert!(issued.id_token.is_none(), "openid was not asked for");
}

#[test]
fn rfc9700_4_14_2_tok_017_a_refresh_token_dies_idle_and_absolutely() {
    let second = Lifetime::from_secs(1);
    let mut stage = stage_with(
        "web",
        &[("scope", Some("openid read:profile offline_access"))],
    );
    let mut token = stage.redeemed();
    let begun = stage.world.now;
    stage.world.now = begun.after(IDLE_LIFETIME);
    let idle = stage.refresh(&token, &[]);
    assert_eq!(refusal(&idle), ("invalid_grant", "family_expired"));
    stage.world.now = stage.world.now.before(second);
    let plan = stage.refresh(&token, &[]);
    token = stage.keep(plan);
    let end = begun.after(FAMILY_LIFETIME);
    while stage.world.now.after(IDLE_LIFETIME) < end {
        stage.world.now = stage.world.now.after(IDLE_LIFETIME).before(second);
        let plan = stage.refresh(&token, &[]);
        token = stage.keep(plan);
        assert_eq!(
            stage.family.as_ref().unwrap().expires_at,
            end,
            "never later"
        );
    }
    stage.world.now = end.before(second);
    let last = stage.refresh(&token, &[]);
    let issued = last.outcome.as_ref().unwrap();
    assert_eq!(issued.expires_in, 1, "no token outlives the family");
    token = stage.keep(last);
    stage.world.now = end;
    let late: Answered = stage.refresh(&token, &[]);
    assert_eq!(refusal(&late), ("invalid_grant", "family_expired"));
}

#[test]
fn rfc6749_4_4_tok_033_client_credentials_are_a_services_and_bring_nobodys_identity() {
    for client_type in ["web", "browser", "native"] {
        let stage = stage(client_type);
        assert!(stage.redeem().outcome.is_ok(), "control");
        for scope in [
            "read:profile",
            "openid offline_access",
            "openid read:profile",
        ] {
            let plan = stage.ask(&[("grant_type", "client_credentials"), ("scope", scope)]);
            assert_eq!(
                refusal(&plan),
                ("unauthorized_client", "grant_type_of_client")
            );
        }
    }
    // A service that asks for them is refused; without them it gets an access token alone.
    let world = super::World::new();
    for scope in [
        "openid",
        "openid offline_access",
        "write:payments openid",
        "offline_access",
    ] {
        let body = format!(
            "grant_type=client_credentials&scope={}",
            scope.replace(' ', "+")
        );
        let refusal = world.refused(Some(&world.basic()), &body);
        assert_eq!(refusal.code, ErrorCode::InvalidScope, "{scope}");
    }
    let good = "grant_type=client_credentials&scope=write:payments";
    let issued = world.ask(Some(&world.basic()), good).unwrap();
    assert!(issued.id_token.is_none() && issued.refresh_token.is_none());
}
