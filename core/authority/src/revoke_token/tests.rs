//! Each refusal beside the request that revokes.

use base::{Lifetime, Secret, SeededEntropy};
use credential::refresh_token;

use super::*;
use crate::Effect;
use crate::authorize::tests::{PEOPLE, REDIRECT, World, origin};
use crate::client::Client;
use crate::client::authenticate::Headers;
use crate::versioned::VersionedRecord;

struct Stage {
    world: World,
    family: TokenFamily,
    token: Secret,
    claims: AccessTokenClaims,
}

fn stage() -> Stage {
    let world = World::with("web", &[REDIRECT]);
    let (_, plan) = world.code(&[]);
    let code = plan
        .writes
        .effects
        .into_iter()
        .find_map(|effect| match effect {
            Effect::PutRecord { record, .. } => match *record {
                VersionedRecord::AuthorizationCode(code) => Some(code),
                _ => None,
            },
            _ => None,
        });
    let digest_key = world.digest_keys.current();
    let entropy = &mut SeededEntropy::new(8);
    let family = token_family::begin(&code.unwrap(), true, digest_key, world.now, entropy);
    let claims = AccessTokenClaims {
        issuer: world.issuer.as_str().parse().unwrap(),
        subject: world.account.id.as_str().parse().unwrap(),
        audience: jose::Audience::only(PEOPLE.parse().unwrap()),
        expires_at: world.now.after(Lifetime::from_secs(600)),
        not_before: world.now,
        issued_at: world.now,
        token_id: "j1".parse().unwrap(),
        client_id: world.client.id.as_str().parse().unwrap(),
        scope: "read:profile".parse().ok(),
        organisation: "acme".parse().unwrap(),
        subject_version: 1,
        family: family.id.as_str().parse().ok(),
        confirmation: None,
    };
    let token = refresh_token(&world, &family);
    Stage {
        world,
        family,
        token,
        claims,
    }
}

fn refresh_token(world: &World, family: &TokenFamily) -> Secret {
    let seed = family.seed.as_ref().unwrap();
    let key = world.digest_keys.get(family.digest_key).unwrap();
    let class = world.environment.class;
    refresh_token::derive(class, &family.id, family.generation, seed, key)
}

impl Stage {
    fn ask(
        &self,
        (client, secret): (&Client, Option<&Secret>),
        token: Option<&str>,
    ) -> Plan<Result<(), TokenRefusal>> {
        let mut fields = vec![("client_id", client.id.as_str())];
        fields.extend(secret.map(|secret| ("client_secret", secret.expose())));
        fields.extend(token.map(|token| ("token", token)));
        let body = crate::form::write(fields);
        let request = TokenRequest::parse(body.as_bytes()).unwrap();
        let headers = Headers {
            authorization: None,
            x_api_key: None,
        };
        let presented = crate::client::authenticate::presented(headers, &request).unwrap();
        let facts = RevokeFacts {
            environment: &self.world.environment,
            client: KnownClient::Client(client),
            arrival: Arrival::default(),
            digest_keys: &self.world.digest_keys,
            family: Some(&self.family),
            access_token: (token == Some("jwt")).then_some(&self.claims),
        };
        decide(&request, &presented, facts, &origin(), self.world.now)
    }

    fn mine(&self, token: Option<&str>) -> Plan<Result<(), TokenRefusal>> {
        self.ask((&self.world.client, self.world.secret.as_ref()), token)
    }
}

fn writes_nothing(plan: &Plan<Result<(), TokenRefusal>>) -> bool {
    plan.writes.effects.is_empty() && plan.writes.changes.is_empty()
}

#[test]
fn rfc7009_2_1_tok_044_a_refresh_token_ends_its_family_and_an_access_token_itself() {
    let stage = stage();
    let plan = stage.mine(Some(stage.token.expose()));
    assert!(plan.outcome.is_ok());
    assert_eq!(plan.writes.audit[0].action, Action::TokenFamilyEnded);
    assert!(matches!(
        plan.writes.changes.as_slice(),
        [Change::CutOff(_)]
    ));
    let plan = stage.mine(Some("jwt"));
    assert!(plan.outcome.is_ok());
    assert_eq!(plan.writes.audit[0].action, Action::TokenRevoked);
    let [Change::TokenDenied { jti, expires_at }] = plan.writes.changes.as_slice() else {
        panic!("{:?}", plan.writes.changes)
    };
    assert!(jti == "j1" && *expires_at > stage.claims.expires_at);
}

#[test]
fn rfc7009_2_2_what_is_unknown_wrong_or_over_is_done() {
    let mut stage = stage();
    let mut wrong = stage.token.expose().to_owned();
    wrong.pop();
    for token in ["x", "a.b.c", wrong.as_str()] {
        let plan = stage.mine(Some(token));
        assert!(plan.outcome.is_ok() && writes_nothing(&plan), "{token}");
    }
    stage.world.now = stage.claims.expires_at;
    let plan = stage.mine(Some("jwt"));
    assert!(plan.outcome.is_ok() && writes_nothing(&plan));
}

#[test]
fn rfc7009_2_1_only_the_client_that_has_it_and_proves_it_revokes_a_token() {
    let stage = stage();
    let (other, secret) = stage.world.another_client("web");
    for token in [stage.token.expose(), "jwt"] {
        let plan = stage.ask((&other, secret.as_ref()), Some(token));
        assert_eq!(
            plan.outcome.as_ref().unwrap_err().rule,
            "token_of_another_client"
        );
        assert!(writes_nothing(&plan));
        let wrong = Secret::new("wrong".to_owned());
        for secret in [None, Some(&wrong)] {
            let plan = stage.ask((&stage.world.client, secret), Some(token));
            assert_eq!(
                plan.outcome.as_ref().unwrap_err().code.as_str(),
                "invalid_client"
            );
            assert!(writes_nothing(&plan));
        }
    }
    let plan = stage.mine(None);
    assert_eq!(plan.outcome.unwrap_err().code.as_str(), "invalid_request");
}
