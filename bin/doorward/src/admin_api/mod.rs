//! The command line's client of the admin API.
//!
//! | step | file |
//! |---|---|
//! | where the admin API is, and with which token | `connection` |
//! | the file that says so | `connection_file` |
//! | what comes back when it is not what was asked for | `failure` |
//! | one command's conversation | `session` |

mod connection;
mod connection_file;
mod credential_arguments;
mod failure;
mod session;

use std::time::Duration;

use base::Secret;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use serde::Serialize;
use serde_json::Value;
use url::Url;

use crate::answer::Fault;

pub(crate) use connection::{Connection, is_loopback};
pub(crate) use credential_arguments::{CredentialArguments, RevocationArguments};
pub(crate) use failure::Failure;
pub(crate) use session::{Session, pretty, record_path};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TIMEOUT: Duration = Duration::from_secs(60);

/// The admin API at one address, spoken to with one operator token.
pub(crate) struct AdminApi {
    client: Client,
    base: Url,
    token: HeaderValue,
}

impl AdminApi {
    /// The admin API at `admin`. Nothing is sent yet.
    pub(crate) fn new(admin: &str, token: Secret) -> Result<Self, Fault> {
        let base = connection::address(admin)?;
        let mut builder = Client::builder()
            // A redirect would carry the token to wherever an answer points.
            .redirect(Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .user_agent(concat!("doorward/", env!("CARGO_PKG_VERSION")));
        builder = if connection::is_loopback(&base) {
            builder.no_proxy()
        } else {
            builder.https_only(true)
        };
        let client = builder.build().map_err(|error| {
            let message = format!("no connection can be prepared: {error}");
            Fault::new(message, "see whether this machine has certificate roots")
        })?;
        let mut header = HeaderValue::from_str(&format!("Bearer {}", token.expose()))
            .map_err(|_| connection::unusable_token())?;
        header.set_sensitive(true);
        Ok(Self {
            client,
            base,
            token: header,
        })
    }

    /// Its address.
    pub(crate) fn base(&self) -> &Url {
        &self.base
    }

    /// `GET`.
    pub(crate) async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.ask(self.client.get(self.url(path)?)).await
    }

    /// `POST` of JSON.
    pub(crate) async fn post(&self, path: &str, body: &impl Serialize) -> Result<Value, Failure> {
        self.ask(self.client.post(self.url(path)?).json(body)).await
    }

    /// `POST` of an inventory.
    pub(crate) async fn send_document(&self, path: &str, text: String) -> Result<Value, Failure> {
        let request = self.client.post(self.url(path)?).body(text);
        self.ask(request.header(CONTENT_TYPE, "application/toml"))
            .await
    }

    fn url(&self, path: &str) -> Result<Url, Fault> {
        self.base
            .join(path)
            .map_err(|_| Fault::new(format!("{path} is no path of the admin API"), "report this"))
    }

    async fn ask(&self, request: RequestBuilder) -> Result<Value, Failure> {
        let request = request.header(AUTHORIZATION, self.token.clone());
        let reply = request
            .send()
            .await
            .map_err(|error| failure::unreachable(&self.base, &error))?;
        let (status, headers) = (reply.status(), reply.headers().clone());
        let body = reply
            .bytes()
            .await
            .map_err(|error| failure::unreachable(&self.base, &error))?;
        failure::read(&self.base, status, &headers, &body)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::Router;
    use axum::http::HeaderMap;
    use axum::response::Redirect;
    use axum::routing::get;
    use tokio::net::TcpListener;

    use super::*;

    async fn serve(router: Router) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}")
    }

    fn api(admin: &str) -> AdminApi {
        AdminApi::new(admin, Secret::new("canary".to_owned())).unwrap()
    }

    #[tokio::test]
    async fn a_redirect_does_not_carry_the_token_elsewhere() {
        let hits = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&hits);
        let elsewhere = serve(Router::new().fallback(async move || {
            counted.fetch_add(1, Ordering::SeqCst);
        }))
        .await;
        let redirect = async move || Redirect::temporary(&elsewhere);
        let here = serve(Router::new().fallback(redirect)).await;
        let failure = api(&here).get("/admin/v1/api_key").await.unwrap_err();
        let fault = Fault::from(failure);
        assert!(fault.message.contains("307"), "{fault}");
        assert!(!fault.to_string().contains("canary"), "{fault}");
        assert_eq!(hits.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn the_token_goes_in_its_header_and_the_answer_comes_back() {
        let echo = async |headers: HeaderMap| {
            let header = headers.get("authorization").unwrap().to_str().unwrap();
            axum::Json(serde_json::json!({ "got": header }))
        };
        let here = serve(Router::new().route("/admin/v1/inventory", get(echo))).await;
        let answer = api(&here).get("/admin/v1/inventory").await.unwrap();
        assert_eq!(answer, serde_json::json!({"got": "Bearer canary"}));
    }

    #[tokio::test]
    async fn a_token_that_cannot_stand_in_a_header_is_refused_without_being_shown() {
        let token = Secret::new("canary\nx: y".to_owned());
        let fault = AdminApi::new("http://127.0.0.1:1", token).err().unwrap();
        assert!(!fault.to_string().contains("canary"), "{fault}");
    }
}
