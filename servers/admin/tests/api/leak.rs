//! `POST /admin/v1/leak/report` and `/preview`.

use std::time::Duration;

use admin::leak::LeakResponse;
use authority::leak::{Policies, Policy};
use base::SeededEntropy;
use credential::{ApiKeyId, CredentialKind, DigestKey, EnvironmentClass, MintedApiKey};
use serde_json::{Value, json};
use snapshot::{CredentialRef, Seen, Usage, UsageReport};

use crate::house::{House, Reply, client_request, key_request};

const REPORT: &str = "/admin/v1/leak/report";
const PREVIEW: &str = "/admin/v1/leak/preview";

/// A text in the shape of ours that nothing knows.
pub(crate) fn stranger() -> String {
    let key = DigestKey::new([0xee; 32]);
    let class = EnvironmentClass::Sandbox;
    let minted = MintedApiKey::mint(class, &key, &mut SeededEntropy::new(99));
    minted.secret.expose().to_owned()
}

async fn created(house: &House, path: &str, body: &Value) -> (String, String) {
    let reply = house.post_json(path, body).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    let answer = reply.json();
    let text = |name: &str| answer[name].as_str().map(str::to_owned);
    let either = |one: &str, other: &str| text(one).or_else(|| text(other)).unwrap();
    (either("id", "client_id"), either("secret", "client_secret"))
}

async fn api_key(house: &House) -> (String, String) {
    created(house, "/admin/v1/api_key", &key_request()).await
}

async fn ask(house: &House, path: &str, text: &str) -> Reply {
    let body = json!({"text": text, "where": "https://git.example/acme/app"});
    let reply = house.post_json(path, &body).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply
}

/// The text after the prefix: nothing of it is ever repeated.
fn tail(secret: &str) -> &str {
    secret.rsplit('_').next().unwrap()
}

async fn used_from(house: &House, id: &str, networks: &[(&str, u64, u64)]) {
    let now = base::Clock::now(&*house.clock);
    let reports = networks.iter().map(|(network, day, requests)| {
        let at = now.after(Duration::from_secs(day * 86_400));
        let seen = Seen {
            first_at: at,
            last_at: at,
            requests: *requests,
        };
        let mut usage = Usage {
            seen: Some(seen),
            ..Usage::default()
        };
        usage.networks.insert(network.parse().unwrap(), seen);
        usage
            .endpoints
            .insert("forecast.read".parse().unwrap(), seen);
        UsageReport {
            credential: CredentialRef {
                kind: CredentialKind::ApiKey,
                id: id.to_owned(),
            },
            usage,
        }
    });
    house.store.record_usage(reports.collect()).await.unwrap();
}

#[tokio::test]
async fn a_preview_names_the_key_and_its_three_networks_and_changes_nothing() {
    let house = House::furnished().await;
    let (id, secret) = api_key(&house).await;
    let networks = [
        ("192.0.2.0/24", 0, 90),
        ("198.51.100.0/24", 2, 5),
        ("203.0.113.0/24", 20, 3),
    ];
    used_from(&house, &id, &networks).await;
    let before = house.audit().await;
    let line = format!("2027-01-01 GET /x X-API-Key: \"{secret}\" 200");
    let reply = ask(&house, PREVIEW, &line).await;
    assert!(!reply.body.contains(tail(&secret)), "{}", reply.body);

    let answer = reply.json();
    assert_eq!(answer["dry_run"], true);
    let found = &answer["found"][0];
    assert_eq!(answer["found"].as_array().unwrap().len(), 1);
    assert_eq!(found["kind"], "api_key");
    assert_eq!(found["id"], id);
    assert_eq!(found["state"], "accepted");
    assert_eq!(found["done"], "revoked");
    assert_eq!(found["owner"], "team-weather");
    assert_eq!(found["organisation"], "acme");
    assert_eq!(found["scopes"], json!(["read:forecast"]));
    assert_eq!(found["blast_radius"], json!({"read": 1}));
    assert_eq!(found["endpoints"][0]["endpoint"], "forecast.read");
    assert_eq!(found["endpoints"][0]["match"], "GET /v1/forecast");
    assert_eq!(found["endpoints"][0]["data"], "own");
    let seen = &found["use"]["networks"];
    for (index, (network, _, requests)) in networks.iter().enumerate() {
        assert_eq!(seen[index]["name"], *network);
        assert_eq!(seen[index]["requests"], *requests);
        assert_eq!(seen[index]["odd"], index == 2);
    }
    assert_eq!(found["use"]["first_odd"]["kind"], "network");
    assert_eq!(found["use"]["first_odd"]["name"], "203.0.113.0/24");
    assert_eq!(found["use"]["first_odd"]["requests_at_least"], 3);
    assert_eq!(found["use"]["audit_whole"], true);
    assert!(found["steps"].as_array().unwrap().len() > 2);

    assert_eq!(house.audit().await, before, "nothing is written");
    let key = house.get(&format!("/admin/v1/api_key/{id}")).await.json();
    assert_eq!(key["status"], "active");
}

