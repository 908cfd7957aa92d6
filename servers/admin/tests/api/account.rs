//! People, as operators administer them.

use authority::account::{Account, PasswordHash};
use base::Secret;
use http::StatusCode;
use password::PasswordPool;
use serde_json::{Value, json};
use snapshot::CutoffTarget;
use store::record;

use crate::house::{House, Reply};

const PATH: &str = "/admin/v1/account";
const PASSWORD: &str = "canary correct horse";

fn request() -> Value {
    json!({
        "organisation": "acme",
        "login_name": "Alice",
        "display_name": "Alice Doe",
        "email": "alice@example.com",
        "password": PASSWORD
    })
}

async fn created(house: &House, request: &Value) -> String {
    let reply = house.post_json(PATH, request).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{reply:?}");
    reply.json()["id"].as_str().unwrap().to_owned()
}

async fn account(house: &House, id: &str) -> Account {
    let found = record(house.store.as_ref(), id).await;
    found.unwrap().unwrap()
}

async fn has(hash: Option<PasswordHash>, password: &str) -> bool {
    let password = Secret::new(password.to_owned());
    PasswordPool::new().is_right(password, hash).await.unwrap()
}

async fn act(house: &House, id: &str, act: &str, body: Value) -> Reply {
    house.post_json(&format!("{PATH}/{id}/{act}"), &body).await
}

#[tokio::test]
async fn an_account_is_answered_whole_and_its_password_never() {
    let house = House::new().await;
    let reply = house.post_json(PATH, &request()).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{reply:?}");
    let answer = reply.json();
    let id = answer["id"].as_str().unwrap();
    assert_eq!(reply.headers["location"], format!("{PATH}/{id}").as_str());
    let expected = json!({
        "id": id,
        "environment": "sandbox",
        "organisation": "acme",
        "login_name": "alice",
        "display_name": "Alice Doe",
        "email": {"address": "alice@example.com", "is_verified": false},
        "has_password": true,
        "created_at": "2027-01-15T08:00:00Z",
        "disabled": null
    });
    assert_eq!(answer, expected);
    let shown = house.get(&format!("{PATH}/{id}")).await;
    assert_eq!(shown.json(), expected);
    let list = house.get(PATH).await;
    assert_eq!(
        list.json(),
        json!({"items": [expected], "next_page_token": null})
    );
    let hash = account(&house, id).await.password;
    assert!(has(hash.clone(), PASSWORD).await);
    let hash = hash.unwrap().as_str().to_owned();
    for place in [reply.body, shown.body, list.body, house.audit().await] {
        assert!(
            !place.contains("canary") && !place.contains(&hash),
            "{place}"
        );
    }
}

#[tokio::test]
async fn without_a_password_none_is_set() {
    let house = House::new().await;
    let mut request = request();
    request.as_object_mut().unwrap().remove("password");
    let id = created(&house, &request).await;
    assert!(account(&house, &id).await.password.is_none());
    assert_eq!(
        house.get(&format!("{PATH}/{id}")).await.json()["has_password"],
        false
    );
}

/// Everything at once, and never the password.
#[tokio::test]
async fn what_is_missing_or_wrong_is_named_at_once() {
    let house = House::new().await;
    let long = "canary".repeat(200);
    for (body, pointers) in [
        (json!({}), vec!["/organisation", "/login_name"]),
        (
            json!({"organisation": "A b", "login_name": "a b", "display_name": "", "email": "x", "password": "canary"}),
            vec![
                "/organisation",
                "/login_name",
                "/display_name",
                "/email",
                "/password",
            ],
        ),
        (
            json!({"organisation": "acme", "login_name": "alice", "password": long}),
            vec!["/password"],
        ),
    ] {
        let reply = house.post_json(PATH, &body).await;
        let problem = reply.problem(400, "invalid_fields");
        let found = problem["errors"].as_array().unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|error| error["pointer"].as_str().unwrap())
            .collect();
        assert_eq!(found, pointers, "{problem}");
        assert!(!problem.to_string().contains("canary"), "{problem}");
    }
    for field in [
        "passwd",
        "id",
        "subject_version",
        "password_hash",
        "is_verified",
    ] {
        let mut body = request();
        body[field] = json!("canary");
        let problem = house
            .post_json(PATH, &body)
            .await
            .problem(400, "invalid_json");
        assert!(!problem.to_string().contains("canary"), "{problem}");
    }
    assert!(
        house.get(PATH).await.json()["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert!(!house.audit().await.contains("canary"));
}

#[tokio::test]
async fn no_two_people_have_one_login_name() {
    let house = House::new().await;
    created(&house, &request()).await;
    for login_name in ["alice", "ALICE"] {
        let mut second = request();
        second["login_name"] = json!(login_name);
        let problem = house
            .post_json(PATH, &second)
            .await
            .problem(400, "invalid_fields");
        assert_eq!(problem["errors"][0]["pointer"], "/login_name", "{problem}");
    }
    let mut both = [request(), request()];
    for one in &mut both {
        one["login_name"] = json!("bob");
    }
    let (first, second) = tokio::join!(
        house.post_json(PATH, &both[0]),
        house.post_json(PATH, &both[1])
    );
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 400], "{first:?} {second:?}");
}

