//! An installation in memory: a feed, a journal, a signing key, an inventory.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use base::{Clock, Name, Revision, SeededEntropy, Timestamp};
use credential::{
    ApiKeyId, ClientId, CredentialKind, DigestKey, Environment, EnvironmentClass, MintedApiKey,
    ScopeSet,
};
use gate::feed::{Feed, FeedFault, FoundApiKey, Knowledge, Steps};
use gate::issuer_keys::{KeyKeeper, KeyReport};
use gate::journal::{Journal, JournalEntry, JournalFault, Recorder};
use gate::listen::{Listen, Serving};
use gate::{Gate, Settings};
use jose::{AccessTokenClaims, Algorithm, SigningKey, TokenType};
use serde_json::json;
use snapshot::{
    ApiKeyEntry, Change, ClientEntry, CredentialRef, DecisionRecord, InventoryEntry, KeyStage,
    NumberedChange, OutcomeRecord, PublishedKey, Snapshot, Usage, UsageReport,
};
use std::io::Write;
use tokio::sync::watch;

use super::{Reply, Upstream, drain};

pub const ISSUER: &str = "https://login.example.com";
pub const AUDIENCE: &str = "https://api.example.com/payments";

/// The wall clock: the gate's knowledge has to grow old by itself.
pub struct WallClock;

impl Clock for WallClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test of the whole gate needs a clock"
    )]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap();
        Timestamp::from_unix_micros(i64::try_from(since.as_micros()).unwrap()).unwrap()
    }
}

pub fn name(text: &str) -> Name {
    text.parse().unwrap()
}

/// A control plane that a test writes to.
pub struct Memory {
    log: Mutex<Vec<NumberedChange>>,
    first: Snapshot,
    head: watch::Sender<u64>,
    pub cut_off: AtomicBool,
    pub gap: AtomicBool,
    /// How often a single API key was asked for.
    pub api_key_looks: AtomicUsize,
    /// Answers about API keys are older than anything.
    pub is_stale: AtomicBool,
}

impl Memory {
    pub fn push(&self, change: Change) {
        let mut log = self.log.lock().unwrap();
        let revision = Revision::new(log.len() as u64 + 1);
        log.push(NumberedChange { revision, change });
        self.head.send_replace(revision.number());
    }

    fn check(&self) -> Result<(), FeedFault> {
        if self.cut_off.load(Ordering::SeqCst) {
            return Err(FeedFault("cut off".to_owned()));
        }
        Ok(())
    }

    fn after(&self, revision: Revision) -> Vec<NumberedChange> {
        let log = self.log.lock().unwrap();
        let from = usize::try_from(revision.number()).unwrap();
        log.get(from..).unwrap_or_default().to_vec()
    }
}

#[async_trait]
impl Feed for Memory {
    async fn snapshot(&self) -> Result<Snapshot, FeedFault> {
        self.check()?;
        let mut whole = self.first.clone();
        for change in self.after(Revision::ZERO) {
            whole.apply(change).unwrap();
        }
        Ok(whole)
    }

    async fn changes_after(&self, after: Revision, wait: Duration) -> Result<Steps, FeedFault> {
        self.check()?;
        if self.gap.swap(false, Ordering::SeqCst) {
            return Ok(Steps::Gap);
        }
        let mut head = self.head.subscribe();
        let _ = tokio::time::timeout(wait, head.wait_for(|head| *head > after.number())).await;
        self.check()?;
        Ok(Steps::Changes(self.after(after)))
    }

    async fn api_key(&self, id: &ApiKeyId) -> Result<FoundApiKey, FeedFault> {
        self.api_key_looks.fetch_add(1, Ordering::SeqCst);
        self.check()?;
        let found = self
            .after(Revision::ZERO)
            .into_iter()
            .fold(None, |found, step| match (step.change, found) {
                (Change::ApiKeyPut(entry), _) if entry.id == *id => Some(*entry),
                (Change::ApiKeyRevoked { id: revoked, at }, Some(entry)) if revoked == *id => {
                    Some(ApiKeyEntry {
                        revoked_at: Some(at),
                        ..entry
                    })
                }
                (_, found) => found,
            });
        let revision = match self.is_stale.load(Ordering::SeqCst) {
            true => Revision::ZERO,
            false => Revision::new(*self.head.borrow()),
        };
        // Long enough that others ask meanwhile.
        tokio::time::sleep(Duration::from_millis(100)).await;
        Ok(FoundApiKey {
            revision,
            api_key: found,
        })
    }
}

