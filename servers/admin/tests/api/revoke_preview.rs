//! What a preview says is what stops: over generated inventories and
//! credentials, what the gate's own rules let pass before and refuse after a
//! revocation is compared with what was said before it.

use std::collections::BTreeSet;
use std::sync::Arc;

use access::{Decision, Judge, Request, Uncached, View, decide};
use base::{Clock as _, Timestamp};
use boundary::Inventory;
use credential::{DigestKeys, EnvironmentClass};
use http::HeaderMap;
use jose::encryption::DecryptionKeys;
use jose::{Algorithm, SigningKey, TimeLimits, TokenType};
use proptest::prelude::*;
use serde_json::{Value, json};
use snapshot::{Change, Freshness, KeyStage, PublishedKey};

use crate::house::{House, environment};

const SSO: &str = "https://login.partner.example";

/// What an endpoint may be: its facts, and who is meant by them.
const KINDS: [&str; 7] = [
    "caller = \"service\"\nauthority = \"own\"\ndata = \"own\"\nexposure = \"internal\"\nconsequence = \"read\"\n",
    "caller = \"service\"\nauthority = \"own\"\ndata = \"own\"\nexposure = \"public\"\nconsequence = \"write\"\n",
    "caller = \"partner\"\nauthority = \"own\"\ndata = \"own\"\nexposure = \"public\"\nconsequence = \"read\"\n",
    "caller = \"partner\"\nauthority = \"own\"\ndata = \"money\"\nexposure = \"public\"\nconsequence = \"write\"\n",
    "caller = \"partner\"\nauthority = \"own\"\ndata = \"money\"\nexposure = \"public\"\nconsequence = \"irreversible\"\n",
    "caller = \"mobile\"\nauthority = \"delegated\"\ndata = \"user\"\nexposure = \"public\"\nconsequence = \"read\"\n",
    "caller = \"service\"\nauthority = \"own\"\ndata = \"own\"\nexposure = \"public\"\nconsequence = \"read\"\nsender_constrained = true\n",
];

const SCOPES: [&str; 3] = ["read:one", "read:two", "write:three"];

#[derive(Debug, Clone)]
struct Plan {
    /// For each of two APIs, its endpoints: of which kind, with which scopes.
    apis: [Vec<(usize, u8)>; 2],
    /// API keys: for which API, with which scopes.
    api_keys: Vec<(usize, u8)>,
    /// Clients: for which APIs, with which scopes.
    clients: Vec<(u8, u8)>,
    /// For which APIs a trusted issuer is trusted.
    issuer: u8,
}

fn plan() -> impl Strategy<Value = Plan> {
    let endpoints = || proptest::collection::vec((0..KINDS.len(), 1..8_u8), 1..5);
    (
        [endpoints(), endpoints()],
        proptest::collection::vec((0..2_usize, 1..8_u8), 1..5),
        proptest::collection::vec((1..4_u8, 1..8_u8), 1..4),
        1..4_u8,
    )
        .prop_map(|(apis, api_keys, clients, issuer)| Plan {
            apis,
            api_keys,
            clients,
            issuer,
        })
}

fn chosen<'a>(names: &[&'a str], bits: u8) -> Vec<&'a str> {
    let is_in = |index: usize| bits >> index & 1 == 1;
    let named = names.iter().enumerate().filter(|(index, _)| is_in(*index));
    named.map(|(_, name)| *name).collect()
}

fn audience(api: &str) -> String {
    format!("https://api.example.com/{api}")
}

fn document(plan: &Plan, sso: &SigningKey) -> String {
    let mut text = String::new();
    for (api, endpoints) in ["a", "b"].iter().zip(&plan.apis) {
        text.push_str(&format!(
            "[api.{api}]\naudience = \"{}\"\nupstream = \"http://127.0.0.1:9000\"\n\
             owner = \"team-{api}\"\nsurface = \"s\"\nrevoker = \"oncall\"\nroles_from = \"issuer\"\n",
            audience(api)
        ));
        for (number, (kind, scopes)) in endpoints.iter().enumerate() {
            text.push_str(&format!(
                "[[api.{api}.endpoint]]\nid = \"{api}.{number}\"\nmatch = \"GET /{api}/{number}\"\n\
                 {}scopes = {:?}\n",
                KINDS[*kind],
                chosen(&SCOPES, *scopes)
            ));
        }
    }
    let keys = json!({ "keys": [sso.verification_key().to_jwk()] });
    let apis: Vec<String> = chosen(&["a", "b"], plan.issuer)
        .iter()
        .map(|api| format!("{api} = [\"{}\"]", audience(api)))
        .collect();
    text.push_str(&format!(
        "[[trusted_issuer]]\nname = \"partner\"\nissuer = \"{SSO}\"\nalgorithms = [\"Ed25519\"]\n\
         apis = {{ {} }}\norganisation = \"acme\"\nowner = \"team-partners\"\n\
         keys = {{ inline = '''{keys}''' }}\nscopes = {{ claim = \"scope\" }}\n",
        apis.join(", ")
    ));
    text
}

