//! `POST /leak/v1/github`: a partner's message is verified before it is read.

use admin::leak::{LeakResponse, PartnerKeys};
use authority::leak::text_hash;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Method, Request};
use serde_json::{Value, json};

use crate::house::{House, Reply, key_request};
use crate::leak::stranger;

const PATH: &str = "/leak/v1/github";
const KEY_ID: &str = "90a421169f0a406205f1563a953312f0be898d3c7b6c06b681aa86a874555f4a";

struct Partner(EcdsaKeyPair);

impl Partner {
    fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
    }

    /// The document with its key, as GitHub writes it.
    fn keys(&self) -> Value {
        let head = [
            0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
            0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
        ];
        let der = [head.as_slice(), self.0.public_key().as_ref()].concat();
        let pem = STANDARD.encode(der);
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{pem}\n-----END PUBLIC KEY-----\n");
        json!({"public_keys": [{"key_identifier": KEY_ID, "key": pem, "is_current": true}]})
    }

    fn sign(&self, body: &str) -> String {
        let signature = self.0.sign(&SystemRandom::new(), body.as_bytes()).unwrap();
        STANDARD.encode(signature)
    }

    async fn house(&self) -> House {
        let mut house = House::furnished().await;
        let keys = PartnerKeys::parse(&self.keys().to_string()).unwrap();
        house.leak = LeakResponse {
            github: Some(keys),
            ..LeakResponse::default()
        };
        house
    }

    async fn send(&self, house: &House, body: &str) -> Reply {
        post(
            house,
            &[
                ("github-public-key-identifier", KEY_ID),
                ("github-public-key-signature", &self.sign(body)),
            ],
            body,
        )
        .await
    }
}

async fn post(house: &House, headers: &[(&str, &str)], body: &str) -> Reply {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(PATH)
        .header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    house
        .send(request.body(Body::from(body.to_owned())).unwrap())
        .await
}

async fn api_key(house: &House) -> (String, String) {
    let created = house
        .post_json("/admin/v1/api_key", &key_request())
        .await
        .json();
    let text = |name: &str| created[name].as_str().unwrap().to_owned();
    (text("id"), text("secret"))
}

async fn status(house: &House, id: &str) -> Value {
    let key = house.get(&format!("/admin/v1/api_key/{id}")).await.json();
    key["status"].clone()
}

