//! How credentials are used: sums, and no part of the audit.

use credential::CredentialKind;
use snapshot::{CredentialRef, Seen, Usage, UsageReport};

use super::fixture::{at, everything, installed};
use crate::{Store, StoreFault};

fn of(kind: CredentialKind, id: &str) -> CredentialRef {
    let id = id.to_owned();
    CredentialRef { kind, id }
}

fn report(credential: &CredentialRef, network: &str, second: u64) -> UsageReport {
    let seen = Seen::once(at(second));
    let mut usage = Usage {
        seen: Some(seen),
        ..Usage::default()
    };
    usage.networks.insert(network.parse().unwrap(), seen);
    usage.generations.insert(1, seen);
    usage
        .endpoints
        .insert("weather.forecast".parse().unwrap(), seen);
    UsageReport {
        credential: credential.clone(),
        usage,
    }
}

/// Reports add up, and nothing else changes.
pub async fn reports_add_up(store: &dyn Store) {
    let one = of(CredentialKind::ApiKey, "k0000000000000001");
    let early = store.record_usage(vec![report(&one, "192.0.2.0/24", 1)]);
    assert_eq!(early.await, Err(StoreFault::NotInstalled));
    let store = installed(store).await;
    assert_eq!(store.usage(&one).await.unwrap(), None);
    let before = everything(store).await;

    let batch = vec![
        report(&one, "192.0.2.0/24", 5),
        report(&one, "198.51.100.0/24", 3),
    ];
    let mut sum = Usage::default();
    for _ in 0..2 {
        store.record_usage(batch.clone()).await.unwrap();
        batch.iter().for_each(|report| sum.add(&report.usage));
    }
    assert_eq!(store.usage(&one).await.unwrap(), Some(sum.clone()));
    let seen = sum.seen.unwrap();
    assert_eq!(
        (seen.first_at, seen.last_at, seen.requests),
        (at(3), at(5), 4)
    );
    assert_eq!(everything(store).await, before);
}

/// The same id of two kinds is two credentials, and pages are in order.
pub async fn use_is_read_page_by_page_in_order(store: &dyn Store) {
    let store = installed(store).await;
    let mut all: Vec<CredentialRef> = ["k1", "k2", "k3", "c1"]
        .into_iter()
        .flat_map(|id| {
            [CredentialKind::ApiKey, CredentialKind::ClientCredentials].map(|kind| of(kind, id))
        })
        .collect();
    let reports = all.iter().map(|one| report(one, "2001:db8::/48", 1));
    store.record_usage(reports.collect()).await.unwrap();
    all.sort_by(|a, b| (a.kind.as_str(), &a.id).cmp(&(b.kind.as_str(), &b.id)));
    for size in [1, 3, 100] {
        let mut found: Vec<CredentialRef> = Vec::new();
        loop {
            let page = store.usages(found.last(), size).await.unwrap();
            if page.is_empty() {
                break;
            }
            assert!(page.len() <= size);
            found.extend(page.into_iter().map(|report| report.credential));
        }
        assert_eq!(found, all, "{size} at a time");
    }
}
