//! Tokens whose signature was found good, remembered.
//!
//! It holds facts, never decisions: a remembered token is judged again on
//! every request by time, revocation, audience and scope, so that revoking it
//! needs nothing here. What failed is never remembered.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use access::{TokenFacts, Uncached, View};
use base::Entropy;
use foldhash::SharedSeed;
use foldhash::fast::SeedableRandomState;
use jose::{AccessTokenClaims, KeySet, TokenError, Verified};

/// How much one worker remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheLimits {
    /// Tokens.
    pub tokens: usize,
    /// Bytes of their texts.
    pub bytes: usize,
}

impl Default for CacheLimits {
    fn default() -> Self {
        Self {
            tokens: 10_000,
            bytes: 16 * 1024 * 1024,
        }
    }
}

type Fact = Arc<Verified<AccessTokenClaims>>;
type Facts = HashMap<Box<str>, Fact, SeedableRandomState>;

/// The cache of one worker. Its key is the whole token, compared byte for
/// byte, under the key set that it was verified with.
#[derive(Debug)]
pub struct VerifiedTokens {
    limits: CacheLimits,
    remembered: RefCell<Remembered>,
}

/// Two generations: what was used since the last turn, and what was before.
#[derive(Debug)]
struct Remembered {
    /// Kept alive, so that its address cannot come to mean another set.
    keys: Option<Arc<KeySet>>,
    young: Facts,
    old: Facts,
    young_bytes: usize,
}

impl VerifiedTokens {
    /// An empty cache, hashed with a seed that nobody outside can guess.
    pub fn new(limits: CacheLimits, entropy: &mut dyn Entropy) -> Self {
        let state = SeedableRandomState::with_seed(
            u64::from_le_bytes(entropy.bytes()),
            SharedSeed::global_random(),
        );
        Self {
            limits,
            remembered: RefCell::new(Remembered {
                keys: None,
                young: Facts::with_hasher(state.clone()),
                old: Facts::with_hasher(state),
                young_bytes: 0,
            }),
        }
    }

    /// How many it holds.
    pub fn len(&self) -> usize {
        let remembered = self.remembered.borrow();
        remembered.young.len() + remembered.old.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl TokenFacts for VerifiedTokens {
    fn verify(&self, token: &str, view: &View) -> Result<Fact, TokenError> {
        let mut remembered = self.remembered.borrow_mut();
        remembered.follow(view.snapshot().accepted_keys());
        if let Some(fact) = remembered.recall(token, self.limits) {
            return Ok(fact);
        }
        let fact = Uncached.verify(token, view)?;
        remembered.keep(token.into(), Arc::clone(&fact), self.limits);
        Ok(fact)
    }
}

impl Remembered {
    /// Another key set verifies other tokens: everything is forgotten.
    fn follow(&mut self, keys: &Arc<KeySet>) {
        if !self
            .keys
            .as_ref()
            .is_some_and(|held| Arc::ptr_eq(held, keys))
        {
            self.keys = Some(Arc::clone(keys));
            self.young.clear();
            self.old.clear();
            self.young_bytes = 0;
        }
    }

    fn recall(&mut self, token: &str, limits: CacheLimits) -> Option<Fact> {
        if let Some(fact) = self.young.get(token) {
            return Some(Arc::clone(fact));
        }
        let (text, fact) = self.old.remove_entry(token)?;
        self.keep(text, Arc::clone(&fact), limits);
        Some(fact)
    }

    fn keep(&mut self, token: Box<str>, fact: Fact, limits: CacheLimits) {
        // Each generation has half of the room.
        let full = self.young.len() + 1 > limits.tokens / 2
            || self.young_bytes + token.len() > limits.bytes / 2;
        if full {
            std::mem::swap(&mut self.young, &mut self.old);
            self.young.clear();
            self.young_bytes = 0;
        }
        if token.len() <= limits.bytes / 2 && limits.tokens >= 2 {
            self.young_bytes += token.len();
            self.young.insert(token, fact);
        }
    }
}
