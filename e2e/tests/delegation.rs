//! What a person lets an application do, from the login to the end of it: over
//! the real demo, with its own commands, in a browser without scripts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    missing_docs,
    reason = "a test may fail loudly"
)]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use e2e::browser::{Browser, Page};
use e2e::{Demo, http};
use serde_json::Value;

/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A client of the demo, with the redirect URI that it has today.
struct App<'a> {
    demo: &'a Demo,
    id: String,
    redirect_uri: String,
}

impl<'a> App<'a> {
    fn new(demo: &'a Demo, name: &str) -> Self {
        Self {
            demo,
            id: demo.text(&format!("/{name}/id")).to_owned(),
            redirect_uri: demo.text(&format!("/{name}/redirect_uri")).to_owned(),
        }
    }

    fn authorize_url(&self) -> String {
        let mut url = reqwest::Url::parse(self.demo.text("/issuer")).unwrap();
        url.set_path("/oauth2/authorize");
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &self.id),
            ("redirect_uri", &self.redirect_uri),
            ("scope", "openid read:user_profile"),
            ("state", "a b&c"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        url.into()
    }

    /// Through login and consent to the code.
    fn code(&self, browser: &mut Browser) -> String {
        let demo = self.demo;
        let login = browser.open(&self.authorize_url());
        let typed = [
            ("login_name", demo.text("/user/name")),
            ("password", demo.text("/user/password")),
        ];
        let mut answer = browser.submit(&login, "/login", &typed);
        // Asked once, and not again.
        if answer.text.contains("consent-form") {
            assert!(answer.text.contains("read:user_profile"), "{}", answer.text);
            answer = browser.submit(&answer, "/consent", &[("decision", "allow")]);
        }
        self.code_of(&answer)
    }

    fn code_of(&self, answer: &Page) -> String {
        let location = answer
            .location
            .as_ref()
            .unwrap_or_else(|| panic!("{answer:?}"));
        assert!(
            location.as_str().starts_with(&self.redirect_uri),
            "{location}"
        );
        let field = |name: &str| {
            let found = location.query_pairs().find(|(found, _)| found == name);
            found
                .unwrap_or_else(|| panic!("{name}: {location}"))
                .1
                .into_owned()
        };
        assert_eq!(field("state"), "a b&c");
        assert_eq!(field("iss"), self.demo.text("/issuer"));
        field("code")
    }

    fn token(&self, fields: &[(&str, &str)]) -> (u16, Value) {
        let mut all = fields.to_vec();
        all.push(("client_id", &self.id));
        let url = format!("{}/oauth2/token", self.demo.text("/issuer"));
        let answer = http().post(url).form(&all).send().unwrap();
        (answer.status().as_u16(), answer.json().unwrap())
    }

    fn tokens(&self, browser: &mut Browser) -> Value {
        let code = self.code(browser);
        let (status, tokens) = self.token(&[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", VERIFIER),
        ]);
        assert_eq!(status, 200, "{tokens}");
        tokens
    }

    fn refresh(&self, tokens: &Value) -> (u16, Value) {
        let token = tokens["refresh_token"].as_str().unwrap();
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
    }

    /// What the gate says to the access token.
    fn profile(&self, tokens: &Value) -> (u16, Value) {
        let token = tokens["access_token"].as_str().unwrap();
        let url = self.demo.url("profile.read");
        let answer = http().get(url).bearer_auth(token).send().unwrap();
        (answer.status().as_u16(), answer.json().unwrap())
    }
}

fn subject(tokens: &Value) -> String {
    let token = tokens["access_token"].as_str().unwrap();
    let payload = token.split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    claims["sub"].as_str().unwrap().to_owned()
}

fn is_invalid_grant((status, body): &(u16, Value)) -> bool {
    *status == 400 && body["error"] == "invalid_grant"
}

