//! The holder of an API key ends it, with nothing but the key.

use authority::audit::Action;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use credential::{DigestKey, PresentedForeignKey};
use jose::Algorithm;
use serde_json::Value;
use store::Read as _;

use crate::house::{World, world};

/// The text of a key that another system made.
const IMPORTED: &str = "old-gateway-5f3a9c77d1";

fn request(path: &str, headers: &[(&'static str, &str)]) -> Request<Body> {
    let mut request = Request::post(path).body(Body::empty()).unwrap();
    for (name, value) in headers {
        request.headers_mut().append(*name, value.parse().unwrap());
    }
    request
}

async fn send(world: &World, headers: &[(&'static str, &str)]) -> (StatusCode, Value) {
    let (response, body) = world.send(request("/api_key/self_revoke", headers)).await;
    assert_eq!(response.headers()["cache-control"], "no-store");
    (response.status(), body)
}

async fn is_revoked(world: &World, id: &str) -> bool {
    let api_key = world.store.api_key(id).await.unwrap().unwrap();
    api_key.revocation.is_some()
}

#[tokio::test]
async fn whoever_holds_a_key_ends_it_and_every_text_gets_the_same_answer() {
    let world = world(Algorithm::Es256, "").await;
    let (id, text) = world.api_key(|_| {}).await;
    // A digit that is another leaves the shape of a key of ours, or not: either
    // way it is nobody's.
    let mut wrong = text.clone();
    let last = if wrong.ends_with('0') { '1' } else { '0' };
    wrong.pop();
    wrong.push(last);
    let (_, nothing) = send(&world, &[("x-api-key", &wrong)]).await;
    assert!(!is_revoked(&world, &id).await);
    for nobody in [IMPORTED, "x", "dwa_test_o0123456789abcde_x"] {
        let (status, body) = send(&world, &[("x-api-key", nobody)]).await;
        assert_eq!((status, &body), (StatusCode::OK, &nothing), "{nobody}");
    }
    let scheme = format!("ApiKey {text}");
    let (status, body) = send(&world, &[("authorization", &scheme)]).await;
    assert_eq!((status, &body), (StatusCode::OK, &nothing));
    assert!(is_revoked(&world, &id).await);
    assert_eq!(world.last_action().await.0, Action::ApiKeyRevoked);
    let (_, again) = send(&world, &[("x-api-key", &text)]).await;
    assert_eq!(again, nothing);
    let audit = world.store_text().await;
    assert!(!audit.contains(&text) && audit.contains("revoked by its holder"));
}

/// It was told that it is refused everywhere, so it must be.
#[tokio::test]
async fn the_key_of_another_system_is_ended_by_its_holder_too() {
    let world = world(Algorithm::Es256, "").await;
    let digest_key = DigestKey::new([3; 32]);
    let foreign = PresentedForeignKey::parse(IMPORTED).unwrap();
    let imported = |key: &mut authority::api_key::ApiKey| {
        key.imported_from = Some("old-gateway".parse().unwrap());
        key.id = foreign.id(&digest_key);
        key.digest = foreign.digest(&digest_key);
    };
    let (id, _) = world.api_key(imported).await;
    let other = format!("{IMPORTED}0");
    let (_, nothing) = send(&world, &[("x-api-key", &other)]).await;
    assert!(!is_revoked(&world, &id).await);
    let (status, body) = send(&world, &[("x-api-key", IMPORTED)]).await;
    assert_eq!((status, body), (StatusCode::OK, nothing));
    assert!(is_revoked(&world, &id).await);
    assert!(!world.store_text().await.contains(IMPORTED));
}

#[tokio::test]
async fn a_key_is_read_in_one_header_and_nowhere_else() {
    let world = world(Algorithm::Es256, "").await;
    let (id, text) = world.api_key(|_| {}).await;
    let scheme = format!("ApiKey {text}");
    let bearer = format!("Bearer {text}");
    let path = "/api_key/self_revoke";
    let in_query = format!("{path}?key={text}");
    for request in [
        request(path, &[]),
        request(path, &[("authorization", &bearer)]),
        request(path, &[("x-api-key", &text), ("x-api-key", &text)]),
        request(path, &[("x-api-key", &text), ("authorization", &scheme)]),
        request(
            path,
            &[
                ("authorization", &scheme),
                ("x-api-key", &text),
                ("x-api-key", &text),
            ],
        ),
        request(&in_query, &[("x-api-key", &text)]),
    ] {
        let told = format!("{:?}", request.headers().keys().collect::<Vec<_>>());
        let (response, body) = world.send(request).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{told}");
        assert!(!body.to_string().contains(&text));
        assert!(!is_revoked(&world, &id).await, "{told}");
    }
}
