//! A person logs in, allows a client, and the client gets tokens: whole
//! requests, from the authorization endpoint to the refresh of a token.

use std::sync::Arc;

use authority::account::{Account, AccountRequest, create};
use authority::accountability::{CredentialRequest, Facts};
use authority::client::{self, ClientRequest};
use authority::grant::{Grant, id_of, withdraw};
use authority::session::end_all;
use authority::token_family::TokenFamily;
use authority::versioned::Lookup;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use base::{Clock as _, Lifetime, Secret, SeededEntropy};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jose::Algorithm;
use password::PasswordPool;
use serde_json::Value;
use store::{Read as _, Store as _, record, records};

use crate::browser::{Browser, Page, borrowed};
use crate::house::{World, origin, world};

const REDIRECT: &str = "https://app.example.com/cb";
/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const PASSWORD: &str = "correct horse battery";

pub(crate) struct Stage {
    pub(crate) world: World,
    client: String,
    secret: Option<String>,
    pub(crate) account: Account,
}

pub(crate) async fn stage(client_type: &str) -> Stage {
    let world = world(Algorithm::Es256, "").await;
    let now = world.clock.now();
    let entropy = &mut SeededEntropy::new(40);
    let version = world.store.inventory().await.unwrap().unwrap();
    let request = ClientRequest {
        credential: CredentialRequest {
            organisation: Some("acme".into()),
            owner: Some("acme-it".into()),
            purpose: Some("people".into()),
            revoker: Some("oncall".into()),
            scopes: vec!["read:profile".into()],
            audiences: vec!["https://api.example.com/people".into()],
            expires_in: Some("30d".into()),
        },
        client_type: Some(client_type.into()),
        name: Some("Acme <b>People</b>".into()),
        redirect_uris: vec![REDIRECT.into()],
        post_logout_redirect_uris: Vec::new(),
    };
    let facts = Facts {
        environment: &world.environment,
        inventory: &version.inventory,
        digest_key: &world.digest_key,
    };
    let client = client::create(&request, &origin(), facts, now, entropy).unwrap();
    world.store.commit(client.writes).await.unwrap();
    let hash = PasswordPool::new()
        .hash(Secret::new(PASSWORD.into()))
        .await
        .unwrap();
    let request = AccountRequest {
        organisation: Some("acme".into()),
        login_name: Some("alice".into()),
        display_name: Some("Alice Doe".into()),
        email: Some("alice@example.com".into()),
    };
    let account = create(&request, Some(hash), &origin(), now, entropy).unwrap();
    world.store.commit(account.writes).await.unwrap();
    world.catch_up().await;
    Stage {
        client: client.outcome.client.id.to_string(),
        secret: client
            .outcome
            .secret
            .map(|secret| secret.expose().to_owned()),
        account: account.outcome,
        world,
    }
}

impl Stage {
    pub(crate) fn path(&self, more: &str) -> String {
        format!(
            "/oauth2/authorize?response_type=code&client_id={}&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb\
             &scope=openid%20read%3Aprofile&state=a%20b%26c&nonce=n-1&code_challenge={CHALLENGE}\
             &code_challenge_method=S256{more}",
            self.client
        )
    }

    /// Through login and consent to the code.
    pub(crate) async fn code(&self, browser: &mut Browser) -> String {
        let login = browser.open(&self.world, &self.path("")).await;
        let mut answer = browser.log_in(&self.world, &login, "alice", PASSWORD).await;
        // Asked once, and not again.
        if answer.html.contains("consent-form") {
            answer = browser.consent(&self.world, &answer, "allow").await;
        }
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
        answer.answer()["code"].clone()
    }

    async fn token(&self, fields: &[(&str, &str)]) -> (StatusCode, Value) {
        self.post("/oauth2/token", fields).await
    }

    /// A form to `path`, as the client.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> (StatusCode, Value) {
        let mut all = fields.to_vec();
        all.push(("client_id", &self.client));
        if let Some(secret) = &self.secret {
            all.push(("client_secret", secret));
        }
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(authority::form::write(all)))
            .unwrap();
        let (response, body) = self.world.send(request).await;
        assert_eq!(response.headers()["cache-control"], "no-store");
        (response.status(), body)
    }

    pub(crate) async fn redeem(&self, code: &str) -> (StatusCode, Value) {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ])
        .await
    }

    pub(crate) async fn refresh(&self, token: &Value) -> (StatusCode, Value) {
        let token = token["refresh_token"].as_str().unwrap();
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
            .await
    }

    async fn families(&self) -> Vec<TokenFamily> {
        let found_by = (Lookup::Account, self.account.id.as_str());
        records(self.world.store.as_ref(), found_by, None, 99)
            .await
            .unwrap()
    }

    pub(crate) async fn account(&self) -> Account {
        let id = self.account.id.as_str();
        record(self.world.store.as_ref(), id)
            .await
            .unwrap()
            .unwrap()
    }
}

