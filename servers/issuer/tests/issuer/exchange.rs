//! An API key at the token endpoint: whole replies, and what the audit keeps.

use std::net::SocketAddr;

use authority::audit::Action;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jose::Algorithm;
use serde_json::json;

use crate::house::{GOOD, World, world};

fn request(headers: &[(&'static str, &str)], body: &str) -> Request<Body> {
    let mut request = Request::post("/oauth2/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body.to_owned()))
        .unwrap();
    for (name, value) in headers {
        request.headers_mut().append(*name, value.parse().unwrap());
    }
    request
}

fn basic(id: &str, text: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{text}")))
}

/// The status, and the rule in the audit.
async fn refused(world: &World, router: &Router, request: Request<Body>) -> (u16, Option<String>) {
    let (response, body) = world.send_to(router, request).await;
    assert_eq!(body["error"], "invalid_client", "{body}");
    assert_eq!(
        body["error_description"],
        "the client is unknown or its secret is wrong"
    );
    assert!(response.headers().contains_key("www-authenticate"));
    let (action, rule) = world.last_action().await;
    assert_eq!(action, Action::TokenRefused);
    (response.status().as_u16(), rule)
}

#[tokio::test]
async fn rfc6749_4_4_a_key_is_exchanged_in_each_of_its_ways() {
    let world = world(Algorithm::Es256, "").await;
    let (id, text) = world.api_key(|_| {}).await;
    let scheme = format!("ApiKey {text}");
    let post = format!("{GOOD}&client_id={id}&client_secret={text}");
    let basic = basic(&id, &text);
    for (headers, body) in [
        (vec![("authorization", basic.as_str())], GOOD),
        (vec![("authorization", scheme.as_str())], GOOD),
        (vec![("x-api-key", text.as_str())], GOOD),
        (vec![], post.as_str()),
    ] {
        let (response, answer) = world.send(request(&headers, body)).await;
        assert_eq!(response.status(), StatusCode::OK, "{answer}");
        assert_eq!(
            (
                &answer["token_type"],
                &answer["expires_in"],
                &answer["scope"]
            ),
            (&json!("Bearer"), &json!(300), &json!("read:reports"))
        );
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert!(
            world
                .is_accepted(answer["access_token"].as_str().unwrap())
                .await
        );
        assert!(!answer.to_string().contains(&text));
        assert_eq!(world.last_action().await.0, Action::TokenIssued);
    }
    let audit = world.store_text().await;
    assert!(audit.contains(&id) && audit.contains("generation 1"));
    assert!(
        !audit.contains(text.rsplit('_').next().unwrap()),
        "no secret is kept"
    );
}

#[tokio::test]
async fn rfc6749_2_3_two_ways_at_once_are_refused() {
    let world = world(Algorithm::Es256, "").await;
    let (id, text) = world.api_key(|_| {}).await;
    let scheme = format!("ApiKey {text}");
    let post = format!("{GOOD}&client_id={id}&client_secret={text}");
    let basic = basic(&id, &text);
    for (headers, body) in [
        (
            vec![
                ("authorization", basic.as_str()),
                ("x-api-key", text.as_str()),
            ],
            GOOD,
        ),
        (vec![("x-api-key", text.as_str())], post.as_str()),
        (vec![("authorization", scheme.as_str())], &post),
        (
            vec![("x-api-key", text.as_str()), ("x-api-key", text.as_str())],
            GOOD,
        ),
        (
            vec![
                ("authorization", scheme.as_str()),
                ("authorization", &basic),
            ],
            GOOD,
        ),
    ] {
        let (response, answer) = world.send(request(&headers, body)).await;
        assert_eq!(
            (response.status(), &answer["error"]),
            (StatusCode::BAD_REQUEST, &json!("invalid_request"))
        );
        assert!(!answer.to_string().contains(&text));
    }
}

#[tokio::test]
async fn a_browser_and_a_stranger_network_are_refused_alike() {
    let world = world(Algorithm::Es256, "").await;
    let (_, text) = world
        .api_key(|api_key| api_key.networks = vec!["10.0.0.0/8".parse().unwrap()])
        .await;
    let router = world.router();
    let from = |peer: &str| {
        let mut request = request(&[("x-api-key", &text)], GOOD);
        let peer: SocketAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    };
    let (response, answer) = world.send(from("10.1.2.3:1")).await;
    assert_eq!(response.status(), StatusCode::OK, "{answer}");
    for other in ["11.0.0.1:1", "[2001:db8::1]:1"] {
        let expected = (401, Some("api_key_network".to_owned()));
        assert_eq!(refused(&world, router, from(other)).await, expected);
    }
    // Nobody said who called.
    let unknown = request(&[("x-api-key", &text)], GOOD);
    let expected = (401, Some("api_key_network".to_owned()));
    assert_eq!(refused(&world, router, unknown).await, expected);
    for (name, value) in [
        ("origin", "https://a.example.com"),
        ("origin", "null"),
        ("sec-fetch-dest", "empty"),
        ("sec-fetch-site", "same-origin"),
    ] {
        let mut browser = from("10.1.2.3:1");
        browser.headers_mut().insert(name, value.parse().unwrap());
        let expected = (401, Some("api_key_from_browser".to_owned()));
        assert_eq!(refused(&world, router, browser).await, expected);
    }
    // The `fetch` of Node, where services run.
    let mut node = from("10.1.2.3:1");
    let mode = "cors".parse().unwrap();
    node.headers_mut().insert("sec-fetch-mode", mode);
    let name = "node".parse().unwrap();
    node.headers_mut().insert("user-agent", name);
    let (response, _) = world.send(node).await;
    assert_eq!(response.status(), StatusCode::OK);
    let (response, _) = world.send(from("[::ffff:10.1.2.3]:1")).await;
    assert_eq!(response.status(), StatusCode::OK, "control after");
}

#[tokio::test]
async fn with_an_exchange_keys_are_exchanged_there_and_only_there() {
    let world = world(Algorithm::Es256, "").await;
    let (_, text) = world.api_key(|_| {}).await;
    let key = || request(&[("x-api-key", &text)], GOOD);
    let (response, _) = world.send_to(&world.exchange, key()).await;
    assert_eq!(response.status(), StatusCode::OK);
    let expected = (401, Some("api_key_not_at_this_listener".to_owned()));
    assert_eq!(refused(&world, &world.guarded, key()).await, expected);
    // A client gets its tokens where it always did.
    let (response, _) = world.send_to(&world.guarded, world.post(GOOD)).await;
    assert_eq!(response.status(), StatusCode::OK);
    let (response, _) = world.send_to(&world.exchange, key()).await;
    assert_eq!(response.status(), StatusCode::OK, "control after");
}

#[tokio::test]
async fn the_exchange_has_a_token_endpoint_and_its_health_and_nothing_else() {
    let world = world(Algorithm::Es256, "").await;
    for (method, path, status) in [
        ("GET", "/livez", 200),
        ("GET", "/readyz", 200),
        ("GET", "/healthz", 200),
        ("GET", "/oauth2/token", 405),
        ("GET", "/.well-known/jwks.json", 404),
        ("GET", "/.well-known/oauth-authorization-server", 404),
        ("GET", "/", 404),
        ("POST", "/oauth2/introspect", 404),
        ("GET", "/admin/v1/api_key", 404),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .body(Body::empty())
            .unwrap();
        let (response, _) = world.send_to(&world.exchange, request).await;
        assert_eq!(response.status().as_u16(), status, "{method} {path}");
    }
}
