//! `POST /consent`: a person allows what the page has shown, or does not.

use std::sync::Arc;

use authority::authorize::AuthorizationRequest;
use authority::grant::GrantedScopes;
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use snapshot::RequestId;

use crate::authorize::{Asking, CONSENT, Said, unavailable};
use crate::login::FOREIGN_FORM;
use crate::posted::Posted;
use crate::{Issuer, form_token, visitor};

pub(crate) async fn consent(
    State(issuer): State<Arc<Issuer>>,
    Extension(request_id): Extension<RequestId>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let asking = Asking {
        issuer: &issuer,
        headers: &headers,
        request_id,
        now: issuer.clock.now(),
    };
    let Some(posted) = Posted::read(&headers, body).await else {
        return asking.forbid(FOREIGN_FORM).await;
    };
    let logged_in = match visitor::load(&issuer, &headers, asking.now).await {
        Ok(logged_in) => logged_in,
        Err(fault) => return unavailable(&fault),
    };
    let (text, interaction) = (posted.field("request"), posted.field("interaction"));
    let scope = posted.field("scope");
    let is_ours = logged_in.is_some_and(|logged_in| {
        let (holder, about) = (logged_in.session.id, [CONSENT, text, interaction, scope]);
        let token = posted.field("token");
        let known = Arc::clone(&issuer.known.borrow());
        let keys = issuer.keys_in_use(&known);
        form_token::is_right(&keys, token, holder.as_str(), &about)
    });
    if !is_ours || !form_token::is_same_origin(&headers, &issuer.url) {
        return asking.forbid(FOREIGN_FORM).await;
    }
    let going_on = match interaction {
        "" => text.to_owned(),
        interaction => format!("{text}&interaction={interaction}"),
    };
    let request = match AuthorizationRequest::parse(going_on.as_bytes()) {
        Ok(request) => request,
        Err(refusal) => return asking.refuse(refusal).await,
    };
    let said = match (posted.field("decision"), GrantedScopes::parse(scope)) {
        ("allow", Ok(shown)) => Said::Yes(shown),
        // Whatever is no clear yes is a no.
        _ => Said::No,
    };
    asking.go_on(&request, Some(&said)).await
}
