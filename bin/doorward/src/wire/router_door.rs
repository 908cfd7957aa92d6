//! An axum role behind the house's listener.

use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use ephemeral::SystemEntropy;
use gate::inspect::Shape;
use gate::listen::{Connected, Door};
use hyper::body::Incoming;
use hyper::service::Service;
use tower::ServiceExt as _;

/// One worker's side of an axum role.
pub(crate) struct RouterDoor(pub(crate) Router);

impl Door for RouterDoor {
    type Body = Body;
    type Service = RouterService;

    fn open(&self, _: &Rc<Connected>) -> RouterService {
        RouterService(self.0.clone())
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
pub(crate) struct RouterService(Router);

impl Service<Request<Incoming>> for RouterService {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let router = self.0.clone();
        Box::pin(router.oneshot(request.map(Body::new)))
    }
}
