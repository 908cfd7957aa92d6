//! An API key that is exchanged for a token, each refusal between two requests
//! that pass.

use credential::{ApiKeyId, MintedApiKey, ScopeSet};

use super::*;
use crate::accountability::{Accountability, Revocation};
use crate::api_key::{ApiKey, Review, Rotation, Successor, Suspension};

const BODY: &str = "grant_type=client_credentials&scope=read:reports";

/// A world with one API key for the reports API.
struct Keyed {
    world: World,
    api_key: ApiKey,
    text: String,
    arrival: Arrival,
}

impl Keyed {
    fn new() -> Self {
        let world = World::new();
        let minted = world.mint(None, 40);
        let name = |text: &str| text.parse().unwrap();
        let now = world.clock.now();
        let api_key = ApiKey::new(
            minted.id,
            world.environment.name.clone(),
            Accountability {
                organisation: name("acme"),
                owner: name("acme-it"),
                purpose: "nightly reports".into(),
                revoker: name("partners-oncall"),
            },
            (
                ScopeSet::parse("read:reports delete:reports").unwrap(),
                "https://api.example.com/reports".parse().unwrap(),
            ),
            (minted.digest, world.digest_keys.current().id()),
            (now, now.after(Lifetime::from_secs(30 * 86_400))),
        );
        Self {
            world,
            api_key,
            text: minted.secret.expose().to_owned(),
            arrival: Arrival::default(),
        }
    }

    fn basic(&self, text: &str) -> String {
        let pair = format!("{}:{text}", self.api_key.id);
        format!("Basic {}", STANDARD.encode(pair))
    }

    fn ask(&self, text: &str, body: &str) -> Result<(Issued, String), TokenRefusal> {
        let basic = self.basic(text);
        let headers = Headers {
            authorization: Some(&basic),
            x_api_key: None,
        };
        self.ask_by(headers, body)
    }

    fn ask_by(&self, headers: Headers<'_>, body: &str) -> Result<(Issued, String), TokenRefusal> {
        let known = |id: &str| match id == self.api_key.id.as_str() {
            true => KnownClient::ApiKey(&self.api_key),
            false => KnownClient::None,
        };
        self.world.ask_as(headers, body, known, self.arrival)
    }

    /// What is refused after `spoil`; as it was before, it passes.
    fn refused_after(&mut self, spoil: impl FnOnce(&mut Self)) -> TokenRefusal {
        let before = (self.api_key.clone(), self.arrival);
        let now = self.world.clock.now();
        assert!(self.ask(&self.text, BODY).is_ok(), "control before");
        spoil(self);
        let refusal = self.ask(&self.text, BODY).unwrap_err();
        (self.api_key, self.arrival) = before;
        self.world.clock = FixedClock::new(now);
        self.world.owner_is_disabled = false;
        assert!(self.ask(&self.text, BODY).is_ok(), "control after");
        refusal
    }
}

impl World {
    fn mint(&self, id: Option<ApiKeyId>, seed: u64) -> MintedApiKey {
        let entropy = &mut SeededEntropy::new(seed);
        let id = id.unwrap_or_else(|| ApiKeyId::generate(entropy));
        let class = EnvironmentClass::Production;
        MintedApiKey::mint_again(id, class, self.digest_keys.current(), entropy)
    }
}

#[test]
fn rfc6749_2_3_1_a_key_authenticates_in_each_of_its_ways() {
    let keyed = Keyed::new();
    let (id, text) = (keyed.api_key.id.as_str(), keyed.text.as_str());
    let post = format!("{BODY}&client_id={id}&client_secret={text}");
    let named = format!("{BODY}&client_id={id}");
    let basic = keyed.basic(text);
    let schemes = ["ApiKey", "apikey", "APIKEY"].map(|scheme| format!("{scheme} {text}"));
    let by = |authorization, x_api_key| Headers {
        authorization,
        x_api_key,
    };
    for (headers, body) in [
        (by(Some(&basic), None), BODY),
        (by(Some(&basic), None), &named),
        (by(None, None), &post),
        (by(Some(&schemes[0]), None), BODY),
        (by(Some(&schemes[1]), None), BODY),
        (by(Some(&schemes[2]), None), &named),
        (by(None, Some(text)), BODY),
        (by(None, Some(text)), &named),
    ] {
        assert!(keyed.ask_by(headers, body).is_ok(), "{body}");
    }
}

