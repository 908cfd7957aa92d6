//! How a secret manager is asked.
#![allow(
    clippy::unwrap_used,
    clippy::allow_attributes,
    missing_docs,
    reason = "tests"
)]

use base::Secret;
use secret_http::recorded::{Exchange, Recorded, nowhere};
use secret_http::{HttpPlace, Question};
use secret_source::SourceFault;
use secret_source::conformance::Refusal;
use serde_json::{Value, json};

fn place(url: &str) -> HttpPlace {
    // The provider is one for the whole process; the second call says so.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    HttpPlace::new(url.parse().unwrap(), None).unwrap()
}

/// What a refusal of `x` with this status is, for every one of them.
async fn refusals(statuses: &[u16]) -> Vec<Option<Refusal>> {
    let secret = json!({"errors": ["hunter2"]});
    let exchange = |status: &u16| Exchange::of("GET /x").answer(*status, &secret);
    let recorded = Recorded::start(statuses.iter().map(exchange).collect());
    let place = place(&recorded.url());
    let mut refusals = Vec::new();
    for status in statuses {
        let answer = place.ask(Question::get("/x")).await.unwrap();
        let fault = answer.success("x").err();
        assert!(!format!("{fault:?}").contains("hunter2"), "{status}");
        refusals.push(fault.as_ref().map(Refusal::from));
    }
    recorded.finish();
    refusals
}

#[tokio::test]
async fn every_status_has_one_meaning_and_no_answer_is_echoed() {
    // 204, 205 and 304 have no body by definition; the replay sends one.
    let statuses: Vec<u16> = (200..=599)
        .filter(|status| !matches!(status, 204 | 205 | 304))
        .collect();
    for (status, refusal) in statuses.iter().zip(refusals(&statuses).await) {
        let expected = match status {
            200..=299 => None,
            401 | 403 => Some(Refusal::Denied),
            404 => Some(Refusal::Missing),
            408 | 425 | 429 | 500.. => Some(Refusal::Unreachable),
            _ => Some(Refusal::Malformed),
        };
        assert_eq!(refusal, expected, "{status}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let redirects = [301, 302, 303, 307, 308];
    let refused = vec![Some(Refusal::Malformed); redirects.len()];
    assert_eq!(refusals(&redirects).await, refused);
}

#[tokio::test]
async fn where_nobody_listens_is_unreachable() {
    let answer = place(&nowhere()).ask(Question::get("/x")).await;
    assert!(matches!(answer, Err(SourceFault::Unreachable(_))));
}

#[tokio::test]
async fn an_answer_has_a_limit_and_a_form() {
    let long = format!("\"{}\"", "x".repeat(300 * 1024));
    let recorded = Recorded::start(vec![
        Exchange::of("GET /long").answer_text(200, &long),
        Exchange::of("GET /odd").answer_text(200, "{\"hunter2\""),
    ]);
    let place = place(&recorded.url());
    let answer = place.ask(Question::get("/long")).await;
    assert!(matches!(answer, Err(SourceFault::Malformed(_))));
    let answer = place.ask(Question::get("/odd")).await.unwrap();
    let fault = answer.json::<Value>().unwrap_err();
    assert!(!fault.to_string().contains("hunter2"));
    recorded.finish();
}

#[tokio::test]
async fn a_question_is_sent_as_it_is_written() {
    let recorded = Recorded::start(vec![
        Exchange::of("POST /a/b?c=d")
            .header("authorization", "Bearer t")
            .json(json!({"k": 1})),
        Exchange::of("POST /f").form(&[("a b", "c&d")]),
    ]);
    let place = place(&recorded.url());
    let token = Secret::new("t".to_owned());
    let question = Question::post("/a/b?c=d").bearer(&token);
    place.ask(question.json(&json!({"k": 1}))).await.unwrap();
    let question = Question::post("/f").form(&[("a b", "c&d")]);
    place.ask(question).await.unwrap();
    recorded.finish();
}

#[tokio::test]
async fn no_name_leaves_its_path() {
    let place = place(&nowhere());
    for path in ["/a/../b", "/./a", "/a b", "/ä", "/a\n", "/a#b\u{7f}"] {
        let answer = place.ask(Question::get(path)).await;
        assert!(matches!(answer, Err(SourceFault::Malformed(_))), "{path:?}");
    }
}

#[test]
fn an_address_that_shows_secrets_to_a_network_is_refused() {
    for url in [
        "http://example.com",
        "http://10.0.0.1",
        "http://localhost",
        "ftp://127.0.0.1",
        "https://user:hunter2@example.com",
        "https://example.com/?token=hunter2",
        "https://example.com/#x",
    ] {
        let fault = HttpPlace::new(url.parse().unwrap(), None).unwrap_err();
        assert!(!fault.to_string().contains("hunter2"), "{url}");
    }
    let fault = HttpPlace::new("https://a.example".parse().unwrap(), Some(b"no PEM"));
    assert!(matches!(fault, Err(SourceFault::Malformed(_))));
}
