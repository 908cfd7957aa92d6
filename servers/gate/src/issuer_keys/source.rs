//! From where an issuer's keys come to what they are.

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::time::Duration;

use access::KeyOrigin;
use boundary::{ForeignUrl, KeySource};
use bytes::Bytes;
use http::HeaderValue;
use jose::KeySet;
use serde::Deserialize;
use tokio::io::AsyncReadExt as _;

use super::address::Reach;
use super::fault::KeyFault;
use super::fetch::{LARGEST, fetch};
use super::kept::Shared;

/// What is remembered between two looks at one source.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// Of the key set, and the URL that it was at.
    tag: Option<(ForeignUrl, HeaderValue)>,
    /// Of the file: when and as how long it was last read.
    stamp: Option<(i64, i64, u64, u64)>,
}

/// What a look found.
#[derive(Debug)]
pub(super) struct Found {
    /// The keys; nothing if they are what they were.
    pub(super) keys: Option<KeySet>,
    /// How long they are good, as the source says.
    pub(super) max_age: Option<Duration>,
}

impl Source {
    /// Looks once.
    pub(super) async fn look(
        &mut self,
        origin: &KeyOrigin,
        shared: &Shared,
    ) -> Result<Found, KeyFault> {
        match &origin.source {
            KeySource::Discovery => {
                let url = discover(origin, shared).await?;
                self.fetch(&url, origin, shared).await
            }
            KeySource::Url(url) => self.fetch(url, origin, shared).await,
            KeySource::File(path) => self.file(path, origin).await,
            // It stands in the inventory: nobody has to look.
            KeySource::Inline(text) => parsed(text.as_bytes(), origin, None),
        }
    }

    /// The next look reads everything again.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    async fn fetch(
        &mut self,
        url: &ForeignUrl,
        origin: &KeyOrigin,
        shared: &Shared,
    ) -> Result<Found, KeyFault> {
        let tag = self.tag.take().filter(|(held, _)| held == url);
        let tag = tag.map(|(_, tag)| tag);
        let fetched = fetch(url, reach(url, origin), tag.as_ref(), shared).await?;
        let Some(body) = fetched.body else {
            self.tag = fetched.tag.map(|tag| (url.clone(), tag));
            return Ok(Found {
                keys: None,
                max_age: fetched.max_age,
            });
        };
        let found = parsed(&body, origin, fetched.max_age)?;
        // Only now: what could not be read must come whole the next time.
        self.tag = fetched.tag.map(|tag| (url.clone(), tag));
        Ok(found)
    }

    async fn file(&mut self, path: &str, origin: &KeyOrigin) -> Result<Found, KeyFault> {
        let fault = |error: io::Error| KeyFault::File(error.kind());
        let file = tokio::fs::File::open(path).await.map_err(fault)?;
        let metadata = file.metadata().await.map_err(fault)?;
        if !metadata.is_file() {
            return Err(KeyFault::File(io::ErrorKind::InvalidInput));
        }
        if metadata.mode() & 0o002 != 0 {
            return Err(KeyFault::FileWritable);
        }
        let stamp = (
            metadata.mtime(),
            metadata.mtime_nsec(),
            metadata.ino(),
            metadata.len(),
        );
        if self.stamp == Some(stamp) {
            return Ok(Found {
                keys: None,
                max_age: None,
            });
        }
        let most = LARGEST as u64 + 1;
        let mut text = Vec::new();
        file.take(most)
            .read_to_end(&mut text)
            .await
            .map_err(fault)?;
        if text.len() > LARGEST {
            return Err(KeyFault::TooLarge);
        }
        let found = parsed(&text, origin, None)?;
        self.stamp = Some(stamp);
        Ok(found)
    }
}

fn parsed(text: &[u8], origin: &KeyOrigin, max_age: Option<Duration>) -> Result<Found, KeyFault> {
    let keys = origin.read(text).ok_or(KeyFault::Algorithm)?;
    Ok(Found {
        keys: Some(keys.map_err(KeyFault::KeySet)?),
        max_age,
    })
}

