//! What many keys have in common, held once.

use std::sync::Arc;

use base::Name;
use credential::{Audience, ScopeSet};
use imbl::HashMap;

/// Where a key may be used, and for what.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Reach {
    pub(super) environment: Name,
    pub(super) scopes: ScopeSet,
    pub(super) audience: Audience,
}

/// Every reach that some key of the table has, and how many have it. It goes
/// with the last of them, so there is never one that nobody has.
#[derive(Debug, Clone, Default)]
pub(super) struct Reaches(HashMap<Arc<Reach>, u32>);

impl Reaches {
    /// The one copy of `reach`, for one more key.
    pub(super) fn hold(&mut self, reach: Reach) -> Arc<Reach> {
        if let Some((held, keys)) = self.0.get_key_value_mut(&reach) {
            *keys = keys.saturating_add(1);
            return Arc::clone(held);
        }
        let held = Arc::new(reach);
        self.0.insert(Arc::clone(&held), 1);
        held
    }

    /// One key fewer has it.
    pub(super) fn release(&mut self, reach: &Arc<Reach>) {
        match self.0.get_mut(reach) {
            Some(keys) if *keys > 1 => *keys -= 1,
            _ => drop(self.0.remove(reach)),
        }
    }

    /// How many different ones there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// How many keys hold one.
    #[cfg(test)]
    pub(super) fn holders(&self) -> u64 {
        self.0.values().map(|keys| u64::from(*keys)).sum()
    }
}
