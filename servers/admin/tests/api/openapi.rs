use axum::body::Body;
use http::Request;
use serde_json::Value;

use crate::house::House;
use crate::operator::ROUTES;

async fn description() -> (Value, String) {
    let house = House::new().await;
    let request = Request::builder().uri("/admin/openapi.json");
    let reply = house.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.headers["content-type"], "application/json");
    let description = reply.json();
    let text = serde_json::to_string_pretty(&description).unwrap();
    (description, text)
}

#[tokio::test]
async fn the_description_changes_only_on_purpose() {
    let (_, text) = description().await;
    insta::assert_snapshot!("openapi", text);
}

#[tokio::test]
async fn every_path_is_described_with_its_scope_and_its_problems() {
    let (description, _) = description().await;
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut described = 0;
    for (method, path, scope) in ROUTES {
        let template = path
            .split('?')
            .next()
            .unwrap()
            .replace("k0123456789abcde", "{id}")
            .replace("c0123456789abcde", "{id}")
            .replace("u0123456789abcde", "{id}")
            .replace("s0123456789abcde", "{id}")
            .replace("o0123456789abcde", "{id}")
            .replace("0a1b2c3d", "{id}")
            .replace("acme-sso", "{name}")
            .replace("r0123456789abcde", "{request_id}")
            .replace("team-weather", "{name}")
            .replace("inventory/1", "inventory/{version}");
        let operation = &description["paths"][&template][method.to_lowercase()];
        assert!(
            operation.is_object(),
            "{method} {template} is not described"
        );
        assert!(!operation["summary"].as_str().unwrap().is_empty());
        assert_eq!(
            operation["security"][0]["operator_token"][0], *scope,
            "{template}"
        );
        for status in ["401", "403", "503"] {
            let content = &operation["responses"][status]["content"];
            assert!(
                content["application/problem+json"].is_object(),
                "{template} {status}"
            );
        }
        described += 1;
    }
    let all: usize = description["paths"]
        .as_object()
        .unwrap()
        .values()
        .map(|methods| methods.as_object().unwrap().len())
        .sum();
    assert_eq!(
        all,
        described + 1,
        "the description has a path that is not tested"
    );
}