#[test]
fn rfc6749_2_3_two_ways_at_once_are_refused_and_so_are_two_names() {
    let keyed = Keyed::new();
    let (id, text) = (keyed.api_key.id.as_str(), keyed.text.as_str());
    let post = format!("{BODY}&client_id={id}&client_secret={text}");
    let basic = keyed.basic(text);
    let scheme = format!("ApiKey {text}");
    let by = |authorization, x_api_key| Headers {
        authorization,
        x_api_key,
    };
    for (headers, body) in [
        (by(Some(basic.as_str()), None), post.as_str()),
        (by(Some(&scheme), None), &post),
        (by(None, Some(text)), &post),
        (by(Some(&basic), Some(text)), BODY),
        (by(Some(&scheme), Some(text)), BODY),
        (by(Some(&basic), Some(text)), &post),
    ] {
        let refusal = keyed.ask_by(headers, body).unwrap_err();
        assert_eq!(
            (refusal.code, refusal.rule),
            (ErrorCode::InvalidRequest, "one_authentication_method")
        );
        assert!(!refusal.description.contains(text));
    }
    let other = format!("{BODY}&client_id=k0123456789abcde");
    for headers in [
        by(Some(basic.as_str()), None),
        by(Some(&scheme), None),
        by(None, Some(text)),
    ] {
        let refusal = keyed.ask_by(headers, &other).unwrap_err();
        assert_eq!(refusal.code, ErrorCode::InvalidRequest, "two names");
    }
}

#[test]
fn rfc9068_2_2_the_key_is_the_client_of_its_token() {
    let keyed = Keyed::new();
    let (issued, detail) = keyed.ask(&keyed.text, BODY).unwrap();
    assert_eq!(issued.scope.to_string(), "read:reports");
    assert!(detail.contains("generation 1"), "{detail}");
    let claims = keyed.world.claims(issued);
    let id = keyed.api_key.id.as_str();
    assert_eq!(
        (claims.subject.as_str(), claims.client_id.as_str()),
        (id, id)
    );
    assert!(claims.audience.contains("https://api.example.com/reports"));
    assert_eq!(claims.audience.iter().count(), 1);
    assert_eq!(claims.scope.unwrap().as_str(), "read:reports");
    assert_eq!(claims.organisation.as_str(), "acme");
    assert_eq!((claims.family, claims.confirmation), (None, None));
}

#[test]
fn its_token_lives_the_least_of_what_it_reaches_of_five_minutes_and_of_its_secret() {
    let mut keyed = Keyed::new();
    let lifetime = |keyed: &Keyed, scope: &str| {
        let body = format!("grant_type=client_credentials&scope={scope}");
        keyed.ask(&keyed.text, &body).unwrap().0.expires_in
    };
    // A client would get ten minutes for `read`.
    assert_eq!(lifetime(&keyed, "read:reports"), 300);
    assert_eq!(lifetime(&keyed, "delete:reports"), 300);
    let ends_in = |keyed: &mut Keyed, seconds| {
        let ends_at = keyed.world.clock.now().after(Lifetime::from_secs(seconds));
        keyed.api_key.expires_at = ends_at;
    };
    for (seconds, lives) in [(301, 300), (300, 300), (299, 299), (1, 1)] {
        ends_in(&mut keyed, seconds);
        assert_eq!(lifetime(&keyed, "read:reports"), lives);
    }
    ends_in(&mut keyed, 1000);
    for api in &mut keyed.world.inventory.apis {
        for endpoint in &mut api.endpoints {
            endpoint.demand.max_token_age = Lifetime::from_secs(45);
        }
    }
    assert_eq!(lifetime(&keyed, "read:reports"), 45);
}

