use std::time::Duration;

use authority::operator_token::ALL_SCOPES;
use axum::body::Body;
use http::{Method, Request};

use crate::house::House;

/// Every path that takes a token, and its scope.
pub(crate) const ROUTES: &[(&str, &str, &str)] = &[
    ("POST", "/admin/v1/api_key", "write:api_key"),
    ("GET", "/admin/v1/api_key", "read:api_key"),
    ("GET", "/admin/v1/api_key/k0123456789abcde", "read:api_key"),
    (
        "POST",
        "/admin/v1/api_key/k0123456789abcde/revoke",
        "write:api_key",
    ),
    (
        "POST",
        "/admin/v1/api_key/k0123456789abcde/rotate",
        "write:api_key",
    ),
    (
        "POST",
        "/admin/v1/api_key/k0123456789abcde/cut_over",
        "write:api_key",
    ),
    (
        "POST",
        "/admin/v1/api_key/k0123456789abcde/rollback",
        "write:api_key",
    ),
    (
        "GET",
        "/admin/v1/api_key/k0123456789abcde/why",
        "read:api_key",
    ),
    (
        "GET",
        "/admin/v1/api_key/k0123456789abcde/exposure",
        "read:api_key",
    ),
    (
        "POST",
        "/admin/v1/api_key/k0123456789abcde/secret_path",
        "write:api_key",
    ),
    ("POST", "/admin/v1/drill", "write:api_key"),
    ("GET", "/admin/v1/drill", "read:api_key"),
    (
        "POST",
        "/admin/v1/api_key/k0123456789abcde/suspend",
        "write:api_key",
    ),
    (
        "POST",
        "/admin/v1/api_key/k0123456789abcde/resume",
        "write:api_key",
    ),
    (
        "POST",
        "/admin/v1/api_key/k0123456789abcde/review",
        "write:api_key",
    ),
    (
        "POST",
        "/admin/v1/api_key/k0123456789abcde/renew",
        "write:api_key",
    ),
    (
        "POST",
        "/admin/v1/api_key/k0123456789abcde/transfer",
        "write:api_key",
    ),
    ("POST", "/admin/v1/api_key/bulk", "write:api_key"),
    ("POST", "/admin/v1/api_key/import", "write:api_key"),
    ("GET", "/admin/v1/api_key/review_queue", "read:api_key"),
    ("GET", "/admin/v1/owner", "read:owner"),
    (
        "POST",
        "/admin/v1/owner/team-weather/disable",
        "write:owner",
    ),
    ("POST", "/admin/v1/owner/team-weather/enable", "write:owner"),
    ("POST", "/admin/v1/account", "write:account"),
    ("GET", "/admin/v1/account", "read:account"),
    ("GET", "/admin/v1/account/u0123456789abcde", "read:account"),
    (
        "POST",
        "/admin/v1/account/u0123456789abcde/set_password",
        "write:account",
    ),
    (
        "POST",
        "/admin/v1/account/u0123456789abcde/disable",
        "write:account",
    ),
    (
        "POST",
        "/admin/v1/account/u0123456789abcde/enable",
        "write:account",
    ),
    (
        "POST",
        "/admin/v1/account/u0123456789abcde/log_out",
        "write:account",
    ),
    ("POST", "/admin/v1/client", "write:client"),
    ("GET", "/admin/v1/client", "read:client"),
    ("GET", "/admin/v1/client/c0123456789abcde", "read:client"),
    (
        "POST",
        "/admin/v1/client/c0123456789abcde/revoke",
        "write:client",
    ),
    ("POST", "/admin/v1/signing_key", "write:signing_key"),
    ("GET", "/admin/v1/signing_key", "read:signing_key"),
    ("POST", "/admin/v1/signing_key/rotate", "write:signing_key"),
    (
        "POST",
        "/admin/v1/signing_key/rollback",
        "write:signing_key",
    ),
    ("POST", "/admin/v1/signing_key/default", "write:signing_key"),
    (
        "POST",
        "/admin/v1/signing_key/s0123456789abcde/retire",
        "write:signing_key",
    ),
    (
        "POST",
        "/admin/v1/digest_key/0a1b2c3d/retire",
        "write:digest_key",
    ),
    ("GET", "/admin/v1/operator_token", "read:operator_token"),
    (
        "POST",
        "/admin/v1/operator_token/o0123456789abcde/revoke",
        "write:operator_token",
    ),
    (
        "POST",
        "/admin/v1/trusted_issuer/acme-sso/cut_off",
        "write:inventory",
    ),
    ("GET", "/admin/v1/register", "read:register"),
    ("GET", "/admin/v1/register/gaps", "read:register"),
    (
        "GET",
        "/admin/v1/register/preview?kind=client&id=c0123456789abcde",
        "read:register",
    ),
    ("GET", "/admin/v1/inventory", "read:inventory"),
    ("GET", "/admin/v1/inventory/1", "read:inventory"),
    ("GET", "/admin/v1/inventory/diff?from=1", "read:inventory"),
    ("GET", "/admin/v1/inventory/compatibility", "read:inventory"),
    ("POST", "/admin/v1/inventory/plan", "read:inventory"),
    ("POST", "/admin/v1/inventory/apply", "write:inventory"),
    ("POST", "/admin/v1/leak/preview", "read:leak"),
    ("POST", "/admin/v1/leak/report", "write:leak"),
    ("GET", "/admin/v1/audit", "read:audit"),
    ("GET", "/admin/v1/audit/tail", "read:audit"),
    ("GET", "/admin/v1/audit/verify", "read:audit"),
    ("GET", "/admin/v1/trace/r0123456789abcde", "read:audit"),
    ("POST", "/admin/v1/token/inspect", "read:token"),
    ("GET", "/feed/v1/snapshot", "read:feed"),
    ("GET", "/feed/v1/api_key/k0123456789abcde", "read:feed"),
    ("GET", "/feed/v1/changes?after=0", "read:feed"),
    ("POST", "/feed/v1/decisions", "write:feed"),
    ("POST", "/feed/v1/usage", "write:feed"),
];

