//! An answer's body on its way to the client.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::pool::Lease;

/// The upstream's body, passed on as it arrives, or one that the gate made.
#[derive(Debug)]
pub struct ResponseBody(Kind);

#[derive(Debug)]
enum Kind {
    Own(Bytes),
    Upstream(Box<Streaming>),
}

#[derive(Debug)]
struct Streaming {
    incoming: Incoming,
    /// Given back to the pool when the body has ended well.
    lease: Lease,
    ended: bool,
    clean: fn(&mut HeaderMap),
}

impl ResponseBody {
    /// These bytes.
    pub fn own(bytes: impl Into<Bytes>) -> Self {
        Self(Kind::Own(bytes.into()))
    }

    /// No body.
    pub const fn empty() -> Self {
        Self(Kind::Own(Bytes::new()))
    }

    pub(super) fn streaming(
        incoming: Incoming,
        mut lease: Lease,
        clean: fn(&mut HeaderMap),
    ) -> Self {
        if incoming.is_end_stream() {
            lease.give_back();
            return Self::empty();
        }
        Self(Kind::Upstream(Box::new(Streaming {
            incoming,
            lease,
            ended: false,
            clean,
        })))
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match &mut self.0 {
            Kind::Own(bytes) if bytes.is_empty() => Poll::Ready(None),
            Kind::Own(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Kind::Upstream(streaming) => streaming.poll(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Own(bytes) => bytes.is_empty(),
            Kind::Upstream(streaming) => streaming.ended || streaming.incoming.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Own(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Upstream(streaming) => streaming.incoming.size_hint(),
        }
    }
}

impl Streaming {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        // The body says that it wants more, the connection reads it, the body has it.
        let mut polled = Pin::new(&mut self.incoming).poll_frame(cx);
        if polled.is_pending() {
            self.lease.drive(cx);
            polled = Pin::new(&mut self.incoming).poll_frame(cx);
        }
        match polled {
            Poll::Ready(None) => {
                self.ended = true;
                Poll::Ready(None)
            }
            Poll::Ready(Some(Ok(frame))) => Poll::Ready(Some(Ok(match frame.into_trailers() {
                Ok(mut trailers) => {
                    self.ended = true;
                    (self.clean)(&mut trailers);
                    Frame::trailers(trailers)
                }
                Err(frame) => frame,
            }))),
            other => other,
        }
    }
}

impl Drop for Streaming {
    fn drop(&mut self) {
        if self.ended || self.incoming.is_end_stream() {
            self.lease.give_back();
        }
        // Otherwise the lease closes the connection: an answer that nobody
        // reads to its end leaves bytes behind that are not the next answer.
    }
}