#[test]
fn every_way_of_not_being_the_key_has_one_answer_and_its_own_rule() {
    let mut keyed = Keyed::new();
    let now = keyed.world.clock.now();
    let other = keyed.world.mint(Some(keyed.api_key.id.clone()), 41);
    let other = other.secret.expose().to_owned();
    let stranger = keyed.world.mint(None, 42).secret.expose().to_owned();
    let suspension = Suspension {
        at: now,
        reason: "odd".into(),
    };
    let review = Review {
        due_at: now,
        suspends_at: now,
        noticed_at: None,
        lapsed_at: None,
        last: None,
    };
    let networks: Vec<ipnet::IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
    let from = |text: &str| Arrival {
        peer: text.parse().ok(),
        ..Arrival::default()
    };
    type Spoil = Box<dyn FnOnce(&mut Keyed)>;
    let spoiled: Vec<(&str, Spoil)> = vec![
        (
            "api_key_revoked",
            Box::new(move |keyed| {
                let reason = "left".into();
                keyed.api_key.revocation = Some(Revocation { at: now, reason });
            }),
        ),
        (
            "api_key_suspended",
            Box::new(|keyed| keyed.api_key.suspension = Some(suspension)),
        ),
        (
            "api_key_suspended",
            Box::new(|keyed| keyed.api_key.review = Some(review)),
        ),
        (
            "api_key_expired",
            Box::new(move |keyed| keyed.api_key.expires_at = now),
        ),
        (
            "wrong_environment",
            Box::new(|keyed| keyed.api_key.environment = "staging-eu".parse().unwrap()),
        ),
        (
            "api_key_network",
            Box::new({
                let (networks, arrival) = (networks.clone(), from("11.0.0.1"));
                move |keyed| (keyed.api_key.networks, keyed.arrival) = (networks, arrival)
            }),
        ),
        (
            "api_key_network",
            Box::new({
                let arrival = from("unknown");
                move |keyed| (keyed.api_key.networks, keyed.arrival) = (networks, arrival)
            }),
        ),
        (
            "api_key_from_browser",
            Box::new(|keyed| keyed.arrival.is_browser = true),
        ),
        (
            "api_key_not_at_this_listener",
            Box::new(|keyed| keyed.arrival.refuses_api_keys = true),
        ),
        (
            "client_owner_disabled",
            Box::new(|keyed| keyed.world.owner_is_disabled = true),
        ),
        (
            "api_key_digest",
            Box::new(|keyed| keyed.api_key.digest = base::Digest::new([3; 32])),
        ),
    ];
    let mut answers = Vec::new();
    for (rule, spoil) in spoiled {
        let refusal = keyed.refused_after(spoil);
        assert_eq!(refusal.rule, rule);
        answers.push(refusal);
    }
    let last = keyed.text.chars().last().unwrap();
    let flipped = if last == 'A' { 'B' } else { 'A' };
    let mut typo = keyed.text.clone();
    typo.pop();
    typo.push(flipped);
    for (text, rule) in [
        (other.as_str(), "api_key_digest"),
        (&stranger, "api_key_of_another_client"),
        (&typo, "api_key_malformed"),
        ("hunter2", "api_key_malformed"),
        (keyed.world.secret(), "api_key_malformed"),
    ] {
        let refusal = keyed.ask(text, BODY).unwrap_err();
        assert_eq!(refusal.rule, rule);
        answers.push(refusal);
    }
    let unknown = Headers {
        authorization: None,
        x_api_key: Some(&stranger),
    };
    let sandbox = stranger.replace("dw_live", "dw_test");
    for (headers, rule) in [
        (unknown, "api_key_unknown"),
        (
            Headers {
                x_api_key: Some("hunter2"),
                ..unknown
            },
            "api_key_malformed",
        ),
        (
            Headers {
                x_api_key: Some(&sandbox),
                ..unknown
            },
            // Its checksum covers its tag.
            "api_key_malformed",
        ),
    ] {
        let refusal = keyed.ask_by(headers, BODY).unwrap_err();
        assert_eq!(refusal.rule, rule);
        answers.push(refusal);
    }
    for refusal in &answers {
        assert_eq!(refusal.code, ErrorCode::InvalidClient, "{}", refusal.rule);
        assert_eq!(refusal.description, answers[0].description);
    }
}

