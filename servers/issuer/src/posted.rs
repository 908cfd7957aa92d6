//! A form that a page of ours sent.

use authority::form;
use axum::body::Body;
use axum::http::{HeaderMap, header};
use base::Secret;

/// The longest form: a request that goes on, and what a person typed.
const LONGEST: usize = 64 * 1024;

/// How long a form may take to arrive.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

/// The fields of a form, each once.
pub(crate) struct Posted(Vec<(String, Secret)>);

impl Posted {
    /// Reads it; nothing if it is none, or a field comes twice.
    pub(crate) async fn read(headers: &HeaderMap, body: Body) -> Option<Self> {
        let content_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let media_type = content_type.split(';').next()?.trim();
        if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return None;
        }
        let arrived = tokio::time::timeout(PATIENCE, axum::body::to_bytes(body, LONGEST));
        let bytes = arrived.await.ok()?.ok()?;
        let mut fields: Vec<(String, Secret)> = Vec::new();
        for (name, value) in form::pairs(&bytes).ok()? {
            if fields.iter().any(|(seen, _)| *seen == name) {
                return None;
            }
            fields.push((name, Secret::new(value)));
        }
        Some(Self(fields))
    }

    /// The value of a field; empty if it is not there.
    pub(crate) fn field(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(found, _)| found == name);
        found.map_or("", |(_, value)| value.expose())
    }
}
