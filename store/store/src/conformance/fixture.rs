//! Records and commits of a small world. Each is made from a number: the same
//! number gives the same record.

use std::sync::Arc;

use authority::accountability::Accountability;
use authority::api_key::ApiKey;
use authority::audit::{Action, Actor, AuditEvent, Origin};
use authority::client::Client;
use authority::inventory::InventoryVersion;
use authority::operator_token::OperatorToken;
use authority::signing_key::{SealingKey, SigningKeyRecord};
use authority::{Effect, Installation, Writes};
use base::{Digest, Entropy, Name, SeededEntropy, Timestamp};
use boundary::Inventory;
use credential::{
    ApiKeyId, ClientId, DigestKey, Environment, EnvironmentClass, OperatorTokenId, ScopeSet,
};
use snapshot::{
    Change, DecisionRecord, InventoryEntry, OutcomeRecord, RequestId, Snapshot, UpstreamOutcome,
    Verdict,
};

use crate::audit::AuditBody;
use crate::{Changes, Store};

/// The environment of the suite.
pub fn environment() -> Environment {
    Environment {
        name: "sandbox".parse().unwrap(),
        class: EnvironmentClass::Sandbox,
    }
}

/// Some second of the suite's day.
pub fn at(second: u64) -> Timestamp {
    let day: Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
    day.after(std::time::Duration::from_secs(second))
}

/// What the suite's stores belong to.
pub fn installation() -> Installation {
    Installation {
        environment: environment(),
        issuer: "http://127.0.0.1:7001".parse().unwrap(),
        created_at: at(0),
    }
}

/// The commit that installs.
pub fn install() -> Writes {
    Writes {
        effects: vec![Effect::Install(installation())],
        audit: vec![event("install", Action::Installed)],
        changes: Vec::new(),
    }
}

/// Installs and gives the store back.
pub async fn installed(store: &dyn Store) -> &dyn Store {
    store.commit(install()).await.unwrap();
    store
}

/// A request id.
pub fn request_id(text: &str) -> RequestId {
    text.parse().unwrap()
}

/// An audit event about a request.
pub fn event(request: &str, action: Action) -> AuditEvent {
    let origin = Origin {
        request_id: request_id(request),
        actor: Actor::Operator("o".to_owned()),
        environment: environment().name,
    };
    let detail = "what \"happened\", in one line \u{2013} with \\ and \u{1f511}".to_owned();
    origin.event(action, Some("target".to_owned()), detail, at(1))
}

fn accountability(organisation: &str) -> Accountability {
    Accountability {
        organisation: organisation.parse().unwrap(),
        owner: "team-weather".parse().unwrap(),
        purpose: "nightly import \u{2603}".to_owned(),
        revoker: "weather-oncall".parse().unwrap(),
    }
}

fn entropy(number: u64) -> SeededEntropy {
    SeededEntropy::new(number)
}

fn digest(number: u64) -> Digest {
    let mut source = entropy(number ^ u64::MAX);
    Digest::new((&mut source as &mut dyn Entropy).bytes())
}

/// An API key.
pub fn api_key(number: u64) -> ApiKey {
    ApiKey::new(
        ApiKeyId::generate(&mut entropy(number)),
        environment().name,
        accountability("acme"),
        (
            ScopeSet::parse("read:forecast write:forecast").unwrap(),
            "https://api.example.com/weather".parse().unwrap(),
        ),
        (digest(number), DigestKey::new([1; 32]).id()),
        (at(number), at(number + 86_400)),
    )
}

/// A client.
pub fn client(number: u64) -> Client {
    Client {
        id: ClientId::generate(&mut entropy(number)),
        environment: environment().name,
        accountability: accountability("globex"),
        scopes: ScopeSet::parse("read:forecast").unwrap(),
        audiences: vec!["https://api.example.com/weather".parse().unwrap()],
        client_type: authority::client::ClientType::Service,
        name: None,
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        secret_digest: Some(digest(number)),
        secret_digest_key: None,
        created_at: at(number),
        expires_at: at(number + 86_400),
        revocation: None,
    }
}

