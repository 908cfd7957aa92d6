//! The private half: what decrypts what was encrypted for us.

use aws_lc_rs::agreement::PrivateKey;
use aws_lc_rs::encoding::{
    AsBigEndian, AsDer as _, Curve25519SeedBin, EcPrivateKeyBin, Pkcs8V1Der,
};
use aws_lc_rs::rsa::{
    KeyPair, KeyPairComponents, KeySize, OaepPrivateDecryptingKey, PrivateDecryptingKey,
    PublicKeyComponents,
};
use zeroize::Zeroizing;

use super::encryption_key::Public;
use super::header::Header;
use super::jwk::{EncryptionJwk, Stated};
use super::key_agreement::{self, Binding, Purpose};
use super::point::{AgreementCurve, Point};
use super::private_numbers::{self, RSA_MEMBERS};
use super::{
    ContentKey, EncryptionKey, InvalidEncryptionKey, KeyManagement, key_text, key_wrap, rsa_oaep,
};
use crate::verification_key::rsa;
use crate::{KeyId, base64url};

/// A private key for one key management, with one id. It can be neither
/// printed nor serialised, but for [`DecryptionKey::to_jwk`], which is for
/// keeping it. The library wipes it when it is dropped.
///
/// ```compile_fail
/// fn print<T: std::fmt::Debug>() {}
/// print::<jose::encryption::DecryptionKey>();
/// ```
/// ```compile_fail
/// fn write<T: serde::Serialize>() {}
/// write::<jose::encryption::DecryptionKey>();
/// ```
pub struct DecryptionKey {
    private: Private,
    public: EncryptionKey,
}

enum Private {
    Rsa {
        /// Kept for [`DecryptionKey::to_jwk`]; it is the same key.
        key: PrivateDecryptingKey,
        oaep: OaepPrivateDecryptingKey,
    },
    Agreement(PrivateKey, AgreementCurve),
}

impl DecryptionKey {
    /// A fresh key: RSA with 3072 bits, since what is encrypted today must stay
    /// closed for longer than a signature counts; or a point of `curve`. Its
    /// randomness comes from inside aws-lc, as that of a signing key does.
    ///
    /// # Errors
    ///
    /// [`InvalidEncryptionKey::Library`] if the library fails.
    pub fn generate(
        management: KeyManagement,
        curve: AgreementCurve,
        key_id: KeyId,
    ) -> Result<Self, InvalidEncryptionKey> {
        let library = |_| InvalidEncryptionKey::Library;
        let private = match management {
            KeyManagement::RsaOaep256 => {
                Private::rsa(PrivateDecryptingKey::generate(KeySize::Rsa3072).map_err(library)?)?
            }
            KeyManagement::EcdhEs | KeyManagement::EcdhEsA256Kw => {
                let key = PrivateKey::generate(curve.algorithm()).map_err(library)?;
                Private::Agreement(key, curve)
            }
        };
        Self::of(private, Stated { management, key_id })
    }

    /// The key of a text: a private JWK (RFC 7517), which says its `alg` and
    /// `kid` itself, or PKCS #8 in PEM (RFC 7468), which cannot. A key in PEM
    /// is for `RSA-OAEP-256` or, with P-256, for `ECDH-ES+A256KW`, and its id is
    /// its thumbprint (RFC 7638).
    ///
    /// # Errors
    ///
    /// [`InvalidEncryptionKey`], with what is wrong with it and nothing of it.
    pub fn parse(text: &str) -> Result<Self, InvalidEncryptionKey> {
        if key_text::is_pem(text) {
            return Self::from_pkcs8(&key_text::pkcs8(text)?);
        }
        let jwk = EncryptionJwk::parse(text.as_bytes())?;
        let stated = jwk.stated()?;
        let public = Public::read(&jwk)?;
        let private = match &public {
            Public::Rsa { n, e } => Private::rsa_from_jwk(&jwk, n, e)?,
            Public::Point(point) => Private::point_from_jwk(&jwk, point.curve())?,
        };
        let key = Self::of(private, stated)?;
        // What was written as the public half must be that of the private one.
        if *key.public.public() == public {
            Ok(key)
        } else {
            Err(InvalidEncryptionKey::Contradiction)
        }
    }

