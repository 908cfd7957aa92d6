//! Half a year of reviews over a store and a clock that tokio's paused time
//! drives: two processes look after them, and one starts anew every ten days.

use authority::accountability::Accountability;
use authority::api_key::{ApiKey, RotationPolicy};
use authority::audit::Action;
use authority::{Effect, Installation, Writes};
use base::{Digest, Name, SeededEntropy, Timestamp};
use credential::{ApiKeyId, DigestKey, EnvironmentClass};
use store::audit::AuditBody;
use store::{MemoryStore, Read as _};
use tokio::time::Instant;

use super::*;

const DAY: Duration = Duration::from_secs(86_400);

struct TokioClock(Instant);

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        let start = Timestamp::from_unix_seconds(1_800_000_000).unwrap();
        start.after(self.0.elapsed())
    }
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn environment() -> Environment {
    Environment {
        name: name("production"),
        class: EnvironmentClass::Production,
    }
}

/// A key that ends after `days`.
fn api_key(number: u64, days: u32, now: Timestamp) -> ApiKey {
    let mut record = ApiKey::new(
        ApiKeyId::generate(&mut SeededEntropy::new(number)),
        environment().name,
        Accountability {
            organisation: name("acme"),
            owner: name("team-weather"),
            purpose: "nightly import".to_owned(),
            revoker: name("oncall"),
        },
        (
            credential::ScopeSet::parse("read:forecast").unwrap(),
            "https://api.example.com/weather".parse().unwrap(),
        ),
        (Digest::new([1; 32]), DigestKey::new([1; 32]).id()),
        (now, now.after(DAY * days)),
    );
    record.review = Some(RotationPolicy::Quarterly.review_after(now));
    record
}

async fn count(store: &MemoryStore, id: &ApiKeyId, wanted: Action) -> usize {
    // Doorward does it, to the key.
    let is = |body: &AuditBody| match body {
        AuditBody::Event(event) => {
            event.action == wanted && event.target.as_deref() == Some(id.as_str())
        }
        AuditBody::Decision(_) | AuditBody::Outcome(_) => false,
    };
    let entries = store.audit_after(0, 1_000).await.unwrap();
    entries.iter().filter(|entry| is(&entry.body)).count()
}

#[tokio::test(start_paused = true)]
async fn each_notice_and_each_lapse_is_written_once() {
    let clock: Arc<dyn Clock> = Arc::new(TokioClock(Instant::now()));
    let store = Arc::new(MemoryStore::new());
    let now = clock.now();
    let lasting = api_key(1, 365, now);
    let ending = api_key(2, 30, now);
    let mut effects = vec![Effect::Install(Installation {
        environment: environment(),
        issuer: "https://login.example.com".parse().unwrap(),
        created_at: now,
    })];
    for record in [&lasting, &ending] {
        effects.push(Effect::CreateApiKey(Box::new(record.clone())));
    }
    let writes = Writes {
        effects,
        ..Writes::default()
    };
    store.commit(writes).await.unwrap();
    let start = || {
        let reviews = Reviews {
            environment: environment(),
            store: Arc::clone(&store) as Arc<dyn Store>,
            clock: Arc::clone(&clock),
        };
        tokio::spawn(reviews.run())
    };
    let review = lasting.review.clone().unwrap();
    let (_first, mut second) = (start(), start());
    // The instants that matter are whole days: half an hour after each, the
    // tick is over.
    tokio::time::sleep(PERIOD / 2).await;
    for day in 0..180_u32 {
        tokio::time::sleep(DAY).await;
        if day % 10 == 0 {
            second.abort();
            second = start();
        }
        let seen = clock.now();
        let told = (
            count(&store, &lasting.id, Action::ApiKeyReviewDue).await,
            count(&store, &lasting.id, Action::ApiKeyLapsed).await,
        );
        let expected = (
            usize::from(seen >= review.due_at),
            usize::from(seen >= review.suspends_at),
        );
        assert_eq!(told, expected, "after {day} days");
    }
    let lapsed = count(&store, &lasting.id, Action::ApiKeyLapsed).await;
    assert_eq!(lapsed, 1, "half a year is long enough for a lapse");
    for action in [Action::ApiKeyReviewDue, Action::ApiKeyLapsed] {
        assert_eq!(count(&store, &ending.id, action).await, 0, "it ended first");
    }
}
