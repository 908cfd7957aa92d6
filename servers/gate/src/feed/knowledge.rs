//! What the gate knows, shared by its workers.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use access::{IssuerKeys, KeyOrigin, KeysInForce, Rule, View};
use arc_swap::{ArcSwapOption, Guard};
use base::{Clock, Revision, Timestamp};
use credential::ApiKeyId;
use snapshot::{ApiKeyEntry, Freshness, LearnedApiKeys, NumberedChange};
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};

use super::api_key_fetch::ApiKeyFetch;
use super::{Feed, FoundApiKey, follow};

/// How long a live check may take.
const LIVE: Duration = Duration::from_secs(1);
const NEVER: i64 = i64::MIN;

/// The view in force and when it was last known to be whole. Reading it takes
/// no lock; one task writes it.
pub struct Knowledge {
    view: ArcSwapOption<View>,
    /// What is known beside the snapshot. Held while a view is put: whoever
    /// puts one, it has the newest of all.
    beside: Mutex<Beside>,
    pub(super) api_key_fetch: Option<ApiKeyFetch>,
    /// What confirmations are counted from. Not the wall clock: that one can
    /// be set back, and knowledge would seem fresh for as long.
    started: Instant,
    /// Microseconds after `started`; [`NEVER`] before the first confirmation.
    confirmed: AtomicI64,
    in_force: watch::Sender<Revision>,
    confirmations: watch::Sender<i64>,
    pub(super) nudge: Notify,
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct Beside {
    /// The keys of trusted issuers.
    issuer_keys: Arc<IssuerKeys>,
    /// What was asked about API keys that the snapshot has no place for, as
    /// of the revision of the view.
    api_keys: LearnedApiKeys,
}

impl std::fmt::Debug for Knowledge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Knowledge(at revision {})", *self.in_force.borrow())
    }
}

impl Knowledge {
    /// Starts to follow a feed on the present runtime. Until its first
    /// snapshot there is no view, and everything is denied.
    pub fn follow(feed: Arc<dyn Feed>, clock: Arc<dyn Clock>) -> Arc<Self> {
        let fetch = ApiKeyFetch::new(Arc::clone(&feed), Handle::current());
        let knowledge = Self::with(clock, Some(fetch));
        tokio::spawn(follow::follow(feed, Arc::downgrade(&knowledge)));
        knowledge
    }

    /// Nothing known, and nobody who would tell.
    pub fn unfed(clock: Arc<dyn Clock>) -> Arc<Self> {
        Self::with(clock, None)
    }

    fn with(clock: Arc<dyn Clock>, api_key_fetch: Option<ApiKeyFetch>) -> Arc<Self> {
        Arc::new(Self {
            view: ArcSwapOption::empty(),
            beside: Mutex::default(),
            api_key_fetch,
            started: Instant::now(),
            confirmed: AtomicI64::new(NEVER),
            in_force: watch::channel(Revision::ZERO).0,
            confirmations: watch::channel(NEVER).0,
            nudge: Notify::new(),
            clock,
        })
    }

    /// The view in force; `None` before the first snapshot.
    pub fn view(&self) -> Guard<Option<Arc<View>>> {
        self.view.load()
    }

    /// How fresh it is at `now`. Take it before the view that is judged by:
    /// the view is put first and confirmed after, so this order never makes an
    /// old view look fresh.
    pub fn freshness(&self, now: Timestamp) -> Freshness {
        let confirmed_at = match self.confirmed.load(Ordering::Acquire) {
            // As old as can be: whatever demands freshness is denied.
            NEVER => Timestamp::EPOCH,
            confirmed => {
                let ago = self.micros(Instant::now()).saturating_sub(confirmed);
                now.before(Duration::from_micros(u64::try_from(ago).unwrap_or(0)))
            }
        };
        Freshness { confirmed_at }
    }

    /// Whether a snapshot has arrived.
    pub fn is_ready(&self) -> bool {
        self.view.load().is_some()
    }