#[tokio::test]
async fn a_report_revokes_marks_and_says_so_once() {
    let house = House::furnished().await;
    let (id, secret) = api_key(&house).await;
    let answer = ask(&house, REPORT, &secret).await.json();
    assert_eq!(answer["dry_run"], false);
    assert_eq!(answer["found"][0]["done"], "revoked");
    let key = house.get(&format!("/admin/v1/api_key/{id}")).await.json();
    assert_eq!(key["status"], "revoked");
    assert_eq!(
        key["revocation"]["reason"],
        "leaked: found at https://git.example/acme/app"
    );
    let entries = house.store.audit_tail(2).await.unwrap();
    let entries = serde_json::to_value(&entries).unwrap();
    assert_eq!(entries[0]["body"]["record"]["action"], "leak_reported");
    assert_eq!(entries[0]["body"]["record"]["target"], id);
    let detail = entries[0]["body"]["record"]["detail"].as_str().unwrap();
    assert_eq!(detail, "found at https://git.example/acme/app; revoked");
    assert_eq!(entries[0]["body"]["record"]["actor"]["kind"], "operator");
    assert_eq!(entries[1]["body"]["record"]["action"], "api_key_revoked");
    let of = CredentialRef {
        kind: CredentialKind::ApiKey,
        id: id.clone(),
    };
    let usage = house.store.usage(&of).await.unwrap().unwrap();
    assert_eq!(usage.exposures.len(), 1);

    let again = ask(&house, REPORT, &secret).await.json();
    assert_eq!(again["found"][0]["state"], "revoked");
    assert_eq!(again["found"][0]["done"], "nothing_to_cut_off");
    assert!(!house.audit().await.contains(tail(&secret)));
}

#[tokio::test]
async fn every_kind_is_known_by_its_secret_and_cut_off() {
    let mut house = House::furnished().await;
    let (client, client_secret) = created(&house, "/admin/v1/client", &client_request()).await;
    created(&house, "/admin/v1/client", &client_request()).await;
    let operator = house.operator("read:audit").await;
    let (key, key_secret) = api_key(&house).await;
    let text = format!("{client_secret}, {operator}\n{key_secret} {key_secret}");
    let reply = ask(&house, REPORT, &text).await;
    for secret in [&client_secret, &operator, &key_secret] {
        assert!(!reply.body.contains(tail(secret)));
        assert!(!house.audit().await.contains(tail(secret)));
    }
    let answer = reply.json();
    let found = answer["found"].as_array().unwrap();
    let kinds: Vec<_> = found
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["client_secret", "operator_token", "api_key"]);
    assert_eq!(found[0]["id"], client);
    assert_eq!(found[0]["blast_radius"], json!({"sensitive": 1}));
    assert_eq!(found[2]["id"], key);
    assert!(found.iter().all(|one| one["done"] == "revoked"));

    let request = house.request(http::Method::GET, "/admin/v1/audit", &operator);
    let reply = house
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    assert_eq!(reply.status, 401);
    let client = house
        .get(&format!("/admin/v1/client/{client}"))
        .await
        .json();
    assert_eq!(client["status"], "revoked");
}

#[tokio::test]
async fn what_an_operator_token_did_is_counted() {
    let mut house = House::furnished().await;
    let operator = house.operator("write:api_key read:leak").await;
    let request = house.request(http::Method::POST, "/admin/v1/api_key", &operator);
    let request = request.header("content-type", "application/json");
    let body = axum::body::Body::from(key_request().to_string());
    let reply = house.send(request.body(body).unwrap()).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    let answer = ask(&house, PREVIEW, &operator).await.json();
    let acts = &answer["found"][0]["use"]["audited_acts"];
    assert_eq!(acts, &json!({"api_key_created": 1}));
}

