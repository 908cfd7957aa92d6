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

pub(crate) use connection::Connection;
pub(crate) use credential_arguments::{CredentialArguments, RevocationArguments};
pub(crate) use failure::Failure;
pub(crate) use session::{Session, record_path};

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