#[derive(Default)]
pub struct Audit {
    pub decisions: Mutex<Vec<DecisionRecord>>,
    pub outcomes: Mutex<Vec<OutcomeRecord>>,
    pub usages: Mutex<BTreeMap<CredentialRef, Usage>>,
    pub broken: AtomicBool,
}

#[async_trait]
impl Journal for Audit {
    async fn record(&self, entries: Vec<JournalEntry>) -> Result<(), JournalFault> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(JournalFault("disk".to_owned()));
        }
        for entry in entries {
            match entry {
                JournalEntry::Decision(decision) => self.decisions.lock().unwrap().push(*decision),
                JournalEntry::Outcome(outcome) => self.outcomes.lock().unwrap().push(outcome),
            }
        }
        Ok(())
    }

    async fn record_usage(&self, reports: Vec<UsageReport>) -> Result<(), JournalFault> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(JournalFault("disk".to_owned()));
        }
        let mut usages = self.usages.lock().unwrap();
        for report in reports {
            let known = usages.entry(report.credential).or_default();
            known.add(&report.usage);
        }
        Ok(())
    }
}

pub struct House {
    pub memory: Arc<Memory>,
    pub audit: Arc<Audit>,
    pub digest_key: DigestKey,
    pub signing_key: SigningKey,
    pub client: ClientId,
    pub address: SocketAddr,
    pub gate: Gate,
    pub keeper: Arc<KeyKeeper>,
    url: String,
    serving: Option<Serving>,
    _runtime: tokio::runtime::Runtime,
}

impl House {
    pub fn before(upstream: &Upstream) -> Self {
        Self::with(&upstream.url(), |_| {})
    }

    pub fn with(url: &str, set: impl FnOnce(&mut Settings)) -> Self {
        Self::holding(url, None, set)
    }

    /// With at most so many API keys in memory.
    pub fn holding(url: &str, most: Option<usize>, set: impl FnOnce(&mut Settings)) -> Self {
        let environment = Environment {
            name: name("production"),
            class: EnvironmentClass::Production,
        };
        let empty = Snapshot::empty(environment, ISSUER.parse().unwrap());
        let memory = Arc::new(Memory {
            log: Mutex::default(),
            first: match most {
                Some(most) => empty.with_api_keys_at_most(most),
                None => empty,
            },
            head: watch::channel(0).0,
            cut_off: AtomicBool::new(false),
            gap: AtomicBool::new(false),
            api_key_looks: AtomicUsize::new(0),
            is_stale: AtomicBool::new(false),
        });
        let client = ClientId::generate(&mut SeededEntropy::new(1));
        let key_id = "k1".parse().unwrap();
        let signing_key = SigningKey::generate(Algorithm::Ed25519, key_id).unwrap();
        memory.push(Change::InventoryApplied(InventoryEntry {
            version: 3,
            inventory: Arc::new(serde_json::from_value(inventory(url)).unwrap()),
        }));
        publish(&memory, &signing_key);
        memory.push(Change::ClientPut(ClientEntry {
            id: client.clone(),
            environment: name("production"),
            organisation: name("acme"),
            owner: name("team-acme"),
            expires_at: WallClock.now().after(Duration::from_secs(100_000)),
            revoked_at: None,
        }));
        let audit = Arc::new(Audit::default());
        let digest_key = DigestKey::new([7; 32]);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let mut settings = Settings::new(digest_key.clone().into());
        set(&mut settings);
        let trust = settings.trust.clone();
        let (gate, keeper) = {
            let _inside = runtime.enter();
            let clock: Arc<dyn Clock> = Arc::new(WallClock);
            let feed = Arc::clone(&memory) as Arc<dyn Feed>;
            let knowledge = Knowledge::follow(feed, Arc::clone(&clock));
            let entropy = &mut SeededEntropy::new(9);
            let keeper = KeyKeeper::start(&knowledge, trust, Arc::clone(&clock), entropy);
            let recorder = Recorder::start(Arc::clone(&audit) as Arc<dyn Journal>);
            let gate = Gate::new(knowledge, recorder, clock, settings);
            (gate.keeping(Arc::clone(&keeper)), keeper)
        };
        let mut listen = Listen::on("127.0.0.1:0".parse().unwrap());
        listen.workers = std::num::NonZeroUsize::new(1);
        let bound = listen.bind().unwrap();
        let address = bound.address();
        let doors = gate.clone();
        let serving = bound
            .serve(move |_| doors.door(Box::new(SeededEntropy::new(5))))
            .unwrap();
        let house = Self {
            memory,
            audit,
            digest_key,
            signing_key,
            client,
            address,
            gate,
            keeper,
            url: url.to_owned(),
            serving: Some(serving),
            _runtime: runtime,
        };
        house.settle();
        house
    }

