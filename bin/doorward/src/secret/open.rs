//! Which adapter a source has.

use std::sync::Arc;

use jose::{Algorithm, KeyId, VerificationKey};
use secret_source::{KeyWrap, RemoteSigner, SecretSource, SourceFault, SourceUri};

use super::Places;

/// Opens with the adapter, or says which feature it takes.
macro_rules! built {
    ($feature:literal, $name:ident, $open:expr) => {{
        #[cfg(feature = $feature)]
        {
            $open
        }
        #[cfg(not(feature = $feature))]
        {
            let _ = $name;
            Err(super::fault::not_built($feature))
        }
    }};
}

/// What gives the secret at `uri`.
#[cfg_attr(
    not(any(feature = "aws", feature = "vault")),
    expect(clippy::unused_async, reason = "some adapters have to ask first")
)]
pub(super) async fn source(
    places: &Places,
    uri: &SourceUri,
) -> Result<Arc<dyn SecretSource>, SourceFault> {
    match uri {
        SourceUri::File(_) | SourceUri::Environment(_) => places.credential(uri),
        SourceUri::Vault(secret) => built!("vault", secret, {
            let vault = places.vault().await?;
            Ok(Arc::new(secret_vault::KvSecret::new(vault, secret.clone())))
        }),
        SourceUri::AwsSecretsManager(secret) => built!("aws", secret, {
            let aws = places.aws().await?;
            Ok(Arc::new(secret_aws::SecretsManagerSecret::new(&aws, secret.clone())))
        }),
        SourceUri::AzureSecret(secret) => built!("azure", secret, {
            let azure = Arc::new(places.azure()?);
            Ok(Arc::new(secret_azure::VaultSecret::new(azure, secret.clone())))
        }),
        SourceUri::GcpSecretManager(secret) => built!("gcp", secret, {
            let google = Arc::new(places.google()?);
            Ok(Arc::new(secret_gcp::ManagedSecret::new(google, secret.clone())))
        }),
        SourceUri::Pkcs11(object) => built!("pkcs11", object, {
            let pin = pin(places, object)?;
            Ok(Arc::new(secret_pkcs11::Pkcs11Secret::new(object.clone(), pin)))
        }),
        _ => Err(SourceFault::Malformed(
            "it is a key that never leaves its place and gives no secret: write { wrapped = \"SOURCE\", by = ... }".to_owned(),
        )),
    }
}

/// What wraps with the key at `uri`.
#[cfg_attr(
    not(any(feature = "aws", feature = "vault")),
    expect(clippy::unused_async, reason = "some adapters have to ask first")
)]
pub(super) async fn wrap(
    places: &Places,
    uri: &SourceUri,
) -> Result<Arc<dyn KeyWrap>, SourceFault> {
    let _ = places;
    match uri {
        SourceUri::VaultTransit(key) => built!("vault", key, {
            let vault = places.vault().await?;
            Ok(Arc::new(secret_vault::TransitWrap::new(vault, key.clone())))
        }),
        SourceUri::AwsKms(key) => built!("aws", key, {
            let aws = places.aws().await?;
            Ok(Arc::new(secret_aws::KmsWrap::new(&aws, key.clone())))
        }),
        SourceUri::AzureKey(key) => built!("azure", key, {
            let azure = Arc::new(places.azure()?);
            Ok(Arc::new(secret_azure::VaultWrap::new(azure, key.clone())))
        }),
        _ => Err(SourceFault::Malformed(
            "it wraps no keys: vault-transit:, aws-kms: and azure-kv:.../keys/... do".to_owned(),
        )),
    }
}

/// What signs with the key at `uri`.
#[cfg_attr(
    not(any(
        feature = "aws",
        feature = "azure",
        feature = "vault",
        feature = "pkcs11"
    )),
    expect(clippy::unused_async, reason = "every signer has to ask first")
)]
pub(super) async fn signer(
    places: &Places,
    uri: &SourceUri,
    identity: (Algorithm, KeyId),
) -> Result<Arc<dyn RemoteSigner>, SourceFault> {
    let _ = (places, &identity);
    match uri {
        SourceUri::VaultTransit(key) => built!("vault", key, {
            let vault = places.vault().await?;
            let signer = secret_vault::TransitSigner::open(vault, key.clone(), identity);
            Ok(Arc::new(signer.await?))
        }),
        SourceUri::AwsKms(key) => built!("aws", key, {
            let aws = places.aws().await?;
            let signer = secret_aws::KmsSigner::open(&aws, key.clone(), identity);
            Ok(Arc::new(signer.await?))
        }),
        SourceUri::AzureKey(key) => built!("azure", key, {
            let azure = Arc::new(places.azure()?);
            let signer = secret_azure::VaultSigner::open(azure, key.clone(), identity);
            Ok(Arc::new(signer.await?))
        }),
        SourceUri::Pkcs11(object) => built!("pkcs11", object, {
            let pin = pin(places, object)?;
            let signer = secret_pkcs11::Pkcs11Signer::open(object.clone(), pin, identity);
            Ok(Arc::new(signer.await?))
        }),
        _ => Err(SourceFault::Malformed(
            "it signs nothing: vault-transit:, aws-kms:, azure-kv:.../keys/... and pkcs11: do"
                .to_owned(),
        )),
    }
}

/// What signs with the key at `uri` that was published: where several versions
/// are behind one address, with its own.
pub(super) async fn published_signer(
    places: &Places,
    uri: &SourceUri,
    (published, key_id): (&VerificationKey, &KeyId),
) -> Result<Arc<dyn RemoteSigner>, SourceFault> {
    match uri {
        #[cfg(feature = "vault")]
        SourceUri::VaultTransit(key) => {
            let vault = places.vault().await?;
            let signer =
                secret_vault::TransitSigner::reopen(vault, key.clone(), (published, key_id));
            Ok(Arc::new(signer.await?))
        }
        _ => signer(places, uri, (published.algorithm(), key_id.clone())).await,
    }
}

/// Where the PIN of a token is.
#[cfg(feature = "pkcs11")]
fn pin(
    places: &Places,
    object: &secret_source::uri::Pkcs11Object,
) -> Result<Option<Arc<dyn SecretSource>>, SourceFault> {
    object.pin().map(|uri| places.credential(uri)).transpose()
}
