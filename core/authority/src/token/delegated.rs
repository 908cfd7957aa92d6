//! What a code and a refresh token have in common: the tokens that a person's
//! grant leads to.

use base::{Entropy, Timestamp};
use credential::{Audience, ScopeSet, refresh_token};

use super::access_token::{self, Said, unwritable};
use super::id_token::{IdTokenDraft, Login};
use super::resource::{self, Means};
use super::{
    ACCESS_TOKEN_LIFETIME, Decided, ErrorCode, Facts, Issued, NotIssued, TokenRefusal,
    TokenRequest, lifetime, signing_key,
};
use crate::Writes;
use crate::account::Account;
use crate::client::Client;
use crate::grant::{GrantedScopes, IdentityScope};
use crate::token_family::TokenFamily;

/// What the person of a family still stands for. Each of it may have ended
/// since the family began (negative test TOK-016).
pub(super) fn standing<'a>(
    family_account: (&str, u64),
    scopes: &GrantedScopes,
    facts: Facts<'a>,
) -> Result<&'a Account, TokenRefusal> {
    let refused = |rule| TokenRefusal::invalid_grant(rule, "what was granted has ended");
    let (id, subject_version) = family_account;
    let account = facts.delegation.account;
    let account = account.filter(|account| account.id.as_str() == id);
    let account = account.ok_or_else(|| refused("account_unknown"))?;
    if account.environment != facts.environment.name {
        return Err(refused("wrong_environment"));
    }
    if account.disabled.is_some() {
        return Err(refused("account_disabled"));
    }
    if account.subject_version != subject_version {
        return Err(refused("subject_version"));
    }
    match facts.delegation.grant {
        Some(grant) if grant.covers(scopes) => Ok(account),
        Some(_) | None => Err(refused("grant_withdrawn")),
    }
}

/// The scopes that a token request asks for: those of the family, or fewer
/// (RFC 6749 section 6).
pub(super) fn scopes(
    request: &TokenRequest,
    granted: &GrantedScopes,
) -> Result<GrantedScopes, TokenRefusal> {
    let Some(text) = request.scope.as_deref() else {
        return Ok(granted.clone());
    };
    let refused =
        |description: &str| TokenRefusal::new(ErrorCode::InvalidScope, "scope", description);
    let asked = GrantedScopes::parse(text).map_err(|error| refused(&error.to_string()))?;
    match granted.covers(&asked) {
        true => Ok(asked),
        false => Err(refused("a scope was not granted: ask the person again")),
    }
}

/// Makes the tokens of a family. `nonce` is the one of the request that began it.
pub(super) fn issue(
    request: &TokenRequest,
    (client, account): (&Client, &Account),
    family: &TokenFamily,
    nonce: Option<&str>,
    (facts, now): (Facts<'_>, Timestamp),
    entropy: &mut dyn Entropy,
) -> Result<Decided, NotIssued> {
    let asked = scopes(request, &family.scopes)?;
    let (audience, api) = audience(request, family, &asked.api, client, facts)?;
    let scope = GrantedScopes {
        identity: asked.identity,
        api,
    };
    let longest = audience.as_ref().map_or(ACCESS_TOKEN_LIFETIME, |audience| {
        lifetime::of(audience, &scope.api, Means::Delegated, facts.inventory)
    });
    let signs = signing_key::choose(audience.as_ref(), facts, now)?;
    let said = Said {
        subject: account.id.as_str(),
        subject_version: account.subject_version,
        client: client.id.as_str(),
        organisation: account.organisation.as_str(),
        family: Some(family.id.as_str()),
        scopes: &scope,
        audience: audience.as_ref(),
        longest,
        until: Some(family.expires_at),
    };
    let token = access_token::make(&said, &signs, facts, now, entropy)?;
    let id_token = match scope.has(IdentityScope::Openid) {
        true => Some(id_token(client, family, nonce, facts, now)?),
        false => None,
    };
    let by = format!(
        ", for {}, family {}, generation {}",
        account.id, family.id, family.generation
    );
    Ok(Decided {
        jti: token.jti,
        by,
        writes: Writes::default(),
        issued: Issued {
            access_token: token.input,
            id_token,
            refresh_token: refresh_token(family, facts),
            expires_in: token.expires_in,
            scope,
            api_key_generation: None,
        },
    })
}

/// The API that the token is for, and the scopes that are of use there. With
/// scopes of OpenID Connect alone it is for none.
fn audience(
    request: &TokenRequest,
    family: &TokenFamily,
    scopes: &ScopeSet,
    client: &Client,
    facts: Facts<'_>,
) -> Result<(Option<Audience>, ScopeSet), TokenRefusal> {
    if scopes.is_empty() {
        return Ok((None, ScopeSet::empty()));
    }
    let granted: Vec<String> = family
        .resources
        .iter()
        .map(|audience| audience.as_str().to_owned())
        .collect();
    let resources = match request.resources.as_slice() {
        [] => &granted,
        named => {
            let within = |resource: &String| granted.is_empty() || granted.contains(resource);
            // RFC 8707 section 2.2: what was not asked of the person is not given.
            if !named.iter().all(within) {
                return Err(TokenRefusal::new(
                    ErrorCode::InvalidTarget,
                    "resource",
                    "the resource was not part of what was granted",
                ));
            }
            &request.resources
        }
    };
    let scopes = match resources.as_slice() {
        [resource] => resource::narrowed(resource, scopes, Means::Delegated, facts.inventory)?,
        _ => scopes.clone(),
    };
    let of_client = (client.audiences.as_slice(), Means::Delegated);
    let audience = resource::check(resources, &scopes, of_client, facts.inventory)?;
    Ok((Some(audience), scopes))
}

fn id_token(
    client: &Client,
    family: &TokenFamily,
    nonce: Option<&str>,
    facts: Facts<'_>,
    now: Timestamp,
) -> Result<IdTokenDraft, NotIssued> {
    let signs = signing_key::choose(None, facts, now)?;
    let login = Login {
        account: &family.account,
        client: client.id.as_str(),
        session: family.session.as_str(),
        authenticated_at: family.authenticated_at,
        methods: &family.methods,
        nonce,
    };
    Ok(IdTokenDraft::new(&login, &signs, facts, now).map_err(|_| unwritable())?)
}

/// The newest refresh token of the family, if it has any.
fn refresh_token(family: &TokenFamily, facts: Facts<'_>) -> Option<base::Secret> {
    let seed = family.seed.as_ref()?;
    let key = facts.digest_keys.get(family.digest_key)?;
    let class = facts.environment.class;
    Some(refresh_token::derive(
        class,
        &family.id,
        family.generation,
        seed,
        key,
    ))
}
