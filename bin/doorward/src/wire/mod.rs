//! The composition root: which parts a process is made of. The only place
//! where a server meets a store's adapter.

pub(crate) mod digest_key_use;
mod follow;
mod gate_feed;
mod gate_journal;
mod management;
mod own_secrets;
mod reviews;
mod router_door;
mod signing_key;
mod tending;

use std::sync::Arc;
use std::time::Duration;

use ::admin::Admin;
use ::issuer::Issuer;
use authority::Installation;
use authority::signing_key::SealingKey;
use axum::Router;
use base::{Clock, Revision};
use credential::{DigestKey, DigestKeys};
use ephemeral::{SystemClock, SystemEntropy};
use gate::feed::Knowledge;
use gate::issuer_keys::KeyKeeper;
use gate::journal::Recorder;
use gate::listen::{Bound, Serving};
use gate::{DecryptionKeys, Gate, Settings};
use ipnet::IpNet;
use jose::encryption::EncryptionKey;
use password::PasswordPool;
use secret_source::OpenSigner;
use store::{Read as _, Store};
use store_sqlite::{Options, SqliteStore};
use tokio::sync::watch;

use crate::answer::Fault;
use crate::config::{Config, GateSection};
use crate::secret::Places;
use gate_feed::StoreFeed;
use gate_journal::StoreJournal;
use router_door::RouterDoor;

/// How long requests under way may take to finish when a process stops.
const GRACE: Duration = Duration::from_secs(5);

/// How long the start waits for the gate's first snapshot.
const READY: Duration = Duration::from_secs(5);

/// The ports of a process, taken before anything is served. A role without one
/// does not run.
pub(crate) struct Listeners {
    /// The gate's.
    pub(crate) gate: Option<Bound>,
    /// The issuer's.
    pub(crate) issuer: Option<Bound>,
    /// Where API keys are exchanged for tokens, if not at the issuer's.
    pub(crate) exchange: Option<Bound>,
    /// The admin API's.
    pub(crate) admin: Option<Bound>,
    /// Where orchestrators ask.
    pub(crate) management: Option<Bound>,
}

/// A process at work.
pub(crate) struct Running {
    serving: Vec<Serving>,
    /// What the gate has seen of credentials is handed over when its workers
    /// have ended.
    recorder: Option<Recorder>,
    runtime: tokio::runtime::Handle,
}

impl Running {
    /// Stops taking requests, lets those under way finish, then ends. Blocks.
    pub(crate) fn stop(self) {
        let stopping: Vec<_> = self
            .serving
            .into_iter()
            .map(|serving| std::thread::spawn(move || serving.stop(GRACE)))
            .collect();
        for thread in stopping {
            let _ = thread.join();
        }
        if let Some(recorder) = self.recorder {
            self.runtime.block_on(recorder.report_use());
        }
    }
}

