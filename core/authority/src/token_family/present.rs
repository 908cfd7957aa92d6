//! What a presented refresh token means. In this order:
//!
//! | # | what is presented | means |
//! |---|---|---|
//! | 1 | any, of a family that has ended | refused |
//! | 2 | any, at or after the end of the family, idle or absolute | refused |
//! | 3 | the newest generation | a successor |
//! | 4 | its parent, while nothing of the newest was used, within 10 s, at most 3 times | the same successor again: the answer was lost |
//! | 5 | its parent, while nothing of the newest was used, later | another successor; the unused one dies |
//! | 6 | anything else that is ours | reuse: somebody has a copy, so the family ends |
//!
//! A client that can do what cannot be undone gets no other successor (5): for
//! it that is reuse. Generations only rise, and no clock orders them.

use base::{Lifetime, Timestamp};

use super::{Parent, TokenFamily};

/// How long the parent may be presented again for the same successor.
pub const RETRY_WINDOW: Lifetime = Lifetime::from_secs(10);

/// How often.
pub const RETRIES: u8 = 3;

/// What a presented generation leads to.
#[derive(Debug, Clone)]
pub enum Presented {
    /// The family as it is to be written; its newest generation is the answer.
    Successor(Box<TokenFamily>),
    /// The family must end.
    Reuse,
}

/// The family has nothing to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotPresentable {
    /// It ended before its time.
    Ended,
    /// Its time is over.
    Expired,
}

/// Judges a generation that is proved to be the family's.
pub fn present(
    family: &TokenFamily,
    generation: u64,
    may_replace: bool,
    now: Timestamp,
) -> Result<Presented, NotPresentable> {
    if family.ended.is_some() {
        return Err(NotPresentable::Ended);
    }
    if now >= family.ends_at() {
        return Err(NotPresentable::Expired);
    }
    let newest = family.generation;
    if generation == newest {
        return Ok(successor(family, generation, now));
    }
    let parent = family
        .parent
        .filter(|parent| parent.generation == generation && !family.is_used);
    let Some(parent) = parent else {
        return Ok(Presented::Reuse);
    };
    let is_retry = now.since(parent.at) < RETRY_WINDOW;
    match (is_retry, parent.retries < RETRIES, may_replace) {
        (true, true, _) => Ok(again(family, parent, now)),
        (false, _, true) => Ok(successor(family, generation, now)),
        (true, false, _) | (false, _, false) => Ok(Presented::Reuse),
    }
}

/// A fresh newest generation, whose parent is the one that was presented.
fn successor(family: &TokenFamily, generation: u64, now: Timestamp) -> Presented {
    Presented::Successor(Box::new(TokenFamily {
        generation: family.generation.saturating_add(1),
        parent: Some(Parent {
            generation,
            at: now,
            retries: 0,
        }),
        is_used: false,
        presented_at: now,
        version: family.version.saturating_add(1),
        ..family.clone()
    }))
}

/// The same newest generation, given once more.
fn again(family: &TokenFamily, parent: Parent, now: Timestamp) -> Presented {
    Presented::Successor(Box::new(TokenFamily {
        parent: Some(Parent {
            retries: parent.retries.saturating_add(1),
            ..parent
        }),
        presented_at: now,
        version: family.version.saturating_add(1),
        ..family.clone()
    }))
}

#[cfg(test)]
mod tests;
