//! Control-plane rules: what may be issued, changed and revoked.
//!
//! Every act is a pure function from a request and the loaded facts to a
//! [`Plan`]: an outcome, and the writes that make it true. Nothing is issued
//! except from a plan, and nothing is written except by a store's commit of
//! its [`Writes`]. A refusal may write too (an audit event at least), so both
//! outcomes carry a plan.
//!
//! | act | where |
//! |---|---|
//! | a token request | [`token`] (the ordered table of its rules) |
//! | an authorization request | [`authorize`] (the ordered table of its rules) |
//! | a client revokes a token | [`revoke_token`] (the ordered table of its rules) |
//! | who somebody is | [`userinfo`] (the ordered table of its rules) |
//! | people and their logins | [`account`], [`session`] |
//! | what they granted | [`grant`] |
//! | what came of it | [`authorization_code`], [`token_family`] |
//! | client authentication | [`client::authenticate`] |
//! | create, revoke a client | [`client`] |
//! | the life of an API key | [`api_key`] |
//! | remember a rotation drill | [`drill`] |
//! | an owner goes, or comes back | [`owner`] |
//! | a digest key that leaked | [`digest_key`] |
//! | create, revoke an operator token | [`operator_token`] |
//! | cut off what an issuer has issued | [`cutoff`] |
//! | the life of a signing key | [`signing_key`] (the table of its acts) |
//! | put an inventory in force | [`inventory`] |
//! | a credential that leaked | [`leak`] |
//! | the issuer's metadata | [`metadata`] |
//!
//! This crate never sees `access`: what a gate decides is not its business.

pub mod account;
pub mod accountability;
pub mod api_key;
pub mod audit;
pub mod authorization_code;
pub mod authorize;
pub mod client;
pub mod cutoff;
pub mod digest_key;
pub mod drill;
pub mod form;
pub mod grant;
mod installation;
pub mod inventory;
pub mod leak;
mod line;
pub mod metadata;
pub mod operator_token;
pub mod owner;
mod plan;
pub mod redirect_uri;
mod refusal;
pub mod revoke_token;
pub mod session;
pub mod signing_key;
pub mod token;
pub mod token_family;
pub mod userinfo;
pub mod versioned;

pub use installation::Installation;
pub use line::{LONGEST_LINE, line};
pub use plan::{Effect, Plan, Writes};
pub use refusal::{FieldFinding, ItemFindings, Refusal};
