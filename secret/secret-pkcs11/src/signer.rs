//! Signing with a private key in a token.

use std::sync::Arc;

use async_trait::async_trait;
use base::Secret;
use cryptoki::error::Error;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsPssParams};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use jose::{Algorithm, KeyId, VerificationKey};
use secret_source::der::{self, tag};
use secret_source::uri::{Pkcs11Class, Pkcs11Object};
use secret_source::{
    Curve, Hash, RemoteSigner, SecretSource, SignatureKind, SourceFault, public_key,
};

use crate::fault::{about, is_lost};
use crate::worker::{self, Worker};
use crate::{object, secret, token};

/// `pkcs11:...` with `type=private`: signs on a thread of its own.
#[derive(Debug)]
pub struct Pkcs11Signer {
    worker: Worker,
    verification_key: VerificationKey,
}

/// A session in which the key was found.
struct Opened {
    session: Session,
    key: ObjectHandle,
}

impl Pkcs11Signer {
    /// Opens the signer: logs in, finds the key, reads its public half.
    pub async fn open(
        object: Pkcs11Object,
        pin: Option<Arc<dyn SecretSource>>,
        (algorithm, key_id): (Algorithm, KeyId),
    ) -> Result<Self, SourceFault> {
        let kind =
            SignatureKind::of(algorithm).ok_or_else(|| public_key::not_offered(algorithm))?;
        if !matches!(object.class(), Some(Pkcs11Class::Private) | None) {
            return Err(SourceFault::Malformed(
                "a signing key is written type=private".to_owned(),
            ));
        }
        let pin = secret::pin(pin.as_ref()).await?;
        let (worker, verification_key) = worker::once(move || {
            let opened = Opened::open(&object, pin.as_ref())?;
            let public = opened.public_half(&object, kind, (algorithm, &key_id))?;
            Ok((start(opened, object, pin, kind)?, public))
        })
        .await?;
        Ok(Self {
            worker,
            verification_key,
        })
    }
}

/// The thread that signs. A session that ended is opened once more, with the
/// same PIN; a PIN that is refused is never tried twice, since tokens lock.
fn start(
    opened: Opened,
    object: Pkcs11Object,
    pin: Option<Secret>,
    kind: SignatureKind,
) -> Result<Worker, SourceFault> {
    let mut opened = Some(opened);
    let mut refused = None;
    Worker::start(move |message| {
        if let Some(fault) = &refused {
            return Err(SourceFault::clone(fault));
        }
        for last in [false, true] {
            let current = match opened.take() {
                Some(current) => current,
                None => Opened::open(&object, pin.as_ref()).inspect_err(|fault| {
                    if matches!(fault, SourceFault::Denied(_)) {
                        refused = Some(fault.clone());
                    }
                })?,
            };
            match current.sign(kind, message) {
                Ok(signature) => {
                    opened = Some(current);
                    return Ok(signature);
                }
                Err(error) if is_lost(&error) && !last => drop(current),
                Err(error) => return Err(about("the signature", &error)),
            }
        }
        Err(SourceFault::Unreachable("the token is gone".to_owned()))
    })
}

#[async_trait]
impl RemoteSigner for Pkcs11Signer {
    fn verification_key(&self) -> &VerificationKey {
        &self.verification_key
    }

    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SourceFault> {
        self.worker.ask(message).await
    }
}

impl Opened {
    fn open(object: &Pkcs11Object, pin: Option<&Secret>) -> Result<Self, SourceFault> {
        let session = token::open(object, pin)?;
        let key = object::find(&session, object, ObjectClass::PRIVATE_KEY)?;
        Ok(Self { session, key })
    }

