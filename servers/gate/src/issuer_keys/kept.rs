//! The keys of one issuer, looked after by one task: one look at a time, by
//! construction.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

use access::{KeyOrigin, KeysInForce};
use base::{Clock, Timestamp};
use boundary::KeySource;
use jose::{KeyId, KeySet, SkippedKey};
use tokio::sync::{Notify, watch};

use super::cool_down::{Answer, CoolDown};
use super::fault::KeyFault;
use super::schedule::{self, Look};
use super::source::{Found, Source};
use crate::feed::Knowledge;
use crate::upstream::Trust;

/// How long a request waits for the look that may bring its key.
const PATIENCE: Duration = Duration::from_secs(1);

/// How many requests wait for one issuer at a time; the others are answered at
/// once.
const MOST_WAITING: usize = 256;

/// What is known about an issuer's keys, for people.
#[derive(Debug, Clone)]
pub struct KeyReport {
    /// Where they come from.
    pub origin: KeyOrigin,
    /// When they last came; nothing if they never did.
    pub fetched_at: Option<Timestamp>,
    /// How many there are.
    pub keys: usize,
    /// Those that are not used, by their place in the set, and why.
    pub skipped: Vec<SkippedKey>,
    /// Why the last look found nothing, if it did not.
    pub fault: Option<KeyFault>,
}

/// What the tasks of one gate share.
pub(super) struct Shared {
    pub(super) knowledge: Weak<Knowledge>,
    pub(super) clock: Arc<dyn Clock>,
    /// The certificates that hosts are checked against: those that were given,
    /// or the system's, read when the first host needs them.
    pub(super) trust: OnceLock<Option<Trust>>,
}

impl Shared {
    pub(super) fn trust(&self) -> Option<&Trust> {
        let system = || match Trust::system() {
            Ok(trust) => Some(trust),
            Err(error) => {
                tracing::error!(%error, "no keys can be fetched over https");
                None
            }
        };
        self.trust.get_or_init(system).as_ref()
    }
}

/// One issuer's keys.
pub(super) struct Kept {
    pub(super) origin: KeyOrigin,
    cool_down: Mutex<CoolDown>,
    wake: Notify,
    /// How many looks are over.
    looks: watch::Sender<u64>,
    waiting: AtomicUsize,
    report: Mutex<KeyReport>,
}

impl Kept {
    pub(super) fn new(origin: KeyOrigin) -> Self {
        Self {
            report: Mutex::new(KeyReport {
                origin: origin.clone(),
                fetched_at: None,
                keys: 0,
                skipped: Vec::new(),
                fault: None,
            }),
            origin,
            cool_down: Mutex::new(CoolDown::looking()),
            wake: Notify::new(),
            looks: watch::channel(0).0,
            waiting: AtomicUsize::new(0),
        }
    }

    pub(super) fn report(&self) -> KeyReport {
        locked(&self.report).clone()
    }

    /// Has the keys looked for once more if that is due, and waits a moment for
    /// it. Whether a look has come to its end meanwhile: then judge again.
    pub(super) async fn refresh(&self, key_id: Option<&KeyId>) -> bool {
        let mut looks = self.looks.subscribe();
        let before = *looks.borrow_and_update();
        match locked(&self.cool_down).ask(key_id, Instant::now()) {
            Answer::Refuse => return false,
            Answer::Join => {}
            Answer::Look => self.wake.notify_one(),
        }
        let waiting = Waiting::new(&self.waiting);
        if waiting.is_too_many() {
            return false;
        }
        let over = looks.wait_for(|looks| *looks > before);
        matches!(tokio::time::timeout(PATIENCE, over).await, Ok(Ok(_)))
    }
}

