//! The first operator token is made at `init` and shown once.

use base::{Entropy, Lifetime, Name, Secret, Timestamp};
use credential::{DigestKey, Environment, MintedOperatorToken, ScopeSet};

use super::OperatorToken;
use crate::audit::{Action, Origin};
use crate::{Effect, Plan, Writes};

/// The longest life of an operator token: 90 days.
pub const LONGEST_LIFETIME: Lifetime = Lifetime::from_secs(90 * 86_400);

/// Every scope of the admin API.
pub const ALL_SCOPES: &str = "read:account read:api_key read:audit read:client read:feed \
                              read:inventory read:leak read:operator_token read:owner \
                              read:register read:signing_key read:token write:account \
                              write:api_key write:client write:digest_key write:feed \
                              write:inventory write:leak write:operator_token write:owner \
                              write:signing_key";

/// A created operator token and its text, which is shown once.
#[derive(Debug)]
pub struct CreatedOperatorToken {
    /// The record.
    pub operator_token: OperatorToken,
    /// The text for its holder.
    pub secret: Secret,
}

/// Creates an operator token that lives [`LONGEST_LIFETIME`].
pub fn create(
    owner: Name,
    scopes: ScopeSet,
    origin: &Origin,
    facts: (&Environment, &DigestKey),
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Plan<CreatedOperatorToken> {
    let (environment, digest_key) = facts;
    let minted = MintedOperatorToken::mint(environment.class, digest_key, entropy);
    let operator_token = OperatorToken {
        id: minted.id,
        environment: environment.name.clone(),
        owner,
        scopes,
        digest: minted.digest,
        digest_key: Some(digest_key.id()),
        created_at: now,
        expires_at: now.after(LONGEST_LIFETIME),
        revocation: None,
    };
    let detail = format!(
        "for {} with {} until {}",
        operator_token.owner, operator_token.scopes, operator_token.expires_at
    );
    let event = origin.event(
        Action::OperatorTokenCreated,
        Some(operator_token.id.to_string()),
        detail,
        now,
    );
    let writes = Writes {
        effects: vec![Effect::CreateOperatorToken(operator_token.clone())],
        audit: vec![event],
        changes: Vec::new(),
    };
    Plan {
        outcome: CreatedOperatorToken {
            operator_token,
            secret: minted.secret,
        },
        writes,
    }
}