pub(crate) fn claims(token: &Value) -> Value {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

fn is_invalid_grant((status, body): &(StatusCode, Value)) -> bool {
    *status == StatusCode::BAD_REQUEST && body["error"] == "invalid_grant"
}

#[tokio::test]
async fn from_login_over_consent_to_tokens_and_their_successors() {
    for client_type in ["web", "browser", "native"] {
        let stage = stage(client_type).await;
        let browser = &mut Browser::default();
        let login = browser.open(&stage.world, &stage.path("")).await;
        assert_eq!(login.status, StatusCode::OK);
        assert!(login.html.contains("id=\"login-form\"") && !login.html.contains("<b>People"));
        let consent = browser
            .log_in(&stage.world, &login, "Alice", PASSWORD)
            .await;
        assert!(
            consent.html.contains("id=\"consent-form\""),
            "{}",
            consent.html
        );
        for shown in [
            "app.example.com",
            "read:profile",
            "See profile, at people",
            "alice",
        ] {
            assert!(consent.html.contains(shown), "{shown}");
        }
        let answer = browser.consent(&stage.world, &consent, "allow").await;
        assert!(
            answer
                .location()
                .starts_with("https://app.example.com/cb?code=dwc_test_")
        );
        let fields = answer.answer();
        // RFC 9207 section 2, RFC 6749 section 4.1.2.
        assert_eq!(fields["iss"], "https://login.example.com");
        assert_eq!(fields["state"], "a b&c");
        assert_eq!(fields.len(), 3);

        let (status, tokens) = stage.redeem(&fields["code"]).await;
        assert_eq!(status, StatusCode::OK, "{tokens}");
        assert_eq!(tokens["scope"], "openid read:profile");
        let access = claims(&tokens["access_token"]);
        assert_eq!(access["sub"], stage.account.id.as_str());
        assert_eq!(access["client_id"], stage.client.as_str());
        assert_eq!(
            access["aud"],
            serde_json::json!([
                "https://api.example.com/people",
                "https://login.example.com"
            ])
        );
        let identity = claims(&tokens["id_token"]);
        assert_eq!(identity["aud"], stage.client.as_str());
        assert_eq!(identity["nonce"], "n-1");
        assert_eq!(identity["sub"], access["sub"]);
        assert_eq!(identity["at_hash"].as_str().unwrap().len(), 22);
        assert_eq!(access["fam"], stage.families().await[0].id.as_str());

        // The second time nobody is asked anything.
        let again = browser
            .open(&stage.world, &stage.path("&prompt=none"))
            .await;
        assert!(again.answer().contains_key("code"), "{}", again.html);

        let (status, second) = stage.refresh(&tokens).await;
        assert_eq!(status, StatusCode::OK, "{second}");
        assert_ne!(second["refresh_token"], tokens["refresh_token"]);
        assert_eq!(
            claims(&second["id_token"])["auth_time"],
            identity["auth_time"]
        );
        let (_, retried) = stage.refresh(&tokens).await;
        assert_eq!(
            retried["refresh_token"], second["refresh_token"],
            "an honest retry"
        );
        let (status, third) = stage.refresh(&second).await;
        assert_eq!(status, StatusCode::OK, "{third}");
        // RFC 9700 section 4.14.2: the grandparent comes again, so all of it ends.
        assert!(is_invalid_grant(&stage.refresh(&tokens).await));
        assert!(is_invalid_grant(&stage.refresh(&third).await));
        let family = access["fam"].as_str().unwrap().to_owned();
        let target = snapshot::CutoffTarget::Family(family);
        let snapshot = stage.world.store.snapshot().await.unwrap();
        assert!(
            snapshot.cutoff(&target).is_some(),
            "the gates refuse its access tokens"
        );
    }
}

#[tokio::test]
async fn rfc6749_10_5_a_code_works_once_and_a_second_use_ends_what_the_first_got() {
    let stage = stage("web").await;
    let code = stage.code(&mut Browser::default()).await;
    let (status, tokens) = stage.redeem(&code).await;
    assert_eq!(status, StatusCode::OK);
    stage.world.clock.advance(Lifetime::from_secs(30));
    assert!(is_invalid_grant(&stage.redeem(&code).await));
    assert!(is_invalid_grant(&stage.refresh(&tokens).await));
    assert!(stage.families().await[0].ended.is_some());
}

#[tokio::test]
async fn rfc7636_7_a_failed_proof_burns_the_code() {
    let stage = stage("browser").await;
    let wrong: [&[(&str, &str)]; 5] = [
        &[("code_verifier", CHALLENGE)],
        &[],
        &[("code_verifier", "short")],
        &[
            ("code_verifier", VERIFIER),
            ("redirect_uri", "https://app.example.com/cb2"),
        ],
        &[("code_verifier", "")],
    ];
    for proof in wrong {
        let code = stage.code(&mut Browser::default()).await;
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
        ];
        fields.extend(proof);
        assert!(is_invalid_grant(&stage.token(&fields).await), "{proof:?}");
        assert!(
            is_invalid_grant(&stage.redeem(&code).await),
            "burned by {proof:?}"
        );
        let answer = stage.world.store_text().await;
        assert!(!answer.contains(&code), "the audit has no code");
    }
    let late = stage.code(&mut Browser::default()).await;
    stage.world.clock.advance(Lifetime::from_secs(60));
    assert!(is_invalid_grant(&stage.redeem(&late).await));
}

