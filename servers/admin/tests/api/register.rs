//! The register: every credential has a row, and every gap is found.

use std::collections::BTreeSet;
use std::time::Duration;

use admin::OwnSecret;
use credential::CredentialKind;
use posture::StorageLevel;
use serde_json::{Value, json};
use snapshot::{CredentialRef, Seen, Usage, UsageReport};

use crate::house::{House, client_request, environment, key_request};

/// Every item of every page.
async fn walk(house: &House, path: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut token: Option<String> = None;
    for _ in 0..1000 {
        let more = token.map(|token| format!("&page_token={token}"));
        let path = format!("{path}{}", more.unwrap_or_default());
        let reply = house.get(&path).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let page = reply.json();
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_page_token"].as_str() {
            Some(next) => token = Some(next.to_owned()),
            None => return items,
        }
    }
    panic!("the walk has no end");
}

fn ids(items: &[Value]) -> Vec<(String, String)> {
    let text = |item: &Value, field: &str| item[field].as_str().unwrap().to_owned();
    items
        .iter()
        .map(|item| (text(item, "kind"), text(item, "id")))
        .collect()
}

fn rules(gaps: &[Value], id: &str) -> Vec<String> {
    let of = gaps.iter().filter(|gap| gap["id"] == id);
    of.map(|gap| gap["rule"].as_str().unwrap().to_owned())
        .collect()
}

async fn create(house: &House, path: &str, body: &Value) -> String {
    let reply = house.post_json(path, body).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    let created = reply.json();
    let id = created.get("id").or(created.get("client_id")).unwrap();
    id.as_str().unwrap().to_owned()
}

async fn report(house: &House, kind: CredentialKind, id: &str) {
    let usage = Usage {
        seen: Some(Seen::once(base::Clock::now(&*house.clock))),
        ..Usage::default()
    };
    let id = id.to_owned();
    let credential = CredentialRef { kind, id };
    let reports = vec![UsageReport { credential, usage }];
    house.store.record_usage(reports).await.unwrap();
}

async fn furnished() -> House {
    let mut house = House::signing(&environment()).await;
    let inventory = format!(
        "{}\n[[trusted_issuer]]\nname = \"partner\"\nissuer = \"https://login.partner.example\"\n\
         algorithms = [\"ES256\"]\norganisation = \"acme\"\nowner = \"team-partners\"\n\
         keys = {{ discovery = true }}\n\
         apis = {{ weather = [\"https://api.example.com/weather\"] }}\n\
         scopes = {{ claim = \"scope\" }}\n",
        crate::house::INVENTORY
    );
    let reply = house
        .post_toml("/admin/v1/inventory/apply", &inventory)
        .await;
    assert_eq!(reply.status, 200, "{reply:?}");
    house.own_secrets.secrets.push(OwnSecret {
        name: "sealing_key".to_owned(),
        purpose: "seals the signing keys in the store",
        scope: "seal:signing_key",
        level: StorageLevel::File,
        place: "file:secrets/sealing.key".to_owned(),
        file: None,
        revoke: None,
    });
    house
}

#[tokio::test]
async fn every_credential_has_a_row_and_each_page_size_shows_the_same() {
    let house = furnished().await;
    for _ in 0..5 {
        create(&house, "/admin/v1/api_key", &key_request()).await;
        create(&house, "/admin/v1/client", &client_request()).await;
    }
    let whole = walk(&house, "/admin/v1/register?page_size=500").await;
    let kinds: BTreeSet<&str> = whole
        .iter()
        .map(|row| row["kind"].as_str().unwrap())
        .collect();
    let all = [
        "api_key",
        "client",
        "digest_key",
        "operator_token",
        "own_secret",
        "signing_key",
        "trusted_issuer",
    ];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), all);
    for row in &whole {
        for field in ["type", "actor", "owner"] {
            assert!(row[field].is_string(), "{field}: {row}");
        }
        assert!(!row["scopes"].as_array().unwrap().is_empty(), "{row}");
        assert!(!row["audiences"].as_array().unwrap().is_empty(), "{row}");
        if row["kind"] != "own_secret" {
            let (kind, id) = (row["kind"].as_str().unwrap(), row["id"].as_str().unwrap());
            let command = format!("doorward revoke {kind} {id} --reason TEXT");
            assert_eq!(row["revoke_path"], command.as_str());
            assert_eq!(row["missing"], json!([]));
        }
    }
    for size in [1, 2, 3, 7] {
        let walked = walk(&house, &format!("/admin/v1/register?page_size={size}")).await;
        assert_eq!(walked, whole, "{size} at a time");
    }
    let keys = walk(&house, "/admin/v1/register?kind=api_key&page_size=2").await;
    assert_eq!(ids(&keys), ids(&whole)[..5]);
}

