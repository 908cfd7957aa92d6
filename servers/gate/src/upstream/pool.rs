//! Idle connections of one worker to one upstream.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;
use std::task::Context;
use std::time::Duration;

use http::header::HeaderName;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use hyper::body::Incoming;

use super::UpstreamLimits;
use super::deadline::Deadlines;
use super::fault::UpstreamFault;
use super::origin::Origin;
use super::request_body::{Progress, RequestBody, Sent};
use super::response_body::ResponseBody;
use super::stream::{Trust, connect};
use super::wire::{Unanswered, Wire};

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");

/// An upstream as one worker knows it.
pub struct Upstream {
    origin: Origin,
    trust: Option<Trust>,
    limits: UpstreamLimits,
    deadlines: Rc<Deadlines>,
    /// The last one given back is taken first: it is the least likely to be stale.
    idle: RefCell<Vec<(Box<Wire>, u32)>>,
    /// Seconds an idle connection is kept: the limit, or what the upstream says.
    keep: Cell<u32>,
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Upstream({})", self.origin)
    }
}

impl Upstream {
    pub(super) fn new(
        origin: Origin,
        trust: Option<Trust>,
        limits: UpstreamLimits,
        deadlines: Rc<Deadlines>,
    ) -> Rc<Self> {
        let keep = Cell::new(seconds(limits.idle_time));
        Rc::new(Self {
            origin,
            trust,
            limits,
            deadlines,
            idle: RefCell::default(),
            keep,
        })
    }

    /// Where it is.
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Sends a request whose target is in origin form and whose headers are
    /// final. `clean` is applied to the answer's trailers.
    ///
    /// A kept connection may have died unnoticed. The request is sent again,
    /// once and on a fresh connection, if not a byte of it was written, or if
    /// repeating it is harmless (RFC 9110 section 9.2.2) and it has no body.
    pub async fn send(
        self: &Rc<Self>,
        request: Request<RequestBody>,
        clean: fn(&mut HeaderMap),
    ) -> Result<Response<ResponseBody>, UpstreamFault> {
        let sent = request.body().sent();
        let Some((mut wire, rested)) = self.take() else {
            return self.send_fresh(request, clean).await;
        };
        // A copy is worth its cost only where the connection rested a while.
        let spare = (rested > 0).then(|| copy_if_harmless(&request)).flatten();
        match wire.exchange(request, self.deadline()).await {
            Ok(response) => self.pass_on(response, wire, sent, clean),
            Err(Unanswered { fault, unsent }) => match unsent.or(spare) {
                Some(again) if !matches!(fault, UpstreamFault::AnswerTimeout) => {
                    self.send_fresh(again, clean).await
                }
                _ => Err(whose_fault(fault, &sent)),
            },
        }
    }

    /// Closes what rested too long or was closed at the other end.
    pub(super) fn sweep(&self) {
        let (now, keep) = (self.deadlines.now(), self.keep.get());
        self.idle
            .borrow_mut()
            .retain_mut(|(wire, since)| now.saturating_sub(*since) < keep && wire.is_open());
    }

    async fn send_fresh(
        self: &Rc<Self>,
        request: Request<RequestBody>,
        clean: fn(&mut HeaderMap),
    ) -> Result<Response<ResponseBody>, UpstreamFault> {
        let sent = request.body().sent();
        let stream = connect(&self.origin, self.trust.as_ref(), self.limits.connect_time).await?;
        let mut wire = Wire::over(stream).await?;
        match wire.exchange(request, self.deadline()).await {
            Ok(response) => self.pass_on(response, wire, sent, clean),
            Err(Unanswered { fault, .. }) => Err(whose_fault(fault, &sent)),
        }
    }

    fn deadline(&self) -> super::deadline::Deadline {
        self.deadlines.after(seconds(self.limits.answer_time))
    }

    fn pass_on(
        self: &Rc<Self>,
        response: Response<Incoming>,
        wire: Box<Wire>,
        sent: Sent,
        clean: fn(&mut HeaderMap),
    ) -> Result<Response<ResponseBody>, UpstreamFault> {
        // RFC 9110 section 7.8: no upgrade was asked for.
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            return Err(UpstreamFault::Switched);
        }
        if let Some(hint) = response.headers().get(KEEP_ALIVE).and_then(keep_alive_hint) {
            // One second less than the upstream says, so that it never closes first.
            let own = seconds(self.limits.idle_time);
            self.keep.set(hint.saturating_sub(1).min(own));
        }
        let lease = Lease {
            upstream: Rc::clone(self),
            wire: Some(wire),
            sent,
        };
        Ok(response.map(|body| ResponseBody::streaming(body, lease, clean)))
    }

    fn take(&self) -> Option<(Box<Wire>, u32)> {
        let (now, keep) = (self.deadlines.now(), self.keep.get());
        let mut idle = self.idle.borrow_mut();
        while let Some((mut wire, since)) = idle.pop() {
            let rested = now.saturating_sub(since);
            if rested <= keep && wire.is_ready() {
                return Some((wire, rested));
            }
        }
        None
    }

    fn keep(&self, wire: Box<Wire>) {
        let mut idle = self.idle.borrow_mut();
        if idle.len() < self.limits.idle_connections {
            idle.push((wire, self.deadlines.now()));
        }
    }
}

/// An exchange that broke because the client's body did is the client's.
fn whose_fault(fault: UpstreamFault, sent: &Sent) -> UpstreamFault {
    match sent.progress() {
        Progress::Stalled => UpstreamFault::BodyStalled,
        Progress::Broken => UpstreamFault::BodyBroken,
        Progress::UnderWay | Progress::Whole => fault,
    }
}

fn seconds(time: Duration) -> u32 {
    u32::try_from(time.as_secs()).unwrap_or(u32::MAX)
}

fn copy_if_harmless(request: &Request<RequestBody>) -> Option<Request<RequestBody>> {
    let idempotent = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS | Method::PUT | Method::DELETE
    );
    if !idempotent || !request.body().is_empty() {
        return None;
    }
    let mut copy = Request::new(RequestBody::empty());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    Some(copy)
}

/// The seconds of `Keep-Alive: timeout=5`.
fn keep_alive_hint(value: &http::HeaderValue) -> Option<u32> {
    let text = value.to_str().ok()?;
    text.split(',')
        .filter_map(|part| part.trim().split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("timeout"))
        .and_then(|(_, seconds)| seconds.trim().parse().ok())
}

/// A connection on loan to one request.
pub(super) struct Lease {
    upstream: Rc<Upstream>,
    wire: Option<Box<Wire>>,
    sent: Sent,
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lease({:?})", self.upstream)
    }
}

impl Lease {
    pub(super) fn drive(&mut self, cx: &mut Context<'_>) {
        if let Some(wire) = &mut self.wire {
            wire.drive(cx);
        }
    }

    /// The answer was read to its end; if the request was sent to its end too,
    /// the connection can carry another.
    pub(super) fn give_back(&mut self) {
        if let Some(wire) = self
            .wire
            .take()
            .filter(|_| self.sent.progress() == Progress::Whole)
        {
            self.upstream.keep(wire);
        }
    }
}