#[test]
fn both_secrets_of_a_rotation_work_and_each_ends_alone() {
    let mut keyed = Keyed::new();
    let now = keyed.world.clock.now();
    let newer = keyed.world.mint(Some(keyed.api_key.id.clone()), 43);
    let (older, newer_text) = (keyed.text.clone(), newer.secret.expose().to_owned());
    let at = |seconds| now.after(Lifetime::from_secs(seconds));
    keyed.api_key.rotation = Some(Rotation {
        staged_at: now,
        successor: Successor {
            digest: newer.digest,
            digest_key: keyed.world.digest_keys.current().id(),
            generation: 2,
            expires_at: at(7200),
        },
        ends_at: at(3600),
        cut_over_at: None,
        used_before: 0,
    });
    for (text, generation) in [(&older, "generation 1"), (&newer_text, "generation 2")] {
        let (_, detail) = keyed.ask(text, BODY).unwrap();
        assert!(detail.contains(generation), "{detail}");
    }
    // The older secret's token does not outlive the overlap.
    keyed.world.clock.advance(Lifetime::from_secs(3600 - 60));
    assert_eq!(keyed.ask(&older, BODY).unwrap().0.expires_in, 60);
    assert_eq!(keyed.ask(&newer_text, BODY).unwrap().0.expires_in, 300);
    keyed.world.clock.advance(Lifetime::from_secs(60));
    let refusal = keyed.ask(&older, BODY).unwrap_err();
    assert_eq!(refusal.rule, "api_key_superseded");
    assert!(keyed.ask(&newer_text, BODY).is_ok());
    // A cut-over ends it ahead of that.
    keyed.world.clock = FixedClock::new(now);
    assert!(keyed.ask(&older, BODY).is_ok());
    keyed.api_key.rotation.as_mut().unwrap().cut_over_at = Some(now);
    assert_eq!(
        keyed.ask(&older, BODY).unwrap_err().rule,
        "api_key_superseded"
    );
    assert!(keyed.ask(&newer_text, BODY).is_ok());
}

#[test]
fn rfc6749_3_3_scopes_are_named_and_are_the_keys() {
    let keyed = Keyed::new();
    for scope in [
        "",
        "write:payments",
        "read:reports%20write:payments",
        "read:*",
    ] {
        let body = format!("grant_type=client_credentials&scope={scope}");
        let refusal = keyed.ask(&keyed.text, &body).unwrap_err();
        assert_eq!(refusal.code, ErrorCode::InvalidScope, "{scope}");
    }
    let none = keyed.ask(&keyed.text, "grant_type=client_credentials");
    assert_eq!(none.unwrap_err().code, ErrorCode::InvalidScope);
    let body = "grant_type=client_credentials&scope=read:reports%20delete:reports";
    assert!(keyed.ask(&keyed.text, body).is_ok());
}

#[test]
fn rfc8707_2_its_token_is_for_the_keys_api_and_for_what_takes_exchanged_keys() {
    let mut keyed = Keyed::new();
    let ask = |keyed: &Keyed, api: &str| {
        let body = format!("{BODY}&resource=https://api.example.com/{api}");
        keyed.ask(&keyed.text, &body).map(|_| ())
    };
    assert!(ask(&keyed, "reports").is_ok());
    // The payments API takes the scope too, but the key is not for it.
    let refusal = ask(&keyed, "payments").unwrap_err();
    assert_eq!(refusal.code, ErrorCode::InvalidTarget);
    for api in &mut keyed.world.inventory.apis {
        for endpoint in &mut api.endpoints {
            endpoint.demand.exchanged_api_key = false;
        }
    }
    let refusal = keyed.ask(&keyed.text, BODY).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::InvalidTarget);
    assert!(refusal.description.contains("exchanged"));
}