#[tokio::test]
async fn a_row_says_when_it_was_used_and_hides_when_it_has_ended() {
    let house = furnished().await;
    let (one, other) = (
        create(&house, "/admin/v1/api_key", &key_request()).await,
        create(&house, "/admin/v1/api_key", &key_request()).await,
    );
    house.pass(Duration::from_secs(3 * 86_400));
    report(&house, CredentialKind::ApiKey, &one).await;
    report(&house, CredentialKind::ApiKey, &one).await;
    let rows = walk(&house, "/admin/v1/register?kind=api_key").await;
    let row = |id: &str| rows.iter().find(|row| row["id"] == id).unwrap();
    assert_eq!(row(&one)["last_used_at"], "2027-01-18T08:00:00Z");
    assert_eq!(
        (&row(&one)["requests"], &row(&one)["age_days"]),
        (&json!(2), &json!(3))
    );
    assert_eq!(row(&other)["last_used_at"], json!(null));

    let path = format!("/admin/v1/api_key/{one}/revoke");
    assert_eq!(
        house.post_json(&path, &json!({"reason": "x"})).await.status,
        200
    );
    let live = walk(&house, "/admin/v1/register?kind=api_key").await;
    assert_eq!(ids(&live), [("api_key".to_owned(), other)]);
    let all = walk(&house, "/admin/v1/register?kind=api_key&ended=true").await;
    assert_eq!(all.len(), 2);
}

#[tokio::test]
async fn the_gaps_are_those_of_the_rows_and_of_the_traffic() {
    let house = furnished().await;
    let key = create(&house, "/admin/v1/api_key", &key_request()).await;
    let client = create(&house, "/admin/v1/client", &client_request()).await;
    for (kind, id) in [
        (CredentialKind::ApiKey, key.as_str()),
        (CredentialKind::ApiKey, "k00000000000gone"),
        // It was exchanged, too.
        (CredentialKind::ClientCredentials, key.as_str()),
        (CredentialKind::ClientCredentials, "k0000000000000d1"),
        (CredentialKind::ClientCredentials, client.as_str()),
        (CredentialKind::ClientCredentials, "partner/batch job"),
        (CredentialKind::ClientCredentials, "removed/batch"),
        (CredentialKind::Basic, "legacy"),
    ] {
        report(&house, kind, id).await;
    }
    let gaps = walk(&house, "/admin/v1/register/gaps?page_size=100").await;
    assert_eq!(rules(&gaps, &key), ["secret_path_missing"]);
    assert_eq!(rules(&gaps, &client), [""; 0]);
    assert_eq!(rules(&gaps, "partner/batch job"), [""; 0]);
    for id in [
        "k00000000000gone",
        "k0000000000000d1",
        "removed/batch",
        "legacy",
    ] {
        assert_eq!(rules(&gaps, id), ["unregistered"], "{id}");
    }
    assert_eq!(
        rules(&gaps, "sealing_key"),
        ["row_incomplete"],
        "it has no revoke path"
    );
    for gap in &gaps {
        assert!(!gap["detail"].as_str().unwrap().is_empty(), "{gap}");
        assert!(!gap["fix"].as_str().unwrap().is_empty(), "{gap}");
    }
    for size in [1, 2, 3] {
        let walked = walk(&house, &format!("/admin/v1/register/gaps?page_size={size}")).await;
        assert_eq!(walked, gaps, "{size} at a time");
    }
}