/// An operator token.
pub fn operator_token(number: u64) -> OperatorToken {
    OperatorToken {
        id: OperatorTokenId::generate(&mut entropy(number)),
        environment: environment().name,
        owner: "alex".parse().unwrap(),
        scopes: ScopeSet::parse("write:api_key").unwrap(),
        digest: digest(number),
        digest_key: None,
        created_at: at(number),
        expires_at: at(number + 86_400),
        revocation: None,
    }
}

/// The key that seals the suite's signing keys.
pub fn sealing_key() -> SealingKey {
    SealingKey::new(&[7; 32]).unwrap()
}

/// A signing key and the commit that creates it.
pub fn signing_key(number: u64) -> (SigningKeyRecord, Writes) {
    let origin = Origin {
        request_id: request_id("signingkey"),
        actor: Actor::Doorward,
        environment: environment().name,
    };
    let record = authority::signing_key::make_sealed(
        serde_json::from_str("\"ES256\"").unwrap(),
        &sealing_key(),
        &environment(),
        at(number),
        &mut entropy(number),
    )
    .unwrap();
    let id = Some(record.key_id.to_string());
    let event = origin.event(Action::SigningKeyCreated, id, String::new(), at(number));
    let writes = Writes {
        effects: vec![Effect::CreateSigningKey(record.clone())],
        audit: vec![event],
        changes: vec![Change::KeysPublished {
            keys: vec![record.published()],
        }],
    };
    (record, writes)
}

/// A version of the inventory.
pub fn inventory_version(version: u64) -> InventoryVersion {
    InventoryVersion {
        version,
        document: format!("# version {version}\r\n\t\u{2603}"),
        inventory: Arc::new(Inventory::default()),
        applied_at: at(version),
        applied_by: "alex".to_owned(),
    }
}

/// The commit that creates an API key.
pub fn create_api_key(number: u64) -> Writes {
    let record = api_key(number);
    Writes {
        audit: vec![event(&format!("create{number}"), Action::ApiKeyCreated)],
        changes: vec![Change::ApiKeyPut(Box::new(record.entry()))],
        effects: vec![Effect::CreateApiKey(Box::new(record))],
    }
}

/// The commit that revokes an API key.
pub fn revoke_api_key(number: u64) -> Writes {
    let id = api_key(number).id;
    Writes {
        effects: vec![Effect::RevokeApiKey {
            id: id.clone(),
            at: at(50),
            reason: "it leaked".to_owned(),
        }],
        audit: vec![event(&format!("revoke{number}"), Action::ApiKeyRevoked)],
        changes: vec![Change::ApiKeyRevoked { id, at: at(50) }],
    }
}

/// The commit that creates a client.
pub fn create_client(number: u64) -> Writes {
    let record = client(number);
    Writes {
        audit: vec![event("createclient", Action::ClientCreated)],
        changes: vec![Change::ClientPut(record.entry())],
        effects: vec![Effect::CreateClient(record)],
    }
}

/// The commit that revokes a client.
pub fn revoke_client(number: u64) -> Writes {
    let id = client(number).id;
    Writes {
        effects: vec![Effect::RevokeClient {
            id: id.clone(),
            at: at(51),
            reason: "the contract ended".to_owned(),
        }],
        audit: vec![event("revokeclient", Action::ClientRevoked)],
        changes: vec![Change::ClientRevoked { id, at: at(51) }],
    }
}

/// The commit that creates an operator token.
pub fn create_operator_token(number: u64) -> Writes {
    Writes {
        effects: vec![Effect::CreateOperatorToken(operator_token(number))],
        audit: vec![event("createoperator", Action::OperatorTokenCreated)],
        changes: Vec::new(),
    }
}

