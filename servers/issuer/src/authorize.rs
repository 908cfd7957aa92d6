//! `GET` and `POST /oauth2/authorize`: RFC 6749 section 3.1.

use std::sync::Arc;

use authority::Plan;
use authority::audit::{Actor, Origin};
use authority::authorize::{
    Answer, Authorization, AuthorizationRequest, AuthorizeFacts, ConsentAsked, Granting,
    LoginAsked, LoginReason, PageRefusal, ResponseMode, decide, page,
};
use authority::client::Client;
use authority::grant::{Grant, GrantedScopes, id_of};
use axum::Extension;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use base::Timestamp;
use credential::ClientId;
use ephemeral::SystemEntropy;
use snapshot::RequestId;
use store::{CommitError, StoreFault, record};

use crate::page::{ConsentPage, ErrorPage, FormPostPage, LoginPage, respond, see_other};
use crate::visitor::{self, LoggedIn};
use crate::{Issuer, answer, cookie, form_token, scope_words};

/// The longest request in a body.
const LONGEST_BODY: usize = 32 * 1024;

/// How often a request is decided, if what it read changes meanwhile.
const ATTEMPTS: usize = 3;

/// What the form of the consent page is about.
pub(crate) const CONSENT: &str = "consent";

/// What the form of the login page is about.
pub(crate) const LOGIN: &str = "login";

/// One request of a browser.
pub(crate) struct Asking<'a> {
    pub(crate) issuer: &'a Issuer,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) request_id: RequestId,
    pub(crate) now: Timestamp,
}

impl Asking<'_> {
    /// Who the audit says it was, as far as it is known.
    pub(crate) fn origin(&self, logged_in: Option<&LoggedIn>) -> Origin {
        let account = logged_in.map(|logged_in| logged_in.account.id.to_string());
        Origin {
            request_id: self.request_id.clone(),
            actor: account.map_or(Actor::Unknown, Actor::Account),
            environment: self.issuer.environment.name.clone(),
        }
    }
}

pub(crate) async fn authorize(
    State(issuer): State<Arc<Issuer>>,
    Extension(request_id): Extension<RequestId>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let asking = Asking {
        issuer: &issuer,
        headers: &headers,
        request_id,
        now: issuer.clock.now(),
    };
    // OpenID Connect Core section 3.1.2.1: both methods, and never half of each
    // (negative test AUT-026).
    let text = match (method == Method::POST, query) {
        (false, query) => query.unwrap_or_default().into_bytes(),
        (true, None) => match posted(&headers, body).await {
            Some(bytes) => bytes,
            None => return asking.stop("form", "the request is no form").await,
        },
        (true, Some(_)) => {
            let description = "a request has its parameters in the address or in the body";
            return asking.stop("query_and_body", description).await;
        }
    };
    match AuthorizationRequest::parse(&text) {
        Ok(request) => asking.go_on(&request, None).await,
        Err(refusal) => asking.refuse(refusal).await,
    }
}

async fn posted(headers: &HeaderMap, body: Body) -> Option<Vec<u8>> {
    let content_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let media_type = content_type.split(';').next()?.trim();
    if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return None;
    }
    let bytes = axum::body::to_bytes(body, LONGEST_BODY).await.ok()?;
    Some(bytes.to_vec())
}

/// What the person said on the consent page.
pub(crate) enum Said {
    Yes(GrantedScopes),
    No,
}

