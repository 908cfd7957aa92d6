//! One request, from its head to its answer.

mod limit;
mod malformed;

use access::{
    Conditional, Decision, Denial, Judge, LimitCheck, LiveCheck, Occasion, Permit, Settled, View,
};
use base::Timestamp;
use http::header::USER_AGENT;
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderValue, Request, Response};
use hyper::body::Incoming;
use snapshot::{DecisionRecord, OutcomeRecord, UpstreamOutcome};
use tokio::time::Instant;

use crate::answer;
use crate::door::Worker;
use crate::forward::{self, Client, Onward, clean_response, clean_trailers, onward};
use crate::inspect::{Malformed, inspect};
use crate::journal::JournalEntry;
use crate::listen::Connected;
use crate::request_id::RequestId;
use crate::upstream::{RequestBody, ResponseBody, UpstreamFault};
use crate::use_report::Caller;

pub use self::limit::within_limit;
pub(crate) use self::malformed::{Refused, note_malformed};

/// How much of a method a record keeps.
const LONGEST_METHOD: usize = 16;

/// What is known of a request before it is judged.
struct Arrival {
    id: RequestId,
    now: Timestamp,
    begun: Instant,
    client: Client,
}

/// Why a request was not forwarded.
enum Stop {
    Malformed(Malformed),
    NotReady,
    Denied(Denial),
    Upstream(UpstreamFault),
}

/// A permit, and whether its outcome is to be recorded too.
struct Passed {
    permit: Permit,
    recorded: bool,
}

/// Answers one request. `peer` is the connection's address as a header value.
pub(crate) async fn answer(
    worker: &Worker,
    connected: &Connected,
    peer: HeaderValue,
    request: Request<Incoming>,
) -> Response<ResponseBody> {
    // Read once: everything about this request is judged at one instant.
    let now = worker.clock.now();
    let id = worker.ids.next();
    let (parts, body) = request.into_parts();
    let method = parts.method.clone();
    match pass(worker, connected, (id, now, peer), (parts, body)).await {
        Ok(response) => response,
        Err(Stop::Malformed(malformed)) => {
            let peer = connected.peer.ip();
            let refused = Refused {
                id,
                at: now,
                peer,
                method,
                malformed,
            };
            note_malformed(worker, &refused).await;
            answer::malformed(malformed, id, &refused.method)
        }
        Err(Stop::NotReady) => answer::not_ready(id, &method),
        Err(Stop::Denied(denial)) => answer::denied(&denial, id, &method),
        Err(Stop::Upstream(fault)) => {
            tracing::warn!(request = %id, %fault, "the upstream gave no answer");
            answer::upstream_fault(&fault, id, &method)
        }
    }
}

/// The steps, in their order: what is malformed is not judged, what is not
/// permitted is not read, what is not judged is not forwarded.
async fn pass(
    worker: &Worker,
    connected: &Connected,
    (id, now, peer): (RequestId, Timestamp, HeaderValue),
    (parts, body): (Parts, Incoming),
) -> Result<Response<ResponseBody>, Stop> {
    inspect(&parts, connected.secure).map_err(Stop::Malformed)?;
    let trusted = &worker.settings.trusted_proxies;
    let client = forward::client(
        connected.peer.ip(),
        connected.secure,
        &parts.headers,
        trusted,
    )
    .map_err(|_| Stop::Malformed(Malformed::Forwarding))?;
    let arrival = Arrival {
        id,
        now,
        begun: Instant::now(),
        client,
    };
    let judged = permit(worker, &arrival, &parts).await;
    let caller = arrival.caller(&parts);
    match &judged {
        Ok(passed) => worker.tally.permitted(&passed.permit, caller),
        Err(Stop::Denied(denial)) => worker.tally.denied(denial, caller),
        Err(_) => {}
    }
    let passed = judged?;
    let address = if trusted.is_empty() {
        peer
    } else {
        HeaderValue::try_from(client.address.to_string()).unwrap_or(peer)
    };
    send(worker, &arrival, passed, (parts, body, address)).await
}

