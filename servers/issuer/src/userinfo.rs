//! `GET` and `POST /oauth2/userinfo`: OpenID Connect Core section 5.3.

use std::sync::Arc;

use access::{Judge, Uncached, View, inspect};
use authority::account::Account;
use authority::form;
use authority::userinfo::{UserInfoRefusal, decide};
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Secret, Timestamp};
use jose::{AccessTokenClaims, Algorithm, AllowList};
use serde_json::json;
use snapshot::Freshness;
use store::record;

use crate::{Issuer, answer};

/// How a request does not get an answer: RFC 6750 section 3.1.
#[derive(Debug, Clone, Copy)]
enum Refused {
    /// No token: a challenge and nothing else.
    NoToken,
    InvalidRequest(&'static str),
    InvalidToken,
    InsufficientScope,
}

pub(crate) async fn userinfo(
    State(issuer): State<Arc<Issuer>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let now = issuer.clock.now();
    let token = match presented(&headers, query.as_deref(), body).await {
        Ok(token) => token,
        Err(refused) => return refuse(refused),
    };
    let Some(claims) = standing(&issuer, &token, now) else {
        return refuse(Refused::InvalidToken);
    };
    let store = issuer.store.as_ref();
    let account = match record::<Account>(store, claims.subject.as_str()).await {
        Ok(account) => account,
        Err(fault) => {
            tracing::error!(%fault, "an account could not be read");
            return answer::unavailable();
        }
    };
    match decide(
        &claims,
        account.as_ref(),
        (&issuer.environment, &issuer.url),
    ) {
        Ok(told) => (answer::no_store(), axum::Json(told)).into_response(),
        Err(UserInfoRefusal::InsufficientScope) => refuse(Refused::InsufficientScope),
        Err(UserInfoRefusal::Audience | UserInfoRefusal::Account) => refuse(Refused::InvalidToken),
    }
}

/// The token of the one header that may have it (RFC 6750 section 2.1). One in
/// the address is kept in logs, and one in a body is not offered.
async fn presented(
    headers: &HeaderMap,
    query: Option<&str>,
    body: Body,
) -> Result<Secret, Refused> {
    let misplaced = Refused::InvalidRequest("the token belongs in the Authorization header");
    let fields = form::pairs(query.unwrap_or_default().as_bytes()).map_err(|_| misplaced)?;
    if fields.iter().any(|(name, _)| name == "access_token") {
        return Err(misplaced);
    }
    let body = axum::body::to_bytes(body, 0).await;
    if body.is_err() {
        return Err(misplaced);
    }
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let line = lines.next().ok_or(Refused::NoToken)?;
    if lines.next().is_some() {
        return Err(Refused::InvalidRequest(
            "there are two Authorization headers",
        ));
    }
    let line = line.to_str().map_err(|_| Refused::InvalidToken)?;
    match line.split_once(' ') {
        // RFC 9110 section 11.1: the scheme is case-insensitive.
        Some((scheme, text)) if scheme.eq_ignore_ascii_case("bearer") => {
            Ok(Secret::new(text.to_owned()))
        }
        _ => Err(Refused::NoToken),
    }
}

/// The claims of an access token of ours that a gate would accept now.
fn standing(issuer: &Issuer, token: &Secret, now: Timestamp) -> Option<AccessTokenClaims> {
    let known = Arc::clone(&issuer.known.borrow());
    let view = View::new(Arc::clone(&known));
    let judge = Judge {
        view: &view,
        facts: &Uncached,
        decryption_keys: &Default::default(),
        digest_keys: &issuer.keys_in_use(&known),
        freshness: Freshness { confirmed_at: now },
        time_limits: Default::default(),
    };
    if !inspect(token.expose(), None, &judge, now).is_accepted() {
        return None;
    }
    // A trusted issuer's token passes a gate, and says nothing about people here.
    let allow = AllowList::new(&Algorithm::ALL).ok()?;
    let claims = jose::verify::<AccessTokenClaims>(token.expose(), known.accepted_keys(), &allow);
    claims.ok().map(jose::Verified::into_claims)
}

fn refuse(refused: Refused) -> Response {
    let (status, code, description) = match refused {
        // RFC 6750 section 3.1: without any token, no error code.
        Refused::NoToken => {
            let challenge = [(header::WWW_AUTHENTICATE, "Bearer realm=\"userinfo\"")];
            let head = (StatusCode::UNAUTHORIZED, answer::no_store(), challenge);
            return head.into_response();
        }
        Refused::InvalidRequest(description) => {
            (StatusCode::BAD_REQUEST, "invalid_request", description)
        }
        Refused::InvalidToken => (
            StatusCode::UNAUTHORIZED,
            "invalid_token",
            "the access token is not one of ours for this endpoint, or has ended",
        ),
        Refused::InsufficientScope => (
            StatusCode::FORBIDDEN,
            "insufficient_scope",
            "the access token has not the scope openid",
        ),
    };
    let scope = match refused {
        Refused::InsufficientScope => ", scope=\"openid\"",
        _ => "",
    };
    let challenge = format!(
        "Bearer realm=\"userinfo\", error=\"{code}\", error_description=\"{description}\"{scope}"
    );
    let body = json!({ "error": code, "error_description": description });
    let mut response = (status, answer::no_store(), axum::Json(body)).into_response();
    if let Ok(challenge) = HeaderValue::from_str(&challenge) {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}
