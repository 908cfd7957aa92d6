use authority::audit::Action;
use authority::signing_key;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use jose::encryption::EncryptionKey;
use jose::{AccessTokenClaims, Algorithm, AllowList, KeySet};
use serde_json::json;

use crate::house::{ENCRYPTION_KEY, GOOD, world};

#[tokio::test]
async fn rfc6749_5_1_a_token_is_issued_and_verifies_with_the_published_keys() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256] {
        let world = world(algorithm, "").await;
        let (response, body) = world.send(world.post(GOOD)).await;
        assert_eq!(response.status(), StatusCode::OK, "{body}");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(
            (&body["token_type"], &body["expires_in"], &body["scope"]),
            (&json!("Bearer"), &json!(600), &json!("read:reports"))
        );
        let keys = Request::get("/.well-known/jwks.json")
            .body(Body::empty())
            .unwrap();
        let (_, keys) = world.send(keys).await;
        assert!(
            !keys.to_string().contains("\"d\":"),
            "no private member is published"
        );
        let keys = KeySet::parse(keys.to_string().as_bytes()).unwrap();
        let token = body["access_token"].as_str().unwrap();
        let claims =
            jose::verify::<AccessTokenClaims>(token, &keys, &AllowList::only(algorithm)).unwrap();
        assert_eq!(claims.issuer.as_str(), "https://login.example.com");
        assert_eq!(world.last_action().await.0, Action::TokenIssued);
    }
}

#[tokio::test]
async fn rfc7517_4_2_the_key_set_says_what_tokens_may_be_encrypted_for() {
    let world = world(Algorithm::Es256, "").await;
    let keys = Request::get("/.well-known/jwks.json")
        .body(Body::empty())
        .unwrap();
    let (_, set) = world.send(keys).await;
    let keys = set["keys"].as_array().unwrap();
    let of = |usage: &str| keys.iter().filter(|key| key["use"] == usage).count();
    // The one that took the name of a signing key stays out.
    assert_eq!((of("sig"), of("enc"), keys.len()), (2, 1, 3), "{set}");
    let encryption = keys.iter().find(|key| key["use"] == "enc").unwrap();
    assert_eq!(encryption["kid"], ENCRYPTION_KEY);
    EncryptionKey::from_jwk(encryption.to_string().as_bytes()).unwrap();
    // Whoever verifies with the set is left with the signing keys.
    let parsed = KeySet::parse(set.to_string().as_bytes()).unwrap();
    assert_eq!((parsed.keys().len(), parsed.skipped().len()), (2, 1));
}

#[tokio::test]
async fn rfc6749_5_2_a_refused_client_gets_401_and_a_challenge() {
    let world = world(Algorithm::Es256, "").await;
    let mut request = world.post(GOOD);
    request
        .headers_mut()
        .insert("authorization", "Basic YTpi".parse().unwrap());
    let (response, body) = world.send(request).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert!(
        response.headers()["www-authenticate"]
            .to_str()
            .unwrap()
            .starts_with("Basic ")
    );
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(body["error"], "invalid_client");
    assert_eq!(
        world.last_action().await,
        (Action::TokenRefused, Some("client_secret_malformed".into()))
    );
    assert_eq!(
        world.send(world.post(GOOD)).await.0.status(),
        StatusCode::OK,
        "control after"
    );
}

