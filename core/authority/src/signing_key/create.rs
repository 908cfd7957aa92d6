//! The first lane of an environment.

use base::{Entropy, Timestamp};
use credential::Environment;
use jose::Algorithm;

use super::draft::Draft;
use super::{CreateFault, Facts, KeyRing, SealingKey};
use crate::Plan;
use crate::audit::Origin;

/// Creates the first signing keys of an environment: one that is active at
/// once, since nobody has a token yet that would know another one, and the one
/// after it, so that the first rotation has nothing to wait for.
pub fn create(
    algorithm: Algorithm,
    (environment, sealing_key): (&Environment, &SealingKey),
    origin: &Origin,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Plan<KeyRing>, CreateFault> {
    let ring = KeyRing::default();
    let facts = Facts {
        ring: &ring,
        environment,
        sealing_key,
    };
    let mut draft = Draft::of(&ring, origin, now);
    draft.activate_sealed(algorithm, facts, entropy)?;
    draft.stage_sealed(algorithm, facts, entropy)?;
    Ok(draft.finish())
}