#[tokio::test]
async fn a_signed_message_revokes_and_is_answered_with_hashes() {
    let partner = Partner::new();
    let house = partner.house().await;
    let (id, secret) = api_key(&house).await;
    let other = stranger();
    let body = json!([
        {"token": secret, "type": "doorward_api_key", "url": "https://github.com/acme/app/blob/1a2b/x", "source": "content"},
        {"token": other, "type": "doorward_api_key", "url": "https://github.com/acme/b"},
        {"token": "hello", "type": "doorward_api_key", "url": null, "more": 1},
    ])
    .to_string();
    let reply = partner.send(&house, &body).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let label = |token: &str, label: &str| json!({"token_hash": text_hash(token), "token_type": "doorward_api_key", "label": label});
    let expected = [
        label(&secret, "true_positive"),
        label(&other, "false_positive"),
        label("hello", "false_positive"),
    ];
    assert_eq!(reply.json(), json!(expected));
    // SHA-256 of "hello", as any other program has it.
    assert_eq!(
        text_hash("hello"),
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    );
    assert_eq!(status(&house, &id).await, "revoked");
    let audit = house.audit().await;
    let tail = secret.rsplit('_').next().unwrap();
    assert!(!reply.body.contains(tail) && !audit.contains(tail));
    assert!(audit.contains("github: content https://github.com/acme/app/blob/1a2b/x"));
    assert!(
        audit.contains(r#"{"kind":"partner","id":"github"}"#),
        "{audit}"
    );

    // The same message once more changes nothing, and is answered alike.
    let again = partner.send(&house, &body).await;
    assert_eq!(again.json(), json!(expected));
    assert_eq!(house.audit().await, audit);
}

#[tokio::test]
async fn a_message_that_the_partner_did_not_sign_is_not_even_read() {
    let partner = Partner::new();
    let house = partner.house().await;
    let (id, secret) = api_key(&house).await;
    let before = house.audit().await;
    let body = json!([{"token": secret, "type": "t", "url": "u"}]).to_string();
    let good = partner.sign(&body);
    let (by_id, by_signature) = (
        "github-public-key-identifier",
        "github-public-key-signature",
    );
    let other = Partner::new().sign(&body);
    let of_other_body = partner.sign("[]");
    let url_safe = good.replace('+', "-").replace('/', "_");
    let cut = &good[..good.len() - 4];
    let cases: Vec<Vec<(&str, &str)>> = vec![
        vec![],
        vec![(by_id, KEY_ID)],
        vec![(by_signature, &good)],
        vec![(by_id, "unknown"), (by_signature, &good)],
        vec![(by_id, ""), (by_signature, &good)],
        vec![(by_id, KEY_ID), (by_signature, "")],
        vec![(by_id, KEY_ID), (by_signature, &other)],
        vec![(by_id, KEY_ID), (by_signature, &of_other_body)],
        vec![(by_id, KEY_ID), (by_signature, cut)],
        vec![(by_id, KEY_ID), (by_id, KEY_ID), (by_signature, &good)],
        vec![
            (by_id, KEY_ID),
            (by_signature, &good),
            (by_signature, &good),
        ],
    ];
    for headers in &cases {
        post(&house, headers, &body)
            .await
            .problem(403, "partner_signature");
    }
    if url_safe != good {
        let headers = [(by_id, KEY_ID), (by_signature, url_safe.as_str())];
        post(&house, &headers, &body)
            .await
            .problem(403, "partner_signature");
    }
    let headers = [(by_id, KEY_ID), (by_signature, good.as_str())];
    for altered in [
        format!("{body}\n"),
        body.replace("\"u\"", "\"v\""),
        String::new(),
        "not json".to_owned(),
    ] {
        post(&house, &headers, &altered)
            .await
            .problem(403, "partner_signature");
    }
    // An operator token is no signature.
    let authorization = format!("Bearer {}", house.token());
    post(&house, &[("authorization", &authorization)], &body)
        .await
        .problem(403, "partner_signature");
    assert_eq!(status(&house, &id).await, "active");
    assert_eq!(house.audit().await, before);
}

#[tokio::test]
async fn a_signed_message_is_bounded_and_read_strictly() {
    let partner = Partner::new();
    let house = partner.house().await;
    let (id, secret) = api_key(&house).await;
    let one = |token: &str| json!({"token": token, "type": "t", "url": "u"});
    let many = |count: usize| Value::from(vec![one("x"); count]).to_string();
    assert_eq!(partner.send(&house, &many(0)).await.json(), json!([]));
    assert_eq!(partner.send(&house, &many(100)).await.status, 200);
    partner
        .send(&house, &many(101))
        .await
        .problem(400, "invalid_count");
    let large = format!("{}{}", " ".repeat(1024 * 1024), many(1));
    partner.send(&house, &large).await.problem(413, "too_large");
    let tail = secret.rsplit('_').next().unwrap();
    for wrong in [
        json!({"token": secret}).to_string(),
        json!([secret]).to_string(),
        json!([{"token": {"x": secret}, "type": "t"}]).to_string(),
        json!([{"type": "t", "url": secret}]).to_string(),
        format!("[{{\"token\":\"{secret}\""),
    ] {
        let reply = partner.send(&house, &wrong).await;
        let problem = reply.problem(400, "invalid_json").to_string();
        assert!(!problem.contains(tail), "{problem}");
    }
    assert_eq!(status(&house, &id).await, "active");
    // A place that cannot be kept does not keep the report from counting.
    let body = json!([{"token": secret, "type": "t".repeat(9_999), "url": format!("u\n{secret}")}]);
    let reply = partner.send(&house, &body.to_string()).await;
    assert_eq!(reply.json()[0]["label"], "true_positive");
    assert_eq!(reply.json()[0]["token_type"].as_str().unwrap().len(), 200);
    assert_eq!(status(&house, &id).await, "revoked");
    assert!(!house.audit().await.contains(tail));
}

#[tokio::test]
async fn without_keys_there_is_no_such_path() {
    let house = House::furnished().await;
    post(&house, &[], "[]").await.problem(404, "no_such_path");
    let get = Request::builder().uri(PATH).body(Body::empty()).unwrap();
    let partner = Partner::new().house().await;
    partner.send(get).await.problem(405, "no_such_method");
}

#[test]
fn the_keys_are_read_whole_or_not_at_all() {
    let good = Partner::new().keys();
    assert!(PartnerKeys::parse(&good.to_string()).is_ok());
    let mut twice = good.clone();
    let first = good["public_keys"][0].clone();
    twice["public_keys"] = json!([first, first]);
    let mut bad = good.clone();
    bad["public_keys"][0]["key"] = json!("canary-4711");
    let mut nameless = good.clone();
    nameless["public_keys"][0]["key_identifier"] = json!("");
    for wrong in [
        String::new(),
        "[]".to_owned(),
        json!({"public_keys": []}).to_string(),
        json!({"public_keys": [{"key": "x"}]}).to_string(),
        twice.to_string(),
        bad.to_string(),
        nameless.to_string(),
    ] {
        let error = PartnerKeys::parse(&wrong).unwrap_err().to_string();
        assert!(!error.contains("canary-4711"), "{error}");
    }
}