/// The commit that revokes an operator token.
pub fn revoke_operator_token(number: u64) -> Writes {
    Writes {
        effects: vec![Effect::RevokeOperatorToken {
            id: operator_token(number).id,
            at: at(52),
            reason: Some("left the team".to_owned()),
        }],
        audit: vec![event("revokeoperator", Action::OperatorTokenRevoked)],
        changes: Vec::new(),
    }
}

/// The commit that puts a version of the inventory in force.
pub fn apply_inventory(version: u64) -> Writes {
    let record = inventory_version(version);
    Writes {
        audit: vec![event("apply", Action::InventoryApplied)],
        changes: vec![Change::InventoryApplied(InventoryEntry {
            version,
            inventory: Arc::clone(&record.inventory),
        })],
        effects: vec![Effect::ApplyInventory(record)],
    }
}

/// A commit of one change and nothing else.
pub fn only(change: Change) -> Writes {
    Writes {
        changes: vec![change],
        ..Writes::default()
    }
}

/// A denial of a gate.
pub fn decision(request: &str, environment: &Name) -> AuditBody {
    AuditBody::Decision(Box::new(DecisionRecord {
        request_id: request_id(request),
        at: at(9),
        environment: environment.clone(),
        method: "GET".to_owned(),
        endpoint: Some("forecast.read".parse().unwrap()),
        verdict: Verdict::Denial,
        rule: "credential_kind".to_owned(),
        reason: "invalid_token".to_owned(),
        detail: "an API key is not accepted here".to_owned(),
        principal: None,
        genuine: Some(true),
        still_accepted: None,
        peer: "127.0.0.1".to_owned(),
        trace_id: None,
        inventory_version: 1,
        revision: base::Revision::new(3),
    }))
}

/// How a request ended.
pub fn outcome(request: &str) -> AuditBody {
    AuditBody::Outcome(OutcomeRecord {
        request_id: request_id(request),
        at: at(10),
        upstream: UpstreamOutcome::Status(204),
        latency_us: 1_234,
    })
}

/// A record as JSON, so that records without `==` can be compared.
pub fn json<R: serde::Serialize>(record: &R) -> serde_json::Value {
    serde_json::to_value(record).unwrap()
}

/// A snapshot as JSON whose lists are in one order.
pub fn canonical(snapshot: &Snapshot) -> serde_json::Value {
    let mut value = json(snapshot);
    for member in value.as_object_mut().unwrap().values_mut() {
        if let Some(list) = member.as_array_mut() {
            list.sort_by_key(serde_json::Value::to_string);
        }
    }
    value
}

/// Every change of a store, folded into an empty snapshot.
pub async fn folded(store: &dyn Store) -> Snapshot {
    let mut snapshot = Snapshot::empty(environment(), installation().issuer);
    loop {
        let steps = match store.changes_after(snapshot.revision(), 7).await.unwrap() {
            Changes::Steps(steps) => steps,
            Changes::Gap => Vec::new(),
        };
        if steps.is_empty() {
            return snapshot;
        }
        for step in steps {
            snapshot.apply(step).unwrap();
        }
    }
}

/// Everything that a commit could have changed, to compare before and after.
pub async fn everything(store: &dyn Store) -> serde_json::Value {
    let snapshot = store.snapshot().await.unwrap();
    serde_json::json!({
        "installation": json(&store.installation().await.unwrap()),
        "api_keys": json(&store.api_keys(None, 1_000).await.unwrap()),
        "clients": json(&store.clients(None, 1_000).await.unwrap()),
        "operator_tokens": json(&store.operator_tokens(None, 1_000).await.unwrap()),
        "drills": json(&store.drills(None, 1_000).await.unwrap()),
        "owners": json(&store.owners(None, 1_000).await.unwrap()),
        "key_ring": json(&store.key_ring().await.unwrap()),
        "inventory": json(&store.inventory().await.unwrap()),
        "audit": json(&store.audit_tail(1_000).await.unwrap()),
        "snapshot": canonical(&snapshot),
        "folded": canonical(&folded(store).await),
        "head": json(&*store.head().borrow()),
    })
}
