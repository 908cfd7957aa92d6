//! One GET to a host outside, with everything bounded: no redirect, no proxy,
//! an address that was judged, a deadline, a size.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use boundary::ForeignUrl;
use bytes::Bytes;
use http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_ENCODING, ETAG, HOST, HeaderName, HeaderValue, IF_NONE_MATCH,
    USER_AGENT,
};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt as _, Empty, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::address::Reach;
use super::fault::KeyFault;
use super::kept::Shared;

/// From the look-up of the name to the last byte.
const DEADLINE: Duration = Duration::from_secs(5);

/// The most bytes of an answer.
pub(super) const LARGEST: usize = 512 * 1024;

/// The longest `ETag` that is kept.
const LONGEST_TAG: usize = 256;

/// What came.
#[derive(Debug)]
pub(super) struct Fetched {
    /// The answer; nothing if what was known is still so.
    pub(super) body: Option<Bytes>,
    /// To ask with the next time.
    pub(super) tag: Option<HeaderValue>,
    /// `Cache-Control: max-age`.
    pub(super) max_age: Option<Duration>,
}

/// Fetches that URL; `tag` is what an earlier answer was marked with.
pub(super) async fn fetch(
    url: &ForeignUrl,
    reach: Reach,
    tag: Option<&HeaderValue>,
    shared: &Shared,
) -> Result<Fetched, KeyFault> {
    tokio::time::timeout(DEADLINE, exchange(url, reach, tag, shared))
        .await
        .map_err(|_| KeyFault::Deadline)?
}

async fn exchange(
    url: &ForeignUrl,
    reach: Reach,
    tag: Option<&HeaderValue>,
    shared: &Shared,
) -> Result<Fetched, KeyFault> {
    let stream = connect(url, reach).await?;
    let request = request(url, tag)?;
    let response = if url.is_secure() {
        let config = shared.trust().ok_or(KeyFault::NoTrust)?.config();
        let name = ServerName::try_from(url.host().to_owned()).map_err(|_| KeyFault::Protocol)?;
        let stream = TlsConnector::from(Arc::clone(config))
            .connect(name, stream)
            .await
            .map_err(|error| KeyFault::Connection(error.kind()))?;
        send(TokioIo::new(stream), request).await?
    } else {
        send(TokioIo::new(stream), request).await?
    };
    read(response, tag).await
}

/// Connects to an address that was judged. One that is out of reach spoils all:
/// a name that is honest has none.
async fn connect(url: &ForeignUrl, reach: Reach) -> Result<TcpStream, KeyFault> {
    let addresses = resolve(url).await?;
    if let Some(address) = addresses.iter().find(|one| !reach.allows(one.ip())) {
        return Err(KeyFault::OutOfReach(address.ip()));
    }
    let mut fault = KeyFault::Unresolved;
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Err(error) => fault = KeyFault::Connection(error.kind()),
        }
    }
    Err(fault)
}

async fn resolve(url: &ForeignUrl) -> Result<Vec<SocketAddr>, KeyFault> {
    if let Ok(address) = url.host().parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, url.port())]);
    }
    let found = tokio::net::lookup_host((url.host(), url.port())).await;
    let addresses: Vec<SocketAddr> = found.map_err(|_| KeyFault::Unresolved)?.collect();
    if addresses.is_empty() {
        return Err(KeyFault::Unresolved);
    }
    Ok(addresses)
}

fn request(url: &ForeignUrl, tag: Option<&HeaderValue>) -> Result<Request<Empty<Bytes>>, KeyFault> {
    let mut request = Request::new(Empty::new());
    *request.uri_mut() = url.target().parse().map_err(|_| KeyFault::Protocol)?;
    let headers = request.headers_mut();
    let host = HeaderValue::from_str(url.authority()).map_err(|_| KeyFault::Protocol)?;
    headers.insert(HOST, host);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, HeaderValue::from_static("doorward"));
    if let Some(tag) = tag {
        // RFC 9110 section 13.1.2
        headers.insert(IF_NONE_MATCH, tag.clone());
    }
    Ok(request)
}

type Response = http::Response<Incoming>;

async fn send<S>(stream: TokioIo<S>, request: Request<Empty<Bytes>>) -> Result<Answer, KeyFault>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let broken = |_: hyper::Error| KeyFault::Protocol;
    let handshake = hyper::client::conn::http1::Builder::new()
        .max_headers(64)
        .handshake(stream);
    let (mut sender, connection) = handshake.await.map_err(broken)?;
    let connection = AbortOnDrop(tokio::spawn(async move {
        let _ = connection.await;
    }));
    let response = sender.send_request(request).await.map_err(broken)?;
    Ok(Answer {
        response,
        _connection: connection,
    })
}

/// An answer and the connection on which its body still comes.
struct Answer {
    response: Response,
    _connection: AbortOnDrop,
}

struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn read(answer: Answer, asked: Option<&HeaderValue>) -> Result<Fetched, KeyFault> {
    let headers = answer.response.headers();
    let max_age = max_age(headers);
    let tag = headers.get(ETAG).filter(|tag| tag.len() <= LONGEST_TAG);
    let tag = tag.cloned();
    match answer.response.status() {
        StatusCode::OK => {}
        StatusCode::NOT_MODIFIED if asked.is_some() => {
            return Ok(Fetched {
                body: None,
                tag: tag.or_else(|| asked.cloned()),
                max_age,
            });
        }
        status => return Err(KeyFault::Status(status.as_u16())),
    }
    // Nothing was said to be understood but the plain text.
    if !is_absent(headers, CONTENT_ENCODING) {
        return Err(KeyFault::Protocol);
    }
    let whole = Limited::new(answer.response.into_body(), LARGEST)
        .collect()
        .await;
    let body = whole.map_err(|error| {
        if error.is::<LengthLimitError>() {
            KeyFault::TooLarge
        } else {
            KeyFault::Connection(io::ErrorKind::UnexpectedEof)
        }
    })?;
    Ok(Fetched {
        body: Some(body.to_bytes()),
        tag,
        max_age,
    })
}

fn is_absent(headers: &HeaderMap, name: HeaderName) -> bool {
    headers.get(name).is_none_or(|value| value == "identity")
}

/// RFC 9111 section 5.2.2: how long it may be kept; nothing at all if it says
/// that it may not, or if it cannot be read.
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let mut found = None;
    for value in headers.get_all(CACHE_CONTROL) {
        for directive in value.to_str().ok()?.split(',') {
            let directive = directive.trim().to_ascii_lowercase();
            match directive.split_once('=') {
                None if matches!(directive.as_str(), "no-store" | "no-cache") => {
                    return Some(Duration::ZERO);
                }
                Some(("max-age", seconds)) => {
                    found = seconds
                        .trim_matches('"')
                        .parse()
                        .ok()
                        .map(Duration::from_secs);
                }
                _ => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc9111_5_2_2_max_age_is_read_and_no_store_is_none() {
        for (values, expected) in [
            (&["max-age=300"][..], Some(300)),
            (&["public, Max-Age=\"60\""], Some(60)),
            (&["public", "max-age=5"], Some(5)),
            (&["no-store"], Some(0)),
            (&["max-age=300, no-cache"], Some(0)),
            (&["max-age=x"], None),
            (&["max-age=-1"], None),
            (&["max-age=99999999999999999999"], None),
            (&["s-maxage=9"], None),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CACHE_CONTROL, value.parse().unwrap());
            }
            assert_eq!(
                max_age(&headers).map(|age| age.as_secs()),
                expected,
                "{values:?}"
            );
        }
    }
}