impl Asking<'_> {
    /// Loads, decides, commits and renders; once more if something that was
    /// read has changed meanwhile.
    pub(crate) async fn go_on(
        &self,
        request: &AuthorizationRequest,
        said: Option<&Said>,
    ) -> Response {
        for _ in 0..ATTEMPTS {
            let loaded = match self.load(request).await {
                Ok(loaded) => loaded,
                Err(fault) => return unavailable(&fault),
            };
            let known = Arc::clone(&self.issuer.known.borrow());
            let digest_keys = self.issuer.keys_in_use(&known);
            let client = loaded.client.as_ref();
            let owner = client.map(|client| client.accountability.owner.as_str());
            let facts = AuthorizeFacts {
                environment: &self.issuer.environment,
                issuer: &self.issuer.url,
                inventory: &known.inventory().inventory,
                client,
                owner_is_disabled: owner
                    .is_some_and(|owner| known.owner_disabled_at(owner).is_some()),
                visitor: visitor::visitor(loaded.logged_in.as_ref()),
                grant: loaded.grant.as_ref(),
                granting: match said {
                    None => Granting::Unasked,
                    Some(Said::Yes(scopes)) => Granting::Yes(scopes),
                    Some(Said::No) => Granting::No,
                },
                digest_keys: &digest_keys,
            };
            let origin = self.origin(loaded.logged_in.as_ref());
            let plan = decide(request, facts, &origin, self.now, &mut SystemEntropy);
            let Plan { outcome, writes } = plan;
            match self.issuer.store.commit(writes).await {
                Ok(_) => return self.render(request, &loaded, outcome),
                Err(CommitError::Conflict(conflict)) => {
                    tracing::debug!(%conflict, "an authorization request is decided once more");
                }
                Err(CommitError::Fault(fault)) => return unavailable(&fault),
            }
        }
        answer::unavailable()
    }

    async fn load(&self, request: &AuthorizationRequest) -> Result<Loaded, StoreFault> {
        let logged_in = visitor::load(self.issuer, self.headers, self.now).await?;
        let id = request.client_id.as_deref();
        // What has not our shape is nobody's: no look-up is made of it.
        let client = match id.and_then(|id| id.parse::<ClientId>().ok()) {
            Some(id) => self.issuer.store.client(id.as_str()).await?,
            None => None,
        };
        let grant = match (&logged_in, &client) {
            (Some(LoggedIn { account, .. }), Some(client)) => {
                let id = id_of(&account.id, &client.id);
                record::<Grant>(self.issuer.store.as_ref(), &id).await?
            }
            _ => None,
        };
        Ok(Loaded {
            logged_in,
            client,
            grant,
        })
    }

    /// A page that says why not.
    pub(crate) async fn refuse(&self, refusal: PageRefusal) -> Response {
        self.refuse_with(StatusCode::BAD_REQUEST, refusal).await
    }

    async fn refuse_with(&self, status: StatusCode, refusal: PageRefusal) -> Response {
        let plan = page(refusal, &self.origin(None), self.now);
        match self.issuer.store.commit(plan.writes).await {
            Ok(_) => match plan.outcome {
                Authorization::Page(refusal) => self.error_page(status, &refusal),
                _ => answer::unavailable(),
            },
            Err(fault) => {
                tracing::error!(%fault, "a refusal could not be recorded");
                answer::unavailable()
            }
        }
    }

    /// The same for what may be tried again in a minute (RFC 6585 section 4).
    pub(crate) async fn wait(&self, refusal: PageRefusal) -> Response {
        let status = StatusCode::TOO_MANY_REQUESTS;
        let mut response = self.refuse_with(status, refusal).await;
        let minute = HeaderValue::from_static("60");
        response.headers_mut().insert(header::RETRY_AFTER, minute);
        response
    }

    /// The same for a form that is not from our page, or not from this browser
    /// (RFC 9700 section 4.7).
    pub(crate) async fn forbid(&self, refusal: PageRefusal) -> Response {
        self.refuse_with(StatusCode::FORBIDDEN, refusal).await
    }

    async fn stop(&self, rule: &'static str, description: &'static str) -> Response {
        self.refuse(PageRefusal { rule, description }).await
    }

    fn error_page(&self, status: StatusCode, refusal: &PageRefusal) -> Response {
        let page = ErrorPage {
            base: self.issuer.url.path(),
            description: refusal.description,
            request_id: self.request_id.as_str(),
        };
        respond(status, &page, None)
    }

    fn render(
        &self,
        request: &AuthorizationRequest,
        loaded: &Loaded,
        outcome: Authorization,
    ) -> Response {
        match outcome {
            Authorization::Page(refusal) => self.error_page(StatusCode::BAD_REQUEST, &refusal),
            Authorization::Answer(answer) => self.hand_on(&answer),
            Authorization::Login(asked) => self.login_page(request, &asked, None),
            Authorization::Consent(asked) => match &loaded.logged_in {
                Some(logged_in) => self.consent_page(request, &asked, logged_in),
                None => answer::unavailable(),
            },
        }
    }

    fn hand_on(&self, answer: &Answer) -> Response {
        match answer.mode {
            ResponseMode::Query => see_other(&answer.location()),
            ResponseMode::FormPost => {
                let fields: Vec<(&str, &str)> = answer.response.fields().collect();
                let page = FormPostPage {
                    base: self.issuer.url.path(),
                    to: answer.to.as_str(),
                    fields: &fields,
                };
                let target = target(answer.to.as_str());
                respond(StatusCode::OK, &page, Some(&target))
            }
        }
    }

    /// The login page; after a failure with the name that was typed.
    pub(crate) fn login_page(
        &self,
        request: &AuthorizationRequest,
        asked: &LoginAsked,
        failed: Option<&str>,
    ) -> Response {
        let held = cookie::read(self.headers, cookie::FORM);
        let holder = held.map_or_else(
            || base::generate_id_text('b', &mut SystemEntropy),
            str::to_owned,
        );
        let keys = &self.issuer.digest_keys;
        let interaction = asked.interaction.write(request, keys);
        let about = [LOGIN, request.text(), &interaction];
        let page = LoginPage {
            base: self.issuer.url.path(),
            client_name: &asked.client_name,
            login_name: failed.or(asked.login_hint.as_deref()).unwrap_or(""),
            has_failed: failed.is_some(),
            is_again: !matches!(asked.reason, LoginReason::Nobody),
            request: request.text(),
            interaction: &interaction,
            token: &form_token::write(keys, &holder, &about),
        };
        let status = match failed {
            Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
            None => StatusCode::OK,
        };
        let target = request.redirect_uri.as_deref().map(target);
        let mut response = respond(status, &page, target.as_deref());
        if held.is_none() {
            let cookie = cookie::set(cookie::FORM, &holder);
            cookie.map(|cookie| response.headers_mut().append(header::SET_COOKIE, cookie));
        }
        response
    }

    fn consent_page(
        &self,
        request: &AuthorizationRequest,
        asked: &ConsentAsked,
        logged_in: &LoggedIn,
    ) -> Response {
        let known = Arc::clone(&self.issuer.known.borrow());
        let inventory = &known.inventory().inventory;
        let interaction = request.interaction.as_deref().unwrap_or("");
        let scope = asked.scopes.to_string();
        let about = [CONSENT, request.text(), interaction, &scope];
        let holder = logged_in.session.id.as_str();
        let page = ConsentPage {
            base: self.issuer.url.path(),
            client_name: &asked.client_name,
            destination: destination(asked.to.as_str()),
            login_name: &asked.login_name,
            scopes: &scope_words::lines(asked, inventory),
            scope: &scope,
            request: request.text(),
            interaction,
            token: &form_token::write(&self.issuer.digest_keys, holder, &about),
        };
        respond(StatusCode::OK, &page, Some(&target(asked.to.as_str())))
    }
}

