//! A client is created with all that makes it answerable, or not at all.

use base::{Entropy, Lifetime, Secret, Timestamp};
use credential::{ClientId, CredentialKind, MintedClientSecret};
use snapshot::Change;

use super::Client;
use crate::accountability::{Bounds, CredentialRequest, Facts, check};
use crate::audit::{Action, Origin};
use crate::{Effect, Plan, Refusal, Writes};

/// The longest life of a client and its secret: a year. Its tokens live minutes.
pub const LONGEST_LIFETIME: Lifetime = Lifetime::from_secs(365 * 86_400);

/// How many APIs one client may ask tokens for; each token is for one of them.
const MOST_AUDIENCES: usize = 16;

/// A created client and its secret, which is shown once.
#[derive(Debug)]
pub struct CreatedClient {
    /// The record.
    pub client: Client,
    /// The secret for its holder.
    pub secret: Secret,
}

/// Creates a confidential client that may use the client credentials grant.
pub fn create(
    request: &CredentialRequest,
    origin: &Origin,
    facts: Facts<'_>,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Plan<CreatedClient>, Refusal> {
    let bounds = Bounds {
        longest: LONGEST_LIFETIME,
        audiences: MOST_AUDIENCES,
        kind: CredentialKind::ClientCredentials,
    };
    let checked = check(request, bounds, facts.inventory, now).map_err(Refusal::Invalid)?;
    let minted = MintedClientSecret::mint(facts.environment.class, facts.digest_key, entropy);
    let client = Client {
        id: ClientId::generate(entropy),
        environment: facts.environment.name.clone(),
        accountability: checked.accountability,
        scopes: checked.scopes,
        audiences: checked.audiences,
        secret_digest: minted.digest,
        secret_digest_key: Some(facts.digest_key.id()),
        created_at: now,
        expires_at: checked.expires_at,
        revocation: None,
    };
    let event = origin.event(
        Action::ClientCreated,
        Some(client.id.to_string()),
        format!(
            "for {} with {} until {}",
            client.accountability.owner, client.scopes, client.expires_at
        ),
        now,
    );
    let writes = Writes {
        effects: vec![Effect::CreateClient(client.clone())],
        audit: vec![event],
        changes: vec![Change::ClientPut(client.entry())],
    };
    Ok(Plan {
        outcome: CreatedClient {
            client,
            secret: minted.secret,
        },
        writes,
    })
}