/// A credential as its holder has it: what a request to an API carries.
struct Held {
    kind: &'static str,
    id: String,
    /// By API: the headers.
    headers: Vec<(&'static str, HeaderMap)>,
}

struct Neighbourhood {
    house: House,
    held: Vec<Held>,
}

fn signing_key(id: &str) -> SigningKey {
    SigningKey::generate(Algorithm::Ed25519, id.parse().unwrap()).unwrap()
}

fn header(name: &'static str, value: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(name, value.parse().unwrap());
    headers
}

fn bearer(key: &SigningKey, claims: &Value) -> HeaderMap {
    let token = key.sign(TokenType::AccessToken, claims).unwrap();
    header("authorization", &format!("Bearer {token}"))
}

impl Neighbourhood {
    async fn of(plan: &Plan) -> Self {
        let house = House::new().await;
        let (ours, sso) = (signing_key("ours"), signing_key("sso"));
        let now = house.clock.now();
        let published = PublishedKey {
            jwk: ours.verification_key().to_jwk(),
            stage: KeyStage::Active,
            expires_at: now.after(std::time::Duration::from_secs(86_400)),
            since: None,
        };
        let changes = vec![Change::KeysPublished {
            keys: vec![published],
        }];
        let writes = authority::Writes {
            changes,
            ..authority::Writes::default()
        };
        house.store.commit(writes).await.unwrap();
        let reply = house
            .post_toml("/admin/v1/inventory/apply", &document(plan, &sso))
            .await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let mut neighbourhood = Self {
            house,
            held: Vec::new(),
        };
        for (api, scopes) in &plan.api_keys {
            neighbourhood
                .api_key(["a", "b"][*api], &chosen(&SCOPES, *scopes))
                .await;
        }
        for (apis, scopes) in &plan.clients {
            let apis = chosen(&["a", "b"], *apis);
            neighbourhood
                .client(&ours, &apis, &chosen(&SCOPES, *scopes))
                .await;
        }
        let apis = chosen(&["a", "b"], plan.issuer);
        // On its client's own authority, and on an end-user's.
        let headers = apis.iter().flat_map(|api| {
            ["robot", "alice"]
                .map(|subject| (*api, bearer(&sso, &foreign_claims(api, subject, now))))
        });
        neighbourhood.held.push(Held {
            kind: "trusted_issuer",
            id: "partner".to_owned(),
            headers: headers.collect(),
        });
        neighbourhood
    }

    /// Creates one, unless the inventory has no use for it.
    async fn create(&self, path: &str, apis: &[&str], scopes: &[&str]) -> Option<Value> {
        let audiences: Vec<String> = apis.iter().map(|api| audience(api)).collect();
        let body = json!({
            "organisation": "acme", "owner": "team-x", "purpose": "p", "revoker": "oncall",
            "scopes": scopes, "audiences": audiences, "expires_in": "1d",
        });
        let reply = self.house.post_json(path, &body).await;
        (reply.status == 201).then(|| reply.json())
    }

    async fn api_key(&mut self, api: &'static str, scopes: &[&str]) {
        let Some(created) = self.create("/admin/v1/api_key", &[api], scopes).await else {
            return;
        };
        let secret = header("x-api-key", created["secret"].as_str().unwrap());
        self.held.push(Held {
            kind: "api_key",
            id: created["id"].as_str().unwrap().to_owned(),
            headers: vec![("a", secret.clone()), ("b", secret)],
        });
    }

