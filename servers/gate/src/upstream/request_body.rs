//! A request's body on its way to the upstream.

use std::cell::Cell;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep};

/// The client's body, passed on as it arrives; bytes of our own; or nothing.
#[derive(Debug)]
pub struct RequestBody(Kind);

#[derive(Debug)]
enum Kind {
    Own(Bytes),
    Client(Box<Streaming>),
}

#[derive(Debug)]
struct Streaming {
    incoming: Incoming,
    stall: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
    clean: fn(&mut HeaderMap),
    sent: Sent,
}

/// How far a request's body went: only after a whole one can its connection
/// carry another request.
#[derive(Debug, Clone)]
pub(super) struct Sent(Option<Rc<Cell<Progress>>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    UnderWay,
    Whole,
    Stalled,
    Broken,
}

impl Sent {
    pub(super) fn progress(&self) -> Progress {
        self.0.as_ref().map_or(Progress::Whole, |kept| kept.get())
    }

    fn set(&self, progress: Progress) {
        if let Some(kept) = &self.0 {
            kept.set(progress);
        }
    }
}

impl RequestBody {
    /// No body.
    pub const fn empty() -> Self {
        Self(Kind::Own(Bytes::new()))
    }

    /// These bytes.
    pub const fn whole(bytes: Bytes) -> Self {
        Self(Kind::Own(bytes))
    }

    /// The client's body. It is given up when no byte arrives for `stall`;
    /// its trailers pass through `clean`.
    pub fn streaming(incoming: Incoming, stall: Duration, clean: fn(&mut HeaderMap)) -> Self {
        if incoming.is_end_stream() {
            return Self::empty();
        }
        Self(Kind::Client(Box::new(Streaming {
            incoming,
            stall,
            waiting: None,
            clean,
            sent: Sent(Some(Rc::new(Cell::new(Progress::UnderWay)))),
        })))
    }

    pub(super) fn sent(&self) -> Sent {
        match &self.0 {
            Kind::Own(_) => Sent(None),
            Kind::Client(streaming) => streaming.sent.clone(),
        }
    }

    /// Whether there is none, not even one of length zero.
    pub fn is_empty(&self) -> bool {
        matches!(&self.0, Kind::Own(bytes) if bytes.is_empty())
    }
}

/// Why a body did not reach the upstream whole.
#[derive(Debug)]
pub enum BodyFault {
    /// The client stopped sending.
    Stalled,
    /// The client's connection or its framing broke.
    Client(hyper::Error),
}

impl fmt::Display for BodyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stalled => f.write_str("the client stopped sending the body"),
            Self::Client(error) => write!(f, "the client's body broke off: {error}"),
        }
    }
}

impl std::error::Error for BodyFault {}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = BodyFault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        match &mut self.0 {
            Kind::Own(bytes) if bytes.is_empty() => Poll::Ready(None),
            Kind::Own(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Kind::Client(streaming) => streaming.poll(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Own(bytes) => bytes.is_empty(),
            Kind::Client(streaming) => streaming.incoming.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Own(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Client(streaming) => streaming.incoming.size_hint(),
        }
    }
}

impl Streaming {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        match Pin::new(&mut self.incoming).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.waiting = None;
                if self.incoming.is_end_stream() {
                    self.sent.set(Progress::Whole);
                }
                Poll::Ready(Some(Ok(self.cleaned(frame))))
            }
            Poll::Ready(None) => {
                self.sent.set(Progress::Whole);
                Poll::Ready(None)
            }
            Poll::Ready(Some(Err(error))) => {
                self.sent.set(Progress::Broken);
                Poll::Ready(Some(Err(BodyFault::Client(error))))
            }
            Poll::Pending => self.stalled(cx).map(|()| {
                self.sent.set(Progress::Stalled);
                Some(Err(BodyFault::Stalled))
            }),
        }
    }

    fn cleaned(&mut self, frame: Frame<Bytes>) -> Frame<Bytes> {
        match frame.into_trailers() {
            Ok(mut trailers) => {
                (self.clean)(&mut trailers);
                self.sent.set(Progress::Whole);
                Frame::trailers(trailers)
            }
            Err(frame) => frame,
        }
    }

    fn stalled(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let stall = self.stall;
        let waiting = self
            .waiting
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(Instant::now() + stall)));
        waiting.as_mut().poll(cx)
    }
}
