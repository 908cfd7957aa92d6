//! One act on an API key: load, decide, commit, wait until it is in force.

use authority::api_key::ApiKey;
use authority::audit::Origin;
use authority::{Plan, Refusal};
use base::Timestamp;

use super::{load, usage};
use crate::answer::{ApiKeyAnswer, ChangedApiKeyAnswer};
use crate::operator::Asked;
use crate::problem::Failure;
use crate::settle::{ATTEMPTS, settle};
use crate::{Admin, in_force, owner};

/// Acts, and answers once the gate of this process judges by it. After a
/// conflict it is decided once more, over what the other act made of the key.
pub(super) async fn act<A>(
    admin: &Admin,
    asked: &Asked,
    id: &str,
    act: A,
) -> Result<ChangedApiKeyAnswer, Failure>
where
    A: Fn(&ApiKey, &Origin, Timestamp) -> Result<Plan<ApiKey>, Refusal>,
{
    for _ in 0..ATTEMPTS {
        let api_key = load(admin, id).await?;
        let plan = act(&api_key, &asked.origin, asked.now)?;
        if let Some((api_key, revision)) = settle(admin, plan).await? {
            let in_force = in_force::wait(admin.in_force.as_ref(), revision).await;
            let used = usage::of(admin, &api_key).await?;
            let owner = owner::of(admin, &api_key).await?;
            let answer = ApiKeyAnswer::new(&api_key, owner.as_ref(), asked.now);
            return Ok(ChangedApiKeyAnswer {
                api_key: answer.used(&api_key, &used, asked.now),
                in_force,
            });
        }
    }
    Err(Failure::Conflict)
}
