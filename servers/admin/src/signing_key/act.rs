//! One act on the signing keys: load, decide, commit, wait until it is in force.

use std::sync::Arc;

use authority::audit::Origin;
use authority::signing_key::{Facts, KeyRing, Unmade};
use authority::{Plan, Refusal};
use base::Timestamp;
use jose::KeyId;

use crate::answer::{ChangedSigningKeysAnswer, SigningKeyAnswer};
use crate::operator::Asked;
use crate::problem::Failure;
use crate::settle::{ATTEMPTS, settle};
use crate::{Admin, in_force};

/// Acts, and answers once the gate of this process judges by it. After a
/// conflict it is decided once more, unless another key signs by then: an
/// operator rotates what they saw, and two who ask at once rotate once.
pub(super) async fn act<A>(
    admin: &Arc<Admin>,
    asked: &Asked,
    act: A,
) -> Result<ChangedSigningKeysAnswer, Failure>
where
    A: Fn(Facts<'_>, &Origin, Timestamp) -> Result<Plan<KeyRing>, Unmade> + Send + Sync + 'static,
{
    let act = Arc::new(act);
    let mut seen: Option<Vec<KeyId>> = None;
    for _ in 0..ATTEMPTS {
        let ring = admin.store.key_ring().await?;
        let active = ring.active_ids();
        if *seen.get_or_insert_with(|| active.clone()) != active {
            return Err(overtaken(&active).into());
        }
        let plan = decide(admin, asked, Arc::clone(&act), ring).await?;
        if let Some((ring, revision)) = settle(admin, plan).await? {
            let in_force = in_force::wait(admin.in_force.as_ref(), revision).await;
            return Ok(ChangedSigningKeysAnswer {
                items: SigningKeyAnswer::all(&ring, &admin.environment),
                in_force,
            });
        }
    }
    Err(Failure::Conflict)
}

/// Making an RSA key takes longer than a thread that serves others may spend.
async fn decide<A>(
    admin: &Arc<Admin>,
    asked: &Asked,
    act: Arc<A>,
    ring: KeyRing,
) -> Result<Plan<KeyRing>, Failure>
where
    A: Fn(Facts<'_>, &Origin, Timestamp) -> Result<Plan<KeyRing>, Unmade> + Send + Sync + 'static,
{
    let (admin, origin, now) = (Arc::clone(admin), asked.origin.clone(), asked.now);
    let deciding = tokio::task::spawn_blocking(move || {
        let facts = Facts {
            ring: &ring,
            environment: &admin.environment,
            sealing_key: &admin.sealing_key,
        };
        act(facts, &origin, now)
    });
    match deciding.await {
        Ok(Ok(plan)) => Ok(plan),
        Ok(Err(Unmade::Refused(refusal))) => Err(refusal.into()),
        Ok(Err(Unmade::Fault(fault))) => {
            tracing::error!(%fault, "a signing key could not be made");
            Err(Failure::Fault)
        }
        Err(error) => {
            tracing::error!(%error, "an act on the signing keys broke off");
            Err(Failure::Fault)
        }
    }
}

fn overtaken(active: &[KeyId]) -> Refusal {
    let active: Vec<&str> = active.iter().map(KeyId::as_str).collect();
    Refusal::WrongStage {
        detail: format!(
            "another change of the signing keys came first: {} signs by now",
            active.join(", ")
        ),
        fix: "look at them, and ask again if that is not what you wanted".to_owned(),
    }
}
