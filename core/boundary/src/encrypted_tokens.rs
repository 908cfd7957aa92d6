//! Whether an endpoint takes tokens that were encrypted for its gate.

use serde::{Deserialize, Serialize};

use crate::facts::words;

/// What an endpoint says of encrypted tokens (JWE with a signed token inside,
/// RFC 7519 section 5.2). An endpoint that says nothing refuses them: they cost
/// work with a private key before anybody has shown who they are.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum EncryptedTokens {
    /// A token comes signed, and not encrypted.
    #[default]
    Refused,
    /// A token may come either way.
    Accepted,
    /// A token comes encrypted, so that nobody on the way reads its claims.
    Required,
}

words!(EncryptedTokens: "refused" => Refused, "accepted" => Accepted, "required" => Required);