#[tokio::test]
async fn a_file_that_others_can_read_and_a_key_in_dot_env_are_found() {
    use std::os::unix::fs::PermissionsExt as _;
    let production = credential::Environment {
        name: "sandbox".parse().unwrap(),
        class: credential::EnvironmentClass::Production,
    };
    let mut house = House::signing(&production).await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("sealing.key");
    std::fs::write(&file, "x").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    house
        .own_secrets
        .dot_env
        .push(directory.path().join(".env"));
    house.own_secrets.secrets.push(OwnSecret {
        name: "sealing_key".to_owned(),
        purpose: "seals the signing keys in the store",
        scope: "seal:signing_key",
        level: StorageLevel::File,
        place: file.display().to_string(),
        file: Some(file.clone()),
        revoke: None,
    });
    let before = walk(&house, "/admin/v1/register/gaps?page_size=100").await;
    assert_eq!(rules(&before, "sealing_key"), ["row_incomplete"]);

    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    let env = format!("DOORWARD_OPERATOR_TOKEN={}\n", house.token());
    std::fs::write(directory.path().join(".env"), env).unwrap();
    let presented = credential::PresentedOperatorToken::parse(house.token()).unwrap();
    let id = presented.id().to_owned();
    let reply = house.get("/admin/v1/register/gaps?page_size=100").await;
    assert!(!reply.body.contains(house.token()), "a secret is told");
    let gaps = reply.json()["items"].as_array().unwrap().clone();
    assert_eq!(rules(&gaps, &id), ["dot_env"]);
    assert_eq!(
        rules(&gaps, "sealing_key"),
        ["row_incomplete", "readable_by_others"]
    );
}

#[tokio::test]
async fn a_page_token_of_elsewhere_is_refused() {
    let house = furnished().await;
    for path in [
        "/admin/v1/register?page_token=x",
        "/admin/v1/register?page_token=traffic.",
        "/admin/v1/register?kind=client&page_token=api_key.",
        "/admin/v1/register/gaps?page_token=traffic.ff",
        "/admin/v1/register/gaps?page_token=traffic.6b",
    ] {
        house.get(path).await.problem(400, "invalid_page_token");
    }
    house
        .get("/admin/v1/register?kind=nothing")
        .await
        .problem(400, "invalid_query");
    house
        .get("/admin/v1/register?page_size=501")
        .await
        .problem(400, "invalid_count");
}

#[tokio::test]
async fn a_gap_closes_when_somebody_says_where_the_secret_lies() {
    let house = furnished().await;
    let key = create(&house, "/admin/v1/api_key", &key_request()).await;
    let path = format!("/admin/v1/api_key/{key}/secret_path");
    let problem = house.post_json(&path, &json!({})).await;
    let errors = problem.problem(400, "invalid_fields")["errors"].clone();
    assert_eq!(errors.as_array().unwrap().len(), 4, "{errors}");
    for (level, expected) in [
        ("ci_variable", vec!["ci_variable"]),
        ("shared_storage", vec!["shared_storage"]),
        ("secrets_manager", vec![]),
    ] {
        let told = json!({
            "level": level, "place": "vault:secret/ci/weather",
            "transport": "written by the pipeline", "readers": ["ci-weather"],
        });
        let reply = house.post_json(&path, &told).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let gaps = walk(&house, "/admin/v1/register/gaps?page_size=100").await;
        assert_eq!(rules(&gaps, &key), expected, "{level}");
        let rows = walk(&house, "/admin/v1/register?kind=api_key").await;
        assert_eq!(rows[0]["storage"]["level"], level);
        assert_eq!(rows[0]["storage"]["readers"], json!(["ci-weather"]));
    }
}