/// Opens the store and starts every role that has a port.
pub(crate) async fn start(config: &Config, listeners: Listeners) -> Result<Running, Fault> {
    let mut parts = Parts::open(config).await?;
    if listeners.issuer.is_some() || listeners.admin.is_some() {
        parts.keep_keys(config).await?;
    }
    let mut running = Running {
        serving: Vec::new(),
        recorder: None,
        runtime: tokio::runtime::Handle::current(),
    };
    let mut in_force = None;
    let mut knowledge = None;
    let mut encryption_keys = Vec::new();
    let mut key_keeper = None;
    if let Some(bound) = listeners.gate {
        let keys = config.decryption_keys()?;
        encryption_keys = keys.encryption_keys().cloned().collect();
        let gate = parts.gate(config, keys);
        in_force = Some(in_force_at(gate.knowledge()).await);
        knowledge = Some(Arc::clone(gate.knowledge()));
        key_keeper = gate.key_keeper().cloned();
        running.recorder = Some(gate.recorder().clone());
        let serving = bound.serve(move |_| gate.door(Box::new(SystemEntropy)));
        running.serving.push(serving.map_err(not_served)?);
    }
    if let Some(bound) = listeners.issuer {
        let has_exchange = listeners.exchange.is_some();
        let issuer = parts
            .issuer(encryption_keys, in_force.clone(), has_exchange)
            .await?;
        let proxies = config.issuer.listener().trusted_proxies;
        let router = ::issuer::router(Arc::clone(&issuer));
        running.serving.push(serve(bound, router, proxies)?);
        if let Some(bound) = listeners.exchange {
            let exchange = config.issuer.exchange().cloned();
            let proxies = exchange.map(|listener| listener.trusted_proxies);
            let router = ::issuer::exchange_router(issuer);
            let serving = serve(bound, router, proxies.unwrap_or_default())?;
            running.serving.push(serving);
        }
    }
    if let Some(bound) = listeners.admin {
        let proxies = config.admin.clone().map(|admin| admin.trusted_proxies);
        let router = parts.admin(config, in_force)?;
        let serving = serve(bound, router, proxies.unwrap_or_default())?;
        running.serving.push(serving);
    }
    if let Some(bound) = listeners.management {
        let readiness = management::Readiness {
            store: Arc::clone(&parts.store),
            knowledge,
            key_keeper,
        };
        running
            .serving
            .push(serve(bound, management::router(readiness), Vec::new())?);
    }
    Ok(running)
}

fn serve(bound: Bound, router: Router, proxies: Vec<IpNet>) -> Result<Serving, Fault> {
    let trusted_proxies: Arc<[IpNet]> = proxies.into();
    bound
        .serve(move |_| RouterDoor {
            router: router.clone(),
            trusted_proxies: Arc::clone(&trusted_proxies),
        })
        .map_err(not_served)
}

fn not_served(error: gate::listen::ListenError) -> Fault {
    Fault::new(error.to_string(), "see what the machine is short of")
}

/// The revision that a gate judges by, from its first snapshot on. In the
/// process of the store that takes a moment; should it take longer, the gate
/// denies everything until then.
async fn in_force_at(knowledge: &Knowledge) -> watch::Receiver<Revision> {
    let mut in_force = knowledge.in_force();
    let ready = async { while !knowledge.is_ready() && in_force.changed().await.is_ok() {} };
    if tokio::time::timeout(READY, ready).await.is_err() {
        tracing::warn!("the gate has no snapshot yet; it denies everything until it has one");
    }
    in_force
}

/// The digest key and those before it.
pub(crate) async fn digest_keys(places: &Places, config: &Config) -> Result<DigestKeys, Fault> {
    let current = places.key("digest", &config.secrets.digest_key).await?;
    let mut previous = Vec::new();
    for source in &config.secrets.previous_digest_keys {
        let key = places.key("previous digest", source).await?;
        previous.push(DigestKey::new(*key));
    }
    Ok(DigestKeys::new(DigestKey::new(*current), previous))
}

/// What the roles share.
struct Parts {
    installation: Installation,
    store: Arc<dyn Store>,
    digest_keys: DigestKeys,
    clock: Arc<dyn Clock>,
    /// One pool for issuer and admin: its bound is the process's.
    passwords: Arc<PasswordPool>,
    /// Where secrets and remote signers are.
    places: Arc<Places>,
    /// Only where signing keys are opened or made: a gate has no use for it.
    sealing_key: Option<Arc<SealingKey>>,
}

impl Parts {
    async fn open(config: &Config) -> Result<Self, Fault> {
        let places = Arc::new(Places::of(config));
        let digest_keys = digest_keys(&places, config).await?;
        let (store, installation) = open_store(config).await?;
        Ok(Self {
            installation,
            store: Arc::new(store),
            digest_keys,
            clock: Arc::new(SystemClock::new()),
            passwords: Arc::default(),
            places,
            sealing_key: None,
        })
    }

