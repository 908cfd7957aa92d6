//! A secret manager at an address.

use std::error::Error;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Response};
use secret_source::SourceFault;
use url::{Host, Url};
use zeroize::Zeroizing;

use crate::{Answer, Question};

/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 256 * 1024;

/// How long a connection may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);

/// How long a whole answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(8);

/// A secret manager at an address. `https`; `http` only to this machine.
#[derive(Clone)]
pub struct HttpPlace {
    client: Client,
    base: Url,
}

impl std::fmt::Debug for HttpPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HttpPlace({})", self.base)
    }
}

impl HttpPlace {
    /// The place at `base`. Its certificate is checked against the system's
    /// roots, or against `certificates` (PEM) alone.
    pub fn new(base: Url, certificates: Option<&[u8]>) -> Result<Self, SourceFault> {
        check_address(&base)?;
        Self::at(base, certificates)
    }

    fn at(base: Url, certificates: Option<&[u8]>) -> Result<Self, SourceFault> {
        let mut builder = Client::builder()
            // A redirect would carry our credential to wherever the answer says,
            // and a proxy of the environment would see who asks for what.
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            .https_only(base.scheme() == "https");
        if let Some(pem) = certificates {
            let roots = Certificate::from_pem_bundle(pem)
                .ok()
                .filter(|roots| !roots.is_empty());
            let roots = roots.ok_or_else(|| {
                SourceFault::Malformed("the certificates to trust are no PEM certificates".into())
            })?;
            builder = builder.tls_certs_only(roots);
        }
        let client = builder.build().map_err(|_| {
            SourceFault::Unreachable("TLS cannot be set up: see the system's certificates".into())
        })?;
        Ok(Self { client, base })
    }

    /// The metadata service of a cloud machine: `http` to a link-local address,
    /// which no network carries.
    pub fn metadata(base: Url) -> Result<Self, SourceFault> {
        match base.host() {
            Some(Host::Ipv4(address)) if address.is_link_local() => Self::at(base, None),
            // A test stands in for it on this machine.
            _ => Self::new(base, None),
        }
    }

    /// Where it is.
    pub const fn base(&self) -> &Url {
        &self.base
    }

    /// Asks once.
    pub async fn ask(&self, question: Question<'_>) -> Result<Answer, SourceFault> {
        let request = question.request(&self.client, &self.base)?;
        let response = request.send().await.map_err(|error| self.about(&error))?;
        let status = response.status().as_u16();
        let body = self.body(response).await?;
        Ok(Answer::new(status, body, self.base.to_string()))
    }

    async fn body(&self, mut response: Response) -> Result<Zeroizing<Vec<u8>>, SourceFault> {
        let too_long = || {
            SourceFault::Malformed(format!(
                "{} answered with more than {LONGEST_ANSWER} bytes",
                self.base
            ))
        };
        let announced = response.content_length().unwrap_or(0);
        if announced > u64::try_from(LONGEST_ANSWER).unwrap_or(u64::MAX) {
            return Err(too_long());
        }
        // Room for all of it from the start: a buffer that grows leaves copies
        // behind that nobody wipes.
        let mut body = Zeroizing::new(Vec::with_capacity(LONGEST_ANSWER));
        while let Some(chunk) = response.chunk().await.map_err(|error| self.about(&error))? {
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(too_long());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// The innermost cause is a sentence of our own libraries (a name that does
    /// not resolve, a certificate that is not trusted), never one of the place.
    fn about(&self, error: &reqwest::Error) -> SourceFault {
        let base = &self.base;
        if error.is_timeout() {
            return SourceFault::Unreachable(format!("{base} did not answer in time"));
        }
        let mut cause: &dyn Error = error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        SourceFault::Unreachable(format!("no answer from {base}: {cause}"))
    }
}

/// A secret in clear text over a network is no secret.
fn check_address(base: &Url) -> Result<(), SourceFault> {
    let loopback = match base.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    };
    let plain = base.username().is_empty()
        && base.password().is_none()
        && base.query().is_none()
        && base.fragment().is_none();
    if plain && (base.scheme() == "https" || (base.scheme() == "http" && loopback)) {
        Ok(())
    } else {
        Err(SourceFault::Malformed(
            "the address of a secret source is https://HOST (http only to a loopback address), without user, query or fragment"
                .into(),
        ))
    }
}
