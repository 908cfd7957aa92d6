//! `POST /oauth2/token`: RFC 6749 section 3.2.

use std::net::SocketAddr;
use std::sync::Arc;

use authority::Plan;
use authority::audit::{Actor, Origin};
use authority::client::authenticate::{Arrival, Headers, KnownClient, PresentedClient, presented};
use authority::form::LONGEST_BODY;
use authority::grant::GrantedScopes;
use authority::token::{ErrorCode, Facts, Issued, TokenRefusal, TokenRequest, decide, refused};
use axum::Extension;
use axum::body::Body;
use axum::extract::{ConnectInfo, RawQuery, State};
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use base::{Secret, Timestamp};
use ephemeral::SystemEntropy;
use serde_json::json;
use snapshot::{RequestId, Snapshot};
use store::{CommitError, Conflict};

use crate::known_client::load;
use crate::{Issuer, Place, SignerFault, answer, delegation};

/// How long a body may take to arrive: whoever sends it slower holds a
/// connection that others need.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

/// How often a request is decided: once, and again whenever something that it
/// read has changed meanwhile. Of many that present one refresh token each
/// round settles one, and after a few of them the family has ended.
const ATTEMPTS: usize = 8;

/// How long a change of the signing keys may be on its way to this process.
const BEHIND: std::time::Duration = std::time::Duration::from_secs(1);

/// Where clients of other products put a key.
const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

pub(crate) async fn token(
    State(issuer): State<Arc<Issuer>>,
    (Extension(request_id), Extension(place)): (Extension<RequestId>, Extension<Place>),
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
        refuses_api_keys: issuer.has_exchange && place != Place::Exchange,
    };
    let used_basic = headers.contains_key(header::AUTHORIZATION);
    let mut origin = Origin {
        request_id,
        actor: Actor::Unknown,
        environment: issuer.environment.name.clone(),
    };
    let settled = match parse(&headers, query.as_deref(), body).await {
        Err(refusal) => commit(&issuer, refused(refusal, &origin, now)).await,
        Ok((request, presented)) => {
            let Ok(loaded) = load(&issuer, &presented).await else {
                return answer::unavailable();
            };
            if let Some(id) = loaded.id() {
                origin.actor = Actor::Client(id.to_owned());
            }
            let asked = Asked {
                request: &request,
                presented: &presented,
                client: loaded.known(),
                arrival,
                origin: &origin,
                now,
            };
            issue(&issuer, asked).await
        }
    };
    match settled {
        Ok(Ok(signed)) => render(&signed),
        Ok(Err(refusal)) => answer::refusal(
            &refusal,
            used_basic && refusal.code == ErrorCode::InvalidClient,
        ),
        Err(NotDone) => answer::unavailable(),
    }
}

/// A token request that was read, and what was loaded for it.
#[derive(Clone, Copy)]
struct Asked<'a> {
    request: &'a TokenRequest,
    presented: &'a PresentedClient,
    client: KnownClient<'a>,
    arrival: Arrival,
    origin: &'a Origin,
    now: Timestamp,
}

/// Our own failure, told in the log: nothing was issued.
struct NotDone;

type Settled = Result<Result<Signed, TokenRefusal>, NotDone>;

/// Decides, signs and commits; and once more if the key that was to sign has
/// been taken away meanwhile.
async fn issue(issuer: &Issuer, asked: Asked<'_>) -> Settled {
    for _ in 0..ATTEMPTS {
        let delegated = delegation::load(issuer, asked.request).await;
        let delegated = delegated.map_err(|fault| not_done("nothing is issued", &fault))?;
        let known = Arc::clone(&issuer.known.borrow());
        let digest_keys = issuer.keys_in_use(&known);
        let facts = Facts {
            environment: &issuer.environment,
            issuer: &issuer.url,
            inventory: &known.inventory().inventory,
            client: asked.client,
            owner_is_disabled: asked
                .client
                .owner()
                .is_some_and(|owner| known.owner_disabled_at(owner.as_str()).is_some()),
            arrival: asked.arrival,
            digest_keys: &digest_keys,
            delegation: delegated.known(),
            signing_keys: known.active_keys(),
        };
        let (request, presented) = (asked.request, asked.presented);
        let (origin, entropy) = (asked.origin, &mut SystemEntropy);
        let plan = decide(request, presented, facts, origin, asked.now, entropy);
        let Plan { outcome, writes } =
            plan.map_err(|fault| not_done("nothing is issued", &fault))?;
        let outcome = match sign(issuer, outcome).await {
            Ok(outcome) => outcome,
            Err(SignerFault::NotActive(_)) => {
                catch_up(issuer, &known).await?;
                continue;
            }
            Err(fault) => return Err(not_done("a token could not be signed", &fault)),
        };
        match issuer.store.commit(writes).await {
            Ok(_) => return Ok(outcome),
            // The key was taken away, or another request was first: in the
            // first case what this process knows must catch up.
            Err(CommitError::Conflict(Conflict::SigningKeyStage { .. })) => {
                catch_up(issuer, &known).await?;
            }
            Err(CommitError::Conflict(conflict)) => {
                tracing::debug!(%conflict, "a token request is decided once more");
            }
            Err(fault) => return Err(not_done("a token request could not be committed", &fault)),
        }
    }
    tracing::error!("what a token request read changed at each attempt: nothing was issued");
    Err(NotDone)
}

