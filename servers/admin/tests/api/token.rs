//! `POST /admin/v1/token/inspect`.

use serde_json::json;

use crate::house::House;

const PATH: &str = "/admin/v1/token/inspect";

#[tokio::test]
async fn a_token_that_nobody_signed_is_refused_and_not_repeated() {
    let house = House::furnished().await;
    let header = "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9";
    for token in [
        format!("{header}.e30.c2VjcmV0LXNpZ25hdHVyZS1vZi1ub2JvZHk"),
        "dw_live_k0123456789abcde_canarycanary".to_owned(),
        "x".repeat(20_000),
        String::new(),
    ] {
        let reply = house.post_json(PATH, &json!({ "token": token })).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let answer = reply.json();
        assert_eq!(answer["genuine"], false);
        assert_eq!(answer["accepted"], false);
        assert!(answer["rule"].as_str().unwrap().starts_with("token_"));
        assert!(!answer["detail"].as_str().unwrap().is_empty());
        let checks = answer["checks"].as_array().unwrap();
        let failed = checks.iter().filter(|check| check["outcome"] == "failed");
        assert_eq!(failed.count(), 1, "{answer}");
        for part in token.split(['.', '_']).filter(|part| part.len() > 8) {
            assert!(!reply.body.contains(part), "repeated: {}", reply.body);
        }
        assert!(token.is_empty() || !house.audit().await.contains(&token));
    }
}

#[tokio::test]
async fn a_body_that_is_no_token_is_refused_without_its_words() {
    let house = House::furnished().await;
    for body in [
        r#"{"token":["canary-canary"]}"#,
        r#"{"token":"x","more":"canary-canary"}"#,
        r#"{"audience":"canary-canary"}"#,
        r#"{"token":"canary-canary""#,
        "",
    ] {
        let reply = house.post(PATH, "application/json", body).await;
        assert_eq!(reply.status, 400, "{reply:?}");
        assert!(!reply.body.contains("canary-canary"), "{}", reply.body);
    }
}