/// Judges, and settles what memory alone cannot.
async fn permit(worker: &Worker, arrival: &Arrival, parts: &Parts) -> Result<Passed, Stop> {
    let mut judged = judge(worker, arrival, parts)?;
    if is_refreshed(worker, &judged).await || is_fetched(worker, &judged).await {
        judged = judge(worker, arrival, parts)?;
    }
    let mut settled = Settled::default();
    if let Judged::Conditional { conditional, .. } = &judged
        && conditional.claims().live_check
    {
        settled.live_check = Some(if worker.knowledge.catch_up().await {
            // Every change up to now is known: judging again is the check.
            judged = judge(worker, arrival, parts)?;
            LiveCheck::Active
        } else {
            LiveCheck::Unavailable
        });
    }
    let (conditional, record) = match judged {
        Judged::Conditional {
            conditional,
            record,
        } => (conditional, record),
        Judged::Denied { denial, record } => {
            return Err(deny(worker, denial, record).await);
        }
    };
    let limited = conditional.principal().limit();
    if let Some((api_key, limit)) = limited
        && settled.live_check != Some(LiveCheck::Unavailable)
    {
        let check = within_limit(&*worker.counters, (api_key, limit), arrival.now).await;
        settled.limit = Some(check);
    }
    let is_limited = !matches!(settled.limit, None | Some(LimitCheck::Within));
    let recorded =
        record.is_some() && !is_limited && settled.live_check != Some(LiveCheck::Unavailable);
    if let Some(record) = record.filter(|_| recorded) {
        settled.durable_record = worker.recorder.record(JournalEntry::Decision(record)).await;
        // That took its time: a revocation that came meanwhile still counts.
        if let Judged::Denied { denial, record } = judge(worker, arrival, parts)? {
            return Err(deny(worker, denial, record).await);
        }
    }
    match conditional.settle(settled) {
        Ok(permit) => Ok(Passed { permit, recorded }),
        Err(denial) => {
            let record = worker
                .knowledge
                .view()
                .as_deref()
                .and_then(|view| arrival.occasion(view, parts, |at| denial.record(at)));
            Err(deny(worker, denial, record).await)
        }
    }
}

/// Whether a trusted issuer's keys were looked at once more for want of the one
/// that the token names.
async fn is_refreshed(worker: &Worker, judged: &Judged) -> bool {
    let (Judged::Denied { denial, .. }, Some(keeper)) = (judged, &worker.key_keeper) else {
        return false;
    };
    match denial.wanted_key() {
        Some(wanted) => keeper.refresh(wanted).await,
        None => false,
    }
}

/// Whether an API key that is not loaded was asked for.
async fn is_fetched(worker: &Worker, judged: &Judged) -> bool {
    match judged {
        Judged::Denied { denial, .. } => match denial.wanted_api_key() {
            Some(id) => worker.knowledge.fetch_api_key(id).await,
            None => false,
        },
        Judged::Conditional { .. } => false,
    }
}

async fn deny(worker: &Worker, denial: Denial, record: Option<Box<DecisionRecord>>) -> Stop {
    if let Some(id) = denial.exposed_api_key() {
        tracing::warn!(api_key = %id, "an API key was sent where others can read it");
    }
    if let Some(record) = record {
        worker.recorder.note(JournalEntry::Decision(record)).await;
    }
    Stop::Denied(denial)
}

enum Judged {
    Denied {
        denial: Denial,
        record: Option<Box<DecisionRecord>>,
    },
    Conditional {
        conditional: Conditional,
        /// Made where the permit must be recorded.
        record: Option<Box<DecisionRecord>>,
    },
}

