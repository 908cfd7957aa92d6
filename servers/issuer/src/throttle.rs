//! How often logins are tried, for each name and each address (negative test
//! ADM-020). A name that nobody has counts as one that somebody has. What
//! cannot be counted is not tried.

use std::net::IpAddr;

use access::limit;
use base::Timestamp;
use ephemeral::counters::Counted;
use snapshot::RateLimit;

use crate::Issuer;

/// For one name: guessing goes no faster, from however many addresses.
const OF_A_NAME: RateLimit = RateLimit {
    requests: 10,
    per_seconds: 60,
};

/// For one address: each try costs tens of milliseconds of processor time.
const OF_AN_ADDRESS: RateLimit = RateLimit {
    requests: 30,
    per_seconds: 60,
};

/// Whether another login may be tried. An address that cannot be told is one
/// address.
pub(crate) async fn may_try(
    issuer: &Issuer,
    login_name: &str,
    peer: Option<IpAddr>,
    now: Timestamp,
) -> bool {
    let peer = peer.map(|peer| peer.to_canonical().to_string());
    let address = format!("login from {}", peer.as_deref().unwrap_or("nowhere"));
    // The address first: what it may not try takes nothing of a name.
    take(issuer, &address, OF_AN_ADDRESS, now).await
        && take(issuer, &format!("login as {login_name}"), OF_A_NAME, now).await
}

async fn take(issuer: &Issuer, name: &str, limit: RateLimit, now: Timestamp) -> bool {
    let mut is_within = false;
    let mut step = |held: Option<i64>| {
        let taken = limit::take(limit, held, now);
        is_within = taken.is_within;
        Counted {
            number: taken.state,
            needed_for: taken.needed_for,
        }
    };
    match issuer.counters.change(name, now, &mut step).await {
        Ok(()) => is_within,
        Err(fault) => {
            tracing::error!(%fault, "whether a login may be tried is unknown");
            false
        }
    }
}
