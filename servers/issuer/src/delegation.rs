//! What a token request presents of a person's grant, loaded.

use authority::account::Account;
use authority::authorization_code::AuthorizationCode;
use authority::grant::{Grant, id_of};
use authority::session::Session;
use authority::token::{Delegation, TokenRequest};
use authority::token_family::TokenFamily;
use credential::{PresentedAuthorizationCode, PresentedRefreshToken};
use store::{StoreFault, record};

use crate::Issuer;

/// The records behind a code or a refresh token.
#[derive(Default)]
pub(crate) struct Delegated {
    code: Option<AuthorizationCode>,
    family: Option<TokenFamily>,
    account: Option<Account>,
    session: Option<Session>,
    grant: Option<Grant>,
}

impl Delegated {
    pub(crate) fn known(&self) -> Delegation<'_> {
        Delegation {
            code: self.code.as_ref(),
            family: self.family.as_ref(),
            account: self.account.as_ref(),
            session: self.session.as_ref(),
            grant: self.grant.as_ref(),
        }
    }
}

/// Loads what the grant type of the request is about; what has not the shape of
/// it is not looked up.
pub(crate) async fn load(issuer: &Issuer, request: &TokenRequest) -> Result<Delegated, StoreFault> {
    match request.grant_type.as_deref() {
        Some("authorization_code") => of_code(issuer, request).await,
        Some("refresh_token") => of_refresh_token(issuer, request).await,
        _ => Ok(Delegated::default()),
    }
}

async fn of_code(issuer: &Issuer, request: &TokenRequest) -> Result<Delegated, StoreFault> {
    let store = issuer.store.as_ref();
    let text = request.code.as_ref();
    let presented = text.and_then(|text| PresentedAuthorizationCode::parse(text.expose()).ok());
    let Some(presented) = presented else {
        return Ok(Delegated::default());
    };
    let Some(code) = record::<AuthorizationCode>(store, presented.id()).await? else {
        return Ok(Delegated::default());
    };
    let first = code.used.as_ref().and_then(|used| used.family.as_ref());
    let family = match first {
        Some(family) => record::<TokenFamily>(store, family.as_str()).await?,
        None => None,
    };
    Ok(Delegated {
        account: record(store, code.account.as_str()).await?,
        session: record(store, code.session.as_str()).await?,
        grant: record(store, &id_of(&code.account, &code.client)).await?,
        code: Some(code),
        family,
    })
}

async fn of_refresh_token(
    issuer: &Issuer,
    request: &TokenRequest,
) -> Result<Delegated, StoreFault> {
    let store = issuer.store.as_ref();
    let text = request.refresh_token.as_ref();
    let presented = text.and_then(|text| PresentedRefreshToken::parse(text.expose()).ok());
    let Some(presented) = presented else {
        return Ok(Delegated::default());
    };
    let Some(family) = record::<TokenFamily>(store, presented.family().as_str()).await? else {
        return Ok(Delegated::default());
    };
    Ok(Delegated {
        code: None,
        account: record(store, family.account.as_str()).await?,
        session: record(store, family.session.as_str()).await?,
        grant: record(store, &id_of(&family.account, &family.client)).await?,
        family: Some(family),
    })
}
