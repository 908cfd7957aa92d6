//! The rules, in their order. They are run from the start at every step: before
//! the login, after it and with the consent, so no step trusts the one before.

use base::{Entropy, Timestamp};
use boundary::Inventory;
use credential::{Audience, DigestKeys, Environment};
use snapshot::IssuerUrl;

use super::{
    Answer, AuthorizationRequest, AuthorizationResponse, AuthorizeRefusal, CodeChallenge,
    Interaction, PageRefusal, Prompts, client, code_challenge, consent, login, prompt,
    request_object, resource, response, scope,
};
use crate::account::Account;
use crate::audit::{Action, Origin};
use crate::authorization_code::{self, Bound};
use crate::client::Client;
use crate::grant::{self, Grant, GrantedScopes};
use crate::redirect_uri::{TrustedRedirectUri, check_redirect_uri};
use crate::session::Session;
use crate::{Plan, Writes};

/// Who is at the browser.
#[derive(Debug, Clone, Copy)]
pub enum Visitor<'a> {
    /// Nobody that we know.
    Nobody,
    /// The person of a session that the browser has proved.
    LoggedIn {
        /// The session.
        session: &'a Session,
        /// Its account.
        account: &'a Account,
    },
}

/// What the person said on the consent page.
#[derive(Debug, Clone, Copy)]
pub enum Granting<'a> {
    /// They were not asked, or have not answered.
    Unasked,
    /// Yes to what the page showed.
    Yes(&'a GrantedScopes),
    /// No.
    No,
}

/// What the decision needs to know.
#[derive(Debug, Clone, Copy)]
pub struct AuthorizeFacts<'a> {
    /// The environment.
    pub environment: &'a Environment,
    /// Its issuer.
    pub issuer: &'a IssuerUrl,
    /// The inventory in force.
    pub inventory: &'a Inventory,
    /// The client that the request names, if there is one.
    pub client: Option<&'a Client>,
    /// Whether the owner of that client is gone.
    pub owner_is_disabled: bool,
    /// Who is at the browser.
    pub visitor: Visitor<'a>,
    /// What they have granted to that client.
    pub grant: Option<&'a Grant>,
    /// What they say now.
    pub granting: Granting<'a>,
    /// The keys of stored digests.
    pub digest_keys: &'a DigestKeys,
}

/// What happens next.
#[derive(Debug)]
pub enum Authorization {
    /// A page of ours that says why not.
    Page(PageRefusal),
    /// An answer to the client.
    Answer(Answer),
    /// The login page.
    Login(LoginAsked),
    /// The consent page.
    Consent(ConsentAsked),
}

/// Why somebody must log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginReason {
    /// Nobody is logged in.
    Nobody,
    /// The client asks for a fresh login.
    Asked,
    /// The client asks who it shall be.
    SelectAccount,
    /// The last login is longer ago than the client allows.
    TooLongAgo,
}

/// What the login page says, and what it carries.
#[derive(Debug)]
pub struct LoginAsked {
    /// Why.
    pub reason: LoginReason,
    /// What the client is called.
    pub client_name: String,
    /// Who it may be, as the client believes: a suggestion.
    pub login_hint: Option<String>,
    /// What the request carries on, so that the login counts for it.
    pub interaction: Interaction,
}

/// What the consent page says.
#[derive(Debug)]
pub struct ConsentAsked {
    /// What the client is called.
    pub client_name: String,
    /// Its id.
    pub client_id: String,
    /// Where the answer goes.
    pub to: TrustedRedirectUri,
    /// Who is asked.
    pub login_name: String,
    /// What the client gets.
    pub scopes: GrantedScopes,
    /// Which of it is new.
    pub new: GrantedScopes,
}

/// A request that every rule about itself has let pass.
struct Checked<'a> {
    client: &'a Client,
    challenge: CodeChallenge,
    scopes: GrantedScopes,
    resources: Vec<Audience>,
    prompts: Prompts,
}

/// Decides an authorization request.
pub fn decide(
    request: &AuthorizationRequest,
    facts: AuthorizeFacts<'_>,
    origin: &Origin,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Plan<Authorization> {
    let (client, to) = match destination(request, facts, now) {
        Ok(found) => found,
        Err(refusal) => return page(refusal, origin, now),
    };
    let asked = Asked {
        request,
        facts,
        to,
        origin,
        now,
    };
    match check(request, client, facts.inventory) {
        Ok(checked) => asked.go_on(&checked, entropy),
        Err(refusal) => asked.refuse(&refusal),
    }
}

/// Rules 2 and 3.
fn destination<'a>(
    request: &AuthorizationRequest,
    facts: AuthorizeFacts<'a>,
    now: Timestamp,
) -> Result<(&'a Client, TrustedRedirectUri), PageRefusal> {
    let client = client::check(request, facts, now)?;
    let to = check_redirect_uri(client, request.redirect_uri.as_deref());
    let to = to.ok_or(PageRefusal::new(
        "redirect_uri",
        "the application asks to send you to an address that it has not registered",
    ))?;
    Ok((client, to))
}

/// Rules 4 to 9.
fn check<'a>(
    request: &AuthorizationRequest,
    client: &'a Client,
    inventory: &Inventory,
) -> Result<Checked<'a>, AuthorizeRefusal> {
    response::check(request)?;
    request_object::check(request)?;
    let challenge = code_challenge::check(request)?;
    let scopes = scope::check(request, client)?;
    let resources = resource::check(request, client, inventory)?;
    let prompts = prompt::check(request)?;
    Ok(Checked {
        client,
        challenge,
        scopes,
        resources,
        prompts,
    })
}

