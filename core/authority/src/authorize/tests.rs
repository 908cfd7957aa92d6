//! The table's rules, each refusal between two requests that pass.

mod destination;
mod login;
mod request;

use base::{Lifetime, SeededEntropy, Timestamp};
use boundary::Inventory;
use credential::{DigestKey, DigestKeys, Environment, EnvironmentClass};
use snapshot::IssuerUrl;

use super::*;
use crate::Plan;
use crate::account::{self, Account, AccountRequest};
use crate::accountability::{self, CredentialRequest};
use crate::audit::{Action, Actor, Origin};
use crate::client::{self, Client, ClientRequest};
use crate::grant::{self, Grant, GrantedScopes};
use crate::session::{self, AuthenticationMethod, Session};

const INVENTORY: &str = r#"
[api.people]
audience = "https://api.example.com/people"
upstream = "http://127.0.0.1:9000"
owner = "team-people"
surface = "people"
revoker = "people-oncall"

[[api.people.endpoint]]
id = "profile.read"
match = "GET /v1/profile"
caller = "browser"
authority = "delegated"
data = "user"
exposure = "public"
consequence = "read"
scopes = ["read:profile"]

[[api.people.endpoint]]
id = "profile.write"
match = "PUT /v1/profile"
caller = "browser"
authority = "delegated"
data = "user"
exposure = "public"
consequence = "write"
scopes = ["write:profile"]

[api.orders]
audience = "https://api.example.com/orders"
upstream = "http://127.0.0.1:9000"
owner = "team-orders"
surface = "orders"
revoker = "orders-oncall"

[[api.orders.endpoint]]
id = "orders.read"
match = "GET /v1/orders"
caller = "browser"
authority = "delegated"
data = "user"
exposure = "public"
consequence = "read"
scopes = ["read:orders"]
"#;

pub(crate) const REDIRECT: &str = "https://app.test/cb";
/// RFC 7636 appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub(crate) const PEOPLE: &str = "https://api.example.com/people";
const ISSUER: &str = "https://login.example.com";

pub(crate) fn origin() -> Origin {
    Origin {
        request_id: "r1".parse().unwrap(),
        actor: Actor::Unknown,
        environment: "production".parse().unwrap(),
    }
}

/// Alice at a browser, a client, and what she has granted to it.
pub(crate) struct World {
    pub(crate) environment: Environment,
    pub(crate) issuer: IssuerUrl,
    pub(crate) inventory: Inventory,
    pub(crate) digest_keys: DigestKeys,
    pub(crate) client: Client,
    pub(crate) secret: Option<base::Secret>,
    pub(crate) owner_is_disabled: bool,
    pub(crate) account: Account,
    pub(crate) session: Option<Session>,
    pub(crate) grant: Option<Grant>,
    pub(crate) now: Timestamp,
}

impl World {
    /// A web client, Alice logged in, and everything that it asks for granted.
    pub(crate) fn new() -> Self {
        Self::with("web", &[REDIRECT])
    }

    pub(crate) fn with(client_type: &str, redirect_uris: &[&str]) -> Self {
        let now = Timestamp::from_unix_seconds(1_800_000_000).unwrap();
        let environment = Environment {
            name: "production".parse().unwrap(),
            class: EnvironmentClass::Production,
        };
        let reading = Inventory::parse(INVENTORY, &environment, now);
        let inventory = reading
            .inventory
            .unwrap_or_else(|| panic!("{:#?}", reading.findings));
        let digest_keys = DigestKeys::only(DigestKey::new([3; 32]));
        let entropy = &mut SeededEntropy::new(5);
        let (client, secret) = a_client(
            (client_type, redirect_uris),
            (&environment, &inventory, digest_keys.current()),
            now,
            entropy,
        );
        let request = AccountRequest {
            organisation: Some("acme".into()),
            login_name: Some("alice".into()),
            display_name: Some("Alice Doe".into()),
            email: Some("alice@example.com".into()),
        };
        let account = account::create(&request, None, &origin(), now, entropy)
            .unwrap()
            .outcome;
        let mut world = Self {
            issuer: ISSUER.parse().unwrap(),
            environment,
            inventory,
            digest_keys,
            client,
            secret,
            owner_is_disabled: false,
            account,
            session: None,
            grant: None,
            now,
        };
        world.log_in();
        world.grant = Some(world.given("openid read:profile"));
        world
    }

    /// Another client of the same kind.
    pub(crate) fn another_client(&self, client_type: &str) -> (Client, Option<base::Secret>) {
        a_client(
            (client_type, &[REDIRECT]),
            (
                &self.environment,
                &self.inventory,
                self.digest_keys.current(),
            ),
            self.now,
            &mut SeededEntropy::new(91),
        )
    }

    /// A login of Alice, now.
    pub(crate) fn log_in(&mut self) {
        let login = session::Login {
            account: &self.account,
            methods: &[AuthenticationMethod::Password],
            user_agent: None,
            before: None,
        };
        let keys = (&self.environment, self.digest_keys.current());
        let entropy = &mut SeededEntropy::new(self.now.unix_micros().unsigned_abs());
        let begun = session::begin(login, keys, &origin(), self.now, entropy);
        self.session = Some(begun.outcome.session);
    }

    /// Another login: the session from before is not this one.
    pub(crate) fn log_in_elsewhere(&mut self) {
        let now = self.now;
        self.wait(1);
        self.log_in();
        self.now = now;
    }

    pub(crate) fn given(&self, scopes: &str) -> Grant {
        let scopes = GrantedScopes::parse(scopes).unwrap();
        let (account, client) = (&self.account, &self.client);
        grant::give(account, client, &scopes, None, &origin(), self.now).outcome
    }

    pub(crate) fn wait(&mut self, seconds: u64) {
        self.now = self.now.after(Lifetime::from_secs(seconds));
    }

