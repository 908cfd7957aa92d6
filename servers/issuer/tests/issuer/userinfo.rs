//! Who somebody is, told to whoever holds a token for it; and who may ask from
//! a script.

use authority::session::end_all;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use base::{Clock as _, Lifetime};
use serde_json::Value;
use store::Store as _;

use crate::browser::Browser;
use crate::delegation::{Stage, stage};
use crate::house::origin;

async fn ask(stage: &Stage, request: Request<Body>) -> (StatusCode, HeaderMap, Value) {
    let (response, body) = stage.world.send(request).await;
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    (response.status(), response.headers().clone(), body)
}

fn get(token: &str) -> Request<Body> {
    let request =
        Request::get("/oauth2/userinfo").header("authorization", format!("Bearer {token}"));
    request.body(Body::empty()).unwrap()
}

async fn token(stage: &Stage) -> String {
    let code = stage.code(&mut Browser::default()).await;
    let (_, tokens) = stage.redeem(&code).await;
    tokens["access_token"].as_str().unwrap().to_owned()
}

async fn is_invalid_token(stage: &Stage, token: &str) -> bool {
    let (status, headers, body) = ask(stage, get(token)).await;
    let challenge = headers["www-authenticate"].to_str().unwrap();
    status == StatusCode::UNAUTHORIZED
        && challenge.contains("error=\"invalid_token\"")
        && body["error"] == "invalid_token"
}

#[tokio::test]
async fn oidc_core_5_3_a_token_with_openid_says_who_it_is_until_it_ends() {
    let stage = stage("browser").await;
    let token = token(&stage).await;
    for request in [
        get(&token),
        Request::post("/oauth2/userinfo")
            .header("authorization", format!("bearer {token}"))
            .body(Body::empty())
            .unwrap(),
    ] {
        let (status, headers, body) = ask(&stage, request).await;
        assert_eq!(
            (status, &body["sub"]),
            (StatusCode::OK, &stage.account.id.as_str().into())
        );
        assert_eq!(headers["content-type"], "application/json");
        assert_eq!(
            body.as_object().unwrap().len(),
            1,
            "no profile, no email was granted"
        );
    }
    // Cut off before what this process knows has caught up: the account says so.
    let ended = end_all(&stage.account().await, &origin(), stage.world.clock.now());
    stage.world.store.commit(ended.writes).await.unwrap();
    assert!(is_invalid_token(&stage, &token).await);
    stage.world.catch_up().await;
    assert!(is_invalid_token(&stage, &token).await);
}

#[tokio::test]
async fn rfc6750_3_1_tok_045_what_is_no_token_for_it_is_refused() {
    let stage = stage("web").await;
    let token = token(&stage).await;
    let other = {
        let mut text = token.clone();
        let last = if text.pop() == Some('A') { 'B' } else { 'A' };
        text.push(last);
        text
    };
    let (services, _) = stage.world.token().await;
    for wrong in ["", "x", "a.b.c", other.as_str(), &format!("{token} x")] {
        assert!(is_invalid_token(&stage, wrong).await, "{wrong}");
    }
    let (status, headers, body) = ask(&stage, get(&services)).await;
    assert_eq!(
        (status, &body["error"]),
        (StatusCode::FORBIDDEN, &"insufficient_scope".into())
    );
    assert!(
        headers["www-authenticate"]
            .to_str()
            .unwrap()
            .ends_with("scope=\"openid\"")
    );

    let bare = Request::get("/oauth2/userinfo")
        .body(Body::empty())
        .unwrap();
    let (status, headers, _) = ask(&stage, bare).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(headers["www-authenticate"], "Bearer realm=\"userinfo\"");

    let field = format!("access_token={token}");
    let misplaced = |request: Request<Body>| ask(&stage, request);
    for request in [
        Request::get(format!("/oauth2/userinfo?{field}")).body(Body::empty()),
        Request::get(format!("/oauth2/userinfo?%61ccess_token={token}")).body(Body::empty()),
        Request::post("/oauth2/userinfo")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(field.clone())),
        Request::post("/oauth2/userinfo")
            .header("content-type", "text/plain")
            .body(Body::from(field.clone())),
        Request::get("/oauth2/userinfo")
            .header("authorization", format!("Bearer {token}"))
            .header("authorization", format!("Bearer {token}"))
            .body(Body::empty()),
    ] {
        let (status, _, body) = misplaced(request.unwrap()).await;
        assert_eq!(
            (status, &body["error"]),
            (StatusCode::BAD_REQUEST, &"invalid_request".into())
        );
        assert!(!body.to_string().contains(&token));
    }
    assert_eq!(ask(&stage, get(&token)).await.0, StatusCode::OK, "control");
    stage.world.clock.advance(Lifetime::from_secs(3_600));
    assert!(is_invalid_token(&stage, &token).await, "expired");
}

#[tokio::test]
async fn fetch_3_3_aut_049_any_origin_may_read_what_no_cookie_opens_and_nothing_else() {
    let stage = stage("browser").await;
    let open = [
        ("GET", "/oauth2/userinfo"),
        ("POST", "/oauth2/token"),
        ("POST", "/oauth2/revoke"),
        ("GET", "/.well-known/jwks.json"),
        ("GET", "/.well-known/openid-configuration"),
        ("GET", "/.well-known/oauth-authorization-server"),
    ];
    let closed = [
        ("GET", "/oauth2/authorize"),
        ("POST", "/oauth2/authorize"),
        ("POST", "/login"),
        ("POST", "/consent"),
        ("POST", "/api_key/self_revoke"),
        ("GET", "/nothing"),
    ];
    for (method, path) in open.into_iter().chain(closed) {
        for from in ["https://evil.example", "null"] {
            for is_preflight in [false, true] {
                let sent = if is_preflight { "OPTIONS" } else { method };
                let mut request = Request::builder()
                    .method(sent)
                    .uri(path)
                    .header("origin", from);
                if is_preflight {
                    request = request.header("access-control-request-method", method);
                }
                let (response, _) = stage.world.send(request.body(Body::empty()).unwrap()).await;
                let headers = response.headers();
                let allowed = headers.get("access-control-allow-origin");
                let expected = open.contains(&(method, path)).then_some("*");
                let allowed = allowed.map(|value| value.to_str().unwrap());
                assert_eq!(allowed, expected, "{sent} {path}");
                assert!(headers.get("access-control-allow-credentials").is_none());
                if is_preflight && expected.is_some() {
                    assert_eq!(response.status(), StatusCode::NO_CONTENT);
                }
            }
        }
    }
}
