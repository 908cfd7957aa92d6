use axum::body::Body;
use http::{Method, Request};
use serde_json::json;

use crate::house::{House, key_request};

const PATH: &str = "/admin/v1/api_key";

#[tokio::test]
async fn what_is_not_understood_whole_is_refused_by_name() {
    let house = House::furnished().await;
    let mut unknown = key_request();
    unknown["ownr"] = json!("canary");
    let problem = house
        .post_json(PATH, &unknown)
        .await
        .problem(400, "invalid_json");
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains("\"ownr\"") && detail.contains("`owner`"),
        "{detail}"
    );

    let cases = [
        "",
        "canary",
        "null",
        "[]",
        r#"{"owner":"canary","owner":"canary"}"#,
        r#"{"scopes":"canary"}"#,
        r#"{"owner":{"canary":1}}"#,
        r#"{"owner":"canary"} trailing"#,
    ];
    for body in cases {
        let reply = house.post(PATH, "application/json", body).await;
        let problem = reply.problem(400, "invalid_json").to_string();
        assert!(!problem.contains("canary"), "{body}: {problem}");
    }
    assert!(house.store.api_keys(None, 1).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_body_is_json_of_at_most_64_kib() {
    let house = House::furnished().await;
    let good = key_request().to_string();
    for wrong in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
    ] {
        house
            .post(PATH, wrong, good.clone())
            .await
            .problem(415, "media_type");
    }
    let without = house.request(Method::POST, PATH, house.token());
    let reply = house
        .send(without.body(Body::from(good.clone())).unwrap())
        .await;
    reply.problem(415, "media_type");
    let encoded = house
        .request(Method::POST, PATH, house.token())
        .header("content-type", "application/json")
        .header("content-encoding", "gzip");
    let reply = house
        .send(encoded.body(Body::from(good.clone())).unwrap())
        .await;
    reply.problem(415, "content_encoding");

    let padded = format!("{good}{}", " ".repeat(64 * 1024 - good.len()));
    assert_eq!(
        house
            .post(PATH, "application/json", padded.clone())
            .await
            .status,
        201
    );
    house
        .post(PATH, "application/json", format!("{padded} "))
        .await
        .problem(413, "too_large");
    let announced = house
        .request(Method::POST, PATH, house.token())
        .header("content-type", "application/json")
        .header("content-length", "65537");
    let reply = house.send(announced.body(Body::from("{}")).unwrap()).await;
    reply.problem(413, "too_large");
}

#[tokio::test]
async fn a_query_that_is_not_understood_is_refused() {
    let house = House::furnished().await;
    for wrong in [
        "/admin/v1/api_key?page=2",
        "/admin/v1/api_key?page_size=ten",
        "/admin/v1/api_key?page_size=1&page_size=2",
        "/admin/v1/audit?after=-1",
        "/admin/v1/audit/tail?n=5",
        "/feed/v1/changes",
        "/feed/v1/changes?after=x",
        "/feed/v1/snapshot?api_keys=-1",
        "/feed/v1/snapshot?keys=1",
    ] {
        house.get(wrong).await.problem(400, "invalid_query");
    }
}

#[tokio::test]
async fn a_path_or_method_that_is_not_there_is_a_problem_too() {
    let house = House::furnished().await;
    for path in [
        "/",
        "/admin",
        "/admin/v1/api_key/",
        "/admin/v2/api_key",
        "/console",
    ] {
        house.get(path).await.problem(404, "no_such_path");
    }
    let request = Request::builder().method("DELETE").uri(PATH);
    let reply = house.send(request.body(Body::empty()).unwrap()).await;
    reply.problem(405, "no_such_method");
    let allowed = reply.headers["allow"].to_str().unwrap();
    assert!(
        allowed.contains("GET") && allowed.contains("POST"),
        "{allowed}"
    );
}

#[tokio::test]
async fn the_request_id_is_ours_and_never_the_callers() {
    let house = House::furnished().await;
    let request = house.request(Method::GET, PATH, house.token());
    let request = request.header("x-request-id", "r000000000000000");
    let reply = house.send(request.body(Body::empty()).unwrap()).await;
    assert_ne!(reply.headers["x-request-id"], "r000000000000000");
    let again = house.get(PATH).await;
    assert_ne!(reply.headers["x-request-id"], again.headers["x-request-id"]);
}
