//! The names of the rules, as findings, reasons, records and documentation
//! use them.

use serde::{Deserialize, Serialize};

/// A rule of the inventory. A name never changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Delegated authority takes an access token that the end-user granted.
    DelegatedAuthority,
    /// Browsers and phones keep no secret.
    PublicClient,
    /// A partner gets its own credential.
    Partner,
    /// The lightest credential that fits.
    LightestThatFits,
    /// Internal is a topology, not a guarantee.
    InternalIsTopology,
    /// What it costs sets how old a token and how late a revocation may be.
    ConsequenceClass,
    /// What cannot be undone takes a token of this minute or a live check.
    Irreversible,
    /// Nobody in particular needs no credential and gets nothing but the public.
    Anyone,
    /// HTTP Basic only as a dated debt.
    LegacyBasic,
    /// What an endpoint writes itself may only be tighter, save by exception.
    WrittenDemand,
    /// A credential reaches only what its scopes name.
    ScopesNamed,
    /// A path can be bound to the token's subject.
    OwnerBinding,
    /// Every endpoint answers who, what decides, and where roles are managed.
    Accountability,
    /// An exception has a reason, an owner and an end.
    Exception,
    /// The document is not TOML.
    TomlSyntax,
    /// The document is larger than is read.
    TooLarge,
    /// The document is of another environment.
    WrongEnvironment,
    /// A field that does not exist.
    UnknownField,
    /// A field that must be there.
    MissingField,
    /// A value that cannot stand there.
    InvalidValue,
    /// Two endpoints have one id.
    DuplicateId,
    /// One request matches two endpoints, neither narrower.
    AmbiguousMatch,
    /// Where requests are forwarded to.
    Upstream,
    /// Which issuers are trusted beside our own, and with what.
    TrustedIssuer,
    /// An api's tokens are signed in a lane that is there.
    TokenAlgorithm,
    /// A rule that only a newer version knows.
    #[serde(other)]
    Newer,
}

impl Rule {
    /// Whether the rule says which kinds of credential are accepted, rather
    /// than how old, how fresh or how scoped one must be.
    pub const fn decides_kind(self) -> bool {
        matches!(
            self,
            Self::DelegatedAuthority
                | Self::PublicClient
                | Self::Partner
                | Self::LightestThatFits
                | Self::InternalIsTopology
                | Self::Anyone
                | Self::LegacyBasic
                | Self::WrittenDemand
        )
    }

    /// The name in findings, records and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DelegatedAuthority => "delegated_authority",
            Self::PublicClient => "public_client",
            Self::Partner => "partner",
            Self::LightestThatFits => "lightest_that_fits",
            Self::InternalIsTopology => "internal_is_topology",
            Self::ConsequenceClass => "consequence_class",
            Self::Irreversible => "irreversible",
            Self::Anyone => "anyone",
            Self::LegacyBasic => "legacy_basic",
            Self::WrittenDemand => "written_demand",
            Self::ScopesNamed => "scopes_named",
            Self::OwnerBinding => "owner_binding",
            Self::Accountability => "accountability",
            Self::Exception => "exception",
            Self::TomlSyntax => "toml_syntax",
            Self::TooLarge => "too_large",
            Self::WrongEnvironment => "wrong_environment",
            Self::UnknownField => "unknown_field",
            Self::MissingField => "missing_field",
            Self::InvalidValue => "invalid_value",
            Self::DuplicateId => "duplicate_id",
            Self::AmbiguousMatch => "ambiguous_match",
            Self::Upstream => "upstream",
            Self::TrustedIssuer => "trusted_issuer",
            Self::TokenAlgorithm => "token_algorithm",
            Self::Newer => "newer",
        }
    }
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