fn done(demo: &Demo, arguments: &[&str]) -> Value {
    let output = demo.doorward(arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn what_a_person_granted_reaches_the_api_until_an_operator_logs_them_out() {
    for client in ["public_client", "mobile_client"] {
        let demo = Demo::start();
        let app = App::new(&demo, client);
        let browser = &mut Browser::default();
        let tokens = app.tokens(browser);
        let (status, profile) = app.profile(&tokens);
        assert_eq!(status, 200, "{profile}");
        assert_eq!(profile["caller"]["credential_came_through"], false);
        let (status, newer) = app.refresh(&tokens);
        assert_eq!(status, 200, "{newer}");
        assert_eq!(app.profile(&newer).0, 200);

        let told = done(&demo, &["user", "log-out", "alice", "--json"]);
        assert_eq!(told["id"], subject(&newer));
        assert!(told["in_force"]["revision"].is_u64(), "{told}");
        for tokens in [&tokens, &newer] {
            let (status, problem) = app.profile(tokens);
            assert_eq!(status, 401, "the next request is refused: {problem}");
        }
        assert!(is_invalid_grant(&app.refresh(&newer)));
        // The session has ended too: the same browser is asked again.
        let page = browser.open(&app.authorize_url());
        assert!(page.text.contains("login-form"), "{page:?}");
    }
}

/// RFC 8252 section 7.3: an app gets its port when it starts.
#[test]
fn the_mobile_client_comes_back_at_any_port() {
    let demo = Demo::start();
    let mut app = App::new(&demo, "mobile_client");
    app.redirect_uri = "http://127.0.0.1:51004/callback".to_owned();
    let tokens = app.tokens(&mut Browser::default());
    assert_eq!(app.profile(&tokens).0, 200);
}

/// The page that a newcomer comes back to has the code, and no answer that is
/// not one of the request in the card.
#[test]
fn the_callback_page_takes_no_answer_that_nobody_asked_for() {
    let demo = Demo::start();
    let app = App::new(&demo, "public_client");
    for query in [
        "",
        "?code=canary&state=canary",
        "?error=%3Cb%3Ecanary%3C%2Fb%3E",
    ] {
        let answer = http()
            .get(format!("{}{query}", app.redirect_uri))
            .send()
            .unwrap();
        assert_eq!(answer.status(), 400, "{query}");
        assert_eq!(
            answer.headers()["content-type"],
            "text/plain; charset=utf-8"
        );
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        assert!(!answer.text().unwrap().contains("canary"), "{query}");
    }
}

/// The life of an account by commands, as a real person and application see it.
#[test]
fn an_account_lives_by_commands() {
    let demo = Demo::start();
    let app = App::new(&demo, "public_client");
    let log_in = |name: &str, password: &str| -> bool {
        let browser = &mut Browser::default();
        let login = browser.open(&app.authorize_url());
        let typed = [("login_name", name), ("password", password)];
        let answer = browser.submit(&login, "/login", &typed);
        answer.text.contains("consent-form") || answer.location.is_some()
    };
    let all = [
        "user",
        "create",
        "bob",
        "--organisation",
        "acme",
        "--generate-password",
        "--json",
    ];
    let bob = done(&demo, &all);
    let first = bob["password"].as_str().unwrap();
    assert!(log_in("bob", first) && !log_in("bob", "canary canary"));

    let list = done(&demo, &["user", "list", "--json"]);
    let names: Vec<_> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["login_name"])
        .collect();
    assert_eq!(names.len(), 2, "{list}");
    let shown = done(&demo, &["user", "show", "bob", "--json"]);
    assert!(
        shown.get("password").is_none() && shown["has_password"] == true,
        "{shown}"
    );
    assert_eq!(
        done(
            &demo,
            &[
                "user",
                "show",
                "--id",
                bob["id"].as_str().unwrap(),
                "--json"
            ]
        ),
        shown
    );

    let second = "canary by standard input";
    let output =
        demo.doorward_reading(&["user", "set-password", "bob", "--password-stdin"], second);
    assert!(output.status.success(), "{output:?}");
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(!told.contains("canary"), "{told}");
    assert!(log_in("bob", second) && !log_in("bob", first));

    done(
        &demo,
        &["user", "disable", "bob", "--reason", "left", "--json"],
    );
    assert!(!log_in("bob", second));
    done(&demo, &["user", "enable", "bob", "--json"]);
    assert!(log_in("bob", second));

    for (arguments, input) in [
        (
            ["user", "set-password", "bob", "--password-stdin"],
            "canary\n",
        ),
        (["user", "set-password", "bob", "--password-stdin"], ""),
        (
            ["user", "set-password", "nobody", "--password-stdin"],
            "canary canary",
        ),
        (["user", "set-password", "bob", "--json"], "canary canary"),
    ] {
        let output = demo.doorward_reading(&arguments, input);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let told = format!("{output:?}");
        assert!(!told.contains("canary"), "{told}");
    }
    let output = demo.doorward(&["user", "create", "--no-password", "--json"]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(
        told.contains("/organisation") && told.contains("/login_name"),
        "{told}"
    );
    let audit = demo.doorward(&["audit", "tail", "-n", "200", "--json"]);
    let audit = String::from_utf8(audit.stdout).unwrap();
    assert!(
        audit.contains("account_disabled") && !audit.contains("canary"),
        "{audit}"
    );
}
