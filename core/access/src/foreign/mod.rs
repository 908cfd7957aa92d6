//! Issuers that are not ours: which of them a token is of, what it must be
//! like, and what it means here.
//!
//! A token is of the issuer that it names, byte for byte, and is verified with
//! the keys of that one alone; there is no second try with another's. Names
//! that an issuer gives (subjects, clients, token ids) are never compared with
//! ours or with another issuer's.

mod authority;
mod fact;
mod id_token;
mod identity;
mod issuer_keys;
mod scope;

use std::sync::Arc;

use boundary::{ForeignType, KeySource, TrustedIssuer};
use jose::{AcceptedTypes, Algorithm, AllowList, TimeLimits, TokenType};

pub use fact::ForeignFact;
pub use identity::ForeignIdentity;
pub use issuer_keys::{IssuerKeys, KeyOrigin, KeysInForce, WantedKey};

/// A trusted issuer, ready for judging.
#[derive(Debug, Clone)]
pub struct ForeignIssuer {
    rules: Arc<TrustedIssuer>,
    origin: KeyOrigin,
    allow: Option<AllowList>,
    types: Option<AcceptedTypes>,
    limits: TimeLimits,
    keys: Option<KeysInForce>,
}

impl ForeignIssuer {
    pub(crate) fn new(rules: TrustedIssuer, keys: &IssuerKeys) -> Self {
        let limits = TimeLimits::new(rules.leeway, rules.max_lifetime);
        let ready = Self {
            origin: KeyOrigin::of(&rules),
            allow: allow_list(&rules.algorithms),
            types: accepted_types(&rules),
            // The inventory holds no longer leeway; the default is the shortest.
            limits: limits.unwrap_or_default(),
            keys: None,
            rules: Arc::new(rules),
        };
        ready.with_keys(keys)
    }

    /// The same rules, with what is known of its keys now.
    #[must_use]
    pub(crate) fn with_keys(&self, keys: &IssuerKeys) -> Self {
        let inline = || {
            let KeySource::Inline(text) = &self.rules.keys else {
                return None;
            };
            let keys = self.origin.read(text.as_bytes())?.ok()?;
            Some(KeysInForce {
                keys: Arc::new(keys),
                until: None,
            })
        };
        let held = self.keys.as_ref().filter(|held| held.until.is_none());
        Self {
            keys: keys
                .of(&self.origin)
                .cloned()
                .or_else(|| held.cloned())
                .or_else(inline),
            ..self.clone()
        }
    }

    /// What the inventory says about it.
    pub fn rules(&self) -> &Arc<TrustedIssuer> {
        &self.rules
    }

    /// Where its keys come from.
    pub fn origin(&self) -> &KeyOrigin {
        &self.origin
    }

    /// What its tokens may be signed with; nothing if the inventory names an
    /// algorithm that is not known here, and then nothing is accepted.
    pub fn algorithms(&self) -> Option<AllowList> {
        self.allow
    }

    /// Its keys, if there are any now.
    pub fn keys(&self) -> Option<&KeysInForce> {
        self.keys.as_ref()
    }

    pub(crate) fn limits(&self) -> &TimeLimits {
        &self.limits
    }

    pub(crate) fn types(&self) -> Option<AcceptedTypes> {
        self.types
    }
}

fn allow_list(names: &[String]) -> Option<AllowList> {
    let named: Result<Vec<Algorithm>, _> = names.iter().map(|name| name.parse()).collect();
    AllowList::new(&named.ok()?).ok()
}

fn accepted_types(rules: &TrustedIssuer) -> Option<AcceptedTypes> {
    let stated = |one: &ForeignType| match one {
        ForeignType::AccessToken => Some(TokenType::AccessToken),
        ForeignType::Jwt => Some(TokenType::IdToken),
        ForeignType::Unstated => None,
    };
    let mut named = rules.token_types.iter().filter_map(stated);
    let unstated = rules.token_types.contains(&ForeignType::Unstated);
    match named.next() {
        Some(first) => {
            let types = named.fold(AcceptedTypes::only(first), AcceptedTypes::or);
            Some(if unstated { types.or_unstated() } else { types })
        }
        // An absent type alone: at+jwt beside it is the stricter of the two,
        // and a set of types is never empty.
        None if unstated => Some(AcceptedTypes::only(TokenType::AccessToken).or_unstated()),
        None => None,
    }
}