fn judge(worker: &Worker, arrival: &Arrival, parts: &Parts) -> Result<Judged, Stop> {
    let freshness = worker.knowledge.freshness(arrival.now);
    let view = worker.knowledge.view();
    let Some(view) = view.as_deref() else {
        return Err(Stop::NotReady);
    };
    let judge = Judge {
        view,
        facts: &worker.tokens,
        decryption_keys: &worker.settings.decryption_keys,
        digest_keys: &worker.settings.digest_keys,
        freshness,
        time_limits: worker.settings.time_limits,
    };
    let request = arrival.request(parts);
    Ok(match access::decide(&judge, &request, arrival.now) {
        Decision::Denial(denial) => Judged::Denied {
            record: arrival.occasion(view, parts, |at| denial.record(at)),
            denial,
        },
        Decision::Conditional(conditional) => {
            let claims = conditional.claims();
            let record = claims
                .durable_record
                .then(|| arrival.occasion(view, parts, |at| conditional.record(at)))
                .flatten();
            Judged::Conditional {
                conditional,
                record,
            }
        }
    })
}

impl Arrival {
    fn caller<'a>(&self, parts: &'a Parts) -> Caller<'a> {
        let user_agent = parts.headers.get(USER_AGENT);
        Caller {
            address: self.client.address,
            user_agent: user_agent.map_or(&[], HeaderValue::as_bytes),
            at: self.now,
        }
    }

    fn request<'a>(&self, parts: &'a Parts) -> access::Request<'a> {
        access::Request {
            method: parts.method.as_str(),
            target: parts.uri.path_and_query().map_or("", PathAndQuery::as_str),
            headers: &parts.headers,
            peer: self.client.address,
            secure: self.client.private,
        }
    }

    fn occasion(
        &self,
        view: &View,
        parts: &Parts,
        record: impl FnOnce(Occasion<'_>) -> DecisionRecord,
    ) -> Option<Box<DecisionRecord>> {
        let request_id = self.id.as_str().parse().ok()?;
        let request = self.request(parts);
        Some(Box::new(record(Occasion {
            view,
            request: &request,
            request_id: &request_id,
            at: self.now,
        })))
    }
}

/// Forwards what was permitted, as it was judged.
async fn send(
    worker: &Worker,
    arrival: &Arrival,
    passed: Passed,
    (parts, body, client): (Parts, Incoming, HeaderValue),
) -> Result<Response<ResponseBody>, Stop> {
    let Passed { permit, recorded } = passed;
    let upstream = worker.upstreams.get(permit.upstream()).map_err(|_| {
        Stop::Upstream(UpstreamFault::Connect(
            std::io::ErrorKind::InvalidInput.into(),
        ))
    })?;
    let stall = worker.upstreams.limits().body_stall;
    let body = RequestBody::streaming(body, stall, clean_trailers);
    let target = target(&permit, &parts)?;
    let mut request = onward(
        parts,
        body,
        Onward {
            target,
            authority: upstream.origin().authority(),
            request_id: arrival.id.header(),
            client,
            secure: arrival.client.tls,
        },
    );
    for (name, value) in permit.identity_headers() {
        request.headers_mut().insert(name, value);
    }
    let answered = upstream.send(request, clean_trailers).await;
    let outcome = match &answered {
        Ok(response) => UpstreamOutcome::Status(response.status().as_u16()),
        Err(fault) => fault.outcome(),
    };
    if recorded {
        note_outcome(worker, arrival, outcome).await;
    }
    let mut response = answered.map_err(Stop::Upstream)?;
    clean_response(response.headers_mut(), arrival.id.header());
    Ok(response)
}

/// The judged target; the same bytes as the received one in the usual case.
fn target(permit: &Permit, parts: &Parts) -> Result<PathAndQuery, Stop> {
    match parts.uri.path_and_query() {
        Some(received) if received.as_str() == permit.target() => Ok(received.clone()),
        _ => permit
            .target()
            .parse()
            .map_err(|_| Stop::Malformed(Malformed::Target)),
    }
}

async fn note_outcome(worker: &Worker, arrival: &Arrival, upstream: UpstreamOutcome) {
    let Ok(request_id) = arrival.id.as_str().parse() else {
        return;
    };
    let latency = arrival.begun.elapsed();
    let outcome = OutcomeRecord {
        request_id,
        at: arrival.now.after(latency),
        upstream,
        latency_us: u64::try_from(latency.as_micros()).unwrap_or(u64::MAX),
    };
    worker.recorder.note(JournalEntry::Outcome(outcome)).await;
}