/// Only what is written as loopback may lead to loopback, and then nowhere else.
fn reach(url: &ForeignUrl, origin: &KeyOrigin) -> Reach {
    if url.is_loopback() {
        Reach::Loopback
    } else if origin.allow_private_network {
        Reach::Private
    } else {
        Reach::Public
    }
}

/// OpenID Connect Discovery section 4: where the keys are.
async fn discover(origin: &KeyOrigin, shared: &Shared) -> Result<ForeignUrl, KeyFault> {
    let issuer = &origin.issuer;
    // OpenID Connect Discovery section 4.1: a slash at the end is left out.
    let url = format!(
        "{}/.well-known/openid-configuration",
        issuer.as_str().trim_end_matches('/')
    );
    let url: ForeignUrl = url.parse().map_err(|_| KeyFault::Discovery)?;
    let fetched = fetch(&url, reach(&url, origin), None, shared).await?;
    jwks_uri(fetched.body.unwrap_or_default(), issuer)
}

#[derive(Deserialize)]
struct Configuration {
    issuer: String,
    jwks_uri: String,
}

fn jwks_uri(body: Bytes, issuer: &ForeignUrl) -> Result<ForeignUrl, KeyFault> {
    let read: Configuration = serde_json::from_slice(&body).map_err(|_| KeyFault::Discovery)?;
    // OpenID Connect Discovery section 4.3: exactly the issuer that was asked.
    if read.issuer != issuer.as_str() {
        return Err(KeyFault::OtherIssuer);
    }
    let url: ForeignUrl = read.jwks_uri.parse().map_err(|_| KeyFault::JwksUri)?;
    // An issuer elsewhere must not have this machine asked.
    if url.is_loopback() && !issuer.is_loopback() {
        return Err(KeyFault::JwksUri);
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openid_discovery_4_3_the_configuration_is_the_issuers_own() {
        let issuer: ForeignUrl = "https://sso.example/x".parse().unwrap();
        let read = |text: &str| jwks_uri(Bytes::from(text.to_owned()), &issuer);
        let configuration =
            |issuer: &str, uri: &str| format!(r#"{{"issuer":"{issuer}","jwks_uri":"{uri}"}}"#);
        let own = "https://sso.example/x";
        let good = configuration(own, "https://keys.example/k?v=1");
        assert_eq!(read(&good).unwrap().as_str(), "https://keys.example/k?v=1");
        for (text, fault) in [
            (
                configuration("https://sso.example/x/", "https://k"),
                KeyFault::OtherIssuer,
            ),
            (
                configuration("https://sso.example", "https://k"),
                KeyFault::OtherIssuer,
            ),
            (configuration("", "https://k"), KeyFault::OtherIssuer),
            (
                configuration(own, "http://keys.example/k"),
                KeyFault::JwksUri,
            ),
            (
                configuration(own, "https://u:p@keys.example/k"),
                KeyFault::JwksUri,
            ),
            (configuration(own, "file:///etc/passwd"), KeyFault::JwksUri),
            (configuration(own, "http://127.0.0.1/k"), KeyFault::JwksUri),
            (configuration(own, "https://localhost/k"), KeyFault::JwksUri),
            (configuration(own, "/keys"), KeyFault::JwksUri),
            (
                r#"{"issuer":"https://sso.example/x"}"#.to_owned(),
                KeyFault::Discovery,
            ),
            (
                r#"{"jwks_uri":"https://k"}"#.to_owned(),
                KeyFault::Discovery,
            ),
            (
                good.replace('}', r#","issuer":"https://sso.example/x"}"#),
                KeyFault::Discovery,
            ),
            (
                r#"{"issuer":["https://sso.example/x"],"jwks_uri":"https://k"}"#.to_owned(),
                KeyFault::Discovery,
            ),
            ("[]".to_owned(), KeyFault::Discovery),
            (String::new(), KeyFault::Discovery),
        ] {
            assert_eq!(read(&text), Err(fault), "{text}");
        }
    }
}
