//! The certificate of a listener.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A certificate chain and its key, ready to serve HTTP/2 and HTTP/1.1.
#[derive(Clone)]
pub struct Tls {
    pub(super) config: Arc<ServerConfig>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}

/// Why a certificate or a key cannot be used. Never shows a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvalidTls {
    /// The certificate file cannot be read as PEM.
    Certificate(String),
    /// The file has no certificate.
    NoCertificate,
    /// The key file has no private key that can be read.
    Key(String),
    /// The key does not belong to the certificate, or is of no known kind.
    Mismatch(String),
}

impl fmt::Display for InvalidTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate(reason) => write!(f, "the certificate is not readable PEM: {reason}"),
            Self::NoCertificate => f.write_str("the certificate file holds no certificate"),
            Self::Key(reason) => write!(f, "the private key is not readable PEM: {reason}"),
            Self::Mismatch(reason) => write!(f, "the key does not fit the certificate: {reason}"),
        }
    }
}

impl std::error::Error for InvalidTls {}

impl Tls {
    /// From PEM text: the chain, leaf first, and its private key.
    pub fn from_pem(certificates: &[u8], key: &[u8]) -> Result<Self, InvalidTls> {
        let chain = CertificateDer::pem_slice_iter(certificates)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| InvalidTls::Certificate(error.to_string()))?;
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|error| InvalidTls::Key(error.to_string()))?;
        Self::from_der(chain, key)
    }

    /// From PEM files.
    pub fn from_files(certificates: &Path, key: &Path) -> Result<Self, InvalidTls> {
        let read = |path: &Path| {
            std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
        };
        let certificates = read(certificates).map_err(InvalidTls::Certificate)?;
        let key = read(key).map_err(InvalidTls::Key)?;
        Self::from_pem(&certificates, &key)
    }

    fn from_der(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, InvalidTls> {
        if chain.is_empty() {
            return Err(InvalidTls::NoCertificate);
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| InvalidTls::Mismatch(error.to_string()))?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|error| InvalidTls::Mismatch(error.to_string()))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        // RFC 8470 section 3: early data can be replayed, so none is accepted.
        config.max_early_data_size = 0;
        Ok(Self {
            config: Arc::new(config),
        })
    }
}