#[tokio::test]
async fn a_look_alike_under_a_known_id_cuts_nothing_off() {
    let house = House::furnished().await;
    let (id, secret) = api_key(&house).await;
    let before = house.audit().await;
    let forged = MintedApiKey::mint_again(
        id.parse::<ApiKeyId>().unwrap(),
        EnvironmentClass::Sandbox,
        &DigestKey::new([0xee; 32]),
        &mut SeededEntropy::new(7),
    );
    let production = MintedApiKey::mint(
        EnvironmentClass::Production,
        &house.digest_key,
        &mut SeededEntropy::new(8),
    );
    for (text, state) in [
        (forged.secret.expose(), "other_secret"),
        (stranger().as_str(), "unknown"),
        (production.secret.expose(), "other_environment"),
    ] {
        let answer = ask(&house, REPORT, text).await.json();
        assert_eq!(answer["found"][0]["state"], state);
        assert_eq!(answer["found"][0]["done"], "nothing_to_cut_off");
        assert_eq!(answer["found"][0]["use"], Value::Null);
    }
    let cut = &secret[..secret.len() - 1];
    for nothing in [cut, "dw_test_", "hello"] {
        let answer = ask(&house, REPORT, nothing).await.json();
        assert_eq!(answer["found"], json!([]));
    }
    assert_eq!(house.audit().await, before);
    let key = house.get(&format!("/admin/v1/api_key/{id}")).await.json();
    assert_eq!(key["status"], "active");
}

#[tokio::test]
async fn the_policy_of_the_kind_decides() {
    let mut house = House::furnished().await;
    house.leak = LeakResponse {
        policies: Policies {
            api_key: Policy::Suspend,
            client: Policy::Notify,
            operator_token: Policy::Suspend,
        },
        github: None,
    };
    let (id, secret) = api_key(&house).await;
    let (_, client_secret) = created(&house, "/admin/v1/client", &client_request()).await;
    let operator = house.operator("read:audit").await;
    let text = format!("{secret} {client_secret} {operator}");
    for path in [PREVIEW, REPORT] {
        let answer = ask(&house, path, &text).await.json();
        let done = |index: usize| answer["found"][index]["done"].as_str().unwrap().to_owned();
        assert_eq!(
            [done(0), done(1), done(2)],
            ["suspended", "notified", "revoked"]
        );
    }
    let record = house.store.api_key(&id).await.unwrap().unwrap();
    assert!(record.suspension.is_some() && record.revocation.is_none());
    let again = ask(&house, REPORT, &text).await.json();
    assert_eq!(again["found"][0]["state"], "suspended");
    assert_eq!(again["found"][0]["done"], "nothing_to_cut_off");
}

#[tokio::test]
async fn what_is_refused_is_not_repeated() {
    let house = House::furnished().await;
    let (id, secret) = api_key(&house).await;
    let before = house.audit().await;
    let long = "x".repeat(301);
    for (body, status) in [
        (json!({}), 400),
        (json!({"text": " ", "where": "a log"}), 400),
        (json!({"text": secret}), 400),
        (json!({"text": secret, "where": "a\nb"}), 400),
        (json!({"text": secret, "where": long}), 400),
        (
            json!({"text": "x", "where": format!("https://a.example/?k={secret}")}),
            400,
        ),
        (
            json!({"text": secret, "where": secret.replace('_', "%5F")}),
            400,
        ),
        (json!({"text": [secret], "where": "a log"}), 400),
        (json!({"secret": secret, "where": "a log"}), 400),
        (json!({"text": {"x": secret}, "where": 4}), 400),
        (json!([secret]), 400),
        (json!(secret), 400),
    ] {
        for path in [PREVIEW, REPORT] {
            let reply = house.post_json(path, &body).await;
            assert_eq!(reply.status, status, "{path}: {reply:?}");
            assert!(!reply.body.contains(tail(&secret)), "{}", reply.body);
        }
    }
    let problem = house.post_json(REPORT, &json!({})).await.json();
    assert_eq!(problem["errors"].as_array().unwrap().len(), 2, "{problem}");
    assert_eq!(house.audit().await, before);
    let key = house.get(&format!("/admin/v1/api_key/{id}")).await.json();
    assert_eq!(key["status"], "active");
}
