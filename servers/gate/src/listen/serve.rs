//! One connection: TLS, the choice between HTTP/1.1 and HTTP/2, and the requests.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::{CONNECTION, HeaderValue};
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::connected::{Connected, Ticks};
use super::door::{Counted, Door};
use super::limits::Limits;
use super::observed::Observed;

// RFC 9113 section 3.4
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What every connection of a worker shares.
pub(super) struct Entrance<D> {
    pub(super) door: D,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) limits: Limits,
    pub(super) ticks: Ticks,
    pub(super) http1: http1::Builder,
    pub(super) http2: http2::Builder<LocalExecutor>,
}

/// Spawns HTTP/2 streams on the worker that has their connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct LocalExecutor;

impl<F: Future<Output = ()> + 'static> hyper::rt::Executor<F> for LocalExecutor {
    fn execute(&self, future: F) {
        tokio::task::spawn_local(future);
    }
}

pub(super) fn http1_builder(limits: &Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        // The watch bounds heads and idle connections, once per second for all
        // of them; a timer of hyper's own would cost each request an allocation.
        .header_read_timeout(None)
        .max_header_size(usize::try_from(limits.head_bytes).unwrap_or(usize::MAX))
        // More than 100 headers are 431 (hyper's default, kept on its stack).
        .max_buf_size(256 * 1024);
    builder
}

pub(super) fn http2_builder(limits: &Limits) -> http2::Builder<LocalExecutor> {
    let mut builder = http2::Builder::new(LocalExecutor);
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams)
        // CVE-2023-44487, CVE-2025-8671: resets by either side are bounded.
        .max_pending_accept_reset_streams(20)
        .max_local_error_reset_streams(64)
        .max_header_list_size(limits.head_bytes)
        .initial_stream_window_size(256 * 1024)
        .initial_connection_window_size(1024 * 1024)
        .max_send_buf_size(256 * 1024)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(limits.write_stall);
    builder
}

impl<D: Door> Entrance<D> {
    /// Serves one accepted socket until it closes. `register` is told of the
    /// connection as soon as its protocol is known.
    pub(super) async fn serve(
        &self,
        socket: TcpStream,
        peer: SocketAddr,
        register: impl FnOnce(&Rc<Connected>),
    ) {
        let Ok(local) = socket.local_addr() else {
            return;
        };
        // Small answers must not wait for the acknowledgement of the one before.
        let _ = socket.set_nodelay(true);
        let addresses = (peer, local);
        let begun = tokio::time::timeout(self.limits.head_time, self.begin(socket)).await;
        // A handshake that failed or stalled has no one to answer.
        let Ok(Ok(begun)) = begun else { return };
        let connect = |secure, http1| {
            let connected = Connected::new(addresses, secure, http1, Rc::clone(&self.ticks));
            register(&connected);
            connected
        };
        match begun {
            Begun::Plain(stream, http2) => self.drive(stream, connect(false, !http2), http2).await,
            Begun::Tls(stream, http2) => self.drive(*stream, connect(true, !http2), http2).await,
        }
    }

    async fn begin(&self, socket: TcpStream) -> io::Result<Begun> {
        let Some(tls) = &self.tls else {
            let http2 = speaks_http2(&socket).await?;
            return Ok(Begun::Plain(socket, http2));
        };
        let stream = tls.accept(socket).await?;
        let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        Ok(Begun::Tls(Box::new(stream), http2))
    }

    async fn drive<S>(&self, stream: S, connected: Rc<Connected>, http2: bool)
    where
        S: AsyncRead + AsyncWrite + Unpin + 'static,
    {
        let service = self.door.open(&connected);
        let service = service_fn(|request| self.answer(&connected, &service, request));
        if http2 {
            let connection = self.http2.serve_connection(TokioIo::new(stream), service);
            watch(connection, &connected, http2::Connection::graceful_shutdown).await;
        } else {
            let stream = Observed {
                stream,
                connected: Rc::clone(&connected),
            };
            let connection = self.http1.serve_connection(TokioIo::new(stream), service);
            watch(connection, &connected, http1::Connection::graceful_shutdown).await;
        }
    }

    fn answer(
        &self,
        connected: &Rc<Connected>,
        service: &D::Service,
        request: Request<Incoming>,
    ) -> impl Future<Output = Result<Response<Counted<D::Body>>, Infallible>> + use<D> {
        let (under_way, shape) = connected.begin();
        let answer = match shape {
            None => Ok(service.call(request)),
            Some(shape) => Err(self.door.malformed(connected, shape)),
        };
        async move {
            let response = match answer {
                Ok(answer) => answer.await?,
                Err(mut refusal) => {
                    // RFC 9112 section 9.6
                    refusal
                        .headers_mut()
                        .insert(CONNECTION, HeaderValue::from_static("close"));
                    refusal
                }
            };
            Ok(response.map(|body| Counted {
                body,
                _under_way: under_way,
            }))
        }
    }
}

enum Begun {
    Plain(TcpStream, bool),
    Tls(Box<tokio_rustls::server::TlsStream<TcpStream>>, bool),
}

/// Whether a plain connection starts with the HTTP/2 preface (prior
/// knowledge). Looks without taking bytes; the caller bounds the time.
async fn speaks_http2(socket: &TcpStream) -> io::Result<bool> {
    let mut start = [0; PREFACE.len()];
    let mut pause = Duration::from_millis(1);
    loop {
        let seen = socket.peek(&mut start).await?;
        let seen = start.get(..seen).unwrap_or_default();
        if seen.is_empty() || !PREFACE.starts_with(seen) {
            return Ok(false);
        }
        if seen.len() == PREFACE.len() {
            return Ok(true);
        }
        // The socket stays readable while nothing is taken from it.
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(500));
    }
}

/// Polls a connection, and tells it once when it should end gracefully.
async fn watch<C: Future>(connection: C, connected: &Connected, shut: fn(Pin<&mut C>)) {
    let mut connection = std::pin::pin!(connection);
    let mut told = false;
    std::future::poll_fn(|cx: &mut Context<'_>| -> Poll<()> {
        connected.remember_waker(cx.waker());
        if connected.is_draining() && !told {
            told = true;
            shut(connection.as_mut());
        }
        // An error here is a client that went away or broke the protocol;
        // hyper has answered what could be answered.
        connection.as_mut().poll(cx).map(drop)
    })
    .await;
}
