//! What a secret manager answered.

use secret_source::SourceFault;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// Status and body; the body is wiped when dropped, and shown nowhere.
pub struct Answer {
    status: u16,
    body: Zeroizing<Vec<u8>>,
    from: String,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Answer({} from {})", self.status, self.from)
    }
}

impl Answer {
    pub(crate) const fn new(status: u16, body: Zeroizing<Vec<u8>>, from: String) -> Self {
        Self { status, body, from }
    }

    /// The status.
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The answer of a question that succeeded, or what the status says about
    /// `what` was asked for.
    pub fn success(self, what: &str) -> Result<Self, SourceFault> {
        let Self { status, from, .. } = &self;
        match status {
            200..=299 => Ok(self),
            401 | 403 => Err(SourceFault::Denied(format!(
                "{from} answered {status} for {what}: check the credential and its rights"
            ))),
            404 => Err(SourceFault::Missing(format!("{from} has no {what}"))),
            408 | 425 | 429 | 500..=599 => Err(SourceFault::Unreachable(format!(
                "{from} answered {status} for {what}"
            ))),
            _ => Err(SourceFault::Malformed(format!(
                "{from} answered {status} for {what}: it does not take the question"
            ))),
        }
    }

    /// The body as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, SourceFault> {
        // What serde says may quote the value that it stumbled over.
        serde_json::from_slice(&self.body).map_err(|_| {
            SourceFault::Malformed(format!("{} did not answer as documented", self.from))
        })
    }
}
