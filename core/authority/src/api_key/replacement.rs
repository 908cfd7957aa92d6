//! What an act made of a key is written over the version that it read.

use snapshot::Change;

use super::ApiKey;
use crate::audit::AuditEvent;
use crate::{Effect, Writes};

/// Makes `record` the next version of `read`, and gives what writes it.
pub(super) fn replacement(read: &ApiKey, record: &mut ApiKey, audit: Vec<AuditEvent>) -> Writes {
    record.version = read.version.saturating_add(1);
    Writes {
        effects: vec![Effect::ReplaceApiKey {
            from: read.version,
            record: Box::new(record.clone()),
        }],
        audit,
        changes: vec![Change::ApiKeyPut(Box::new(record.entry()))],
    }
}
