//! An issuer that is not ours and whose access tokens are accepted: which
//! ones, for what, and in whose name.

mod foreign_url;
mod preset;

use std::collections::BTreeMap;

use base::{Lifetime, Name};
use credential::ScopeSet;
use serde::{Deserialize, Serialize};

pub use foreign_url::{ForeignUrl, InvalidForeignUrl};
pub use preset::Preset;

use crate::facts::words;

/// The signature algorithms that a foreign issuer can be trusted with, by
/// their registered names. All are asymmetric: with a shared key every gate
/// could sign what it verifies.
pub const FOREIGN_ALGORITHMS: [&str; 14] = [
    "EdDSA",
    "Ed25519",
    "ES256",
    "ES384",
    "ES512",
    "ML-DSA-44",
    "ML-DSA-65",
    "ML-DSA-87",
    "PS256",
    "PS384",
    "PS512",
    "RS256",
    "RS384",
    "RS512",
];

/// Where a claim stands: its name, or names one inside the other.
pub type ClaimPath = Vec<String>;

/// One `[[trusted_issuer]]` of the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedIssuer {
    /// Its name here, in records, metrics and the headers to the upstream.
    pub name: Name,
    /// Its identifier: what its tokens have as `iss`, byte for byte.
    pub issuer: ForeignUrl,
    /// The product that it is, for what its tokens look like.
    pub preset: Preset,
    /// What its tokens may be signed with; never empty.
    pub algorithms: Vec<String>,
    /// The APIs that its tokens open, each with the values of `aud` that open
    /// it, byte for byte.
    pub apis: BTreeMap<Name, Vec<String>>,
    /// Which organisation a token belongs to.
    pub organisation: Organisation,
    /// Who answers for it.
    pub owner: Name,
    /// Where its keys come from.
    pub keys: KeySource,
    /// Whether its keys may be fetched from an address of a private network.
    #[serde(default)]
    pub allow_private_network: bool,
    /// What its access tokens may say as `typ`; never empty.
    pub token_types: Vec<ForeignType>,
    /// Which claim holds scopes; nothing for none.
    #[serde(default)]
    pub scopes: Option<ScopeClaim>,
    /// Which claim holds roles or groups, and what each of them may do.
    #[serde(default)]
    pub roles: Option<RoleClaim>,
    /// The claims that name the client. At least one is there, and all that
    /// are agree.
    pub client: Vec<ClaimPath>,
    /// A claim that says on whose authority a token is, instead of the rules
    /// of the preset.
    #[serde(default)]
    pub authority: Option<AuthorityClaim>,
    /// The longest life of a token, from `iat` to `exp`.
    #[serde(with = "crate::duration::text")]
    pub max_lifetime: Lifetime,
    /// By how much its clock may differ from ours.
    #[serde(with = "crate::duration::text")]
    pub leeway: Lifetime,
    /// How long the last good keys are used while no newer ones can be had.
    #[serde(with = "crate::duration::text")]
    pub keep_keys: Lifetime,
    /// Whether a path's owner (`owner_param`) may be one of its subjects. Off,
    /// no path belongs to any of them: `alice` there is not `alice` here.
    #[serde(default)]
    pub owns_paths: bool,
}

/// Which organisation a token belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Organisation {
    /// This one, whatever the token says.
    Fixed(Name),
    /// The one that a claim's text is mapped to; any other text is refused.
    Claim {
        /// The claim.
        claim: ClaimPath,
        /// From its text to the organisation.
        map: BTreeMap<String, Name>,
    },
}

/// Where keys come from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeySource {
    /// From the `jwks_uri` of its OpenID configuration (OpenID Connect
    /// Discovery section 4).
    Discovery,
    /// From this URL.
    Url(ForeignUrl),
    /// From this file, on each gate's own disk.
    File(String),
    /// These: a JWK Set, as text.
    Inline(String),
}

/// What a foreign access token says as `typ`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ForeignType {
    /// `at+jwt`: an access token and nothing else (RFC 9068 section 2.1).
    #[serde(rename = "at+jwt")]
    AccessToken,
    /// `JWT`: what ID tokens say, too.
    #[serde(rename = "JWT")]
    Jwt,
    /// Nothing.
    #[serde(rename = "unstated")]
    Unstated,
}

words!(ForeignType: "at+jwt" => AccessToken, "JWT" => Jwt, "unstated" => Unstated);

/// A claim with scopes: a text with spaces between them, or a list of texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeClaim {
    /// The claim.
    pub claim: ClaimPath,
    /// From their scopes to ours: then only what is named here counts. Without
    /// it a scope counts that already is one of ours, `action:resource`.
    #[serde(default)]
    pub map: Option<BTreeMap<String, ScopeSet>>,
}

/// A claim with roles or groups: a list of texts, or one text. Only what is
/// mapped counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleClaim {
    /// The claim.
    pub claim: ClaimPath,
    /// From a role to the scopes that it stands for.
    pub map: BTreeMap<String, ScopeSet>,
}

/// A claim that says on whose authority a token is; a text that is in neither
/// list is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorityClaim {
    /// The claim.
    pub claim: ClaimPath,
    /// The texts of tokens that a client has on its own authority.
    pub own: Vec<String>,
    /// The texts of tokens that an end-user delegated.
    pub delegated: Vec<String>,
}

impl TrustedIssuer {
    /// The values of `aud` that open the API of that name.
    pub fn audiences_of(&self, api: &Name) -> Option<&[String]> {
        self.apis.get(api).map(Vec::as_slice)
    }
}
