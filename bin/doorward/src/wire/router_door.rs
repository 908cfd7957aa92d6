//! An axum role behind the house's listener.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use ephemeral::SystemEntropy;
use gate::forward;
use gate::inspect::Shape;
use gate::listen::{Connected, Door};
use hyper::body::Incoming;
use hyper::service::Service;
use ipnet::IpNet;
use tower::ServiceExt as _;

/// One worker's side of an axum role.
pub(crate) struct RouterDoor {
    /// What answers.
    pub(crate) router: Router,
    /// Whose word about the real peer counts.
    pub(crate) trusted_proxies: Arc<[IpNet]>,
}

impl Door for RouterDoor {
    type Body = Body;
    type Service = RouterService;

    fn open(&self, connected: &Rc<Connected>) -> RouterService {
        RouterService {
            router: self.router.clone(),
            trusted_proxies: Arc::clone(&self.trusted_proxies),
            peer: connected.peer.ip(),
            secure: connected.secure,
        }
    }

    fn malformed(&self, _: &Rc<Connected>, shape: Shape) -> Response<Body> {
        let request_id = base::generate_id_text('r', &mut SystemEntropy);
        let body = serde_json::json!({
            "type": "about:blank",
            "title": "Bad Request",
            "status": 400,
            "reason": "malformed_request",
            "detail": shape.to_string(),
            "instance": request_id,
        });
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = StatusCode::BAD_REQUEST;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(value) = HeaderValue::from_str(&request_id) {
            headers.insert("x-request-id", value);
        }
        response
    }
}

/// Answers the requests of one connection.
pub(crate) struct RouterService {
    router: Router,
    trusted_proxies: Arc<[IpNet]>,
    peer: IpAddr,
    secure: bool,
}

impl Service<Request<Incoming>> for RouterService {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        let router = self.router.clone();
        let trusted = &self.trusted_proxies;
        // Where a trusted proxy does not say who called, the peer is unknown:
        // what depends on it is refused, the rest is not.
        if let Ok(client) = forward::client(self.peer, self.secure, request.headers(), trusted) {
            let peer = SocketAddr::new(client.address, 0);
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        Box::pin(router.oneshot(request.map(Body::new)))
    }
}
