//! `POST /login`: a person proves who they are, for a request that goes on.

use std::net::SocketAddr;
use std::sync::Arc;

use authority::account::{Account, LONGEST_PASSWORD, LoginName};
use authority::authorize::{
    AuthorizationRequest, Interaction, LoginAsked, LoginReason, PageRefusal,
};
use authority::session::{LogInFacts, log_in};
use authority::versioned::Lookup;
use axum::Extension;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use base::Secret;
use ephemeral::SystemEntropy;
use snapshot::RequestId;
use store::{CommitError, StoreFault, records};

use crate::authorize::{Asking, LOGIN, unavailable};
use crate::page::see_other;
use crate::posted::Posted;
use crate::{Issuer, answer, cookie, form_token, throttle, visitor};

/// A form that no page of ours sent to this browser.
pub(crate) const FOREIGN_FORM: PageRefusal = PageRefusal {
    rule: "form_token",
    description: "the form did not come from a page that we gave to this browser, or it is too old",
};

/// More tries than one name or one address has.
const TOO_OFTEN: PageRefusal = PageRefusal {
    rule: "login_throttled",
    description: "there were too many logins for this name or from your address; wait a minute",
};

pub(crate) async fn login(
    State(issuer): State<Arc<Issuer>>,
    Extension(request_id): Extension<RequestId>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
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
    let (text, interaction) = (posted.field("request"), posted.field("interaction"));
    let holder = cookie::read(&headers, cookie::FORM);
    let known = Arc::clone(&issuer.known.borrow());
    let keys = issuer.keys_in_use(&known);
    let is_ours = holder.is_some_and(|holder| {
        let about = [LOGIN, text, interaction];
        form_token::is_right(&keys, posted.field("token"), holder, &about)
    });
    if !is_ours || !form_token::is_same_origin(&headers, &issuer.url) {
        return asking.forbid(FOREIGN_FORM).await;
    }
    let going_on = format!("{text}&interaction={interaction}");
    let request = match AuthorizationRequest::parse(going_on.as_bytes()) {
        Ok(request) => request,
        Err(refusal) => return asking.refuse(refusal).await,
    };
    let peer = peer.map(|Extension(ConnectInfo(peer))| peer.ip());
    // One name in all its spellings is one; what is no name is one, too.
    let name = posted.field("login_name").parse::<LoginName>();
    let name = name.map_or_else(|_| String::new(), |name| name.to_string());
    if !throttle::may_try(&issuer, &name, peer, asking.now).await {
        return asking.wait(TOO_OFTEN).await;
    }
    match asking.log_in(&posted).await {
        Ok(Some(secret)) => {
            let path = issuer.url.path();
            let mut response = see_other(&format!("{path}/oauth2/authorize?{going_on}"));
            for cookie in [
                cookie::set(cookie::SESSION, secret.expose()),
                cookie::clear(cookie::FORM),
            ] {
                cookie.map(|cookie| response.headers_mut().append(header::SET_COOKIE, cookie));
            }
            response
        }
        Ok(None) => {
            let Some(interaction) = Interaction::of(&request, &keys, asking.now) else {
                return asking.forbid(FOREIGN_FORM).await;
            };
            let asked = LoginAsked {
                reason: LoginReason::Nobody,
                client_name: asking.client_name(&request).await,
                login_hint: None,
                interaction,
            };
            asking.login_page(&request, &asked, Some(posted.field("login_name")))
        }
        Err(NotJudged) => answer::unavailable(),
    }
}

/// A fault, told in the log: nobody was logged in.
struct NotJudged;

impl From<StoreFault> for NotJudged {
    fn from(fault: StoreFault) -> Self {
        let _: Response = unavailable(&fault);
        Self
    }
}

impl Asking<'_> {
    /// The text for the cookie of the session that began; nothing if the name
    /// or the password is wrong.
    async fn log_in(&self, posted: &Posted) -> Result<Option<Secret>, NotJudged> {
        let store = self.issuer.store.as_ref();
        let account = match posted.field("login_name").parse::<LoginName>() {
            Ok(name) => {
                let found_by = (Lookup::LoginName, name.as_str());
                records::<Account>(store, found_by, None, 1).await?.pop()
            }
            Err(_) => None,
        };
        let password = posted.field("password");
        // Longer than any password may be: nothing is hashed for it.
        let is_long = password.len() > LONGEST_PASSWORD;
        let hash = account
            .as_ref()
            .and_then(|account| account.password.clone());
        let judged = match is_long {
            true => Ok(false),
            false => {
                let password = Secret::new(password.to_owned());
                self.issuer.passwords.is_right(password, hash).await
            }
        };
        let password_is_right = judged.map_err(|fault| {
            tracing::error!(%fault, "a login was not judged");
            NotJudged
        })?;
        let before = visitor::load(self.issuer, self.headers, self.now).await?;
        let user_agent = self.headers.get(header::USER_AGENT);
        let facts = LogInFacts {
            environment: &self.issuer.environment,
            digest_key: self.issuer.digest_keys.current(),
            account: account.as_ref(),
            password_is_right,
            user_agent: user_agent.and_then(|value| value.to_str().ok()),
            before: before.as_ref().map(|before| &before.session),
        };
        let plan = log_in(facts, &self.origin(None), self.now, &mut SystemEntropy);
        match store.commit(plan.writes).await {
            Ok(_) => Ok(plan.outcome.ok().map(|begun| begun.secret)),
            Err(CommitError::Conflict(conflict)) => {
                tracing::warn!(%conflict, "a session changed while its person logged in again");
                Err(NotJudged)
            }
            Err(CommitError::Fault(fault)) => Err(fault.into()),
        }
    }

    /// What the client of a request is called.
    async fn client_name(&self, request: &AuthorizationRequest) -> String {
        let id = request.client_id.as_deref().unwrap_or("");
        match self.issuer.store.client(id).await {
            Ok(Some(client)) => client.name().to_owned(),
            Ok(None) | Err(_) => String::new(),
        }
    }
}