    /// The request that passes, with some of its parameters replaced, taken
    /// away (`None`) or added.
    fn text(&self, changes: &[(&str, Option<&str>)]) -> String {
        let mut fields = vec![
            ("response_type", "code"),
            ("client_id", self.client.id.as_str()),
            ("redirect_uri", self.client.redirect_uris[0].as_str()),
            ("scope", "openid read:profile"),
            ("state", "s-1"),
            ("nonce", "n-1"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in changes {
            fields.retain(|(known, _)| known != name);
            fields.extend(value.map(|value| (*name, value)));
        }
        crate::form::write(fields)
    }

    fn ask(&self, changes: &[(&str, Option<&str>)]) -> Plan<Authorization> {
        self.ask_text(&self.text(changes), Granting::Unasked)
    }

    pub(crate) fn ask_text(&self, text: &str, granting: Granting<'_>) -> Plan<Authorization> {
        let request = match AuthorizationRequest::parse(text.as_bytes()) {
            Ok(request) => request,
            Err(refusal) => return page(refusal, &origin(), self.now),
        };
        // As a store would find it: by the id, byte for byte.
        let named = request.client_id.as_deref() == Some(self.client.id.as_str());
        let visitor = match &self.session {
            None => Visitor::Nobody,
            Some(session) => Visitor::LoggedIn {
                session,
                account: &self.account,
            },
        };
        let facts = AuthorizeFacts {
            environment: &self.environment,
            issuer: &self.issuer,
            inventory: &self.inventory,
            client: named.then_some(&self.client),
            owner_is_disabled: self.owner_is_disabled,
            visitor,
            grant: self.grant.as_ref(),
            granting,
            digest_keys: &self.digest_keys,
        };
        let entropy = &mut SeededEntropy::new(6);
        decide(&request, facts, &origin(), self.now, entropy)
    }

    /// The code of the request that passes.
    pub(crate) fn code(&self, changes: &[(&str, Option<&str>)]) -> (String, Plan<Authorization>) {
        let plan = self.ask(changes);
        let Authorization::Answer(answer) = &plan.outcome else {
            panic!("no answer: {:?}", plan.outcome);
        };
        let code = field(answer, "code").unwrap_or_else(|| panic!("{}", answer.location()));
        (code.to_owned(), plan)
    }

    /// A page of ours, and not a byte to anywhere else.
    fn page(&self, text: &str) -> PageRefusal {
        self.passes();
        let plan = self.ask_text(text, Granting::Unasked);
        self.passes();
        assert_eq!(plan.writes.audit[0].action, Action::AuthorizationRefused);
        assert!(plan.writes.effects.is_empty() && plan.writes.changes.is_empty());
        match plan.outcome {
            Authorization::Page(refusal) => {
                assert_eq!(
                    plan.writes.audit[0].rule.as_deref(),
                    Some(refusal.rule),
                    "the audit says which rule"
                );
                refusal
            }
            other => panic!("{text}: {other:?}"),
        }
    }

    /// A refusal that goes back to the client.
    fn refused(&self, changes: &[(&str, Option<&str>)]) -> Answer {
        self.passes();
        let answer = self.refused_now(&self.text(changes), Granting::Unasked);
        self.passes();
        answer
    }

    /// The same, where the request that passes would not pass either.
    fn refused_now(&self, text: &str, granting: Granting<'_>) -> Answer {
        let plan = self.ask_text(text, granting);
        assert_eq!(plan.writes.audit[0].action, Action::AuthorizationRefused);
        assert!(plan.writes.effects.is_empty() && plan.writes.changes.is_empty());
        let Authorization::Answer(answer) = plan.outcome else {
            panic!("{text}: {:?}", plan.outcome);
        };
        assert_eq!(field(&answer, "code"), None, "{text}");
        // RFC 9207 section 2, for every refusal of every test (AUT-022).
        assert_eq!(field(&answer, "iss"), Some(ISSUER), "{text}");
        answer
    }

    fn error(&self, changes: &[(&str, Option<&str>)]) -> String {
        let answer = self.refused(changes);
        field(&answer, "error").unwrap().to_owned()
    }

    fn grants(&self, changes: &[(&str, Option<&str>)]) {
        let _ = self.code(changes);
    }

    fn passes(&self) {
        self.grants(&[]);
    }
}

fn a_client(
    (client_type, redirect_uris): (&str, &[&str]),
    (environment, inventory, digest_key): (&Environment, &Inventory, &DigestKey),
    now: Timestamp,
    entropy: &mut SeededEntropy,
) -> (Client, Option<base::Secret>) {
    let strings = |items: &[&str]| items.iter().map(|&item| item.to_owned()).collect();
    let request = ClientRequest {
        credential: CredentialRequest {
            organisation: Some("acme".into()),
            owner: Some("acme-it".into()),
            purpose: Some("people".into()),
            revoker: Some("oncall".into()),
            scopes: strings(&["read:profile", "write:profile"]),
            audiences: strings(&[PEOPLE]),
            expires_in: Some("30d".into()),
        },
        client_type: Some(client_type.to_owned()),
        name: Some("Acme People".into()),
        redirect_uris: strings(redirect_uris),
        post_logout_redirect_uris: Vec::new(),
    };
    let facts = accountability::Facts {
        environment,
        inventory,
        digest_key,
    };
    let created = client::create(&request, &origin(), facts, now, entropy)
        .unwrap()
        .outcome;
    (created.client, created.secret)
}

fn field<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    let found: Vec<&str> = answer
        .response
        .fields()
        .filter(|(found, _)| *found == name)
        .map(|(_, value)| value)
        .collect();
    assert!(found.len() <= 1, "{name} is there once");
    found.first().copied()
}
