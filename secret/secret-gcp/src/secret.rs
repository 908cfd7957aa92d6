//! A secret of Secret Manager.

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secret_http::Question;
use secret_source::uri::GcpSecret;
use secret_source::{SecretBytes, SecretSource, SourceFault};
use serde::Deserialize;
use zeroize::{Zeroize as _, Zeroizing};

use crate::Google;
use crate::checksum::crc32c;

/// `gcp-sm:projects/P/secrets/S/versions/V`.
#[derive(Debug)]
pub struct ManagedSecret {
    google: Arc<Google>,
    secret: GcpSecret,
}

impl ManagedSecret {
    /// The secret of this name.
    pub const fn new(google: Arc<Google>, secret: GcpSecret) -> Self {
        Self { google, secret }
    }
}

#[derive(Deserialize)]
struct Accessed {
    payload: Payload,
}

#[derive(Deserialize)]
struct Payload {
    data: String,
    /// An `int64`, which Google's JSON writes as text.
    #[serde(rename = "dataCrc32c")]
    checksum: Option<String>,
}

#[async_trait]
impl SecretSource for ManagedSecret {
    async fn read(&self) -> Result<SecretBytes, SourceFault> {
        let name = self.secret.name();
        let path = format!("/v1/{name}:access");
        let answer = self.google.ask(|| Question::get(&path)).await?;
        // A version that is disabled or destroyed is a failed precondition.
        if answer.status() == 400 {
            return Err(SourceFault::Missing(format!(
                "{name} is disabled or destroyed, or no such name"
            )));
        }
        let mut accessed: Accessed = answer.success(&name)?.json()?;
        let bytes = STANDARD.decode(&accessed.payload.data).map(Zeroizing::new);
        accessed.payload.data.zeroize();
        let bytes =
            bytes.map_err(|_| SourceFault::Malformed(format!("{name} did not come as base64")))?;
        if bytes.is_empty() {
            return Err(SourceFault::Malformed(format!("{name} is empty")));
        }
        match accessed.payload.checksum {
            Some(checksum) if checksum != crc32c(&bytes).to_string() => Err(
                SourceFault::Malformed(format!("{name} did not come as it was sent (CRC-32C)")),
            ),
            _ => Ok(bytes),
        }
    }
}