    fn gate(&self, config: &Config, decryption_keys: DecryptionKeys) -> Gate {
        let listener = config.gate.as_ref().map(GateSection::listener);
        let feed = Arc::new(StoreFeed(Arc::clone(&self.store)));
        let journal = Arc::new(StoreJournal(Arc::clone(&self.store)));
        let settings = Settings {
            trusted_proxies: listener
                .map(|listener| listener.trusted_proxies)
                .unwrap_or_default(),
            decryption_keys: Arc::new(decryption_keys),
            ..Settings::new(self.digest_keys.clone())
        };
        let knowledge = Knowledge::follow(feed, Arc::clone(&self.clock));
        let clock = || Arc::clone(&self.clock);
        let keeper = KeyKeeper::start(&knowledge, None, clock(), &mut SystemEntropy);
        Gate::new(knowledge, Recorder::start(journal), clock(), settings).keeping(keeper)
    }

    async fn issuer(
        &self,
        encryption_keys: Vec<EncryptionKey>,
        gate: Option<watch::Receiver<Revision>>,
        has_exchange: bool,
    ) -> Result<Arc<Issuer>, Fault> {
        let known = follow::follow(Arc::clone(&self.store), gate)
            .await
            .map_err(|error| Fault::new(error.to_string(), "see what it says"))?;
        let signers = self.signers()?;
        tokio::spawn(Arc::clone(&signers).follow(known.clone()));
        Ok(Arc::new(Issuer {
            environment: self.installation.environment.clone(),
            url: self.installation.issuer.clone(),
            store: Arc::clone(&self.store),
            digest_keys: self.digest_keys.clone(),
            counters: Arc::new(ephemeral::counters::InProcessCounters::new(10_000)),
            passwords: Arc::clone(&self.passwords),
            signers,
            encryption_keys,
            known,
            clock: Arc::clone(&self.clock),
            has_exchange,
        }))
    }

    fn admin(
        &self,
        config: &Config,
        in_force: Option<watch::Receiver<Revision>>,
    ) -> Result<Router, Fault> {
        Ok(::admin::router(Arc::new(Admin {
            environment: self.installation.environment.clone(),
            store: Arc::clone(&self.store),
            digest_keys: self.digest_keys.clone(),
            passwords: Arc::clone(&self.passwords),
            sealing_key: self.sealing_key()?,
            places: Arc::clone(&self.places) as Arc<dyn OpenSigner>,
            clock: Arc::clone(&self.clock),
            leak: config.leak.response(config.directory())?,
            in_force,
            own_secrets: own_secrets::of(config),
        })))
    }
}

/// Opens the store of a configuration, if it is the configuration's own.
pub(crate) async fn open_store(config: &Config) -> Result<(SqliteStore, Installation), Fault> {
    let path = config.directory().join(&config.store.path);
    let store = SqliteStore::open(&path, &Options::default()).map_err(|error| {
        Fault::new(
            format!("the store {} cannot be opened: {error}", path.display()),
            "see what it says; `doorward init DIR` makes a new one elsewhere",
        )
    })?;
    let installation = store
        .installation()
        .await
        .map_err(|error| Fault::new(error.to_string(), "see what it says"))?
        .ok_or_else(|| {
            Fault::new(
                "the store belongs to no environment yet",
                "make one with `doorward init DIR`",
            )
        })?;
    check_installation(config, &installation)?;
    Ok((store, installation))
}

/// A configuration for another environment or issuer must not open the store:
/// everything that it holds would be judged by the wrong name.
fn check_installation(config: &Config, installation: &Installation) -> Result<(), Fault> {
    let environment = config.environment.environment();
    if environment != installation.environment {
        return Err(Fault::new(
            format!(
                "the store belongs to environment {}, the configuration says {}",
                installation.environment.name, environment.name
            ),
            "open the store with its own configuration: environments do not mix",
        ));
    }
    if config.issuer.url != installation.issuer {
        return Err(Fault::new(
            format!(
                "the store's issuer is {}, the configuration says {}",
                installation.issuer, config.issuer.url
            ),
            "write the store's issuer as issuer.url: tokens that are out name it",
        ));
    }
    Ok(())
}
