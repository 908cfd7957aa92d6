//! A demand while the rules work on it.

use std::borrow::Cow;

use base::Timestamp;
use credential::{CredentialKind, ScopeSet};

use crate::written::{Debt, Written};
use crate::{
    Consequence, Demand, EncryptedTokens, Exception, Facts, Reason, Record, Rule, Severity,
    WhenLagging,
};

/// What a rule looks at.
pub(super) struct Asked<'a> {
    pub(super) facts: &'a Facts,
    pub(super) written: &'a Written,
    pub(super) now: Timestamp,
}

/// What a rule says about an endpoint: a contradiction, a debt, advice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How bad it is; an error is a contradiction.
    pub severity: Severity,
    /// The rule that says it.
    pub rule: Rule,
    /// The field of the endpoint that it is about.
    pub field: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub fix: String,
}

/// What came of all the rules.
pub(crate) struct Outcome {
    /// The demand; to be used only if no verdict is an error.
    pub(crate) demand: Demand,
    /// What was loosened.
    pub(crate) exceptions: Vec<Exception>,
    /// What the rules say, in their order.
    pub(crate) verdicts: Vec<Verdict>,
}

/// A demand in the making.
pub(super) struct Draft {
    pub(super) demand: Demand,
    rule: Rule,
    articles: &'static [&'static str],
    exceptions: Vec<Exception>,
    verdicts: Vec<Verdict>,
    never: Vec<Never>,
}

/// A kind that no exception opens, and what a document hears that asks for it.
#[derive(Clone, Copy)]
pub(super) struct Never {
    pub(super) kind: CredentialKind,
    pub(super) rule: Rule,
    pub(super) why: &'static str,
    pub(super) fix: &'static str,
}

const EVERY_KIND: [CredentialKind; 4] = [
    CredentialKind::ApiKey,
    CredentialKind::ClientCredentials,
    CredentialKind::AuthorizationCode,
    CredentialKind::Session,
];

impl Draft {
    /// No kind is ruled out yet, save Basic, and the clocks are the strictest.
    pub(super) fn new() -> Self {
        let strictest = Consequence::Irreversible.class();
        Self {
            demand: Demand {
                accepts: EVERY_KIND.to_vec(),
                scopes: ScopeSet::empty(),
                max_token_age: strictest.max_token_age,
                max_feed_lag: strictest.max_feed_lag,
                when_lagging: WhenLagging::Deny,
                live_check_beyond_age: false,
                raw_api_key_until: None,
                exchanged_api_key: false,
                basic_until: None,
                limit_per_address: false,
                record: Record::Every,
                owner_param: None,
                sender_constrained: false,
                encrypted_tokens: EncryptedTokens::Refused,
                reasons: Vec::new(),
            },
            rule: Rule::Newer,
            articles: &[],
            exceptions: Vec::new(),
            verdicts: Vec::new(),
            never: Vec::new(),
        }
    }

    /// Everything that follows is said by this rule.
    pub(super) fn enter(&mut self, rule: Rule, articles: &'static [&'static str]) {
        self.rule = rule;
        self.articles = articles;
    }

    /// Accepts nothing but these kinds, of those that earlier rules left.
    pub(super) fn narrow_to(&mut self, kinds: &[CredentialKind]) {
        self.demand.accepts.retain(|kind| kinds.contains(kind));
    }

    /// No exception opens this kind here.
    pub(super) fn never(&mut self, kind: CredentialKind, why: &'static str, fix: &'static str) {
        self.never.push(Never {
            kind,
            rule: self.rule,
            why,
            fix,
        });
    }

    /// The first rule that shuts this kind out for good.
    pub(super) fn why_never(&self, kind: CredentialKind) -> Option<Never> {
        self.never.iter().find(|never| never.kind == kind).copied()
    }

    /// One sentence of why.
    pub(super) fn because(&mut self, sentence: impl Into<String>) {
        self.demand.reasons.push(Reason {
            rule: self.rule,
            sentence: sentence.into(),
            articles: self.articles.iter().map(|a| Cow::Borrowed(*a)).collect(),
        });
    }

    /// The document cannot be accepted.
    pub(super) fn contradict(
        &mut self,
        field: &'static str,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.say(Severity::Error, field, message.into(), fix.into());
    }

    /// The document cannot be accepted, in the name of an earlier rule.
    pub(super) fn contradict_never(&mut self, field: &'static str, never: Never) {
        self.verdicts.push(Verdict {
            severity: Severity::Error,
            rule: never.rule,
            field,
            message: format!("{} is never accepted here: {}", never.kind, never.why),
            fix: never.fix.to_owned(),
        });
    }

    /// A debt or a risk.
    pub(super) fn warn(
        &mut self,
        field: &'static str,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.say(Severity::Warning, field, message.into(), fix.into());
    }

    /// Advice.
    pub(super) fn note(
        &mut self,
        field: &'static str,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.say(Severity::Note, field, message.into(), fix.into());
    }

    fn say(&mut self, severity: Severity, field: &'static str, message: String, fix: String) {
        self.verdicts.push(Verdict {
            severity,
            rule: self.rule,
            field,
            message,
            fix,
        });
    }

    /// Something is accepted for a while that the facts do not derive.
    pub(super) fn owe(&mut self, debt: &Debt, loosens: String, closes_endpoint: bool) {
        self.exceptions.push(Exception {
            rule: self.rule,
            loosens,
            reason: debt.reason.clone(),
            owner: debt.owner.clone(),
            until: debt.until,
            closes_endpoint,
        });
    }

    pub(super) fn finish(self) -> Outcome {
        Outcome {
            demand: self.demand,
            exceptions: self.exceptions,
            verdicts: self.verdicts,
        }
    }
}

impl Asked<'_> {
    /// Whether an API key would be too weak: it reaches what belongs to others
    /// or what does harm, and a key neither ends soon nor says who used it.
    pub(super) fn is_beyond_an_api_key(&self) -> bool {
        use crate::DataClass::{Admin, Money, User};
        matches!(self.facts.data, User | Money | Admin)
            || self.facts.consequence >= Consequence::Sensitive
    }
}
