//! Who we are at AWS, and where.

use std::sync::Arc;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_kms::config::{Credentials, SharedCredentialsProvider};
use secret_source::{SecretSource, SourceFault, secret_text};
use url::{Host, Url};

/// How long a connection may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);

/// How long a whole answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(8);

/// What the configuration says; what it does not say, the surroundings do.
#[derive(Debug, Default)]
pub struct Settings {
    /// The region.
    pub region: Option<String>,
    /// Another address than the region's own, such as a VPC endpoint.
    pub endpoint: Option<Url>,
    /// An access key.
    pub access_key: Option<AccessKey>,
}

/// An access key: its id is a name, the rest is secret.
#[derive(Debug)]
pub struct AccessKey {
    /// The id.
    pub id: String,
    /// The secret access key.
    pub secret: Arc<dyn SecretSource>,
    /// The session token of a temporary one.
    pub session_token: Option<Arc<dyn SecretSource>>,
}

/// An account, ready to be asked.
#[derive(Debug, Clone)]
pub struct Aws {
    pub(crate) config: SdkConfig,
}

impl Aws {
    /// Collects what it takes; AWS is not asked yet.
    pub async fn new(settings: Settings) -> Result<Self, SourceFault> {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_WITHIN)
            .operation_timeout(ANSWER_WITHIN)
            .build();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .timeout_config(timeouts)
            // Who asks has patience of its own.
            .retry_config(RetryConfig::disabled());
        if let Some(region) = settings.region {
            loader = loader.region(Region::new(region));
        }
        if let Some(endpoint) = &settings.endpoint {
            check_endpoint(endpoint)?;
            loader = loader.endpoint_url(endpoint.as_str());
        }
        if let Some(access_key) = &settings.access_key {
            loader = loader.credentials_provider(credentials(access_key).await?);
        }
        let config = loader.load().await;
        if config.region().is_none() {
            return Err(SourceFault::Malformed(
                "no AWS region is configured: write region in [secrets.aws], or set AWS_REGION"
                    .to_owned(),
            ));
        }
        Ok(Self { config })
    }
}

async fn credentials(access_key: &AccessKey) -> Result<SharedCredentialsProvider, SourceFault> {
    let secret = secret_text::line(&access_key.secret.read().await?)?;
    let session_token = match &access_key.session_token {
        Some(source) => Some(secret_text::line(&source.read().await?)?),
        None => None,
    };
    Ok(SharedCredentialsProvider::new(Credentials::new(
        access_key.id.clone(),
        secret.expose(),
        session_token.map(|token| token.expose().to_owned()),
        None,
        "doorward",
    )))
}

/// A secret in clear text over a network is no secret.
fn check_endpoint(endpoint: &Url) -> Result<(), SourceFault> {
    let loopback = match endpoint.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    };
    if endpoint.scheme() == "https" || (endpoint.scheme() == "http" && loopback) {
        Ok(())
    } else {
        Err(SourceFault::Malformed(
            "the endpoint of AWS is https://HOST (http only to a loopback address)".to_owned(),
        ))
    }
}