    /// The key as a private JWK, in memory that is wiped when dropped.
    ///
    /// # Errors
    ///
    /// [`InvalidEncryptionKey::Library`] if the library does not give it out.
    pub fn to_jwk(&self) -> Result<Zeroizing<String>, InvalidEncryptionKey> {
        let members = self.private.members();
        let members = members.ok_or(InvalidEncryptionKey::Library)?;
        let public = self.public.to_jwk();
        let length = public.len()
            + members
                .iter()
                .map(|(_, text)| text.len() + 16)
                .sum::<usize>();
        // Large enough from the start: growing would leave a copy behind.
        let mut jwk = Zeroizing::new(String::with_capacity(length));
        jwk.push_str(public.strip_suffix('}').unwrap_or_default());
        for (name, text) in &members {
            for part in [",\"", name, "\":\"", text.as_str(), "\""] {
                jwk.push_str(part);
            }
        }
        jwk.push('}');
        Ok(jwk)
    }

    /// The public half, to be published.
    pub const fn encryption_key(&self) -> &EncryptionKey {
        &self.public
    }

    /// The content-encryption key that was encrypted for this one; nothing if
    /// it was not, for whatever reason.
    pub(super) fn content_key(
        &self,
        header: &Header<'_>,
        encrypted_key: &[u8],
    ) -> Option<ContentKey> {
        match (&self.private, &header.agreement) {
            (Private::Rsa { oaep, .. }, None) => rsa_oaep::decrypt(oaep, encrypted_key),
            (Private::Agreement(private, _), Some(agreement)) => {
                let wraps = header.management == KeyManagement::EcdhEsA256Kw;
                let binding = Binding {
                    purpose: if wraps {
                        Purpose::KeyWrap(header.management)
                    } else {
                        Purpose::Content(header.content)
                    },
                    party_u: &agreement.party_u,
                    party_v: &agreement.party_v,
                };
                let agreed = key_agreement::derive(private, &agreement.ephemeral, &binding)?;
                if wraps {
                    key_wrap::unwrap(&agreed, encrypted_key)
                } else {
                    // RFC 7516 section 5.2: agreed on directly, nothing is sent.
                    encrypted_key.is_empty().then_some(agreed)
                }
            }
            _ => None,
        }
    }

    fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, InvalidEncryptionKey> {
        let (private, management) = if let Ok(key) = PrivateDecryptingKey::from_pkcs8(pkcs8) {
            (Private::rsa(key)?, KeyManagement::RsaOaep256)
        } else {
            let curve = AgreementCurve::P256;
            let key = PrivateKey::from_private_key_der(curve.algorithm(), pkcs8)
                .map_err(|_| InvalidEncryptionKey::Kind)?;
            (Private::Agreement(key, curve), KeyManagement::EcdhEsA256Kw)
        };
        let key_id = private.public()?.thumbprint().to_string();
        let key_id = key_id.parse().map_err(|_| InvalidEncryptionKey::KeyId)?;
        Self::of(private, Stated { management, key_id })
    }

    fn of(private: Private, stated: Stated) -> Result<Self, InvalidEncryptionKey> {
        let public = EncryptionKey::new(stated, private.public()?)?;
        Ok(Self { private, public })
    }
}

impl Private {
    fn rsa(key: PrivateDecryptingKey) -> Result<Self, InvalidEncryptionKey> {
        let oaep = OaepPrivateDecryptingKey::new(key.clone());
        let oaep = oaep.map_err(|_| InvalidEncryptionKey::Library)?;
        Ok(Self::Rsa { key, oaep })
    }

