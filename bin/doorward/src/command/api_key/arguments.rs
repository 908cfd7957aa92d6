//! What `key create` is told. None of it is required here, so that the one
//! refusal of the admin API names all that is missing.

use std::path::{Path, PathBuf};

use authority::accountability::CredentialRequest;
use authority::api_key::{ApiKeyRequest, SecretPathRequest};
use serde_json::Value;

use crate::admin_api::CredentialArguments;
use crate::answer::Fault;

/// The longest file with a JWK, in bytes.
const LONGEST_JWK: u64 = 64 * 1024;

/// What an API key says about itself.
#[derive(Debug, clap::Args)]
pub(super) struct ApiKeyArguments {
    #[command(flatten)]
    shared: CredentialArguments,
    /// quarterly (its secrets live at most 90 days) or semiannual (180); says
    /// how long it lives where --expires-in does not.
    #[arg(long, value_name = "PRESET")]
    rotation: Option<String>,
    /// With semiannual: the day from which on it is quarterly, at most one year
    /// ahead, such as 2027-06-30.
    #[arg(long, value_name = "DAY")]
    improve_by: Option<String>,
    /// Whether its owner is a person or a service; a service if not said.
    #[arg(long, value_name = "KIND")]
    owner_kind: Option<String>,
    /// From where it may be used, such as 10.0.0.0/8; repeat it for more.
    #[arg(long = "network", value_name = "CIDR")]
    networks: Vec<String>,
    /// How many requests it may make, such as 100/60s.
    #[arg(long, value_name = "REQUESTS/TIME")]
    limit: Option<String>,
    /// A file with the public JWK that signs on whose behalf a call is made.
    #[arg(long, value_name = "FILE")]
    on_behalf_of_key: Option<PathBuf>,
    /// On which level its holder keeps it: secrets_manager, file, dot_env,
    /// environment, ci_variable or shared_storage.
    #[arg(long, value_name = "LEVEL")]
    secret_level: Option<String>,
    /// Where its holder keeps it, such as vault:secret/ci/weather.
    #[arg(long, value_name = "TEXT")]
    secret_place: Option<String>,
    /// How it travels there.
    #[arg(long, value_name = "TEXT")]
    secret_transport: Option<String>,
    /// Who can read it there; repeat it for more.
    #[arg(long = "secret-reader", value_name = "NAME")]
    secret_readers: Vec<String>,
}

impl ApiKeyArguments {
    /// The body of the request.
    pub(super) fn request(self) -> Result<ApiKeyRequest, Fault> {
        let path = SecretPathRequest {
            level: self.secret_level,
            place: self.secret_place,
            transport: self.secret_transport,
            readers: self.secret_readers,
        };
        let jwk = self.on_behalf_of_key.as_deref().map(read_jwk);
        Ok(ApiKeyRequest {
            shared: CredentialRequest::from(self.shared),
            rotation: self.rotation,
            improve_by: self.improve_by,
            owner_kind: self.owner_kind,
            networks: self.networks,
            limit: self.limit,
            on_behalf_of_key: jwk.transpose()?,
            secret_path: (path != SecretPathRequest::default()).then_some(path),
        })
    }
}

fn read_jwk(path: &Path) -> Result<Value, Fault> {
    let shown = path.display();
    let fix = "give the file with the public JWK alone";
    let unreadable =
        |error: std::io::Error| Fault::new(format!("{shown} cannot be read: {error}"), fix);
    if std::fs::metadata(path).map_err(unreadable)?.len() > LONGEST_JWK {
        return Err(Fault::new(format!("{shown} is too long for a JWK"), fix));
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let jwk: Value =
        serde_json::from_str(&text).map_err(|_| Fault::new(format!("{shown} is not JSON"), fix))?;
    // A private half must not even travel.
    let is_private = |jwk: &Value| jwk.get("d").is_some() || jwk.get("k").is_some();
    match is_private(&jwk) {
        true => Err(Fault::new(format!("{shown} has a private key"), fix)),
        false => Ok(jwk),
    }
}
