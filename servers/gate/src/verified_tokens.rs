//! Tokens whose signature was found good, remembered.
//!
//! It holds facts, never decisions: a remembered token is judged again on
//! every request by time, revocation, audience and scope, so that revoking it
//! needs nothing here. What failed is never remembered.
//!
//! A token is remembered the second time that it comes: one that is used once
//! costs its verification and no memory, and a stream of such tokens does not
//! drive out those that are used again and again.

use std::cell::RefCell;
use std::hash::BuildHasher as _;
use std::sync::Arc;

use access::{TokenFact, TokenFacts, Uncached, Unverifiable, View};
use base::Entropy;
use foldhash::SharedSeed;
use foldhash::fast::SeedableRandomState;
use hashbrown::HashTable;
use jose::KeySet;

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

/// How many tokens are recognised the second time; each takes eight bytes.
const SEEN: usize = 16_384;

/// The cache of one worker. Its key is the whole token, compared byte for
/// byte, under the key set that it was verified with; for a token of a trusted
/// issuer under that issuer's keys and rules.
#[derive(Debug)]
pub struct VerifiedTokens {
    limits: CacheLimits,
    hasher: SeedableRandomState,
    remembered: RefCell<Remembered>,
}

/// Two generations: what was used since the last turn, and what was before.
#[derive(Debug)]
struct Remembered {
    /// Kept alive, so that its address cannot come to mean another set.
    keys: Option<Arc<KeySet>>,
    young: HashTable<Entry>,
    old: HashTable<Entry>,
    young_bytes: usize,
    /// The hash of the last token that came to each place. One that stands
    /// there by chance only brings another token in at its first use.
    seen: Box<[u64]>,
}

#[derive(Debug)]
struct Entry {
    hash: u64,
    token: Box<str>,
    fact: TokenFact,
}

impl Entry {
    fn is_of(&self, hash: u64, token: &str) -> bool {
        self.hash == hash && *self.token == *token
    }

    /// Whether what it was verified by is still in force. For a token of ours
    /// that is the key set, and another one has emptied the whole cache.
    fn holds(&self, view: &View) -> bool {
        match &self.fact {
            TokenFact::Own(_) => true,
            TokenFact::Foreign(fact) => fact.issuer_in(view).is_some(),
        }
    }
}

