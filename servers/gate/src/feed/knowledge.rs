//! What the gate knows, shared by its workers.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use access::{IssuerKeys, KeyOrigin, KeysInForce, View};
use arc_swap::{ArcSwapOption, Guard};
use base::{Clock, Revision, Timestamp};
use snapshot::Freshness;
use tokio::sync::{Notify, watch};

use super::{Feed, follow};

/// How long a live check may take.
const LIVE: Duration = Duration::from_secs(1);
const NEVER: i64 = i64::MIN;

/// The view in force and when it was last known to be whole. Reading it takes
/// no lock; one task writes it.
pub struct Knowledge {
    view: ArcSwapOption<View>,
    /// What is known of the keys of trusted issuers. Held while a view is put:
    /// whoever puts one, it has the newest of both.
    issuer_keys: Mutex<Arc<IssuerKeys>>,
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

impl std::fmt::Debug for Knowledge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Knowledge(at revision {})", *self.in_force.borrow())
    }
}

impl Knowledge {
    /// Starts to follow a feed on the present runtime. Until its first
    /// snapshot there is no view, and everything is denied.
    pub fn follow(feed: Arc<dyn Feed>, clock: Arc<dyn Clock>) -> Arc<Self> {
        let knowledge = Self::unfed(clock);
        tokio::spawn(follow::follow(feed, Arc::downgrade(&knowledge)));
        knowledge
    }

    /// Nothing known, and nobody who would tell.
    pub fn unfed(clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {
            view: ArcSwapOption::empty(),
            issuer_keys: Mutex::default(),
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

    /// From here on requests are judged by `view`.
    pub(super) fn put(&self, view: View) {
        let revision = view.snapshot().revision();
        {
            let keys = self.issuer_keys.lock();
            let keys = keys.unwrap_or_else(PoisonError::into_inner);
            let view = view.with_issuer_keys(Arc::clone(&keys));
            self.view.store(Some(Arc::new(view)));
        }
        self.in_force.send_replace(revision);
    }

    /// From here on the tokens of that issuer are verified with these keys;
    /// with none, they are refused.
    pub fn put_issuer_keys(&self, origin: &KeyOrigin, keys: Option<KeysInForce>) {
        let held = self.issuer_keys.lock();
        let mut held = held.unwrap_or_else(PoisonError::into_inner);
        Arc::make_mut(&mut held).put(origin, keys);
        if let Some(view) = self.view.load_full() {
            let view = view.with_issuer_keys(Arc::clone(&held));
            self.view.store(Some(Arc::new(view)));
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
