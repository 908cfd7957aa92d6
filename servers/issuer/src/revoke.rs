//! `POST /oauth2/revoke`: RFC 7009.

use std::net::SocketAddr;
use std::sync::Arc;

use authority::Plan;
use authority::audit::{Actor, Origin};
use authority::client::authenticate::Arrival;
use authority::revoke_token::{RevokeFacts, decide};
use authority::token::{ErrorCode, TokenRefusal, TokenRequest, refused};
use authority::token_family::TokenFamily;
use axum::Extension;
use axum::body::Body;
use axum::extract::{ConnectInfo, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use credential::PresentedRefreshToken;
use jose::{AccessTokenClaims, Algorithm, AllowList};
use snapshot::RequestId;
use store::{CommitError, StoreFault, record};

use crate::known_client::load;
use crate::{Issuer, answer, token};

/// How often it is decided: the family may be in use meanwhile.
const ATTEMPTS: usize = 8;

pub(crate) async fn revoke(
    State(issuer): State<Arc<Issuer>>,
    Extension(request_id): Extension<RequestId>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let now = issuer.clock.now();
    let fields = headers.iter();
    let fields = fields.map(|(name, value)| (name.as_str(), value.as_bytes()));
    let arrival = Arrival {
        peer: peer.map(|Extension(ConnectInfo(peer))| peer.ip()),
        is_browser: credential::is_from_browser(fields),
        refuses_api_keys: issuer.has_exchange,
    };
    let used_basic = headers.contains_key(header::AUTHORIZATION);
    let mut origin = Origin {
        request_id,
        actor: Actor::Unknown,
        environment: issuer.environment.name.clone(),
    };
    let (request, presented) = match token::parse(&headers, query.as_deref(), body).await {
        Ok(read) => read,
        Err(refusal) => {
            let plan = refused::<()>(refusal, &origin, now);
            return match issuer.store.commit(plan.writes).await {
                Ok(_) => render(plan.outcome, used_basic),
                Err(_) => answer::unavailable(),
            };
        }
    };
    let Ok(loaded) = load(&issuer, &presented).await else {
        return answer::unavailable();
    };
    if let Some(id) = loaded.id() {
        origin.actor = Actor::Client(id.to_owned());
    }
    let access_token = access_token(&issuer, &request);
    for _ in 0..ATTEMPTS {
        let Ok(family) = family(&issuer, &request).await else {
            return answer::unavailable();
        };
        let known = Arc::clone(&issuer.known.borrow());
        let digest_keys = issuer.keys_in_use(&known);
        let facts = RevokeFacts {
            environment: &issuer.environment,
            client: loaded.known(),
            arrival,
            digest_keys: &digest_keys,
            family: family.as_ref(),
            access_token: access_token.as_ref(),
        };
        let Plan { outcome, writes } = decide(&request, &presented, facts, &origin, now);
        match issuer.store.commit(writes).await {
            Ok(_) => return render(outcome, used_basic),
            Err(CommitError::Conflict(conflict)) => {
                tracing::debug!(%conflict, "a token was used while its client revoked it");
            }
            Err(CommitError::Fault(fault)) => {
                tracing::error!(%fault, "a token could not be revoked");
                return answer::unavailable();
            }
        }
    }
    tracing::error!("what a revocation read changed at each attempt: nothing was revoked");
    answer::unavailable()
}

/// The family of a presented refresh token.
async fn family(
    issuer: &Issuer,
    request: &TokenRequest,
) -> Result<Option<TokenFamily>, StoreFault> {
    let text = request.token.as_ref();
    match text.and_then(|text| PresentedRefreshToken::parse(text.expose()).ok()) {
        Some(token) => record(issuer.store.as_ref(), token.family().as_str()).await,
        None => Ok(None),
    }
}

/// The claims of a presented access token, if we have signed it.
fn access_token(issuer: &Issuer, request: &TokenRequest) -> Option<AccessTokenClaims> {
    let known = Arc::clone(&issuer.known.borrow());
    let allow = AllowList::new(&Algorithm::ALL).ok()?;
    let text = request.token.as_ref()?.expose();
    let verified = jose::verify::<AccessTokenClaims>(text, known.accepted_keys(), &allow);
    let claims = verified.ok()?.into_claims();
    claims.check_issuer(issuer.url.as_str()).ok()?;
    Some(claims)
}

/// RFC 7009 section 2.2: 200 and nothing else.
fn render(outcome: Result<(), TokenRefusal>, used_basic: bool) -> Response {
    match outcome {
        Ok(()) => (StatusCode::OK, answer::no_store()).into_response(),
        Err(refusal) => answer::refusal(
            &refusal,
            used_basic && refusal.code == ErrorCode::InvalidClient,
        ),
    }
}