fn bare(method: &str, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(path)
}

#[tokio::test]
async fn every_path_takes_exactly_its_scope() {
    let mut house = House::furnished().await;
    for (method, path, scope) in ROUTES {
        let reply = house
            .send(bare(method, path).body(Body::empty()).unwrap())
            .await;
        reply.problem(401, "credential_missing");
        // RFC 6750 section 3.1: without any credential there is no error code.
        let challenge = reply.headers["www-authenticate"].to_str().unwrap();
        assert!(challenge.starts_with("Bearer realm="), "{challenge}");
        assert!(!challenge.contains("error="), "{challenge}");

        let others: Vec<&str> = ALL_SCOPES
            .split_whitespace()
            .filter(|s| s != scope)
            .collect();
        let lacking = house.operator(&others.join(" ")).await;
        let request = house.request(method.parse().unwrap(), path, &lacking);
        let reply = house.send(request.body(Body::empty()).unwrap()).await;
        reply.problem(403, "insufficient_scope");
        let challenge = reply.headers["www-authenticate"].to_str().unwrap();
        assert!(
            challenge.contains("error=\"insufficient_scope\""),
            "{challenge}"
        );
        assert!(
            challenge.contains(&format!("scope=\"{scope}\"")),
            "{challenge}"
        );

        let alone = house.operator(scope).await;
        let request = house.request(method.parse().unwrap(), path, &alone);
        let reply = house.send(request.body(Body::empty()).unwrap()).await;
        assert!(
            ![401, 403, 405, 500].contains(&reply.status.as_u16()),
            "{path}: {reply:?}"
        );
        assert!(!reply.body.contains("no_such_path"), "{path}: {reply:?}");
    }
}

#[tokio::test]
async fn a_token_that_does_not_count_is_refused_and_audited() {
    let mut house = House::furnished().await;
    let good = house.operator("read:inventory").await;
    let mut altered = good.clone();
    let last = altered.pop().unwrap();
    altered.push(if last == 'A' { 'B' } else { 'A' });
    let mut other = House::new().await;
    other.operator("read:audit").await;
    other.operator("read:audit").await;
    let elsewhere = other.operator("read:inventory read:audit").await;
    for token in [
        altered.as_str(),
        elsewhere.as_str(),
        "dwa_test_nothing",
        "",
        "a b",
    ] {
        let request = house.request(Method::GET, "/admin/v1/inventory", token);
        let reply = house.send(request.body(Body::empty()).unwrap()).await;
        // RFC 6750 section 3.1: what is no bearer credential at all may be invalid_request.
        assert!(
            [400, 401].contains(&reply.status.as_u16()),
            "{token}: {reply:?}"
        );
        let is_challenged = reply.headers.contains_key("www-authenticate");
        assert_eq!(is_challenged, reply.status == 401);
        assert!(
            token.len() < 10 || reply.status == 401,
            "{token}: {reply:?}"
        );
        let id = reply.headers["x-request-id"].to_str().unwrap();
        let trace = house.get(&format!("/admin/v1/trace/{id}")).await.json();
        let record = &trace["entries"][0]["record"];
        assert_eq!(record["action"], "operator_refused");
        assert_eq!(record["actor"]["kind"], "unknown");
        assert_eq!(record["target"], "GET /admin/v1/inventory");
        assert!(!record["rule"].as_str().unwrap().is_empty());
    }
    let audit = house.audit().await;
    for secret in [&altered, &elsewhere] {
        assert!(!audit.contains(secret.as_str()));
    }
}

#[tokio::test]
async fn an_operator_token_ends_by_itself_and_the_audit_names_it() {
    let mut house = House::furnished().await;
    let token = house.operator("read:inventory").await;
    let presented = credential::PresentedOperatorToken::parse(&token).unwrap();
    house.pass(Duration::from_secs(90 * 86_400));
    let request = house.request(Method::GET, "/admin/v1/inventory", &token);
    let reply = house.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, 401, "{reply:?}");
    let entries = house.store.audit_tail(1).await.unwrap();
    let entry = serde_json::to_value(&entries[0]).unwrap();
    assert_eq!(entry["body"]["record"]["actor"]["id"], presented.id());
}

#[tokio::test]
async fn a_browser_is_refused_even_with_a_token() {
    let house = House::furnished().await;
    let request = house.request(Method::GET, "/admin/v1/inventory", house.token());
    let request = request.header("origin", "https://evil.example");
    let reply = house.send(request.body(Body::empty()).unwrap()).await;
    reply.problem(403, "browser_request");
    let request = bare("OPTIONS", "/admin/v1/inventory").header("origin", "null");
    let reply = house.send(request.body(Body::empty()).unwrap()).await;
    reply.problem(403, "browser_request");
}

#[tokio::test]
async fn a_credential_in_the_query_is_refused() {
    let house = House::furnished().await;
    let path = format!("/admin/v1/inventory?access_token={}", house.token());
    let reply = house
        .send(bare("GET", &path).body(Body::empty()).unwrap())
        .await;
    reply.problem(401, "credential_missing");
    assert!(!house.audit().await.contains(house.token()));
}
