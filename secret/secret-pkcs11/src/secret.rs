//! A secret in a token.

use std::sync::Arc;

use async_trait::async_trait;
use base::Secret;
use cryptoki::object::{AttributeType, ObjectClass};
use secret_source::uri::{Pkcs11Class, Pkcs11Object};
use secret_source::{SecretBytes, SecretSource, SourceFault, secret_text};
use zeroize::Zeroizing;

use crate::{object, token, worker};

/// `pkcs11:...` with `type=data` (the default) or `type=secret-key`: the value
/// of the object. A secret key must be extractable and not sensitive; one that
/// never leaves its token is no source of a secret.
#[derive(Debug)]
pub struct Pkcs11Secret {
    object: Arc<Pkcs11Object>,
    pin: Option<Arc<dyn SecretSource>>,
}

impl Pkcs11Secret {
    /// The object of this name, behind the PIN that `pin` gives.
    pub fn new(object: Pkcs11Object, pin: Option<Arc<dyn SecretSource>>) -> Self {
        Self {
            object: Arc::new(object),
            pin,
        }
    }
}

#[async_trait]
impl SecretSource for Pkcs11Secret {
    async fn read(&self) -> Result<SecretBytes, SourceFault> {
        let pin = pin(self.pin.as_ref()).await?;
        let object = Arc::clone(&self.object);
        worker::once(move || value(&object, pin.as_ref())).await
    }
}

/// The PIN, if there is one to give.
pub(crate) async fn pin(
    source: Option<&Arc<dyn SecretSource>>,
) -> Result<Option<Secret>, SourceFault> {
    match source {
        Some(source) => secret_text::line(&source.read().await?).map(Some),
        None => Ok(None),
    }
}

fn value(object: &Pkcs11Object, pin: Option<&Secret>) -> Result<SecretBytes, SourceFault> {
    let class = match object.class() {
        Some(Pkcs11Class::Data) | None => ObjectClass::DATA,
        Some(Pkcs11Class::SecretKey) => ObjectClass::SECRET_KEY,
        Some(Pkcs11Class::Private) => {
            return Err(SourceFault::Malformed(
                "a private key is no secret to read: write type=data or type=secret-key".to_owned(),
            ));
        }
    };
    let session = token::open(object, pin)?;
    let handle = object::find(&session, object, class)?;
    let value = object::bytes(&session, handle, AttributeType::Value)?;
    let value = value.map(Zeroizing::new).ok_or_else(|| {
        SourceFault::Denied(format!(
            "the token does not let the value out (CKA_SENSITIVE, CKA_EXTRACTABLE): pkcs11:{object}"
        ))
    })?;
    if value.is_empty() {
        return Err(SourceFault::Malformed(format!(
            "the object is empty: pkcs11:{object}"
        )));
    }
    Ok(value)
}
