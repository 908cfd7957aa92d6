//! Data-plane rules: who is calling, and may they pass.
//!
//! A door turns what it received into one [`Request`]; [`decide`] gives a
//! [`Denial`] or a [`Conditional`] with the [`Claims`] that are still to be
//! settled outside; [`Conditional::settle`] gives the [`Permit`]. Nothing else
//! builds a permit, and nothing is forwarded without one.
//!
//! | step | module |
//! |---|---|
//! | the order of the rules | [`decide`] |
//! | one canonical path, then the endpoint | `route` |
//! | the one credential of the request | `present` |
//! | whether it is genuine and still accepted | `verify` |
//! | whose token it is, if not ours, and what it means here | `foreign` |
//! | whether it meets what the endpoint demands | `demand` |
//! | whether it is within its limit, as arithmetic | [`limit`] |
//! | the answer to whom is denied | [`Denial`], [`Reason`], `challenge` |
//! | what the upstream is told | [`identity`] |
//! | who may use the admin API | [`operator`] |
//! | a token by itself, for whoever asks why | [`inspect`] |

mod challenge;
mod conditional;
mod decide;
mod demand;
mod denial;
mod encrypted_token;
mod foreign;
pub mod identity;
mod inspect;
pub mod limit;
pub mod operator;
mod permit;
mod present;
mod principal;
mod reason;
mod record;
mod request;
mod route;
mod rule;
mod status;
mod token_facts;
mod trace;
mod transport;
mod verify;
mod view;

pub use conditional::{Claims, Conditional, LimitCheck, LiveCheck, Settled};
pub use decide::{Decision, Judge, decide};
pub use denial::Denial;
pub use foreign::{
    ForeignFact, ForeignIdentity, ForeignIssuer, IssuerKeys, KeyOrigin, KeysInForce, WantedKey,
};
pub use inspect::{Inspection, Outcome, TokenCheck, inspect};
pub use operator::{Operator, OperatorEntry, OperatorJudge, decide_operator};
pub use permit::Permit;
pub use present::operator_token_id;
pub use principal::{ApiKeyPrincipal, ForeignPrincipal, Principal, TokenClient, TokenPrincipal};
pub use reason::Reason;
pub use record::Occasion;
pub use request::Request;
pub use rule::Rule;
pub use snapshot::OnBehalfOf;
pub use status::Status;
pub use token_facts::{TokenFact, TokenFacts, Uncached, Unverifiable};
#[doc(hidden)]
pub use verify::check_api_key;
pub use view::View;