impl VerifiedTokens {
    /// An empty cache, hashed with a seed that nobody outside can guess.
    pub fn new(limits: CacheLimits, entropy: &mut dyn Entropy) -> Self {
        Self {
            limits,
            hasher: SeedableRandomState::with_seed(
                u64::from_le_bytes(entropy.bytes()),
                SharedSeed::global_random(),
            ),
            remembered: RefCell::new(Remembered {
                keys: None,
                young: HashTable::new(),
                old: HashTable::new(),
                young_bytes: 0,
                seen: vec![0; SEEN].into(),
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
    fn verify(&self, token: &str, view: &View) -> Result<TokenFact, Unverifiable> {
        let hash = self.hasher.hash_one(token);
        let mut remembered = self.remembered.borrow_mut();
        remembered.follow(view.snapshot().accepted_keys());
        if let Some(fact) = remembered.recall((hash, token), view, self.limits) {
            return Ok(fact);
        }
        let fact = Uncached.verify(token, view)?;
        if remembered.has_come_before(hash) {
            let (token, fact) = (token.into(), fact.clone());
            remembered.keep(Entry { hash, token, fact }, self.limits);
        }
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

    fn recall(
        &mut self,
        (hash, token): (u64, &str),
        view: &View,
        limits: CacheLimits,
    ) -> Option<TokenFact> {
        if let Some(entry) = self.young.find(hash, |entry| entry.is_of(hash, token)) {
            if entry.holds(view) {
                return Some(entry.fact.clone());
            }
            let found = self
                .young
                .find_entry(hash, |entry| entry.is_of(hash, token));
            let (entry, _) = found.ok()?.remove();
            self.young_bytes -= entry.token.len();
            return None;
        }
        let found = self.old.find_entry(hash, |entry| entry.is_of(hash, token));
        let (entry, _) = found.ok()?.remove();
        if !entry.holds(view) {
            return None;
        }
        let fact = entry.fact.clone();
        self.keep(entry, limits);
        Some(fact)
    }

    fn has_come_before(&mut self, hash: u64) -> bool {
        // The table below takes the hash's low bits, so these are the high ones.
        let place = usize::try_from(hash >> 32).unwrap_or_default() % SEEN;
        let seen = self.seen.get_mut(place);
        seen.is_some_and(|last| std::mem::replace(last, hash) == hash)
    }

    fn keep(&mut self, entry: Entry, limits: CacheLimits) {
        // Each generation has half of the room.
        let length = entry.token.len();
        let full = self.young.len() + 1 > limits.tokens / 2
            || self.young_bytes + length > limits.bytes / 2;
        if full {
            std::mem::swap(&mut self.young, &mut self.old);
            self.young.clear();
            self.young_bytes = 0;
        }
        if length <= limits.bytes / 2 && limits.tokens >= 2 {
            self.young_bytes += length;
            self.young
                .insert_unique(entry.hash, entry, |entry| entry.hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use access::Rule;
    use base::{SeededEntropy, Timestamp};
    use credential::{Environment, EnvironmentClass};
    use jose::{AccessTokenClaims, Algorithm, SigningKey, TokenError, TokenType, Verified};
    use snapshot::{Change, KeyStage, NumberedChange, PublishedKey, Snapshot};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_seconds(1_800_000_000 + seconds).unwrap()
    }

    fn signing_key() -> SigningKey {
        SigningKey::generate(Algorithm::Es256, "k1".parse().unwrap()).unwrap()
    }

    fn view_of(key: &SigningKey) -> View {
        let environment = Environment {
            name: "production".parse().unwrap(),
            class: EnvironmentClass::Production,
        };
        let mut snapshot = Snapshot::empty(environment, "https://login".parse().unwrap());
        let keys = vec![PublishedKey {
            jwk: key.verification_key().to_jwk(),
            stage: KeyStage::Active,
            expires_at: at(1000),
            since: None,
        }];
        let change = Change::KeysPublished { keys };
        let revision = snapshot.revision().next();
        snapshot.apply(NumberedChange { revision, change }).unwrap();
        View::new(Arc::new(snapshot))
    }

    fn token(key: &SigningKey, jti: usize) -> String {
        let claims = AccessTokenClaims {
            issuer: "https://login".parse().unwrap(),
            subject: "s".parse().unwrap(),
            audience: jose::Audience::only("https://api".parse().unwrap()),
            expires_at: at(600),
            not_before: at(0),
            issued_at: at(0),
            token_id: format!("t{jti}").parse().unwrap(),
            client_id: "c".parse().unwrap(),
            scope: None,
            organisation: "o".parse().unwrap(),
            subject_version: 1,
            family: None,
            confirmation: None,
        };
        key.sign(TokenType::AccessToken, &claims).unwrap()
    }

    fn cache(tokens: usize, bytes: usize) -> VerifiedTokens {
        let limits = CacheLimits { tokens, bytes };
        VerifiedTokens::new(limits, &mut SeededEntropy::new(1))
    }

    /// What is known about a token of ours.
    fn own(fact: TokenFact) -> Arc<Verified<AccessTokenClaims>> {
        match fact {
            TokenFact::Own(claims) => claims,
            TokenFact::Foreign(_) => panic!("it is another issuer's"),
        }
    }

    #[test]
    fn from_the_third_use_on_a_hit_is_the_same_fact() {
        let (key, cache) = (signing_key(), cache(10, 100_000));
        let view = view_of(&key);
        let text = token(&key, 1);
        cache.verify(&text, &view).unwrap();
        assert!(cache.is_empty(), "a token that is used once takes no room");
        let second = own(cache.verify(&text, &view).unwrap());
        assert_eq!(cache.len(), 1);
        assert!(Arc::ptr_eq(
            &second,
            &own(cache.verify(&text, &view).unwrap())
        ));
    }

    /// JWT-081: the genuine token is remembered; the same header and payload
    /// with any other signature is not it.
    #[test]
    fn a_forged_signature_is_refused_while_the_genuine_token_is_remembered() {
        let (key, cache) = (signing_key(), cache(10, 100_000));
        let view = view_of(&key);
        let genuine = token(&key, 1);
        for _ in 0..2 {
            cache.verify(&genuine, &view).unwrap();
        }
        let (signed, signature) = genuine.rsplit_once('.').unwrap();
        let other = token(&key, 2);
        let foreign = token(&signing_key(), 1);
        for forged in [
            other.rsplit_once('.').unwrap().1,
            foreign.rsplit_once('.').unwrap().1,
            &"A".repeat(86),
            "",
            signature.get(1..).unwrap(),
        ] {
            let forged = format!("{signed}.{forged}");
            for _ in 0..3 {
                assert!(cache.verify(&forged, &view).is_err(), "{forged}");
            }
        }
        assert_eq!(cache.len(), 1, "what failed is not remembered");
        assert!(cache.verify(&genuine, &view).is_ok());
    }

    #[test]
    fn another_key_set_forgets_everything() {
        let (key, cache) = (signing_key(), cache(10, 100_000));
        let (text, view) = (token(&key, 1), view_of(&key));
        for _ in 0..2 {
            cache.verify(&text, &view).unwrap();
        }
        assert_eq!(cache.len(), 1);
        let rotated = view_of(&signing_key());
        assert_eq!(
            cache.verify(&text, &rotated).unwrap_err().rule(),
            Rule::Token(TokenError::Signature)
        );
        assert!(cache.is_empty());
    }

    #[test]
    fn it_stays_within_its_bounds_and_keeps_what_is_used() {
        let key = signing_key();
        let view = view_of(&key);
        let tokens: Vec<_> = (0..60).map(|jti| token(&key, jti)).collect();
        let length = tokens.iter().map(String::len).max().unwrap();
        for cache in [cache(10, 1_000_000), cache(1_000, length * 10)] {
            cache.verify(&tokens[0], &view).unwrap();
            let used = own(cache.verify(&tokens[0], &view).unwrap());
            for text in &tokens {
                cache.verify(text, &view).unwrap();
                cache.verify(text, &view).unwrap();
                assert!(Arc::ptr_eq(
                    &used,
                    &own(cache.verify(&tokens[0], &view).unwrap())
                ));
                assert!(cache.len() <= 10, "{}", cache.len());
            }
        }
        let nothing = self::cache(0, 0);
        assert!(nothing.verify(&tokens[0], &view).is_ok());
        assert!(nothing.is_empty());
    }
}
