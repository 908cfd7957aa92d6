//! What a role puts behind a listener.

use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::service::Service;

use super::Connected;
use super::connected::InFlight;
use crate::inspect::Shape;

/// One worker's side of a role: it opens a hyper service for each connection
/// and words the refusal of a malformed head.
pub trait Door: 'static {
    /// The body of its answers.
    type Body: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>
        + Unpin
        + 'static;
    /// Answers the requests of one connection.
    type Service: Service<Request<Incoming>, Response = Response<Self::Body>, Error = Infallible>
        + 'static;

    /// The service for a connection that was just accepted.
    fn open(&self, connected: &Rc<Connected>) -> Self::Service;

    /// The answer (400) to a head with a smuggling shape; the listener closes
    /// the connection after it.
    fn malformed(&self, connected: &Rc<Connected>, shape: Shape) -> Response<Self::Body>;
}

/// An answer's body that keeps its request counted as under way.
#[derive(Debug)]
pub struct Counted<B> {
    pub(super) body: B,
    pub(super) _under_way: InFlight,
}

impl<B: Body + Unpin> Body for Counted<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
