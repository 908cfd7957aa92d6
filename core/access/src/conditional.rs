//! Every rule that needs only memory has passed; what is left is outside.

use std::sync::Arc;

use base::Name;
use boundary::Endpoint;
use snapshot::RateLimit;

use crate::limit::Allowance;
use crate::route::Route;
use crate::{Denial, Permit, Principal, Rule};

/// A request that may pass once its [`Claims`] are settled.
#[derive(Clone)]
#[must_use = "a conditional is not a permit: settle it"]
pub struct Conditional {
    pub(crate) route: Arc<Route>,
    pub(crate) principal: Principal,
    pub(crate) target: Box<str>,
    pub(crate) live_check: Option<Denial>,
}

/// What is still to be settled outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Claims {
    /// Ask the issuer whether this one credential is still active.
    pub live_check: bool,
    /// Take one request of this limit of the caller's.
    pub limit: Option<RateLimit>,
    /// Record the permit durably before it is given.
    pub durable_record: bool,
}

/// What the issuer said about one credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiveCheck {
    /// It is active.
    Active,
    /// It is not.
    Inactive,
    /// Nobody could be asked.
    Unavailable,
}

/// Whether one request was within the caller's limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitCheck {
    /// It was, and was taken.
    Within,
    /// It was not; nothing was taken.
    Beyond(Allowance),
    /// Nobody could be asked.
    Unavailable,
}

/// How the claims were settled. The default settles none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settled {
    /// The answer of the live check, if one was made.
    pub live_check: Option<LiveCheck>,
    /// Whether the request was within the limit, if one was claimed.
    pub limit: Option<LimitCheck>,
    /// Whether the permit is recorded durably.
    pub durable_record: bool,
}

impl Conditional {
    /// What is still to be settled.
    pub fn claims(&self) -> Claims {
        Claims {
            live_check: self.live_check.is_some(),
            limit: self.principal.limit().map(|(_, limit)| limit),
            durable_record: self.route.records_permits(),
        }
    }

    /// The endpoint, for limits and idempotency.
    pub fn endpoint(&self) -> &Endpoint {
        self.route.endpoint()
    }

    /// The API.
    pub fn api(&self) -> &Name {
        self.route.api()
    }

    /// Who is calling.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The permit, if everything claimed is settled; what is not settled is
    /// refused, never assumed.
    pub fn settle(self, settled: Settled) -> Result<Permit, Denial> {
        if let Some(why) = &self.live_check {
            match settled.live_check {
                Some(LiveCheck::Active) => {}
                Some(LiveCheck::Inactive) => return Err(self.deny(Denial::new(Rule::LiveCheck))),
                Some(LiveCheck::Unavailable) | None => {
                    return Err(self.deny(
                        Denial::new(Rule::LiveCheckUnavailable).with_finding(format!(
                            "No live check could be made. {}",
                            why.finding()
                        )),
                    ));
                }
            }
        } else if settled.live_check == Some(LiveCheck::Inactive) {
            // Nobody had to ask, but whoever asked was told no.
            return Err(self.deny(Denial::new(Rule::LiveCheck)));
        }
        match settled.limit {
            Some(LimitCheck::Within) => {}
            Some(LimitCheck::Beyond(allowance)) => {
                let denial = Denial::new(Rule::KeyLimit).with_allowance(allowance);
                return Err(self.deny(denial));
            }
            None if self.principal.limit().is_none() => {}
            Some(LimitCheck::Unavailable) | None => {
                return Err(self.deny(Denial::new(Rule::KeyLimitUnavailable)));
            }
        }
        if self.route.records_permits() && !settled.durable_record {
            return Err(self.deny(Denial::new(Rule::DurableRecord)));
        }
        Ok(Permit::of(self))
    }

    fn deny(&self, denial: Denial) -> Denial {
        denial.at(&self.route).genuine_as(&self.principal)
    }
}

/// Not the target: its query may hold what the API takes for a secret.
impl std::fmt::Debug for Conditional {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Conditional")
            .field("endpoint", &self.endpoint().id)
            .field("principal", &self.principal)
            .field("claims", &self.claims())
            .finish_non_exhaustive()
    }
}
