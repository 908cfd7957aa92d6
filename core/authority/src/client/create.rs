//! A client is created with all that makes it answerable, or not at all.

use base::{Entropy, Lifetime, Secret, Timestamp};
use credential::{ClientId, MintedClientSecret};
use snapshot::Change;

use super::{Client, ClientType, redirect_uris};
use crate::accountability::{Bounds, CredentialRequest, Facts, check};
use crate::audit::{Action, Origin};
use crate::{Effect, FieldFinding, Plan, Refusal, Writes};

/// The longest life of a client and its secret: a year. Its tokens live minutes.
pub const LONGEST_LIFETIME: Lifetime = Lifetime::from_secs(365 * 86_400);

/// How many APIs one client may ask tokens for; each token is for one of them.
const MOST_AUDIENCES: usize = 16;

/// The most characters of a name that pages show.
const LONGEST_NAME: usize = 100;

/// The fields of a request for a client, as they were sent.
#[derive(Debug, Clone, Default)]
pub struct ClientRequest {
    /// Those that every credential shares.
    pub credential: CredentialRequest,
    /// See [`Client::client_type`]; a service if it is absent.
    pub client_type: Option<String>,
    /// See [`Client::name`].
    pub name: Option<String>,
    /// See [`Client::redirect_uris`].
    pub redirect_uris: Vec<String>,
    /// See [`Client::post_logout_redirect_uris`].
    pub post_logout_redirect_uris: Vec<String>,
}

/// A service, by the fields that every credential shares.
impl From<CredentialRequest> for ClientRequest {
    fn from(credential: CredentialRequest) -> Self {
        Self {
            credential,
            ..Self::default()
        }
    }
}

/// A created client and its secret, which is shown once.
#[derive(Debug)]
pub struct CreatedClient {
    /// The record.
    pub client: Client,
    /// The secret for its holder; a public client has none.
    pub secret: Option<Secret>,
}

/// Creates a client.
///
/// # Errors
///
/// [`Refusal::Invalid`] with everything that is missing or wrong.
pub fn create(
    request: &ClientRequest,
    origin: &Origin,
    facts: Facts<'_>,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Plan<CreatedClient>, Refusal> {
    let mut findings = Vec::new();
    let client_type = client_type(request.client_type.as_deref(), &mut findings);
    let name = name(request.name.as_deref(), &mut findings);
    let class = facts.environment.class;
    let (to, after_logout) = redirect_uris::check(request, client_type, class, &mut findings);
    let bounds = Bounds {
        longest: LONGEST_LIFETIME,
        audiences: MOST_AUDIENCES,
        kind: client_type.credential_kind(),
    };
    let checked = match check(&request.credential, bounds, facts.inventory, now) {
        Ok(checked) if findings.is_empty() => checked,
        Ok(_) => return Err(Refusal::Invalid(findings)),
        Err(more) => {
            findings.extend(more);
            return Err(Refusal::Invalid(findings));
        }
    };
    let minted = client_type
        .is_confidential()
        .then(|| MintedClientSecret::mint(class, facts.digest_key, entropy));
    let client = Client {
        id: ClientId::generate(entropy),
        environment: facts.environment.name.clone(),
        accountability: checked.accountability,
        scopes: checked.scopes,
        audiences: checked.audiences,
        client_type,
        name,
        redirect_uris: to,
        post_logout_redirect_uris: after_logout,
        secret_digest: minted.as_ref().map(|minted| minted.digest),
        secret_digest_key: minted.as_ref().map(|_| facts.digest_key.id()),
        created_at: now,
        expires_at: checked.expires_at,
        revocation: None,
    };
    let event = origin.event(
        Action::ClientCreated,
        Some(client.id.to_string()),
        format!(
            "{} for {} with {} until {}",
            client.client_type.as_str(),
            client.accountability.owner,
            client.scopes,
            client.expires_at
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
            secret: minted.map(|minted| minted.secret),
        },
        writes,
    })
}

fn client_type(text: Option<&str>, findings: &mut Vec<FieldFinding>) -> ClientType {
    let Some(text) = text else {
        return ClientType::default();
    };
    text.parse().unwrap_or_else(|()| {
        let names = ClientType::ALL.map(ClientType::as_str).join(", ");
        findings.push(FieldFinding {
            field: "client_type",
            detail: "it is no type of client".to_owned(),
            fix: format!("write one of: {names}"),
        });
        ClientType::default()
    })
}

fn name(text: Option<&str>, findings: &mut Vec<FieldFinding>) -> Option<String> {
    let text = text?.trim();
    let right = !text.is_empty()
        && text.chars().count() <= LONGEST_NAME
        && !text.chars().any(char::is_control);
    if !right {
        findings.push(FieldFinding {
            field: "name",
            detail: "it is empty, over-long or has a control character".to_owned(),
            fix: format!("write at most {LONGEST_NAME} characters that people know it by"),
        });
    }
    right.then(|| text.to_owned())
}
