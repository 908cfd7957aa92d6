//! Whom the gate established as the caller.

use std::net::IpAddr;
use std::sync::Arc;

use base::Timestamp;
use boundary::TrustedIssuer;
use credential::{CredentialKind, ScopeSet};
use jose::{AccessTokenClaims, Verified};
use snapshot::{ApiKeyRef, ClientEntry, OnBehalfOf, PrincipalRecord, RateLimit};

use crate::ForeignFact;

/// Who is calling. It holds no secret.
#[derive(Debug, Clone)]
pub enum Principal {
    /// Nobody in particular: the endpoint asks for no credential.
    Anonymous,
    /// The holder of an API key.
    ApiKey(ApiKeyPrincipal),
    /// The bearer of an access token of ours.
    Token(TokenPrincipal),
    /// The bearer of an access token of a trusted issuer.
    Foreign(ForeignPrincipal),
}

/// The holder of an API key.
#[derive(Debug, Clone)]
pub struct ApiKeyPrincipal {
    /// What is known of the key.
    pub entry: ApiKeyRef,
    /// Which of its secrets was presented: see [`snapshot::ApiKeyEntry::generation`].
    pub generation: u32,
    /// On whose behalf the call is made, if its holder says so.
    pub on_behalf_of: Option<Arc<OnBehalfOf>>,
}

/// The bearer of an access token of a trusted issuer. Its names are that
/// issuer's and mean nothing without it.
#[derive(Debug, Clone)]
pub struct ForeignPrincipal {
    /// What was established about the token.
    pub fact: Arc<ForeignFact>,
}

/// The bearer of an access token.
#[derive(Debug, Clone)]
pub struct TokenPrincipal {
    /// The verified claims.
    pub claims: Arc<Verified<AccessTokenClaims>>,
    /// Who the token was issued to.
    pub client: TokenClient,
}

/// The client of a token, as it is known now.
#[derive(Debug, Clone)]
pub enum TokenClient {
    /// A client.
    Client(Arc<ClientEntry>),
    /// An API key that was exchanged for the token.
    ApiKey(ApiKeyRef),
}

impl TokenClient {
    /// The environment that it belongs to.
    pub fn environment(&self) -> &str {
        match self {
            Self::Client(client) => client.environment.as_str(),
            Self::ApiKey(api_key) => api_key.environment(),
        }
    }

    /// The organisation that owns it.
    pub fn organisation(&self) -> &str {
        match self {
            Self::Client(client) => client.organisation.as_str(),
            Self::ApiKey(api_key) => api_key.organisation(),
        }
    }

    /// Who answers for it.
    pub fn owner(&self) -> &str {
        match self {
            Self::Client(client) => client.owner.as_str(),
            Self::ApiKey(api_key) => api_key.owner(),
        }
    }

    /// When it was revoked.
    pub fn revoked_at(&self) -> Option<Timestamp> {
        match self {
            Self::Client(client) => client.revoked_at,
            Self::ApiKey(api_key) => api_key.revoked_at(),
        }
    }

    /// From when on it is suspended.
    pub fn suspended_at(&self) -> Option<Timestamp> {
        match self {
            Self::Client(_) => None,
            Self::ApiKey(api_key) => api_key.suspended_at(),
        }
    }

    /// When it ends by itself: a key with the last of its secrets.
    pub fn ends_at(&self) -> Timestamp {
        match self {
            Self::Client(client) => client.expires_at,
            Self::ApiKey(api_key) => api_key.ends_at(),
        }
    }

    /// Whether its tokens may be used from `peer`.
    pub fn allows_peer(&self, peer: IpAddr) -> bool {
        match self {
            Self::Client(_) => true,
            Self::ApiKey(api_key) => api_key.allows_peer(Some(peer)),
        }
    }

    /// The API key that the token was got with, if one was.
    pub fn api_key(&self) -> Option<&ApiKeyRef> {
        match self {
            Self::Client(_) => None,
            Self::ApiKey(api_key) => Some(api_key),
        }
    }
}

impl TokenPrincipal {
    /// How the client got the token. RFC 9068 section 2.2: with no resource
    /// owner involved, `sub` is the client.
    pub fn kind(&self) -> CredentialKind {
        if self.claims.subject == self.claims.client_id {
            CredentialKind::ClientCredentials
        } else {
            CredentialKind::AuthorizationCode
        }
    }
}

impl Principal {
    /// The kind of its credential; nothing for nobody in particular.
    pub fn kind(&self) -> Option<CredentialKind> {
        match self {
            Self::Anonymous => None,
            Self::ApiKey(_) => Some(CredentialKind::ApiKey),
            Self::Token(token) => Some(token.kind()),
            Self::Foreign(foreign) => Some(foreign.fact.identity().kind),
        }
    }