    /// RFC 7518 section 6.3.2: all members of a key with two primes. The
    /// library refuses numbers that contradict each other.
    fn rsa_from_jwk(
        jwk: &EncryptionJwk<'_>,
        n: &[u8],
        e: &[u8],
    ) -> Result<Self, InvalidEncryptionKey> {
        let [d, p, q, dp, dq, qi] = RSA_MEMBERS.map(|name| secret(jwk, name));
        let pair = KeyPair::from_components(&KeyPairComponents {
            public_key: PublicKeyComponents { n, e },
            d: d?.as_slice(),
            p: p?.as_slice(),
            q: q?.as_slice(),
            dP: dp?.as_slice(),
            dQ: dq?.as_slice(),
            qInv: qi?.as_slice(),
        });
        let pair = pair.map_err(|_| InvalidEncryptionKey::Contradiction)?;
        let pkcs8 = pair.as_der().map_err(|_| InvalidEncryptionKey::Library)?;
        let key = PrivateDecryptingKey::from_pkcs8(pkcs8.as_ref());
        Self::rsa(key.map_err(|_| InvalidEncryptionKey::Rsa)?)
    }

    fn point_from_jwk(
        jwk: &EncryptionJwk<'_>,
        curve: AgreementCurve,
    ) -> Result<Self, InvalidEncryptionKey> {
        // RFC 7518 section 6.2.2.1, RFC 8037 section 2: always of full length.
        let d = secret(jwk, "d")?;
        let key = PrivateKey::from_private_key(curve.algorithm(), &d);
        let key = key.map_err(|_| InvalidEncryptionKey::Encoding)?;
        Ok(Self::Agreement(key, curve))
    }

    /// The public numbers, judged: a weak private key is none of ours.
    fn public(&self) -> Result<Public, InvalidEncryptionKey> {
        match self {
            Self::Rsa { key, .. } => {
                let numbers = rsa_numbers(key).ok_or(InvalidEncryptionKey::Library)?;
                let (n, e) = (base64url::encode(&numbers.n), base64url::encode(&numbers.e));
                let (n, e) = rsa::components(&n, &e).map_err(|_| InvalidEncryptionKey::Rsa)?;
                Ok(Public::Rsa { n, e })
            }
            Self::Agreement(key, curve) => Point::of(key, *curve).map(Public::Point),
        }
    }

    /// The private members, in base64url.
    fn members(&self) -> Option<Vec<(&'static str, Zeroizing<String>)>> {
        let encode = |bytes: &[u8]| Zeroizing::new(base64url::encode(bytes));
        Some(match self {
            Self::Rsa { key, .. } => {
                let private = rsa_numbers(key)?.private;
                let encoded = private.iter().map(|number| encode(number));
                RSA_MEMBERS.into_iter().zip(encoded).collect()
            }
            Self::Agreement(key, AgreementCurve::P256) => {
                let d: EcPrivateKeyBin<'_> = key.as_be_bytes().ok()?;
                vec![("d", encode(d.as_ref()))]
            }
            Self::Agreement(key, AgreementCurve::X25519) => {
                let d: Curve25519SeedBin<'_> = key.as_be_bytes().ok()?;
                vec![("d", encode(d.as_ref()))]
            }
        })
    }
}

fn rsa_numbers(key: &PrivateDecryptingKey) -> Option<private_numbers::RsaNumbers> {
    let pkcs8: Pkcs8V1Der<'_> = key.as_der().ok()?;
    private_numbers::rsa(pkcs8.as_ref())
}

fn secret(
    jwk: &EncryptionJwk<'_>,
    name: &str,
) -> Result<private_numbers::Number, InvalidEncryptionKey> {
    let text = jwk.get(name).ok_or(InvalidEncryptionKey::Public)?;
    base64url::decode(text)
        .map(Zeroizing::new)
        .map_err(|_| InvalidEncryptionKey::Encoding)
}
