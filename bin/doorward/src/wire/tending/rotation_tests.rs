//! Rotations end by themselves, over a clock that tokio's paused time drives.

use authority::accountability::Accountability;
use authority::api_key::{ApiKey, RotationFacts, RotationRequest, rotate};
use authority::{Effect, Installation, Writes};
use base::{Digest, SeededEntropy};
use credential::{ApiKeyId, DigestKey, EnvironmentClass};
use snapshot::Usage;
use store::MemoryStore;
use store::audit::AuditVerdict;
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

async fn world() -> Arc<Tending> {
    let environment = Environment {
        name: "production".parse().unwrap(),
        class: EnvironmentClass::Production,
    };
    let clock = Arc::new(TokioClock(Instant::now()));
    let store = Arc::new(MemoryStore::new());
    let install = Writes {
        effects: vec![Effect::Install(Installation {
            environment: environment.clone(),
            issuer: "https://login.example.com".parse().unwrap(),
            created_at: clock.now(),
        })],
        ..Writes::default()
    };
    store.commit(install).await.unwrap();
    Arc::new(Tending {
        environment,
        store,
        sealing_key: Arc::new(SealingKey::new(&[9; 32]).unwrap()),
        clock,
    })
}

/// Creates a key and rotates it.
async fn rotated(tending: &Tending, number: u64, overlap: &str) -> ApiKeyId {
    let (now, mut entropy) = (tending.clock.now(), SeededEntropy::new(number));
    let digest_key = DigestKey::new([3; 32]);
    let record = ApiKey::new(
        ApiKeyId::generate(&mut entropy),
        tending.environment.name.clone(),
        Accountability {
            organisation: "acme".parse().unwrap(),
            owner: "team-weather".parse().unwrap(),
            purpose: "nightly import".into(),
            revoker: "oncall".parse().unwrap(),
        },
        (
            credential::ScopeSet::parse("read:forecast").unwrap(),
            "https://api.example.com/weather".parse().unwrap(),
        ),
        (Digest::new([1; 32]), digest_key.id()),
        (now, now.after(90 * DAY)),
    );
    let create = Writes {
        effects: vec![Effect::CreateApiKey(Box::new(record.clone()))],
        ..Writes::default()
    };
    tending.store.commit(create).await.unwrap();
    let facts = RotationFacts {
        environment: &tending.environment,
        digest_key: &digest_key,
        used: &Usage::default(),
    };
    let request = RotationRequest {
        overlap: Some(overlap.to_owned()),
        expires_in: None,
    };
    let origin = tending.origin().unwrap();
    let plan = rotate(&record, &request, facts, &origin, now, &mut entropy).unwrap();
    tending.store.commit(plan.writes).await.unwrap();
    record.id
}

async fn generation(tending: &Tending, id: &ApiKeyId) -> (u32, bool) {
    let held = tending.store.api_key(id.as_str()).await.unwrap().unwrap();
    (held.generation, held.rotation.is_some())
}

async fn ended(tending: &Tending) -> usize {
    let entries = tending.store.audit_after(0, 10_000).await.unwrap();
    let audit = serde_json::to_string(&entries).unwrap();
    audit.matches("\"api_key_rotation_ended\"").count()
}

#[tokio::test(start_paused = true)]
async fn a_rotation_is_written_down_when_its_end_comes_and_not_before() {
    let tending = world().await;
    tokio::spawn(Arc::clone(&tending).run(Job::Rotations));
    let soon = rotated(&tending, 1, "1d").await;
    let later = rotated(&tending, 2, "3d").await;
    tokio::time::sleep(DAY - Duration::from_millis(5)).await;
    assert_eq!(generation(&tending, &soon).await, (1, true));
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(generation(&tending, &soon).await, (2, false));
    assert_eq!(generation(&tending, &later).await, (1, true));
    tokio::time::sleep(2 * DAY).await;
    assert_eq!(generation(&tending, &later).await, (2, false));
    assert_eq!(ended(&tending).await, 2);
}

#[tokio::test(start_paused = true)]
async fn many_that_ended_while_nobody_looked_are_written_down_once() {
    let tending = world().await;
    let mut ids = Vec::new();
    for number in 0..250 {
        ids.push(rotated(&tending, number, "1d").await);
    }
    let last = rotated(&tending, 900, "9d").await;
    tokio::time::sleep(2 * DAY).await;
    let mut looking = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let tending = Arc::clone(&tending);
        looking.spawn(async move { tending.look(Job::Rotations).await.unwrap() });
    }
    let due = tending.clock.now().after(7 * DAY);
    for looked in looking.join_all().await {
        assert_eq!(looked.due, Some(due));
    }
    for id in &ids {
        assert_eq!(generation(&tending, id).await, (2, false));
    }
    assert_eq!(generation(&tending, &last).await, (1, true));
    assert_eq!(ended(&tending).await, 250, "each once");
    let verdict = tending.store.verify_audit().await.unwrap();
    assert!(matches!(verdict, AuditVerdict::Intact(_)), "{verdict:?}");
}