    /// PKCS#11 section 2.3.1: an ECDSA signature is `r || s` already.
    fn sign(&self, kind: SignatureKind, message: &[u8]) -> Result<Vec<u8>, Error> {
        let sign = |mechanism, bytes: &[u8]| self.session.sign(&mechanism, self.key, bytes);
        match kind {
            SignatureKind::Ed25519 => {
                let pure = EddsaParams::new(EddsaSignatureScheme::Pure);
                sign(Mechanism::Eddsa(pure), message)
            }
            // The digest is made here: not every token makes it with the signature.
            SignatureKind::Ecdsa(curve) => sign(Mechanism::Ecdsa, &curve.hash().digest(message)),
            SignatureKind::RsaPkcs1(Hash::Sha256) => sign(Mechanism::Sha256RsaPkcs, message),
            SignatureKind::RsaPkcs1(Hash::Sha384) => sign(Mechanism::Sha384RsaPkcs, message),
            SignatureKind::RsaPkcs1(Hash::Sha512) => sign(Mechanism::Sha512RsaPkcs, message),
            // RFC 7518 section 3.5: MGF1 with the same digest, and a salt as long as it.
            SignatureKind::RsaPss(Hash::Sha256) => {
                let pss = pss(MechanismType::SHA256, PkcsMgfType::MGF1_SHA256, 32);
                sign(Mechanism::Sha256RsaPkcsPss(pss), message)
            }
            SignatureKind::RsaPss(Hash::Sha384) => {
                let pss = pss(MechanismType::SHA384, PkcsMgfType::MGF1_SHA384, 48);
                sign(Mechanism::Sha384RsaPkcsPss(pss), message)
            }
            SignatureKind::RsaPss(Hash::Sha512) => {
                let pss = pss(MechanismType::SHA512, PkcsMgfType::MGF1_SHA512, 64);
                sign(Mechanism::Sha512RsaPkcsPss(pss), message)
            }
        }
    }

    fn public_half(
        &self,
        object: &Pkcs11Object,
        kind: SignatureKind,
        (algorithm, key_id): (Algorithm, &KeyId),
    ) -> Result<VerificationKey, SourceFault> {
        match kind {
            SignatureKind::RsaPkcs1(_) | SignatureKind::RsaPss(_) => {
                // The private key of a token has both numbers too.
                let n = self.attribute(self.key, AttributeType::Modulus, algorithm)?;
                let e = self.attribute(self.key, AttributeType::PublicExponent, algorithm)?;
                public_key::from_rsa(&n, &e, algorithm, key_id)
            }
            SignatureKind::Ed25519 => {
                let point = self.point(object, algorithm, 32)?;
                public_key::from_ed25519(&point, algorithm, key_id)
            }
            SignatureKind::Ecdsa(curve) => {
                let parameters = self.attribute(self.key, AttributeType::EcParams, algorithm)?;
                let found = der::only(tag::OBJECT_IDENTIFIER, &parameters);
                if found != Some(Curve::object_identifier(curve)) {
                    return Err(public_key::other_key(algorithm));
                }
                let point = self.point(object, algorithm, 1 + 2 * curve.octets())?;
                public_key::from_point(&point, curve, algorithm, key_id)
            }
        }
    }

    /// The point (`octets` of them) of the public key that has the id of the
    /// private one.
    fn point(
        &self,
        object: &Pkcs11Object,
        algorithm: Algorithm,
        octets: usize,
    ) -> Result<Vec<u8>, SourceFault> {
        let id = self.attribute(self.key, AttributeType::Id, algorithm)?;
        let template = [
            Attribute::Class(ObjectClass::PUBLIC_KEY),
            Attribute::Token(true),
            Attribute::Id(id),
        ];
        let public = object::one(&self.session, &template, object)?;
        let point = self.attribute(public, AttributeType::EcPoint, algorithm)?;
        // The standard wraps the point in an OCTET STRING; some tokens do not.
        if point.len() == octets {
            return Ok(point);
        }
        let inner = der::only(tag::OCTET_STRING, &point);
        inner
            .map(<[u8]>::to_vec)
            .ok_or_else(|| public_key::other_key(algorithm))
    }

    fn attribute(
        &self,
        handle: ObjectHandle,
        kind: AttributeType,
        algorithm: Algorithm,
    ) -> Result<Vec<u8>, SourceFault> {
        let bytes = object::bytes(&self.session, handle, kind)?;
        bytes
            .filter(|bytes| !bytes.is_empty())
            .ok_or_else(|| public_key::other_key(algorithm))
    }
}

fn pss(hash_alg: MechanismType, mgf: PkcsMgfType, salt: u64) -> PkcsPssParams {
    PkcsPssParams {
        hash_alg,
        mgf,
        s_len: salt.into(),
    }
}