#[tokio::test]
async fn every_account_is_listed_once_whatever_the_size_of_a_page() {
    let house = House::new().await;
    let mut ids = Vec::new();
    for number in 0..5 {
        let body = json!({"organisation": "acme", "login_name": format!("p{number}")});
        ids.push(created(&house, &body).await);
    }
    ids.sort();
    for size in 1..=6 {
        let mut found: Vec<String> = Vec::new();
        let mut path = format!("{PATH}?page_size={size}");
        loop {
            let page = house.get(&path).await.json();
            let items = page["items"].as_array().unwrap();
            found.extend(
                items
                    .iter()
                    .map(|item| item["id"].as_str().unwrap().to_owned()),
            );
            let Some(token) = page["next_page_token"].as_str() else {
                break;
            };
            path = format!("{PATH}?page_size={size}&page_token={token}");
        }
        assert_eq!(found, ids, "{size}");
    }
    for (name, count) in [("p3", 1), ("P3", 1), ("p9", 0), ("no%20name", 0), ("", 0)] {
        let page = house.get(&format!("{PATH}?login_name={name}")).await.json();
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{name}");
    }
    house
        .get(&format!("{PATH}?page_token=k0123456789abcde"))
        .await
        .problem(400, "invalid_page_token");
    house
        .get(&format!("{PATH}?loginname=p3"))
        .await
        .problem(400, "invalid_query");
}

/// Each act that ends something raises the subject version, so that sessions
/// and token families end, and cuts tokens off at the gates.
#[tokio::test]
async fn what_an_act_ends_ends_in_the_store_and_at_the_gates() {
    for (name, body) in [
        ("set_password", json!({"password": "canary another"})),
        ("disable", json!({"reason": "left"})),
        ("log_out", json!({})),
    ] {
        let house = House::new().await;
        let id = created(&house, &request()).await;
        let subject = CutoffTarget::Subject(id.clone());
        let before = house.store.snapshot().await.unwrap();
        assert!(before.cutoff(&subject).is_none());
        let reply = act(&house, &id, name, body).await;
        assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
        assert_eq!(reply.json()["id"], id.as_str());
        let changed = account(&house, &id).await;
        assert_eq!(changed.subject_version, 2, "{name}");
        assert_eq!(changed.disabled.is_some(), name == "disable");
        let is_new = has(changed.password, "canary another").await;
        assert_eq!(is_new, name == "set_password");
        let after = house.store.snapshot().await.unwrap();
        assert!(after.cutoff(&subject).is_some(), "{name}");
        for place in [reply.body, house.audit().await] {
            assert!(!place.contains("canary"), "{place}");
        }
    }
}

#[tokio::test]
async fn an_account_is_disabled_for_a_reason_and_enabled_again() {
    let house = House::new().await;
    let id = created(&house, &request()).await;
    let none = act(&house, &id, "disable", json!({})).await;
    none.problem(400, "invalid_fields");
    act(&house, &id, "enable", json!({}))
        .await
        .problem(409, "wrong_stage");
    let disabled = act(&house, &id, "disable", json!({"reason": "left"}))
        .await
        .json();
    assert_eq!(
        disabled["disabled"],
        json!({"at": "2027-01-15T08:00:00Z", "reason": "left"})
    );
    let again = act(&house, &id, "disable", json!({"reason": "left"})).await;
    again.problem(409, "wrong_stage");
    let enabled = act(&house, &id, "enable", json!({})).await.json();
    assert_eq!(enabled["disabled"], Value::Null);
    assert_eq!(
        account(&house, &id).await.subject_version,
        2,
        "nothing comes back"
    );
    let audit = house.audit().await;
    for action in ["account_created", "account_disabled", "account_enabled"] {
        assert!(audit.contains(action), "{action}");
    }
}

#[tokio::test]
async fn a_password_is_set_only_if_it_may_be_one_and_somebody_is_there() {
    let house = House::new().await;
    let id = created(&house, &request()).await;
    for body in [
        json!({}),
        json!({"password": null}),
        json!({"password": "canary"}),
    ] {
        let reply = act(&house, &id, "set_password", body).await;
        let problem = reply.problem(400, "invalid_fields");
        assert_eq!(problem["errors"][0]["pointer"], "/password", "{problem}");
        assert!(!problem.to_string().contains("canary"), "{problem}");
    }
    assert_eq!(account(&house, &id).await.version, 1);
    for nobody in ["u0123456789abcde", "k0123456789abcde", "alice", "x"] {
        for (name, body) in [
            ("set_password", json!({"password": PASSWORD})),
            ("disable", json!({"reason": "left"})),
            ("enable", json!({})),
            ("log_out", json!({})),
        ] {
            act(&house, nobody, name, body)
                .await
                .problem(404, "not_found");
        }
        house
            .get(&format!("{PATH}/{nobody}"))
            .await
            .problem(404, "not_found");
    }
}
