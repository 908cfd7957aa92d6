//! A real second authorization server issues, our gate accepts and refuses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    missing_docs,
    reason = "a test may fail loudly"
)]

use std::time::{SystemTime, UNIX_EPOCH};

use e2e::second_issuer::SecondIssuer;
use e2e::{Demo, http};
use serde_json::{Value, json};

const PAYMENTS: &str = "https://api.example.com/payments";
const FOR_ES256: &str = "https://api.example.com/payments-es";

/// The demo, with the second issuer trusted for its payments.
fn trusting(second: &SecondIssuer, edits: &[(&str, &str)]) -> Demo {
    let demo = Demo::start();
    let reply = apply(&demo, second, edits);
    assert!(reply.0, "{}", reply.1);
    demo
}

/// Whether the inventory was applied, and what was said.
fn apply(demo: &Demo, second: &SecondIssuer, edits: &[(&str, &str)]) -> (bool, String) {
    let shown = demo.doorward(&["inventory", "show", "--json"]);
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    let document = shown["document"].as_str().unwrap();
    let document = document.split("[[trusted_issuer]]").next().unwrap();
    let mut entry = format!(
        r#"
[[trusted_issuer]]
name = "acme-sso"
issuer = "{}"
algorithms = ["RS256", "ES256"]
apis = {{ payments = ["{PAYMENTS}", "{FOR_ES256}"] }}
organisation = "acme"
owner = "team-partners"
keys = {{ discovery = true }}
"#,
        second.issuer()
    );
    for (field, value) in edits {
        entry = entry
            .lines()
            .filter(|line| line.split(' ').next() != Some(*field))
            .collect::<Vec<_>>()
            .join("\n");
        entry.push_str(&format!("\n{field} = {value}\n"));
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("inventory.toml");
    std::fs::write(&path, format!("{document}{entry}")).unwrap();
    let output = demo.doorward(&["inventory", "apply", path.to_str().unwrap()]);
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

/// The status, the machine reason where it was denied, and what the API saw.
fn call(demo: &Demo, endpoint: &str, token: &str) -> (u16, String, Value) {
    let url = demo.url(endpoint);
    let request = match endpoint {
        "payments.create" | "payouts.create" => http().post(url).body("{}"),
        _ => http().get(url),
    };
    let reply = request.bearer_auth(token).send().unwrap();
    let status = reply.status().as_u16();
    let body: Value = reply.json().unwrap();
    let reason = body["reason"].as_str().unwrap_or_default().to_owned();
    (status, reason, body)
}

fn pays(demo: &Demo, token: &str) -> (u16, String) {
    let (status, reason, _) = call(demo, "payments.create", token);
    (status, reason)
}

fn refused(reason: &str) -> (u16, String) {
    (401, reason.to_owned())
}

fn passed() -> (u16, String) {
    (200, String::new())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a token that is not issued by anyone needs a clock"
)]
fn claims(second: &SecondIssuer) -> Value {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    json!({
        "iss": second.issuer(), "sub": "robot", "client_id": "robot", "aud": PAYMENTS,
        "iat": now, "exp": now + 300, "jti": "x", "scope": "write:payments",
    })
}

#[test]
fn its_token_opens_what_the_inventory_says_and_nothing_else() {
    let Some(mut second) = SecondIssuer::start() else {
        return;
    };
    let demo = Demo::start();
    let good = second.token(PAYMENTS, "write:payments");
    assert_eq!(pays(&demo, &good).0, 401, "nobody trusts it yet");
    let (applied, said) = apply(&demo, &second, &[]);
    assert!(applied, "{said}");
    assert!(said.contains("trusted issuer acme-sso"), "{said}");

    // RS256 and ES256, the first time and again.
    second.publish(&["a", "e"]);
    let es256 = second.token(FOR_ES256, "write:payments");
    for token in [&good, &es256, &good, &es256, &good] {
        assert_eq!(pays(&demo, token), passed());
    }
    assert_eq!(pays(&demo, &demo.token("write:payments")), passed());

    // Another audience, another API, a scope that is not ours, no scope.
    let elsewhere = second.token("https://api.example.com/reports", "write:payments");
    assert_eq!(pays(&demo, &elsewhere), refused("token_audience"));
    assert_eq!(call(&demo, "reports.list", &elsewhere).1, "token_audience");
    let unmapped = second.token(PAYMENTS, "payments.write");
    assert_eq!(
        pays(&demo, &unmapped),
        (403, "insufficient_scope".to_owned())
    );
    let other = second.token(PAYMENTS, "write:payouts");
    assert_eq!(pays(&demo, &other), (403, "insufficient_scope".to_owned()));

    // A key of the one and the name of the other.
    let mut as_ours = claims(&second);
    as_ours["iss"] = demo.text("/issuer").into();
    let forged = second.signed("e", "at+jwt", &as_ours);
    assert_eq!(pays(&demo, &forged), refused("token_key_unknown"));
    let forged = second.signed("a", "at+jwt", &as_ours);
    assert_eq!(pays(&demo, &forged), refused("token_algorithm"));
    let mut as_nobody = claims(&second);
    as_nobody["iss"] = "https://sso.example".into();
    let forged = second.signed("a", "at+jwt", &as_nobody);
    assert_eq!(pays(&demo, &forged), refused("token_issuer"));

    // Claims that it would never sign, each by itself.
    let control = second.signed("a", "at+jwt", &claims(&second));
    assert_eq!(pays(&demo, &control), passed());
    for (name, value, reason) in [
        ("sub", json!(null), "token_claim"),
        ("aud", json!([PAYMENTS, 7]), "token_claim"),
        ("exp", json!(1), "token_times_contradict"),
        ("scope", json!("write:payments  x"), "token_claim"),
        ("client_id", json!(7), "token_claim"),
        ("cnf", json!({ "jkt": "x" }), "proof_unsupported"),
    ] {
        let mut odd = claims(&second);
        odd[name] = value;
        let token = second.signed("a", "at+jwt", &odd);
        assert_eq!(pays(&demo, &token), refused(reason), "{name}");
    }
    let id_token = second.signed("a", "JWT", &claims(&second));
    assert_eq!(pays(&demo, &id_token), refused("token_type"));
    assert_eq!(pays(&demo, &control), passed());
}

#[test]
fn a_removed_key_ends_and_made_up_keys_ask_it_no_more_than_once() {
    let Some(mut second) = SecondIssuer::start() else {
        return;
    };
    let demo = trusting(&second, &[]);
    let old = second.token(PAYMENTS, "write:payments");
    for _ in 0..3 {
        assert_eq!(pays(&demo, &old), passed());
    }
    let asked = second.key_sets_given();
    // It rotates, and the first token of the new key brings the new set.
    second.publish(&["b"]);
    let new = second.token(PAYMENTS, "write:payments");
    assert_eq!(pays(&demo, &new), passed());
    assert_eq!(pays(&demo, &old), refused("token_key_unknown"));
    assert_eq!(second.key_sets_given(), asked + 1);
    // A flood of tokens with keys that it does not have.
    let unknown = second.signed("e", "at+jwt", &claims(&second));
    for _ in 0..50 {
        assert_eq!(pays(&demo, &unknown), refused("token_key_unknown"));
    }
    assert_eq!(
        second.key_sets_given(),
        asked + 1,
        "it is too soon to ask again"
    );
    // It is gone; what it issued still counts.
    second.leave();
    for _ in 0..3 {
        assert_eq!(pays(&demo, &new), passed());
    }
}

#[test]
fn its_words_are_translated_and_its_names_stay_its_own() {
    let Some(second) = SecondIssuer::start() else {
        return;
    };
    let map = r#"{ claim = "scope", map = { "payments.write" = "write:payments" } }"#;
    let demo = trusting(&second, &[("scopes", map)]);
    let mapped = second.token(PAYMENTS, "payments.write");
    let (status, reason, seen) = call(&demo, "payments.create", &mapped);
    assert_eq!((status, reason.as_str()), (200, ""), "{seen}");
    let text = seen.to_string();
    assert!(text.contains("acme-sso|robot"), "{text}");
    let ours_in_form = second.token(PAYMENTS, "write:payments");
    assert_eq!(
        pays(&demo, &ours_in_form),
        (403, "insufficient_scope".to_owned())
    );

    // The record names the issuer beside every name that is its.
    let reply = http()
        .post(demo.url("payments.create"))
        .body("{}")
        .bearer_auth(&mapped);
    let reply = reply.send().unwrap();
    let id = reply.headers()["x-request-id"].to_str().unwrap().to_owned();
    let told = demo.doorward(&["trace", &id]);
    let told = String::from_utf8(told.stdout).unwrap();
    let of = format!("all of issuer acme-sso ({})", second.issuer());
    assert!(
        told.contains("subject robot") && told.contains(&of),
        "{told}"
    );

    // What is contradictory is refused whole, and the old inventory serves on.
    let (applied, said) = apply(&demo, &second, &[("algorithms", "[\"HS256\"]")]);
    assert!(
        !applied && said.contains("write the asymmetric algorithm"),
        "{said}"
    );
    assert_eq!(pays(&demo, &mapped), passed());
    let shown = demo.doorward(&["inventory", "show"]);
    assert!(String::from_utf8_lossy(&shown.stdout).contains("acme-sso"));
}

/// Two issuers with keys of the same ids: each token by its own issuer's key.
#[test]
fn two_second_issuers_do_not_answer_for_each_other() {
    let (Some(mut one), Some(two)) = (SecondIssuer::start(), SecondIssuer::start()) else {
        return;
    };
    let demo = trusting(&one, &[]);
    assert_eq!(
        pays(&demo, &one.token(PAYMENTS, "write:payments")),
        passed()
    );
    let stranger = two.token(PAYMENTS, "write:payments");
    assert_eq!(pays(&demo, &stranger), refused("token_issuer"));
    // The key `a` of the one, in the name of the other: which is trusted now,
    // and the first is not.
    let (applied, said) = apply(&demo, &two, &[]);
    assert!(applied, "{said}");
    assert_eq!(pays(&demo, &stranger), passed());
    let forged = one.signed("a", "at+jwt", &claims(&two));
    assert_eq!(pays(&demo, &forged), refused("token_signature"));
    let dropped = one.token(PAYMENTS, "write:payments");
    assert_eq!(pays(&demo, &dropped), refused("token_issuer"));
}
