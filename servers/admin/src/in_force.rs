//! A change is answered once the gate judges by it, so that whoever reads the
//! answer may rely on it.

use std::time::Duration;

use base::Revision;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use crate::answer::InForce;

/// How long an answer waits for the gate.
const PATIENCE: Duration = Duration::from_secs(1);

/// Waits until the gate of this process judges by `revision`. `None` if there
/// is no gate here, or it did not get there in time: then the change is made,
/// and nobody can say yet where it is in force.
pub(crate) async fn wait(
    gate: Option<&watch::Receiver<Revision>>,
    revision: Revision,
) -> Option<InForce> {
    let mut gate = gate?.clone();
    let begun = Instant::now();
    let reached = *timeout(PATIENCE, gate.wait_for(|reached| *reached >= revision))
        .await
        .ok()?
        .ok()?;
    Some(InForce {
        revision: reached.number(),
        after_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_is_in_force_once_the_gate_has_reached_it_and_not_before() {
        let (gate, watching) = watch::channel(Revision::new(4));
        assert_eq!(wait(None, Revision::new(1)).await, None);
        let reached = wait(Some(&watching), Revision::new(4)).await.unwrap();
        assert_eq!(reached.revision, 4);

        let waiting = tokio::spawn(async move { wait(Some(&watching), Revision::new(5)).await });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        gate.send(Revision::new(5)).unwrap();
        assert_eq!(waiting.await.unwrap().unwrap().revision, 5);
    }

    #[tokio::test]
    async fn a_gate_that_went_away_confirms_nothing() {
        let (gate, watching) = watch::channel(Revision::ZERO);
        drop(gate);
        assert_eq!(wait(Some(&watching), Revision::new(1)).await, None);
    }
}
