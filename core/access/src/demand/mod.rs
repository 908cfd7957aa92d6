//! What the endpoint demands of a caller whose credential is good.

mod audience;
mod credential_kind;
mod feed_lag;
mod owner;
mod scope;
mod sender_constrained;
mod token_age;

pub(crate) use audience::check as check_audience;
pub(crate) use credential_kind::{check as check_credential_kind, other_scheme};
pub(crate) use feed_lag::check as check_feed_lag;
pub(crate) use owner::check as check_owner;
pub(crate) use scope::check as check_scope;
pub(crate) use sender_constrained::check as check_sender_constrained;
pub(crate) use token_age::check as check_token_age;
