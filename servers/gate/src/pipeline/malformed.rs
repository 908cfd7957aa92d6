//! What is refused for its shape leaves a trace too.

use std::net::IpAddr;

use base::Timestamp;
use http::Method;
use snapshot::{DecisionRecord, Verdict};

use super::LONGEST_METHOD;
use crate::answer;
use crate::door::Worker;
use crate::inspect::Malformed;
use crate::journal::JournalEntry;
use crate::request_id::RequestId;

/// A request that was refused for its shape, before anything was judged.
pub(crate) struct Refused {
    pub(crate) id: RequestId,
    pub(crate) at: Timestamp,
    pub(crate) peer: IpAddr,
    pub(crate) method: Method,
    pub(crate) malformed: Malformed,
}

/// Records it, so that a trace by its id finds it. Nothing in the record comes
/// from the request but its method, shortened.
pub(crate) async fn note_malformed(worker: &Worker, refused: &Refused) {
    let record = {
        let view = worker.knowledge.view();
        let (Some(view), Ok(request_id)) = (view.as_deref(), refused.id.as_str().parse()) else {
            return;
        };
        let snapshot = view.snapshot();
        DecisionRecord {
            request_id,
            at: refused.at,
            environment: snapshot.environment().name.clone(),
            method: refused
                .method
                .as_str()
                .chars()
                .take(LONGEST_METHOD)
                .collect(),
            endpoint: None,
            verdict: Verdict::Denial,
            rule: answer::MALFORMED.to_owned(),
            reason: answer::MALFORMED.to_owned(),
            detail: refused.malformed.detail().to_owned(),
            principal: None,
            genuine: None,
            still_accepted: None,
            peer: refused.peer.to_canonical().to_string(),
            trace_id: None,
            inventory_version: snapshot.inventory().version,
            revision: snapshot.revision(),
        }
    };
    worker
        .recorder
        .note(JournalEntry::Decision(Box::new(record)))
        .await;
}
