//! Many API keys in one commit: all of them or none. Each names the batch, so
//! that after an interruption those that were made can be found and revoked.

use base::{Entropy, Name, Timestamp};

use super::create::create_in;
use super::{ApiKeyRequest, CreatedApiKey};
use crate::accountability::Facts;
use crate::audit::Origin;
use crate::{FieldFinding, ItemFindings, Plan, Refusal, Writes};

/// How many keys one request may make.
pub const MOST_AT_ONCE: usize = 1_000;

/// Creates every key that was asked for. What is wrong with any of them is told
/// for all of them at once, also of those that could not be read.
pub fn create_bulk(
    requests: &[Result<ApiKeyRequest, FieldFinding>],
    batch: &Name,
    origin: &Origin,
    facts: Facts<'_>,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Plan<Vec<CreatedApiKey>>, Refusal> {
    super::check_count(requests.len())?;
    let mut made = Vec::with_capacity(requests.len());
    let mut writes = Writes::default();
    let mut wrong = Vec::new();
    for (item, request) in requests.iter().enumerate() {
        let read = request.as_ref().map_err(|finding| vec![finding.clone()]);
        let created =
            read.and_then(|request| create_in(request, Some(batch), origin, facts, now, entropy));
        match created {
            Ok(plan) => {
                writes.append(plan.writes);
                made.push(plan.outcome);
            }
            Err(findings) => wrong.push(ItemFindings { item, findings }),
        }
    }
    match wrong.is_empty() {
        true => Ok(Plan {
            outcome: made,
            writes,
        }),
        false => Err(Refusal::InvalidItems(wrong)),
    }
}