    /// The revision by which requests are judged.
    pub fn in_force(&self) -> watch::Receiver<Revision> {
        self.in_force.subscribe()
    }

    /// A live check: makes sure that every change up to this moment is known.
    /// Many callers share one look. `false` if that was not possible within a
    /// second.
    pub async fn catch_up(&self) -> bool {
        let asked_at = self.micros(Instant::now());
        let mut confirmations = self.confirmations.subscribe();
        self.nudge.notify_one();
        let caught_up = confirmations.wait_for(|confirmed| *confirmed >= asked_at);
        matches!(tokio::time::timeout(LIVE, caught_up).await, Ok(Ok(_)))
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// From here on requests are judged by `view`, which came by `changes`; by
    /// none of them if it is whole.
    pub(super) fn put(&self, view: View, changes: Option<&[NumberedChange]>) {
        let revision = view.snapshot().revision();
        {
            let mut beside = self.beside();
            match changes {
                Some(changes) => changes
                    .iter()
                    .for_each(|change| beside.api_keys.fold(change)),
                // What became of these keys meanwhile is not known.
                None => beside.api_keys = LearnedApiKeys::default(),
            }
            self.store(&view, &beside);
        }
        self.in_force.send_replace(revision);
    }

    /// Has an API key looked for that is not loaded, and waits a moment for
    /// it. Whether that is worth judging again.
    pub(crate) async fn fetch_api_key(self: &Arc<Self>, id: &ApiKeyId) -> bool {
        match &self.api_key_fetch {
            Some(fetch) => fetch.fetch(id, self).await,
            None => false,
        }
    }

    /// Whether it is known by now, or known that there is none.
    pub(super) fn knows_api_key(&self, id: &ApiKeyId) -> bool {
        let view = self.view.load();
        let found = view
            .as_ref()
            .map(|view| view.api_key(id.as_str(), self.now()));
        !matches!(found, None | Some(Err(Rule::ApiKeyNotLoaded)))
    }

    /// From here on that API key is judged by what was found. An answer that
    /// is older than the view could bring back what was revoked since: it does
    /// not count.
    pub(super) fn learn_api_key(&self, id: ApiKeyId, found: FoundApiKey) {
        let mut beside = self.beside();
        let Some(view) = self.view.load_full() else {
            return;
        };
        let is_another = |entry: &ApiKeyEntry| entry.id != id;
        if found.revision < view.snapshot().revision()
            || found.api_key.as_ref().is_some_and(is_another)
        {
            return;
        }
        let as_of = (found.revision, self.now());
        beside.api_keys.learn(id, found.api_key, as_of);
        self.store(&view, &beside);
    }

    fn beside(&self) -> MutexGuard<'_, Beside> {
        self.beside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn store(&self, view: &View, beside: &Beside) {
        let view = view
            .with_issuer_keys(Arc::clone(&beside.issuer_keys))
            .with_learned_api_keys(beside.api_keys.clone());
        self.view.store(Some(Arc::new(view)));
    }

    /// From here on the tokens of that issuer are verified with these keys;
    /// with none, they are refused.
    pub fn put_issuer_keys(&self, origin: &KeyOrigin, keys: Option<KeysInForce>) {
        let mut beside = self.beside();
        Arc::make_mut(&mut beside.issuer_keys).put(origin, keys);
        if let Some(view) = self.view.load_full() {
            self.store(&view, &beside);
        }
    }

    /// The view was whole at that instant.
    pub(super) fn confirm(&self, at: Instant) {
        let micros = self.micros(at);
        self.confirmed.fetch_max(micros, Ordering::AcqRel);
        self.confirmations
            .send_modify(|confirmed| *confirmed = micros.max(*confirmed));
    }

    fn micros(&self, at: Instant) -> i64 {
        let since = at.saturating_duration_since(self.started);
        i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
    }
}