/// Waits until this process knows more than it did: its signing keys changed.
async fn catch_up(issuer: &Issuer, known: &Snapshot) -> Result<(), NotDone> {
    let mut next = issuer.known.clone();
    let newer = next.wait_for(|newer| newer.revision() > known.revision());
    match tokio::time::timeout(BEHIND, newer).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(_)) | Err(_) => {
            tracing::error!("the signing keys changed, and the change does not arrive");
            Err(NotDone)
        }
    }
}

/// The audit is part of the answer: what was not recorded is not issued.
async fn commit(issuer: &Issuer, plan: Plan<Result<Signed, TokenRefusal>>) -> Settled {
    match issuer.store.commit(plan.writes).await {
        Ok(_) => Ok(plan.outcome),
        Err(fault) => Err(not_done("a token request could not be committed", &fault)),
    }
}

fn not_done(what: &'static str, fault: &dyn std::fmt::Display) -> NotDone {
    tracing::error!(%fault, "{what}");
    NotDone
}

pub(crate) async fn parse(
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
    let authenticating = Headers {
        authorization: only(
            headers,
            header::AUTHORIZATION,
            (
                "one_authorization_header",
                "there are two Authorization headers",
            ),
            (
                "authorization_header",
                "the Authorization header is not ASCII",
            ),
        )?,
        x_api_key: only(
            headers,
            X_API_KEY,
            ("one_x_api_key_header", "there are two X-API-Key headers"),
            ("x_api_key_header", "the X-API-Key header is not ASCII"),
        )?,
    };
    let arrived = tokio::time::timeout(PATIENCE, axum::body::to_bytes(body, LONGEST_BODY)).await;
    let Ok(Ok(body)) = arrived else {
        return refused(
            "body_size",
            "the body is longer than 32 KiB or did not arrive whole",
        );
    };
    let request = TokenRequest::parse(&body)?;
    let presented = presented(authenticating, &request)?;
    Ok((request, presented))
}

/// The value of a header that may be there once. `twice` and `unreadable` are
/// the rule and the words for what else is refused.
fn only<'a>(
    headers: &'a HeaderMap,
    name: HeaderName,
    twice: (&'static str, &'static str),
    unreadable: (&'static str, &'static str),
) -> Result<Option<&'a str>, TokenRefusal> {
    let refused =
        |(rule, description)| TokenRefusal::new(ErrorCode::InvalidRequest, rule, description);
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(refused(twice));
    }
    first
        .map(|value| value.to_str().map_err(|_| refused(unreadable)))
        .transpose()
}

/// An issued token, signed, with what the answer says about it.
struct Signed {
    access_token: Secret,
    id_token: Option<Secret>,
    refresh_token: Option<Secret>,
    expires_in: u64,
    scope: GrantedScopes,
}

/// Signs before the commit: what the audit calls issued could be handed out.
async fn sign(
    issuer: &Issuer,
    outcome: Result<Issued, TokenRefusal>,
) -> Result<Result<Signed, TokenRefusal>, SignerFault> {
    let issued = match outcome {
        Ok(issued) => issued,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let signer = issuer.signers.signer(issued.access_token.key_id()).await?;
    let access_token = signer.sign(issued.access_token).await?;
    let id_token = match issued.id_token {
        Some(draft) => {
            let signer = issuer.signers.signer(draft.key_id()).await?;
            let input = draft
                .with_access_token(&access_token)
                .map_err(SignerFault::Signature)?;
            Some(Secret::new(signer.sign(input).await?))
        }
        None => None,
    };
    Ok(Ok(Signed {
        access_token: Secret::new(access_token),
        id_token,
        refresh_token: issued.refresh_token,
        expires_in: issued.expires_in,
        scope: issued.scope,
    }))
}

/// RFC 6749 section 5.1.
fn render(signed: &Signed) -> Response {
    let mut body = json!({
        "access_token": signed.access_token.expose(),
        "token_type": "Bearer",
        "expires_in": signed.expires_in,
        "scope": signed.scope.to_string(),
    });
    for (name, token) in [
        ("id_token", &signed.id_token),
        ("refresh_token", &signed.refresh_token),
    ] {
        if let (Some(token), Some(members)) = (token, body.as_object_mut()) {
            members.insert(name.to_owned(), json!(token.expose()));
        }
    }
    (answer::no_store(), axum::Json(body)).into_response()
}
