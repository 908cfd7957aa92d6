//! `POST /oauth2/token`: RFC 6749 section 3.2.

use std::sync::Arc;

use authority::Plan;
use authority::audit::{Actor, Origin};
use authority::client::Client;
use authority::client::authenticate::{PresentedClient, presented};
use authority::token::form::LONGEST_BODY;
use authority::token::{ErrorCode, Facts, Issued, TokenRefusal, TokenRequest, decide, refused};
use axum::Extension;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use base::Secret;
use ephemeral::SystemEntropy;
use jose::SigningError;
use serde_json::json;
use snapshot::RequestId;

use crate::{Issuer, answer};

/// How long a body may take to arrive: whoever sends it slower holds a
/// connection that others need.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

pub(crate) async fn token(
    State(issuer): State<Arc<Issuer>>,
    Extension(request_id): Extension<RequestId>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let now = issuer.clock.now();
    if now >= issuer.signing_key.ends_at {
        tracing::error!(ended = %issuer.signing_key.ends_at, "the signing key has ended: nothing is issued");
        return answer::unavailable();
    }
    let used_basic = headers.contains_key(header::AUTHORIZATION);
    let parsed = parse(&headers, query.as_deref(), body).await;
    let mut origin = Origin {
        request_id,
        actor: Actor::Unknown,
        environment: issuer.environment.name.clone(),
    };
    let plan = match parsed {
        Err(refusal) => refused(refusal, &origin, now),
        Ok((request, presented)) => {
            let Ok(client) = load(&issuer, &presented.client_id).await else {
                return answer::unavailable();
            };
            if let Some(client) = &client {
                origin.actor = Actor::Client(client.id.to_string());
            }
            let known = Arc::clone(&issuer.known.borrow());
            let facts = Facts {
                environment: &issuer.environment,
                issuer: &issuer.url,
                inventory: &known.inventory().inventory,
                client: client.as_ref(),
                digest_key: &issuer.digest_key,
                signing_key: issuer.signing_key.key.verification_key(),
                signing_key_ends_at: issuer.signing_key.ends_at,
            };
            decide(
                &request,
                &presented,
                facts,
                &origin,
                now,
                &mut SystemEntropy,
            )
        }
    };
    let Plan { outcome, writes } = plan;
    let Ok(outcome) = sign(&issuer, outcome) else {
        return answer::unavailable();
    };
    // The audit is part of the answer: what was not recorded is not issued.
    if let Err(error) = issuer.store.commit(writes).await {
        tracing::error!(%error, "a token request could not be committed");
        return answer::unavailable();
    }
    match outcome {
        Ok(signed) => render(&signed),
        Err(refusal) => answer::refusal(
            &refusal,
            used_basic && refusal.code == ErrorCode::InvalidClient,
        ),
    }
}

async fn parse(
    headers: &HeaderMap,
    query: Option<&str>,
    body: Body,
) -> Result<(TokenRequest, PresentedClient), TokenRefusal> {
    let refused = |rule, description| {
        Err(TokenRefusal::new(
            ErrorCode::InvalidRequest,
            rule,
            description,
        ))
    };
    // RFC 6749 section 2.3.1: parameters must not be in the request URI, where logs keep them.
    if query.is_some() {
        return refused(
            "query",
            "parameters belong in the body: the address is kept in logs",
        );
    }
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let media_type = content_type.split(';').next().unwrap_or("").trim();
    if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return refused(
            "content_type",
            "the body must be application/x-www-form-urlencoded",
        );
    }
    let mut authorization = headers.get_all(header::AUTHORIZATION).iter();
    let first = authorization.next();
    if authorization.next().is_some() {
        return refused(
            "one_authorization_header",
            "there are two Authorization headers",
        );
    }
    let first = match first.map(|value| value.to_str()) {
        None => None,
        Some(Ok(text)) => Some(text),
        Some(Err(_)) => {
            return refused(
                "authorization_header",
                "the Authorization header is not ASCII",
            );
        }
    };
    let arrived = tokio::time::timeout(PATIENCE, axum::body::to_bytes(body, LONGEST_BODY)).await;
    let Ok(Ok(body)) = arrived else {
        return refused(
            "body_size",
            "the body is longer than 32 KiB or did not arrive whole",
        );
    };
    let request = TokenRequest::parse(&body)?;
    let presented = presented(first, &request)?;
    Ok((request, presented))
}

/// A client id that has not our shape is no client's: no look-up is made of it.
async fn load(issuer: &Issuer, client_id: &str) -> Result<Option<Client>, store::StoreFault> {
    match client_id.parse::<credential::ClientId>() {
        Ok(id) => issuer.store.client(id.as_str()).await,
        Err(_) => Ok(None),
    }
}

/// An issued token, signed, with what the answer says about it.
struct Signed {
    access_token: Secret,
    expires_in: u64,
    scope: credential::ScopeSet,
}

/// Signs before the commit: what the audit calls issued could be handed out.
fn sign(
    issuer: &Issuer,
    outcome: Result<Issued, TokenRefusal>,
) -> Result<Result<Signed, TokenRefusal>, SigningError> {
    let issued = match outcome {
        Ok(issued) => issued,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let signed = issuer.signing_key.key.sign_input(issued.access_token);
    let access_token = signed.inspect_err(|error| {
        tracing::error!(%error, "a token could not be signed");
    })?;
    Ok(Ok(Signed {
        access_token: Secret::new(access_token),
        expires_in: issued.expires_in,
        scope: issued.scope,
    }))
}

/// RFC 6749 section 5.1.
fn render(signed: &Signed) -> Response {
    let body = json!({
        "access_token": signed.access_token.expose(),
        "token_type": "Bearer",
        "expires_in": signed.expires_in,
        "scope": signed.scope.to_string(),
    });
    (answer::no_store(), axum::Json(body)).into_response()
}
