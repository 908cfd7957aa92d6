//! What a secret manager is asked.

use base::Secret;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Client, Method, RequestBuilder};
use secret_source::SourceFault;
use serde::Serialize;
use url::Url;
use zeroize::{Zeroize as _, Zeroizing};

/// One request. The path is made of segments that were judged when they were
/// parsed; it is appended to the address of the place as it is.
pub struct Question<'a> {
    method: Method,
    path: &'a str,
    headers: Vec<(&'static str, Secret)>,
    body: Option<(&'static str, Zeroizing<Vec<u8>>)>,
}

impl std::fmt::Debug for Question<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Question({} {})", self.method, self.path)
    }
}

impl<'a> Question<'a> {
    /// `GET`. The path starts with a slash and may have a query.
    pub const fn get(path: &'a str) -> Self {
        Self::new(Method::GET, path)
    }

    /// `POST`.
    pub const fn post(path: &'a str) -> Self {
        Self::new(Method::POST, path)
    }

    const fn new(method: Method, path: &'a str) -> Self {
        Self {
            method,
            path,
            headers: Vec::new(),
            body: None,
        }
    }

    /// With a header; every one is treated as a secret, since most are.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: Secret) -> Self {
        self.headers.push((name, value));
        self
    }

    /// With `Authorization: Bearer`.
    #[must_use]
    pub fn bearer(self, token: &Secret) -> Self {
        let value = Secret::new(format!("Bearer {}", token.expose()));
        self.header("authorization", value)
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(mut self, body: &impl Serialize) -> Self {
        // Room for a key in base64 from the start, so that no copy stays behind
        // when the text grows. What cannot be written is sent as nothing, which
        // no place takes.
        let mut text = Zeroizing::new(Vec::with_capacity(4096));
        if serde_json::to_writer(&mut *text, body).is_err() {
            text.zeroize();
        }
        self.body = Some(("application/json", text));
        self
    }

    /// With a form as body.
    #[must_use]
    pub fn form(mut self, fields: &[(&str, &str)]) -> Self {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        let text = Zeroizing::new(form.finish().into_bytes());
        self.body = Some(("application/x-www-form-urlencoded", text));
        self
    }

    pub(crate) fn request(
        self,
        client: &Client,
        base: &Url,
    ) -> Result<RequestBuilder, SourceFault> {
        let address = format!("{}{}", base.as_str().trim_end_matches('/'), self.path);
        let url = Url::parse(&address)
            // What the parser would have changed (dots, odd characters) was no
            // path of segments: it must not reach another one than was named.
            .ok()
            .filter(|url| url.as_str() == address)
            .ok_or_else(|| SourceFault::Malformed("that name is no path of a request".into()))?;
        let mut request = client.request(self.method, url);
        for (name, value) in self.headers {
            let mut value = HeaderValue::from_str(value.expose()).map_err(|_| {
                SourceFault::Malformed(format!(
                    "the secret for the header {name} is no header text"
                ))
            })?;
            value.set_sensitive(true);
            request = request.header(HeaderName::from_static(name), value);
        }
        if let Some((kind, body)) = self.body {
            request = request
                .header(reqwest::header::CONTENT_TYPE, kind)
                .body(body.to_vec());
        }
        Ok(request)
    }
}