#[tokio::test]
async fn what_is_no_token_request_is_refused() {
    let world = world(Algorithm::Es256, "").await;
    let mut cases = Vec::new();
    let mut query = world.post(GOOD);
    *query.uri_mut() = "/oauth2/token?client_secret=hunter2".parse().unwrap();
    cases.push(query);
    for content_type in [
        "application/json",
        "multipart/form-data",
        "text/plain",
        "application/x-www-form-urlencodedx",
    ] {
        let mut request = world.post(GOOD);
        request
            .headers_mut()
            .insert("content-type", content_type.parse().unwrap());
        cases.push(request);
    }
    let mut missing = world.post(GOOD);
    missing.headers_mut().remove("content-type");
    cases.push(missing);
    let mut twice = world.post(GOOD);
    twice
        .headers_mut()
        .append("authorization", world.basic().parse().unwrap());
    cases.push(twice);
    cases.push(world.post(&"a".repeat(40_000)));
    cases.push(world.post(&format!("{GOOD}&scope=read%3Areports")));
    for request in cases {
        let shown = format!("{:?} {:?}", request.uri(), request.headers());
        let (response, body) = world.send(request).await;
        assert_eq!(
            (response.status(), &body["error"]),
            (StatusCode::BAD_REQUEST, &json!("invalid_request")),
            "{shown}"
        );
        assert!(!body.to_string().contains("hunter2"));
        assert_eq!(world.last_action().await.0, Action::TokenRefused);
    }
    assert_eq!(
        world.send(world.post(GOOD)).await.0.status(),
        StatusCode::OK,
        "control after"
    );
}

#[tokio::test]
async fn rfc8414_3_the_metadata_tells_the_truth_and_lies_where_clients_look() {
    let world = world(Algorithm::Es256, "/eu").await;
    let get = async |path: &str| {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let (response, body) = world.send(request).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        body
    };
    let body = get("/.well-known/oauth-authorization-server/eu").await;
    // OpenID Connect Discovery section 4: after the path; RFC 8414 section 5: before it.
    for path in [
        "/eu/.well-known/openid-configuration",
        "/.well-known/openid-configuration/eu",
    ] {
        assert_eq!(get(path).await, body, "{path}");
    }
    assert_eq!(
        body,
        json!({
            "issuer": "https://login.example.com/eu",
            "authorization_endpoint": "https://login.example.com/eu/oauth2/authorize",
            "token_endpoint": "https://login.example.com/eu/oauth2/token",
            "revocation_endpoint": "https://login.example.com/eu/oauth2/revoke",
            "revocation_endpoint_auth_methods_supported": [
                "client_secret_basic", "client_secret_post", "none",
            ],
            "userinfo_endpoint": "https://login.example.com/eu/oauth2/userinfo",
            "jwks_uri": "https://login.example.com/eu/.well-known/jwks.json",
            "scopes_supported": [
                "openid", "profile", "email", "offline_access", "read:profile", "read:reports",
            ],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "form_post"],
            "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic", "client_secret_post", "none",
            ],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
            "prompt_values_supported": ["none", "login", "consent", "select_account"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "claims_supported": [
                "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "amr", "sid", "at_hash",
                "name", "preferred_username", "email", "email_verified",
            ],
            "claims_parameter_supported": false,
            "request_parameter_supported": false,
            "request_uri_parameter_supported": false,
        })
    );
    let mut token = world.post(GOOD);
    *token.uri_mut() = "/eu/oauth2/token".parse().unwrap();
    assert_eq!(world.send(token).await.0.status(), StatusCode::OK);
}

#[tokio::test]
async fn other_addresses_and_methods_are_answered_as_problems() {
    let world = world(Algorithm::Es256, "").await;
    for (method, path, status) in [
        ("GET", "/oauth2/token", 405),
        ("POST", "/.well-known/jwks.json", 405),
        ("DELETE", "/oauth2/authorize", 405),
        ("GET", "/login", 405),
        ("GET", "/", 404),
        ("POST", "/oauth2/token/", 404),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .body(Body::empty())
            .unwrap();
        let (response, body) = world.send(request).await;
        assert_eq!(response.status().as_u16(), status, "{method} {path}");
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json"
        );
        assert_eq!(body["status"], status);
    }
}

#[tokio::test]
async fn a_key_that_has_ended_signs_nothing_and_is_not_published() {
    let mut world = world(Algorithm::Es256, "").await;
    assert_eq!(
        world.send(world.post(GOOD)).await.0.status(),
        StatusCode::OK,
        "control before"
    );
    world.clock.advance(signing_key::LIFETIME);
    world.renew_client().await;
    let (response, body) = world.send(world.post(GOOD)).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{body}");
    // The one after it is there, and no token was ever signed with it.
    assert_eq!(world.key_set().await.len(), 1);
    world.clock.advance(signing_key::LIFETIME);
    assert!(world.key_set().await.is_empty());
}