/// What was loaded for a request.
struct Loaded {
    logged_in: Option<LoggedIn>,
    client: Option<Client>,
    grant: Option<Grant>,
}

/// A redirect URI as a source of `form-action`: its origin, or its scheme.
fn target(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once(':') else {
        return String::new();
    };
    let plain = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._~:[]+".contains(&b))
    };
    let text = match (scheme, rest.strip_prefix("//")) {
        ("https" | "http", Some(after)) => {
            let end = after.find(['/', '?']).unwrap_or(after.len());
            format!("{scheme}://{}", after.get(..end).unwrap_or(""))
        }
        _ => format!("{scheme}:"),
    };
    // What is no plain origin gets no place in a header; it is refused anyway.
    match plain(&text.replace("//", "")) {
        true => text,
        false => String::new(),
    }
}

/// What a person is told about where the answer goes: the host, or the scheme
/// of an app.
fn destination(uri: &str) -> &str {
    let after = uri.split_once("://").map(|(_, after)| after);
    match after {
        Some(after) => {
            let end = after.find(['/', '?']).unwrap_or(after.len());
            after.get(..end).unwrap_or(uri)
        }
        None => uri.split(':').next().unwrap_or(uri),
    }
}

pub(crate) fn unavailable(fault: &StoreFault) -> Response {
    tracing::error!(%fault, "an authorization request was not decided");
    answer::unavailable()
}