    /// The public id of its credential: an API key's id, a token's `jti`.
    pub fn credential_id(&self) -> Option<&str> {
        match self {
            Self::Anonymous => None,
            Self::ApiKey(key) => Some(key.entry.id()),
            Self::Token(token) => Some(&token.claims.token_id),
            Self::Foreign(foreign) => Some(&foreign.fact.claims().token_id),
        }
    }

    /// The client, where there is one.
    pub fn client(&self) -> Option<&str> {
        match self {
            Self::Token(token) => Some(&token.claims.client_id),
            Self::Foreign(foreign) => Some(&foreign.fact.identity().client),
            Self::Anonymous | Self::ApiKey(_) => None,
        }
    }

    /// On whose authority the call is made, where a token says so.
    pub fn subject(&self) -> Option<&str> {
        match self {
            Self::Token(token) => Some(&token.claims.subject),
            Self::Foreign(foreign) => Some(&foreign.fact.claims().subject),
            Self::Anonymous | Self::ApiKey(_) => None,
        }
    }

    /// The organisation.
    pub fn organisation(&self) -> Option<&str> {
        match self {
            Self::Anonymous => None,
            Self::ApiKey(key) => Some(key.entry.organisation()),
            Self::Token(token) => Some(&token.claims.organisation),
            Self::Foreign(foreign) => Some(foreign.fact.identity().organisation.as_str()),
        }
    }

    /// The trusted issuer, if the token is of one: without it, subject, client
    /// and credential id name somebody else.
    pub fn trusted_issuer(&self) -> Option<&TrustedIssuer> {
        match self {
            Self::Foreign(foreign) => Some(foreign.fact.rules()),
            Self::Anonymous | Self::ApiKey(_) | Self::Token(_) => None,
        }
    }

    /// Whose paths it may call, where a path belongs to someone: our own
    /// subjects', and those of a trusted issuer only if the inventory says so.
    pub(crate) fn path_owner(&self) -> Option<&str> {
        let owns_paths = |issuer: &TrustedIssuer| issuer.owns_paths;
        self.subject()
            .filter(|_| self.trusted_issuer().is_none_or(owns_paths))
    }

    /// Who answers for the credential.
    pub fn owner(&self) -> Option<&str> {
        match self {
            Self::Anonymous => None,
            Self::ApiKey(key) => Some(key.entry.owner()),
            Self::Token(token) => Some(token.client.owner()),
            Self::Foreign(foreign) => Some(foreign.fact.rules().owner.as_str()),
        }
    }

    /// On whose behalf the call is made, where the holder of an API key says so.
    pub fn on_behalf_of(&self) -> Option<&OnBehalfOf> {
        match self {
            Self::ApiKey(key) => key.on_behalf_of.as_deref(),
            Self::Anonymous | Self::Token(_) | Self::Foreign(_) => None,
        }
    }

    pub(crate) fn acting_for(mut self, somebody: Arc<OnBehalfOf>) -> Self {
        if let Self::ApiKey(key) = &mut self {
            key.on_behalf_of = Some(somebody);
        }
        self
    }

    /// The API key whose limit its requests count against, and that limit.
    pub fn limit(&self) -> Option<(&str, RateLimit)> {
        match self {
            Self::ApiKey(key) => Some((key.entry.id(), key.entry.limit()?)),
            Self::Token(token) => {
                let key = token.client.api_key()?;
                Some((key.id(), key.limit()?))
            }
            Self::Anonymous | Self::Foreign(_) => None,
        }
    }

    /// Whether it holds every one of `scopes`, each byte for byte.
    pub fn holds(&self, scopes: &ScopeSet) -> bool {
        match self {
            Self::Anonymous => scopes.is_empty(),
            Self::ApiKey(key) => key.entry.scopes().covers(scopes),
            Self::Token(token) => scopes.iter().all(|scope| {
                let held = token.claims.scope.as_ref();
                held.is_some_and(|held| held.contains(scope.as_str()))
            }),
            Self::Foreign(foreign) => foreign.fact.identity().scopes.covers(scopes),
        }
    }

    /// For the audit: ids only.
    pub fn record(&self) -> Option<PrincipalRecord> {
        Some(PrincipalRecord {
            kind: self.kind()?,
            credential_id: self.credential_id()?.to_owned(),
            client: self.client().map(str::to_owned),
            subject: self.subject().map(str::to_owned),
            organisation: self.organisation()?.to_owned(),
            owner: self.owner().map(str::to_owned),
            issuer: self
                .trusted_issuer()
                .map(|issuer| issuer.issuer.to_string()),
            trusted_issuer: self.trusted_issuer().map(|issuer| issuer.name.to_string()),
            on_behalf_of: self.on_behalf_of().cloned(),
        })
    }
}
