//! One keep-alive connection to an upstream.
//!
//! The connection's driver is polled by whoever uses it, in the same task:
//! a request costs no wake-up of another task and no queue between two.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, Connection, SendRequest};
use hyper_util::rt::TokioIo;

use super::deadline::Deadline;
use super::fault::UpstreamFault;
use super::request_body::RequestBody;
use super::stream::UpstreamStream;

type Driver = Connection<TokioIo<UpstreamStream>, RequestBody>;

pub(super) struct Wire {
    sender: SendRequest<RequestBody>,
    /// Absent when the connection has ended.
    driver: Option<Driver>,
}

/// A request that got no answer, and the request itself if it was never sent.
pub(super) struct Unanswered {
    pub(super) fault: UpstreamFault,
    pub(super) unsent: Option<Request<RequestBody>>,
}

impl Wire {
    pub(super) async fn over(stream: UpstreamStream) -> Result<Box<Self>, UpstreamFault> {
        let (sender, driver) = http1::Builder::new()
            .max_header_size(64 * 1024)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(UpstreamFault::Broken)?;
        Ok(Box::new(Self {
            sender,
            driver: Some(driver),
        }))
    }

    /// Advances the connection; bytes move only while this is called.
    pub(super) fn drive(&mut self, cx: &mut Context<'_>) {
        if let Some(driver) = &mut self.driver
            && Pin::new(driver).poll(cx).is_ready()
        {
            self.driver = None;
        }
    }

    /// Whether another request can be sent now.
    pub(super) fn is_ready(&mut self) -> bool {
        if self.driver.is_some() && !self.sender.is_ready() {
            self.drive(&mut Context::from_waker(Waker::noop()));
        }
        self.driver.is_some() && self.sender.is_ready()
    }

    /// Whether it is still open, as far as this end has heard.
    pub(super) fn is_open(&mut self) -> bool {
        self.drive(&mut Context::from_waker(Waker::noop()));
        self.driver.is_some()
    }

    /// Sends a request and waits for the head of its answer.
    pub(super) async fn exchange(
        &mut self,
        request: Request<RequestBody>,
        mut deadline: Deadline,
    ) -> Result<Response<Incoming>, Unanswered> {
        let mut answer = std::pin::pin!(self.sender.try_send_request(request));
        let driver = &mut self.driver;
        std::future::poll_fn(|cx| {
            if let Some(connection) = driver
                && Pin::new(connection).poll(cx).is_ready()
            {
                *driver = None;
            }
            match answer.as_mut().poll(cx) {
                Poll::Ready(Ok(response)) => Poll::Ready(Ok(response)),
                Poll::Ready(Err(mut error)) => {
                    let unsent = error.take_message();
                    Poll::Ready(Err(Unanswered {
                        fault: UpstreamFault::Broken(error.into_error()),
                        unsent,
                    }))
                }
                Poll::Pending if deadline.is_over(cx.waker()) => Poll::Ready(Err(Unanswered {
                    fault: UpstreamFault::AnswerTimeout,
                    unsent: None,
                })),
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }
}