/// A page of ours, audited.
pub fn page(refusal: PageRefusal, origin: &Origin, now: Timestamp) -> Plan<Authorization> {
    let detail = refusal.description.to_owned();
    let mut event = origin.event(Action::AuthorizationRefused, None, detail, now);
    event.rule = Some(refusal.rule.to_owned());
    Plan {
        outcome: Authorization::Page(refusal),
        writes: Writes {
            audit: vec![event],
            ..Writes::default()
        },
    }
}

/// A request whose answer has a place to go.
struct Asked<'a> {
    request: &'a AuthorizationRequest,
    facts: AuthorizeFacts<'a>,
    to: TrustedRedirectUri,
    origin: &'a Origin,
    now: Timestamp,
}

impl Asked<'_> {
    fn answer(&self, response: AuthorizationResponse) -> Authorization {
        Authorization::Answer(Answer {
            to: self.to.clone(),
            mode: response::mode(self.request),
            response,
        })
    }

    fn refuse(&self, refusal: &AuthorizeRefusal) -> Plan<Authorization> {
        let detail = format!("{}: {}", refusal.code.as_str(), refusal.description);
        let mut event = self
            .origin
            .event(Action::AuthorizationRefused, None, detail, self.now);
        event.rule = Some(refusal.rule.to_owned());
        let response = AuthorizationResponse::refusal(refusal, self.request, self.facts.issuer);
        Plan {
            outcome: self.answer(response),
            writes: Writes {
                audit: vec![event],
                ..Writes::default()
            },
        }
    }

    /// Rules 10 and 11.
    fn go_on(&self, checked: &Checked<'_>, entropy: &mut dyn Entropy) -> Plan<Authorization> {
        let interaction = Interaction::of(self.request, self.facts.digest_keys, self.now);
        let visitor = login::check(self.facts.visitor, checked.prompts, interaction, self.now);
        let (session, account) = match visitor {
            Ok(Visitor::LoggedIn { session, account }) => (session, account),
            Ok(Visitor::Nobody) => return self.log_in(checked, LoginReason::Nobody, interaction),
            Err(reason) => return self.log_in(checked, reason, interaction),
        };
        let needed = consent::is_needed(&checked.scopes, self.facts.grant, checked.prompts);
        let given = match self.facts.granting {
            Granting::No => return self.refuse(&consent::DENIED),
            // Negative test AUT-040: what is granted is what was shown and is asked.
            Granting::Yes(shown) if shown == &checked.scopes => Some(grant::give(
                account,
                checked.client,
                &checked.scopes,
                self.facts.grant,
                self.origin,
                self.now,
            )),
            Granting::Yes(_) | Granting::Unasked if needed => {
                return self.ask_consent(checked, account);
            }
            Granting::Yes(_) | Granting::Unasked => None,
        };
        let mut writes = given.map_or_else(Writes::default, |given| given.writes);
        let bound = Bound {
            client: checked.client,
            redirect_uri: self.to.as_str(),
            challenge: &checked.challenge,
            account,
            session,
            scopes: &checked.scopes,
            resources: &checked.resources,
            nonce: self.request.nonce.as_deref(),
        };
        let keys = (self.facts.environment, self.facts.digest_keys.current());
        let (code, id, effect) = authorization_code::issue(bound, keys, self.now, entropy);
        let detail = format!("{} for {}", checked.scopes, checked.client.id);
        let event = self
            .origin
            .event(Action::AuthorizationGranted, Some(id), detail, self.now);
        writes.effects.push(effect);
        writes.audit.push(event);
        let response = AuthorizationResponse::code(code.expose(), self.request, self.facts.issuer);
        Plan {
            outcome: self.answer(response),
            writes,
        }
    }

    fn log_in(
        &self,
        checked: &Checked<'_>,
        reason: LoginReason,
        interaction: Option<Interaction>,
    ) -> Plan<Authorization> {
        if checked.prompts.none {
            return self.refuse(&login::REQUIRED);
        }
        unwritten(Authorization::Login(LoginAsked {
            reason,
            client_name: checked.client.name().to_owned(),
            login_hint: self.request.login_hint.clone(),
            interaction: interaction.unwrap_or(Interaction { asked_at: self.now }),
        }))
    }

    fn ask_consent(&self, checked: &Checked<'_>, account: &Account) -> Plan<Authorization> {
        if checked.prompts.none {
            return self.refuse(&consent::REQUIRED);
        }
        let standing = self.facts.grant.filter(|grant| grant.withdrawn.is_none());
        let known = standing.map_or_else(GrantedScopes::default, |grant| grant.scopes.clone());
        unwritten(Authorization::Consent(ConsentAsked {
            client_name: checked.client.name().to_owned(),
            client_id: checked.client.id.to_string(),
            to: self.to.clone(),
            login_name: account.login_name.to_string(),
            new: checked.scopes.without(&known),
            scopes: checked.scopes.clone(),
        }))
    }
}

fn unwritten(outcome: Authorization) -> Plan<Authorization> {
    Plan {
        outcome,
        writes: Writes::default(),
    }
}
