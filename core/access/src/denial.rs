//! A request that may not pass.

use std::borrow::Cow;
use std::sync::Arc;

use base::{Lifetime, Name};
use credential::{ApiKeyId, ScopeSet};
use snapshot::Exposure;

use crate::limit::Allowance;
use crate::route::Route;
use crate::{Principal, Reason, Rule, Status, WantedKey, challenge};

/// A genuine API key, and where others could read it.
pub(crate) type Exposed = (ApiKeyId, Exposure);

/// Why a request may not pass, and everything for its answer and its record.
/// Nothing of the request stands in it.
#[derive(Debug, Clone)]
pub struct Denial(Box<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    rule: Rule,
    detail: Cow<'static, str>,
    fix: Cow<'static, str>,
    finding: Option<Cow<'static, str>>,
    route: Option<Arc<Route>>,
    principal: Option<Principal>,
    genuine: Option<bool>,
    exposed_api_key: Option<Exposed>,
    missing: Option<ScopeSet>,
    max_age: Option<Lifetime>,
    wanted_key: Option<WantedKey>,
    allowance: Option<Allowance>,
    wanted_api_key: Option<ApiKeyId>,
}

impl Denial {
    /// The status.
    pub fn status(&self) -> Status {
        self.reason().status()
    }

    /// The machine reason, for the answer.
    pub fn reason(&self) -> Reason {
        self.0.rule.reason()
    }

    /// The precise rule, for the audit and never for the answer.
    pub fn rule(&self) -> Rule {
        self.0.rule
    }

    /// One sentence for the caller: what is wrong.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// One sentence for the caller: what to do.
    pub fn fix(&self) -> &str {
        &self.0.fix
    }

    /// One sentence for the audit; it may say more than [`Denial::detail`].
    pub fn finding(&self) -> &str {
        self.0.finding.as_ref().unwrap_or(&self.0.detail)
    }

    /// The values of `WWW-Authenticate`, each its own header line.
    pub fn challenges(&self) -> Vec<String> {
        challenge::render(self)
    }

    /// The endpoint that matched.
    pub fn endpoint(&self) -> Option<&Name> {
        self.0.route.as_ref().map(|route| &route.endpoint().id)
    }

    /// Who called, once a credential was found genuine.
    pub fn principal(&self) -> Option<&Principal> {
        self.0.principal.as_ref()
    }

    /// Whether the credential was genuine: its signature or digest was right.
    /// Nothing if none was judged.
    pub fn genuine(&self) -> Option<bool> {
        self.0.genuine
    }

    /// Whether the credential was still accepted here: not expired, revoked,
    /// too old, or for another audience. A signature proves that a token was
    /// not changed, not that it still counts. Nothing if that is not known.
    pub fn still_accepted(&self) -> Option<bool> {
        let genuine = self.0.genuine?;
        match self.0.rule {
            Rule::KeyLimit | Rule::KeyLimitUnavailable | Rule::OnBehalfOf => Some(genuine),
            Rule::FeedLag | Rule::LiveCheckUnavailable | Rule::IssuerKeysUnavailable => None,
            Rule::CredentialKind
            | Rule::SenderConstrained
            | Rule::Scope
            | Rule::Owner
            | Rule::DurableRecord
            | Rule::OperatorScope => Some(genuine),
            _ => Some(false),
        }
    }

    /// A genuine API key of ours that stood where others can read it: report
    /// it as exposed. A made-up key with a known id is not reported, or anyone
    /// could have a key withdrawn.
    pub fn exposed_api_key(&self) -> Option<&ApiKeyId> {
        self.0.exposed_api_key.as_ref().map(|(id, _)| id)
    }

    /// Where [that key](Self::exposed_api_key) stood.
    pub fn exposure(&self) -> Option<Exposure> {
        let exposed = self.0.exposed_api_key.as_ref();
        exposed.map(|(_, exposure)| *exposure)
    }

    pub(crate) fn new(rule: Rule) -> Self {
        let reason = rule.reason();
        Self(Box::new(Parts {
            rule,
            detail: Cow::Borrowed(reason.detail()),
            fix: Cow::Borrowed(reason.fix()),
            finding: None,
            route: None,
            principal: None,
            genuine: None,
            exposed_api_key: None,
            missing: None,
            max_age: None,
            wanted_key: None,
            allowance: None,
            wanted_api_key: None,
        }))
    }

    pub(crate) fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = detail.into();
        self
    }

    pub(crate) fn with_fix(mut self, fix: impl Into<Cow<'static, str>>) -> Self {
        self.0.fix = fix.into();
        self
    }

    pub(crate) fn with_finding(mut self, finding: impl Into<Cow<'static, str>>) -> Self {
        self.0.finding = Some(finding.into());
        self
    }

    pub(crate) fn with_exposed(mut self, exposed: Option<Exposed>) -> Self {
        self.0.exposed_api_key = exposed;
        self
    }

    pub(crate) fn with_missing(mut self, scopes: ScopeSet) -> Self {
        self.0.missing = Some(scopes);
        self
    }

    /// The token could not be verified for want of this key of a trusted
    /// issuer: fetch its keys, if that is due, and judge again.
    pub fn wanted_key(&self) -> Option<&WantedKey> {
        self.0.wanted_key.as_ref()
    }

    pub(crate) fn wanting(mut self, key: WantedKey) -> Self {
        self.0.wanted_key = Some(key);
        self
    }

    /// What is left of the limit that was exceeded, and when to try again.
    pub fn allowance(&self) -> Option<Allowance> {
        self.0.allowance
    }

    pub(crate) fn with_allowance(mut self, allowance: Allowance) -> Self {
        self.0.allowance = Some(allowance);
        self
    }

    /// The API key could not be judged because it is not loaded: ask for it,
    /// and judge again.
    pub fn wanted_api_key(&self) -> Option<&ApiKeyId> {
        self.0.wanted_api_key.as_ref()
    }

    pub(crate) fn wanting_api_key(mut self, id: Option<ApiKeyId>) -> Self {
        self.0.wanted_api_key = id;
        self
    }

    pub(crate) fn with_max_age(mut self, max_age: Lifetime) -> Self {
        self.0.max_age = Some(max_age);
        self
    }

    pub(crate) fn at(mut self, route: &Arc<Route>) -> Self {
        self.0.route = Some(Arc::clone(route));
        self
    }

    /// The credential was judged: genuine or not.
    pub(crate) fn judged(mut self, genuine: bool) -> Self {
        self.0.genuine = Some(genuine);
        self
    }

    /// The credential was genuine, and it is this one's.
    pub(crate) fn genuine_as(mut self, principal: &Principal) -> Self {
        if principal.kind().is_some() {
            self.0.genuine = Some(true);
            self.0.principal = Some(principal.clone());
        }
        self
    }

    pub(crate) fn route(&self) -> Option<&Arc<Route>> {
        self.0.route.as_ref()
    }

    pub(crate) fn missing(&self) -> Option<&ScopeSet> {
        self.0.missing.as_ref()
    }

    pub(crate) fn max_age(&self) -> Option<Lifetime> {
        self.0.max_age
    }
}

impl std::fmt::Display for Denial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.reason().as_str(), self.detail())
    }
}

impl std::error::Error for Denial {}
