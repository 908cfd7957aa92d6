//! `/admin/v1/audit`.

pub(crate) mod list;
pub(crate) mod tail;
pub(crate) mod verify;

use crate::answer::{AuditEntryAnswer, AuditPage};
use crate::malformed::Malformed;
use store::audit::AuditEntry;

/// The most entries of one answer.
const MOST: u32 = 1000;

fn check(limit: Option<u32>, default: u32) -> Result<usize, Malformed> {
    let limit = limit.unwrap_or(default);
    if (1..=MOST).contains(&limit) {
        Ok(limit as usize)
    } else {
        Err(Malformed::Count(MOST))
    }
}

fn render(entries: &[AuditEntry]) -> AuditPage {
    AuditPage {
        next_after: entries.last().map(|entry| entry.sequence),
        entries: entries.iter().map(AuditEntryAnswer::from).collect(),
    }
}
