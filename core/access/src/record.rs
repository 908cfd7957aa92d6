//! What the gate reports about a decision, for the audit.

use base::Timestamp;
use snapshot::{DecisionRecord, RequestId, Verdict};

use crate::{Conditional, Denial, Permit, Request, View, trace};

/// The most characters kept of a method.
const METHOD_LENGTH: usize = 16;

/// The occasion of a decision: what surrounds it in the record.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// What it was judged by.
    pub view: &'a View,
    /// What was judged.
    pub request: &'a Request<'a>,
    /// The name of the request, made by the gate.
    pub request_id: &'a RequestId,
    /// When it was judged.
    pub at: Timestamp,
}

impl Denial {
    /// The record of this denial.
    pub fn record(&self, occasion: Occasion<'_>) -> DecisionRecord {
        DecisionRecord {
            endpoint: self.endpoint().cloned(),
            rule: self.rule().as_str().to_owned(),
            reason: self.reason().as_str().to_owned(),
            detail: self.finding().to_owned(),
            principal: self
                .principal()
                .and_then(crate::Principal::record)
                .map(Box::new),
            genuine: self.genuine(),
            still_accepted: self.still_accepted(),
            ..occasion.record(Verdict::Denial)
        }
    }
}

impl Conditional {
    /// The record of the permit that this becomes: to be made durable before
    /// it is settled, where [`Claims::durable_record`](crate::Claims) asks so.
    pub fn record(&self, occasion: Occasion<'_>) -> DecisionRecord {
        let judged = self.principal.kind().map(|_| true);
        DecisionRecord {
            endpoint: Some(self.endpoint().id.clone()),
            rule: "permit".to_owned(),
            reason: "permitted".to_owned(),
            detail: "Everything that the endpoint demands is met.".to_owned(),
            principal: self.principal.record().map(Box::new),
            genuine: judged,
            still_accepted: judged,
            ..occasion.record(Verdict::Permit)
        }
    }
}

impl Permit {
    /// The record of this permit.
    pub fn record(&self, occasion: Occasion<'_>) -> DecisionRecord {
        self.conditional().record(occasion)
    }
}

impl Occasion<'_> {
    fn record(&self, verdict: Verdict) -> DecisionRecord {
        let snapshot = self.view.snapshot();
        DecisionRecord {
            request_id: self.request_id.clone(),
            at: self.at,
            environment: snapshot.environment().name.clone(),
            method: method(self.request.method),
            endpoint: None,
            verdict,
            rule: String::new(),
            reason: String::new(),
            detail: String::new(),
            principal: None,
            genuine: None,
            still_accepted: None,
            peer: self.request.peer.to_string(),
            trace_id: trace::id(self.request.headers).map(str::to_owned),
            inventory_version: snapshot.inventory().version,
            revision: snapshot.revision(),
        }
    }
}

/// RFC 9110 section 9.1: a method is a token; whatever else came is not
/// carried into the audit.
fn method(received: &str) -> String {
    let plain = |c: char| if c.is_ascii_graphic() { c } else { '?' };
    received.chars().take(METHOD_LENGTH).map(plain).collect()
}
