//! The feed and the journal of a gate that runs alone: the admin API.

use std::time::Duration;

use async_trait::async_trait;
use base::{Revision, Secret};
use bytes::Bytes;
use credential::ApiKeyId;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use http::{Method, Request, StatusCode};
use http_body::Body as _;
use http_body_util::{BodyExt, Limited};
use serde::Deserialize;
use snapshot::{NumberedChange, Snapshot, UsageReport};
use tokio::sync::{mpsc, oneshot};

use super::{Feed, FeedFault, FoundApiKey, Steps};
use crate::journal::{Journal, JournalEntry, JournalFault};
use crate::upstream::{RequestBody, Trust, Upstream, UpstreamLimits, Upstreams};

/// The most bytes of one answer.
const LARGEST: usize = 1 << 30;

/// The admin API, spoken to over a connection of its own on a thread of its
/// own, with an operator token that has `read:feed` and `write:feed`.
#[derive(Debug, Clone)]
pub struct HttpFeed {
    calls: mpsc::Sender<Call>,
    api_keys_at_most: Option<usize>,
}

/// The feed cannot be started.
#[derive(Debug)]
pub enum HttpFeedError {
    /// The admin URL is no origin.
    Url(crate::upstream::InvalidOrigin),
    /// An `https` URL needs certificates to trust.
    NoTrust,
    /// The operator token cannot stand in a header.
    Token,
    /// The thread or its runtime could not be started.
    Thread(std::io::Error),
}

impl std::fmt::Display for HttpFeedError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Url(_) => f.write_str("the admin URL is http://host:port or https://host:port"),
            Self::NoTrust => f.write_str("an https admin URL needs certificates to trust"),
            Self::Token => f.write_str("the operator token has characters that no token has"),
            Self::Thread(error) => write!(f, "the feed's thread cannot be started: {error}"),
        }
    }
}

impl std::error::Error for HttpFeedError {}

#[derive(Debug)]
struct Call {
    method: Method,
    target: String,
    body: Bytes,
    answer: oneshot::Sender<Result<(StatusCode, Bytes), String>>,
}

impl HttpFeed {
    /// Starts the thread. Nothing is asked yet.
    pub fn start(
        admin: &str,
        operator_token: &Secret,
        trust: Option<Trust>,
    ) -> Result<Self, HttpFeedError> {
        let origin: crate::upstream::Origin = admin.parse().map_err(HttpFeedError::Url)?;
        if origin.is_secure() && trust.is_none() {
            return Err(HttpFeedError::NoTrust);
        }
        let bearer = bearer_of(operator_token)?;
        let (calls, waiting) = mpsc::channel(64);
        let admin = admin.to_owned();
        let runtime = || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build_local(tokio::runtime::LocalOptions::default())
        };
        let (started, result) = std::sync::mpsc::channel();
        std::thread::Builder::new()
            .name("gate-feed".to_owned())
            .spawn(move || match runtime() {
                Ok(runtime) => {
                    let _ = started.send(Ok(()));
                    runtime.block_on(serve(&admin, &bearer, trust, waiting));
                }
                Err(error) => drop(started.send(Err(error))),
            })
            .map_err(HttpFeedError::Thread)?;
        match result.recv() {
            Ok(Ok(())) => Ok(Self {
                calls,
                api_keys_at_most: None,
            }),
            Ok(Err(error)) => Err(HttpFeedError::Thread(error)),
            Err(_) => Err(HttpFeedError::Thread(std::io::ErrorKind::Other.into())),
        }
    }

    /// Asks for snapshots with at most `most` API keys.
    #[must_use]
    pub fn with_api_keys_at_most(self, most: usize) -> Self {
        Self {
            api_keys_at_most: Some(most),
            ..self
        }
    }

    async fn call(
        &self,
        method: Method,
        target: String,
        body: Bytes,
    ) -> Result<(StatusCode, Bytes), String> {
        let (answer, waiting) = oneshot::channel();
        let call = Call {
            method,
            target,
            body,
            answer,
        };
        let gone = |_| "its thread has ended".to_owned();
        self.calls.send(call).await.map_err(|_| gone(()))?;
        waiting.await.map_err(|_| gone(()))?
    }

    async fn report(&self, target: &str, body: Vec<u8>) -> Result<(), JournalFault> {
        match self
            .call(Method::POST, target.to_owned(), body.into())
            .await
        {
            Ok((status, _)) if status.is_success() => Ok(()),
            Ok((status, _)) => Err(JournalFault(format!("the admin API answers {status}"))),
            Err(reason) => Err(JournalFault(reason)),
        }
    }

    async fn get(&self, target: String) -> Result<(StatusCode, Bytes), FeedFault> {
        self.call(Method::GET, target, Bytes::new())
            .await
            .map_err(FeedFault)
    }
}