    async fn client(&mut self, key: &SigningKey, apis: &[&'static str], scopes: &[&str]) {
        let Some(created) = self.create("/admin/v1/client", apis, scopes).await else {
            return;
        };
        let id = created["client_id"].as_str().unwrap().to_owned();
        let now = self.house.clock.now().unix_seconds();
        let claims = |api: &str| {
            json!({
                "iss": "http://127.0.0.1:1", "sub": id, "client_id": id, "aud": audience(api),
                "iat": now, "nbf": now, "exp": now + 600, "jti": format!("{id}{api}"),
                "scope": scopes.join(" "), "org": "acme", "sv": 1,
            })
        };
        let headers = apis.iter().map(|api| (*api, bearer(key, &claims(api))));
        let headers = headers.collect();
        let kind = "client";
        self.held.push(Held { kind, id, headers });
    }

    /// What passes now: each credential with each endpoint that it opens.
    async fn passing(&self) -> BTreeSet<(String, String)> {
        let snapshot = self.house.store.snapshot().await.unwrap();
        let inventory = Arc::clone(&snapshot.inventory().inventory);
        let view = View::new(Arc::new(snapshot));
        let now = self.house.clock.now();
        let mut passing = BTreeSet::new();
        for held in &self.held {
            for (api, headers) in &held.headers {
                for endpoint in opened(&inventory, api, &view, headers, &self.house, now) {
                    passing.insert((held.id.clone(), endpoint));
                }
            }
        }
        passing
    }
}

fn foreign_claims(api: &str, subject: &str, now: Timestamp) -> Value {
    let now = now.unix_seconds();
    json!({
        "iss": SSO, "sub": subject, "client_id": "robot", "aud": audience(api),
        "iat": now, "exp": now + 600, "jti": "t1", "scope": SCOPES.join(" "),
    })
}

/// The endpoints of an API that a request with these headers opens.
fn opened(
    inventory: &Inventory,
    api: &str,
    view: &View,
    headers: &HeaderMap,
    house: &House,
    now: Timestamp,
) -> Vec<String> {
    let digest_keys: DigestKeys = house.digest_key.clone().into();
    let decryption_keys = DecryptionKeys::default();
    let judge = Judge {
        view,
        facts: &Uncached,
        decryption_keys: &decryption_keys,
        digest_keys: &digest_keys,
        freshness: Freshness { confirmed_at: now },
        time_limits: TimeLimits::default(),
    };
    let endpoints = inventory
        .endpoints()
        .filter(|(one, _)| one.name.as_str() == api);
    endpoints
        .filter(|(_, endpoint)| {
            let target = format!("/{}", endpoint.id.as_str().replace('.', "/"));
            let request = Request {
                method: "GET",
                target: &target,
                headers,
                peer: [192, 0, 2, 1].into(),
                secure: true,
            };
            matches!(decide(&judge, &request, now), Decision::Conditional(_))
        })
        .map(|(_, endpoint)| endpoint.id.to_string())
        .collect()
}

async fn preview(house: &House, held: &Held) -> BTreeSet<String> {
    let path = format!(
        "/admin/v1/register/preview?kind={}&id={}",
        held.kind, held.id
    );
    let reply = house.get(&path).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let said = reply.json();
    assert_eq!(said["credentials"][0]["id"], held.id.as_str());
    let endpoints = said["endpoints"].as_array().unwrap().iter();
    endpoints
        .map(|id| id.as_str().unwrap().to_owned())
        .collect()
}

async fn revoke(house: &House, held: &Held) {
    let act = match held.kind {
        "trusted_issuer" => "cut_off",
        _ => "revoke",
    };
    let path = format!("/admin/v1/{}/{}/{act}", held.kind, held.id);
    let reply = house.post_json(&path, &json!({"reason": "drill"})).await;
    assert_eq!(reply.status, 200, "{reply:?}");
}

/// How many revocations stopped something, over all of the plan.
async fn compare(plan: &Plan) -> usize {
    assert_eq!(environment().class, EnvironmentClass::Sandbox);
    let neighbourhood = Neighbourhood::of(plan).await;
    let mut stopping = 0;
    for held in &neighbourhood.held {
        let before = neighbourhood.passing().await;
        let said = preview(&neighbourhood.house, held).await;
        assert_eq!(
            neighbourhood.passing().await,
            before,
            "a preview changes nothing"
        );
        revoke(&neighbourhood.house, held).await;
        let after = neighbourhood.passing().await;
        let stopped: BTreeSet<_> = before.difference(&after).cloned().collect();
        let said: BTreeSet<_> = said.into_iter().map(|id| (held.id.clone(), id)).collect();
        assert_eq!(stopped, said, "{} {} of {plan:?}", held.kind, held.id);
        assert!(after.is_subset(&before), "nothing opens by a revocation");
        stopping += usize::from(!stopped.is_empty());
    }
    stopping
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_a_preview_says_is_what_stops(plan in plan()) {
        block_on(compare(&plan));
    }
}

#[test]
fn the_comparison_has_something_to_compare() {
    let everything = Plan {
        apis: [
            (0..KINDS.len()).map(|kind| (kind, 1)).collect(),
            (0..KINDS.len()).map(|kind| (kind, 2)).collect(),
        ],
        api_keys: vec![(0, 1), (1, 2)],
        clients: vec![(3, 3), (1, 1)],
        issuer: 3,
    };
    assert_eq!(block_on(compare(&everything)), 5);
}