#[tokio::test]
async fn a_refresh_ends_with_what_it_stands_on() {
    for ending in ["withdrawn", "everywhere", "client", "idle"] {
        let stage = stage("native").await;
        let code = stage.code(&mut Browser::default()).await;
        let (_, tokens) = stage.redeem(&code).await;
        let now = stage.world.clock.now();
        let store = stage.world.store.as_ref();
        let writes = match ending {
            "withdrawn" => {
                let client = store.client(&stage.client).await.unwrap().unwrap();
                let id = id_of(&stage.account.id, &client.id);
                let grant: Grant = record(store, &id).await.unwrap().unwrap();
                let families = stage.families().await;
                withdraw(&grant, &families, "no more", &origin(), now)
                    .unwrap()
                    .writes
            }
            "everywhere" => end_all(&stage.account().await, &origin(), now).writes,
            "client" => {
                let client = store.client(&stage.client).await.unwrap().unwrap();
                client::revoke(&client, "leaked", &origin(), now)
                    .unwrap()
                    .writes
            }
            _ => {
                stage.world.clock.advance(Lifetime::from_secs(3 * 86_400));
                authority::Writes::default()
            }
        };
        store.commit(writes).await.unwrap();
        let (status, body) = stage.refresh(&tokens).await;
        let expected = match ending {
            "client" => (StatusCode::UNAUTHORIZED, "invalid_client"),
            _ => (StatusCode::BAD_REQUEST, "invalid_grant"),
        };
        assert_eq!(
            (status, body["error"].as_str().unwrap()),
            expected,
            "{ending}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_one_gets_a_successor_and_nobody_two() {
    let stage = Arc::new(stage("browser").await);
    let code = stage.code(&mut Browser::default()).await;
    let redeemed = together(&stage, move |stage| {
        let code = code.clone();
        async move { stage.redeem(&code).await }
    })
    .await;
    let won: Vec<_> = redeemed
        .iter()
        .filter(|(status, _)| status.is_success())
        .collect();
    assert_eq!(won.len(), 1, "a code is redeemed once");

    let code = stage.code(&mut Browser::default()).await;
    let (_, tokens) = stage.redeem(&code).await;
    let refreshed = together(&stage, move |stage| {
        let tokens = tokens.clone();
        async move { stage.refresh(&tokens).await }
    })
    .await;
    let successors: std::collections::BTreeSet<String> = refreshed
        .iter()
        .filter_map(|(_, body)| body["refresh_token"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(successors.len(), 1, "byte for byte the same");
    assert!(
        refreshed
            .iter()
            .all(|answer| answer.0.is_success() || is_invalid_grant(answer))
    );
}

/// Sixteen that wait at a barrier until the last one is there.
async fn together<F>(stage: &Arc<Stage>, ask: impl Fn(Arc<Stage>) -> F) -> Vec<(StatusCode, Value)>
where
    F: Future<Output = (StatusCode, Value)> + Send + 'static,
{
    let barrier = Arc::new(tokio::sync::Barrier::new(16));
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (barrier, asking) = (Arc::clone(&barrier), ask(Arc::clone(stage)));
        racers.spawn(async move {
            barrier.wait().await;
            asking.await
        });
    }
    racers.join_all().await
}

#[tokio::test]
async fn rfc9700_4_7_a_form_from_elsewhere_does_nothing() {
    let stage = stage("web").await;
    let browser = &mut Browser::default();
    let login = browser.open(&stage.world, &stage.path("")).await;
    let mut fields = login.fields();
    fields.insert("login_name".into(), "alice".into());
    fields.insert("password".into(), PASSWORD.into());
    let without = |name: &str| {
        let mut fewer = fields.clone();
        fewer.remove(name);
        fewer
    };
    let mut other = Browser::default();
    other.open(&stage.world, &stage.path("")).await;
    for (who, form) in [
        (&mut Browser::default(), fields.clone()),
        (&mut other, fields.clone()),
        (&mut browser.clone(), without("token")),
        (&mut browser.clone(), without("interaction")),
    ] {
        let page = who.post(&stage.world, "/login", &borrowed(&form)).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.html);
        assert!(!who.cookies.keys().any(|name| name.ends_with("-session")));
    }
    for (header, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let request = Request::post("/login")
            .header("content-type", "application/x-www-form-urlencoded")
            .header(header, value);
        let body = authority::form::write(borrowed(&fields));
        let page = browser.clone().send(&stage.world, request, body).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{header}: {value}");
    }
    // And the same form, from where it was given, works.
    let consent = browser
        .submit(&stage.world, "/login", &borrowed(&fields))
        .await;
    assert!(consent.html.contains("consent-form"));
}

#[tokio::test]
async fn a_login_begins_another_session_and_a_wrong_one_none() {
    let stage = stage("web").await;
    let browser = &mut Browser::default();
    let login = browser.open(&stage.world, &stage.path("")).await;
    for (name, password) in [
        ("alice", "wrong horse battery"),
        ("nobody", PASSWORD),
        ("", ""),
        ("alice\u{131}", PASSWORD),
        ("alice", &format!("{PASSWORD}{}", "x".repeat(2000))),
    ] {
        let page = browser.log_in(&stage.world, &login, name, password).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.html.contains("The name or the password is wrong"));
        assert!(!page.html.contains(password) || password.is_empty());
    }
    browser
        .log_in(&stage.world, &login, "alice", PASSWORD)
        .await;
    let first = browser.clone();
    // OpenID Connect Core section 3.1.2.1: prompt=login asks once, and goes on after it.
    let again = browser
        .open(&stage.world, &stage.path("&prompt=login"))
        .await;
    assert!(again.html.contains("Log in again"));
    let consent = browser
        .log_in(&stage.world, &again, "alice", PASSWORD)
        .await;
    assert!(consent.html.contains("consent-form"), "{}", consent.html);
    assert_ne!(first.cookies, browser.cookies, "the cookie is another one");
    let old: Page = first.clone().open(&stage.world, &stage.path("")).await;
    assert!(
        old.html.contains("login-form"),
        "and the one before is dead"
    );
}

#[tokio::test]
async fn one_name_is_tried_ten_times_a_minute_in_all_its_spellings() {
    let stage = stage("web").await;
    let browser = &mut Browser::default();
    let login = browser.open(&stage.world, &stage.path("")).await;
    for name in ["alice", "Alice", "ALICE", "aLice", "alice"]
        .iter()
        .cycle()
        .take(10)
    {
        let page = browser
            .log_in(&stage.world, &login, name, "wrong horse battery")
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
    }
    // Also not with the right one: who guesses learns nothing from the answer.
    let page = browser
        .log_in(&stage.world, &login, "alice", PASSWORD)
        .await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(page.headers["retry-after"], "60");
    let other = browser.log_in(&stage.world, &login, "bob", PASSWORD).await;
    assert_eq!(
        other.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "another name"
    );
    stage.world.clock.advance(Lifetime::from_secs(60));
    let guest = browser.clone();
    let page = browser
        .log_in(&stage.world, &login, "alice", PASSWORD)
        .await;
    assert!(page.html.contains("consent-form"), "{}", page.html);
    // An address has more tries than a name, and not without end.
    let mut refused = 0;
    for number in 0..40 {
        let name = format!("nobody-{number}");
        let page = guest
            .clone()
            .log_in(&stage.world, &login, &name, PASSWORD)
            .await;
        refused += usize::from(page.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused >= 10, "{refused}");
}

#[tokio::test]
async fn rfc9700_4_16_every_page_has_its_headers() {
    let stage = stage("web").await;
    let browser = &mut Browser::default();
    let login = browser.open(&stage.world, &stage.path("")).await;
    let consent = browser
        .log_in(&stage.world, &login, "alice", PASSWORD)
        .await;
    let error = browser
        .open(&stage.world, "/oauth2/authorize?client_id=x")
        .await;
    let form_post = browser
        .open(
            &stage.world,
            &stage.path("&prompt=none&response_mode=form_post"),
        )
        .await;
    assert!(
        form_post
            .html
            .contains("name=\"error\" value=\"consent_required\""),
        "{}",
        form_post.html
    );
    for page in [&login, &consent, &error, &form_post] {
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(page.headers["x-frame-options"], "DENY");
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
        assert_eq!(page.headers["cache-control"], "no-store");
        assert!(!page.html.contains("<script>") && !page.html.contains("style="));
        assert!(!page.html.contains("http-equiv") && !page.html.contains("//fonts"));
    }
    assert!(error.headers.get("location").is_none());
}