fn bearer_of(operator_token: &Secret) -> Result<HeaderValue, HttpFeedError> {
    let mut bearer = HeaderValue::from_str(&format!("Bearer {}", operator_token.expose()))
        .map_err(|_| HttpFeedError::Token)?;
    // Kept out of `Debug` and of HTTP/2's header table.
    bearer.set_sensitive(true);
    Ok(bearer)
}

async fn serve(
    admin: &str,
    bearer: &HeaderValue,
    trust: Option<Trust>,
    mut calls: mpsc::Receiver<Call>,
) {
    let upstreams = Upstreams::new(trust, UpstreamLimits::default());
    let Ok(upstream) = upstreams.get(admin) else {
        return;
    };
    while let Some(call) = calls.recv().await {
        let (upstream, bearer) = (std::rc::Rc::clone(&upstream), bearer.clone());
        // Side by side: a report must not wait behind a look that waits.
        tokio::task::spawn_local(async move {
            let Call {
                method,
                target,
                body,
                mut answer,
            } = call;
            tokio::select! {
                result = exchange(&upstream, (method, &target, body), bearer) => {
                    let _ = answer.send(result);
                }
                // Nobody waits any more: the request is given up.
                () = answer.closed() => {}
            }
        });
    }
}

async fn exchange(
    upstream: &std::rc::Rc<Upstream>,
    (method, target, body): (Method, &str, Bytes),
    bearer: HeaderValue,
) -> Result<(StatusCode, Bytes), String> {
    let mut request = Request::new(RequestBody::whole(body));
    *request.method_mut() = method;
    *request.uri_mut() = target.parse().map_err(|_| "an odd target".to_owned())?;
    let headers = request.headers_mut();
    headers.insert(HOST, upstream.origin().authority().clone());
    headers.insert(AUTHORIZATION, bearer);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let response = upstream
        .send(request, |_| {})
        .await
        .map_err(|fault| fault.to_string())?;
    let status = response.status();
    let body = response.into_body();
    if body.is_end_stream() {
        return Ok((status, Bytes::new()));
    }
    let whole = Limited::new(body, LARGEST).collect().await;
    let whole = whole.map_err(|error| error.to_string())?;
    Ok((status, whole.to_bytes()))
}

#[derive(Deserialize)]
struct ChangesAnswer {
    changes: Vec<NumberedChange>,
}

#[async_trait]
impl Feed for HttpFeed {
    async fn snapshot(&self) -> Result<Snapshot, FeedFault> {
        let most = self.api_keys_at_most;
        let query = most.map_or(String::new(), |most| format!("?api_keys={most}"));
        match self.get(format!("/feed/v1/snapshot{query}")).await? {
            (StatusCode::OK, body) => {
                let snapshot: Snapshot = read(&body)?;
                // Also if the other side does not know bounds.
                Ok(match most {
                    Some(most) => snapshot.with_api_keys_at_most(most),
                    None => snapshot,
                })
            }
            (status, _) => Err(FeedFault(format!("the admin API answers {status}"))),
        }
    }

    async fn changes_after(&self, after: Revision, wait: Duration) -> Result<Steps, FeedFault> {
        let target = format!("/feed/v1/changes?after={after}&wait={}", wait.as_millis());
        match self.get(target).await? {
            (StatusCode::OK, body) => {
                read(&body).map(|ChangesAnswer { changes }| Steps::Changes(changes))
            }
            (StatusCode::GONE, _) => Ok(Steps::Gap),
            (status, _) => Err(FeedFault(format!("the admin API answers {status}"))),
        }
    }

    async fn api_key(&self, id: &ApiKeyId) -> Result<FoundApiKey, FeedFault> {
        match self.get(format!("/feed/v1/api_key/{id}")).await? {
            (StatusCode::OK, body) => read(&body),
            (status, _) => Err(FeedFault(format!("the admin API answers {status}"))),
        }
    }
}

fn read<T: for<'de> Deserialize<'de>>(body: &[u8]) -> Result<T, FeedFault> {
    // The words of a parser may quote what it read, and there are digests in it.
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        FeedFault(format!(
            "the answer cannot be read at line {line}, column {column}"
        ))
    })
}

#[async_trait]
impl Journal for HttpFeed {
    async fn record(&self, entries: Vec<JournalEntry>) -> Result<(), JournalFault> {
        let body = serde_json::to_vec(&entries)
            .map_err(|_| JournalFault("an entry cannot be written".to_owned()))?;
        self.report("/feed/v1/decisions", body).await
    }

    async fn record_usage(&self, reports: Vec<UsageReport>) -> Result<(), JournalFault> {
        let body = serde_json::to_vec(&reports)
            .map_err(|_| JournalFault("a use report cannot be written".to_owned()))?;
        self.report("/feed/v1/usage", body).await
    }
}