/// One request that waits.
struct Waiting<'a>(&'a AtomicUsize, usize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        Self(count, count.fetch_add(1, Ordering::Relaxed))
    }

    fn is_too_many(&self) -> bool {
        self.1 >= MOST_WAITING
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Looks, publishes what was found, and waits, until nobody judges by it.
pub(super) async fn look_after(kept: Arc<Kept>, shared: Arc<Shared>, jitter: u8) {
    let mut keeping = Keeping {
        source: Source::default(),
        held: None,
        failures: 0,
    };
    loop {
        locked(&kept.cool_down).begin();
        let found = keeping.source.look(&kept.origin, &shared).await;
        let Some(knowledge) = shared.knowledge.upgrade() else {
            return;
        };
        let look = keeping.take(found, &kept, &knowledge, shared.clock.now());
        drop(knowledge);
        let is_file = matches!(kept.origin.source, KeySource::File(_));
        let pause = schedule::pause(look, is_file, jitter);
        let wait = match keeping.left(&kept.origin, Instant::now()) {
            Some(left) => pause.min(left),
            None => pause,
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = kept.wake.notified() => {}
        }
    }
}

/// What the task of one issuer has for itself.
struct Keeping {
    source: Source,
    /// The last good keys, and since when by a clock that nobody sets back.
    held: Option<(Arc<KeySet>, Instant)>,
    failures: u32,
}

impl Keeping {
    /// Puts what was found in force, then lets those who wait go on.
    fn take(
        &mut self,
        found: Result<Found, KeyFault>,
        kept: &Kept,
        knowledge: &Knowledge,
        now: Timestamp,
    ) -> Look {
        let at = Instant::now();
        let look = match found {
            Ok(found) => {
                self.failures = 0;
                self.publish(found.keys, kept, knowledge, now);
                Look::Good(found.max_age)
            }
            Err(fault) => {
                self.failures = self.failures.saturating_add(1);
                self.give_up_if_over(kept, knowledge, at);
                self.report_fault(fault, kept);
                Look::Failed {
                    times: self.failures,
                    has_keys: self.held.is_some(),
                }
            }
        };
        let keys = self.held.as_ref().map(|(keys, _)| Arc::clone(keys));
        let is_good = matches!(look, Look::Good(_));
        let is_known = keys.filter(|_| is_good).map(|keys| {
            move |key_id: &KeyId| keys.keys().iter().any(|key| key.key_id() == Some(key_id))
        });
        locked(&kept.cool_down).end(at, is_known);
        kept.looks.send_modify(|looks| *looks += 1);
        look
    }

    fn publish(
        &mut self,
        found: Option<KeySet>,
        kept: &Kept,
        knowledge: &Knowledge,
        now: Timestamp,
    ) {
        // The same keys stay the same `Arc`, so that what was verified with
        // them need not be verified again.
        let held = self.held.take().map(|(held, _)| held);
        let keys = match (found, held) {
            (Some(found), Some(held)) if found == *held => held,
            (Some(found), _) => {
                tell(&found, &kept.origin);
                Arc::new(found)
            }
            (None, Some(held)) => held,
            // Unchanged since nothing: look again, at everything.
            (None, None) => return self.source.forget(),
        };
        let in_force = KeysInForce {
            keys: Arc::clone(&keys),
            until: Some(now.after(kept.origin.keep_keys)),
        };
        {
            let mut report = locked(&kept.report);
            report.fetched_at = Some(now);
            report.keys = keys.keys().len();
            report.skipped = keys.skipped().to_vec();
            report.fault = None;
        }
        self.held = Some((keys, Instant::now()));
        knowledge.put_issuer_keys(&kept.origin, Some(in_force));
    }

    /// The last good keys have an end, also where the wall clock stands still.
    fn give_up_if_over(&mut self, kept: &Kept, knowledge: &Knowledge, now: Instant) {
        if self.left(&kept.origin, now) == Some(Duration::ZERO) {
            self.held = None;
            self.source.forget();
            locked(&kept.report).keys = 0;
            knowledge.put_issuer_keys(&kept.origin, None);
            tracing::error!(issuer = %kept.origin.issuer, "the last good keys have ended: its tokens are refused until there are new ones");
        }
    }

    /// How long the last good keys still count.
    fn left(&self, origin: &KeyOrigin, now: Instant) -> Option<Duration> {
        let (_, since) = self.held.as_ref()?;
        let keep = origin.keep_keys;
        Some(keep.saturating_sub(now.duration_since(*since)))
    }

    fn report_fault(&self, fault: KeyFault, kept: &Kept) {
        let mut report = locked(&kept.report);
        // Once for each change: a source that is away is not news every time.
        if report.fault.as_ref() != Some(&fault) {
            let kept = if self.held.is_some() {
                "the last good ones are used"
            } else {
                "its tokens are refused"
            };
            tracing::warn!(issuer = %report.origin.issuer, %fault, "the issuer's keys cannot be had; {kept}");
        }
        report.fault = Some(fault);
    }
}

/// Says what came, and which keys of it are not used, by their place.
fn tell(keys: &KeySet, origin: &KeyOrigin) {
    let ids: Vec<&str> = keys
        .keys()
        .iter()
        .map(|key| key.key_id().map_or("(no id)", KeyId::as_str))
        .collect();
    tracing::info!(issuer = %origin.issuer, keys = ids.join(" "), "the issuer's keys");
    for skipped in keys.skipped() {
        let reason = skipped.reason.map_or_else(
            || "its id stands twice, or the set is full".to_owned(),
            |reason| reason.to_string(),
        );
        let key_id = skipped.key_id.as_ref().map_or("(no id)", KeyId::as_str);
        tracing::warn!(issuer = %origin.issuer, position = skipped.position, key_id, reason, "a key of the issuer is not used");
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