    /// Waits until the gate judges by everything that was pushed.
    pub fn settle(&self) {
        let head = Revision::new(*self.memory.head.borrow());
        let mut in_force = self.gate.knowledge().in_force();
        self._runtime.block_on(async {
            tokio::time::timeout(
                Duration::from_secs(5),
                in_force.wait_for(|found| *found >= head),
            )
            .await
            .unwrap()
            .unwrap();
        });
    }

    /// Applies the inventory with these trusted issuers.
    pub fn trust(&self, issuers: serde_json::Value) {
        let mut inventory = inventory(&self.url);
        inventory["trusted_issuers"] = issuers;
        self.memory.push(Change::InventoryApplied(InventoryEntry {
            version: 4,
            inventory: Arc::new(serde_json::from_value(inventory).unwrap()),
        }));
        self.settle();
    }

    /// Waits until what is known about the one trusted issuer's keys is so.
    pub fn report(&self, is_so: impl Fn(&KeyReport) -> bool) -> KeyReport {
        for _ in 0..2000 {
            if let [report] = &self.keeper.reports()[..]
                && is_so(report)
            {
                return report.clone();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("it stays: {:?}", self.keeper.reports());
    }

    pub fn api_key(&self, scopes: &str, seed: u64) -> (String, ApiKeyEntry) {
        let minted = MintedApiKey::mint(
            EnvironmentClass::Production,
            &self.digest_key,
            &mut SeededEntropy::new(seed),
        );
        let entry = ApiKeyEntry::new(
            minted.id,
            minted.digest,
            (name("production"), name("acme"), name("team-acme")),
            (ScopeSet::parse(scopes).unwrap(), AUDIENCE.parse().unwrap()),
            WallClock.now().after(Duration::from_secs(1000)),
        );
        self.memory.push(Change::ApiKeyPut(Box::new(entry.clone())));
        self.settle();
        (minted.secret.expose().to_owned(), entry)
    }

    /// One that is bound as `edit` says.
    pub fn bound_key(
        &self,
        seed: u64,
        edit: impl FnOnce(&mut ApiKeyEntry),
    ) -> (String, ApiKeyEntry) {
        let (key, mut entry) = self.api_key("read:reports", seed);
        edit(&mut entry);
        self.memory.push(Change::ApiKeyPut(Box::new(entry.clone())));
        self.settle();
        (key, entry)
    }

    pub fn token(&self, scopes: &str, edit: impl FnOnce(&mut AccessTokenClaims)) -> String {
        let now = Timestamp::from_unix_seconds(WallClock.now().unix_seconds()).unwrap();
        let mut claims = AccessTokenClaims {
            issuer: ISSUER.parse().unwrap(),
            subject: self.client.as_str().parse().unwrap(),
            audience: jose::Audience::only(AUDIENCE.parse().unwrap()),
            expires_at: now.after(Duration::from_secs(600)),
            not_before: now,
            issued_at: now,
            token_id: "t1".parse().unwrap(),
            client_id: self.client.as_str().parse().unwrap(),
            scope: scopes.parse().ok(),
            organisation: "acme".parse().unwrap(),
            subject_version: 1,
            family: None,
            confirmation: None,
        };
        edit(&mut claims);
        self.signing_key
            .sign(TokenType::AccessToken, &claims)
            .unwrap()
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        stream
    }

    /// One request on a connection of its own.
    pub fn ask(&self, line: &str, headers: &[(&str, &str)]) -> Reply {
        let headers: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let mut stream = self.connect();
        let request =
            format!("{line} HTTP/1.1\r\nHost: gw.test\r\n{headers}Connection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        drain_closed(&mut stream)
    }

    pub fn status(&self, line: &str, headers: &[(&str, &str)]) -> String {
        self.ask(line, headers).statuses().join(",")
    }

    /// Waits for that many decisions, then gives them all.
    pub fn decisions(&self, count: usize) -> Vec<DecisionRecord> {
        for _ in 0..400 {
            let decisions = self.audit.decisions.lock().unwrap();
            if decisions.len() >= count {
                return decisions.clone();
            }
            drop(decisions);
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("no {count} decisions came");
    }

    /// Whether everything that was seen of credentials could be handed over.
    pub fn report_use(&self) -> bool {
        self._runtime.block_on(self.gate.recorder().report_use())
    }

    /// What is known of a credential's use once everything was handed over.
    pub fn usage(&self, kind: CredentialKind, id: &str) -> Option<Usage> {
        assert!(self.report_use());
        let credential = CredentialRef {
            kind,
            id: id.to_owned(),
        };
        self.audit.usages.lock().unwrap().get(&credential).cloned()
    }

    pub fn outcomes(&self, count: usize) -> Vec<OutcomeRecord> {
        for _ in 0..400 {
            let outcomes = self.audit.outcomes.lock().unwrap();
            if outcomes.len() >= count {
                return outcomes.clone();
            }
            drop(outcomes);
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("no {count} outcomes came");
    }
}

pub fn publish(memory: &Memory, key: &SigningKey) {
    memory.push(Change::KeysPublished {
        keys: vec![PublishedKey {
            jwk: key.verification_key().to_jwk(),
            stage: KeyStage::Active,
            expires_at: WallClock.now().after(Duration::from_secs(100_000)),
            since: None,
        }],
    });
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.stop(Duration::ZERO);
        }
    }
}

/// Reads until the gate closes.
pub fn drain_closed(stream: &mut TcpStream) -> Reply {
    for _ in 0..50 {
        let mut seen = [0];
        if stream.peek(&mut seen).is_ok() {
            return drain(stream);
        }
    }
    panic!("nothing came");
}

fn endpoint(
    id: &str,
    matches: &str,
    accepts: &[&str],
    demand: serde_json::Value,
) -> serde_json::Value {
    let mut endpoint = json!({
        "id": id,
        "matches": matches,
        "facts": { "caller": "service", "authority": "own", "data": "own", "exposure": "public", "consequence": "read" },
        "demand": {
            "accepts": accepts, "scopes": [], "max_token_age": "30m", "max_feed_lag": "10m",
            "when_lagging": "deny", "live_check_beyond_age": false, "limit_per_address": false,
            "record": "denials",
            "reasons": [{ "rule": "lightest_that_fits", "sentence": "Because." }],
        },
        "owner": "team-payments", "revoker": "oncall", "surface": "payments",
    });
    for (field, value) in demand.as_object().unwrap() {
        endpoint["demand"][field] = value.clone();
    }
    endpoint
}

fn inventory(url: &str) -> serde_json::Value {
    let both = ["api_key", "client_credentials"];
    json!({ "apis": [{
        "name": "payments", "audience": AUDIENCE, "upstream": url,
        "owner": "team-payments", "surface": "payments",
        "endpoints": [
            endpoint("public.read", "GET /public/{item}", &[], json!({})),
            endpoint("reports.read", "GET /reports/all", &both, json!({ "scopes": ["read:reports"] })),
            endpoint("reports.head", "HEAD /reports/all", &both, json!({ "scopes": ["read:reports"] })),
            endpoint("either.read", "GET /either", &both, json!({ "encrypted_tokens": "accepted" })),
            endpoint("sealed.read", "GET /sealed", &both, json!({ "encrypted_tokens": "required" })),
            endpoint("reports.create", "POST /reports", &both, json!({
                "scopes": ["write:reports"], "max_feed_lag": "60s", "record": "every",
            })),
            endpoint("payouts.create", "POST /payouts", &["client_credentials"], json!({
                "scopes": ["write:payouts"], "max_token_age": "45s", "max_feed_lag": "1s",
                "when_lagging": "live_check_else_deny", "live_check_beyond_age": true, "record": "every",
            })),
        ],
    }]})
}
