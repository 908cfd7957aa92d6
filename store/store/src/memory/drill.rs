//! Drills, and the keys that are being rotated.

use authority::api_key::ApiKey;
use authority::drill::Drill;
use snapshot::CredentialRef;

use super::state::State;

impl State {
    /// Those whose rotation ends first.
    pub(super) fn by_rotation_end(&self, limit: usize) -> Vec<ApiKey> {
        let going_on = self.api_keys.values().filter_map(|record| {
            let rotation = record.rotation.as_ref()?;
            let live = record.revocation.is_none();
            live.then_some((rotation.ends_at, record))
        });
        let mut all: Vec<_> = going_on.collect();
        all.sort_by(|(end, record), (other_end, other)| {
            (end, record.id.as_str()).cmp(&(other_end, other.id.as_str()))
        });
        all.truncate(limit);
        all.into_iter().map(|(_, record)| record.clone()).collect()
    }

    /// The newest first.
    pub(super) fn newest_drills(
        &self,
        credential: Option<&CredentialRef>,
        limit: usize,
    ) -> Vec<Drill> {
        let asked = |drill: &&Drill| credential.is_none_or(|asked| drill.credential == *asked);
        let mut all: Vec<&Drill> = self.drills.values().filter(asked).collect();
        all.sort_by(|a, b| (b.started_at, &b.id).cmp(&(a.started_at, &a.id)));
        all.truncate(limit);
        all.into_iter().cloned().collect()
    }

    /// The newest of each credential.
    pub(super) fn last_drills(&self, after: Option<&CredentialRef>, limit: usize) -> Vec<Drill> {
        let mut all = self.newest_drills(None, usize::MAX);
        // Stable: the newest of a credential stays in front of its others.
        all.sort_by(|a, b| a.credential.cmp(&b.credential));
        all.dedup_by(|later, kept| later.credential == kept.credential);
        all.retain(|drill| after.is_none_or(|after| drill.credential > *after));
        all.truncate(limit);
        all
    }
}
