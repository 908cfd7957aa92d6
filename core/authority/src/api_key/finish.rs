//! A rotation ends by itself: in effect by the clock alone, and written down
//! when somebody comes by.

use std::borrow::Cow;

use base::Timestamp;

use super::replacement::replacement;
use super::{ApiKey, Rotation};
use crate::Plan;
use crate::audit::{Action, AuditEvent, Origin};

impl ApiKey {
    /// As it is at that time: a rotation whose end has come is over, whether or
    /// not anybody has written that down.
    pub fn settled(&self, now: Timestamp) -> Cow<'_, Self> {
        match &self.rotation {
            Some(rotation) if now >= rotation.ends_at => {
                Cow::Owned(self.with_newer_alone(rotation))
            }
            _ => Cow::Borrowed(self),
        }
    }

    /// The older secret is gone for good: not even its digest is kept.
    pub(super) fn with_newer_alone(&self, rotation: &Rotation) -> Self {
        let newer = &rotation.successor;
        Self {
            digest: newer.digest,
            digest_key: Some(newer.digest_key),
            generation: newer.generation,
            secret_created_at: Some(rotation.staged_at),
            expires_at: newer.expires_at,
            rotation: None,
            ..self.clone()
        }
    }
}

/// Writes down that a rotation has ended; nothing if none has.
pub fn finish(api_key: &ApiKey, origin: &Origin, now: Timestamp) -> Option<Plan<ApiKey>> {
    if api_key.revocation.is_some() {
        return None;
    }
    let event = ended(api_key, origin, now)?;
    let mut record = api_key.settled(now).into_owned();
    let writes = replacement(api_key, &mut record, vec![event]);
    Some(Plan {
        outcome: record,
        writes,
    })
}

/// What the audit is told of a rotation that has ended by itself.
pub(super) fn ended(api_key: &ApiKey, origin: &Origin, now: Timestamp) -> Option<AuditEvent> {
    let rotation = api_key.rotation.as_ref()?;
    (now >= rotation.ends_at).then(|| {
        let detail = format!(
            "secret {} ended at {}; secret {} is the only one",
            api_key.generation,
            rotation.cut_over_at.unwrap_or(rotation.ends_at),
            rotation.successor.generation,
        );
        let id = Some(api_key.id.to_string());
        origin.event(Action::ApiKeyRotationEnded, id, detail, now)
    })
}
