//! An issuer that signs whatever it is told to.

use std::sync::OnceLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature as lc;
use base::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jose::*;
use serde_json::{Value, json};

pub(crate) const NOW: i64 = 1_800_000_000;

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(NOW + seconds).unwrap()
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// Good claims, typed.
pub(crate) fn claims() -> AccessTokenClaims {
    AccessTokenClaims {
        issuer: "https://as.test".parse().unwrap(),
        subject: "alice".parse().unwrap(),
        audience: Audience::only("https://api.test".parse().unwrap()),
        expires_at: at(600),
        not_before: at(0),
        issued_at: at(0),
        token_id: "t-1".parse().unwrap(),
        client_id: "c-1".parse().unwrap(),
        scope: Some("read:profile write:billing".parse().unwrap()),
        organisation: "acme".parse().unwrap(),
        subject_version: 7,
        family: Some("f-1".parse().unwrap()),
        confirmation: Some(Confirmation::new(Some(Thumbprint::of(b"k")), None).unwrap()),
    }
}

/// Good claims, as JSON.
pub(crate) fn payload() -> Value {
    serde_json::to_value(claims()).unwrap()
}

pub(crate) struct Forge {
    pub(crate) key: SigningKey,
    pub(crate) keys: KeySet,
    pub(crate) allow: AllowList,
}

/// A fresh key. An RSA one takes long to make, so there are two pairs, of 2048
/// bits, for all of their algorithms.
fn key(algorithm: Algorithm, drawer: usize) -> SigningKey {
    static DRAWERS: [OnceLock<Vec<u8>>; 2] = [const { OnceLock::new() }; 2];
    let fresh = |algorithm| SigningKey::generate(algorithm, "k1".parse().unwrap()).unwrap();
    if !RSA.contains(&algorithm) {
        return fresh(algorithm);
    }
    let pkcs8 =
        DRAWERS[drawer].get_or_init(|| fresh(Algorithm::Rs256).to_pkcs8().unwrap().to_vec());
    SigningKey::from_pkcs8(algorithm, "k1".parse().unwrap(), pkcs8).unwrap()
}

/// The algorithms that one key could serve.
pub(crate) const RSA: [Algorithm; 6] = [
    Algorithm::Ps256,
    Algorithm::Ps384,
    Algorithm::Ps512,
    Algorithm::Rs256,
    Algorithm::Rs384,
    Algorithm::Rs512,
];

impl Forge {
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        Self::of(key(algorithm, 0))
    }

    /// A forge with another key than `new` has.
    pub(crate) fn another(algorithm: Algorithm) -> Self {
        Self::of(key(algorithm, 1))
    }

    pub(crate) fn of(key: SigningKey) -> Self {
        let algorithm = key.algorithm();
        let keys = KeySet::new(vec![key.verification_key().clone()]);
        Self {
            key,
            keys,
            allow: AllowList::only(algorithm),
        }
    }

    /// A good header, as JSON.
    pub(crate) fn header(&self) -> Value {
        json!({"alg": self.key.algorithm().as_str(), "typ": "at+jwt", "kid": "k1"})
    }

    pub(crate) fn good(&self) -> String {
        self.key.sign(TokenType::AccessToken, &claims()).unwrap()
    }

    /// A token of these segments' texts, signed with our key.
    pub(crate) fn token(&self, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
        self.literal(&format!("{}.{}", encode(header), encode(payload)))
    }

    /// This very text and a genuine signature over it.
    pub(crate) fn literal(&self, signed: &str) -> String {
        format!("{signed}.{}", encode(self.sign(signed.as_bytes())))
    }

    pub(crate) fn with_header(&self, header: impl ToString) -> String {
        self.token(header.to_string(), payload().to_string())
    }

    pub(crate) fn with_payload(&self, payload: impl ToString) -> String {
        self.token(self.header().to_string(), payload.to_string())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        let pkcs8 = self.key.to_pkcs8().unwrap();
        let rsa = |padding| {
            let pair = lc::RsaKeyPair::from_pkcs8(&pkcs8).unwrap();
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(padding, &random, message, &mut signature)
                .unwrap();
            signature
        };
        let ecdsa = |curve| {
            let pair = lc::EcdsaKeyPair::from_pkcs8(curve, &pkcs8).unwrap();
            pair.sign(&random, message).unwrap().as_ref().to_vec()
        };
        let ml_dsa = |parameters| {
            let pair = lc::PqdsaKeyPair::from_pkcs8(parameters, &pkcs8).unwrap();
            let mut signature = vec![0; pair.algorithm().signature_len()];
            pair.sign(message, &mut signature).unwrap();
            signature
        };
        match self.key.algorithm() {
            Algorithm::EdDsa | Algorithm::Ed25519 => lc::Ed25519KeyPair::from_pkcs8(&pkcs8)
                .unwrap()
                .sign(message)
                .as_ref()
                .to_vec(),
            Algorithm::Es256 => ecdsa(&lc::ECDSA_P256_SHA256_FIXED_SIGNING),
            Algorithm::Es384 => ecdsa(&lc::ECDSA_P384_SHA384_FIXED_SIGNING),
            Algorithm::Es512 => ecdsa(&lc::ECDSA_P521_SHA512_FIXED_SIGNING),
            Algorithm::MlDsa44 => ml_dsa(&lc::ML_DSA_44_SIGNING),
            Algorithm::MlDsa65 => ml_dsa(&lc::ML_DSA_65_SIGNING),
            Algorithm::MlDsa87 => ml_dsa(&lc::ML_DSA_87_SIGNING),
            Algorithm::Ps256 => rsa(&lc::RSA_PSS_SHA256),
            Algorithm::Ps384 => rsa(&lc::RSA_PSS_SHA384),
            Algorithm::Ps512 => rsa(&lc::RSA_PSS_SHA512),
            Algorithm::Rs256 => rsa(&lc::RSA_PKCS1_SHA256),
            Algorithm::Rs384 => rsa(&lc::RSA_PKCS1_SHA384),
            Algorithm::Rs512 => rsa(&lc::RSA_PKCS1_SHA512),
        }
    }

    pub(crate) fn verify(&self, token: &str) -> Result<AccessTokenClaims, TokenError> {
        verify(token, &self.keys, &self.allow).map(Verified::into_claims)
    }

    /// The control: a good token, and one that the forge made by hand.
    #[track_caller]
    pub(crate) fn control(&self) {
        assert_eq!(self.verify(&self.good()), Ok(claims()));
        assert_eq!(self.verify(&self.with_payload(payload())), Ok(claims()));
    }

    /// Each token is refused for one of these reasons, between two controls.
    #[track_caller]
    pub(crate) fn refuses(&self, reasons: &[TokenError], tokens: impl IntoIterator<Item = String>) {
        self.control();
        let mut count = 0;
        for token in tokens {
            let error = self.verify(&token).expect_err(&token);
            assert!(reasons.contains(&error), "{error:?} for {token:.300}");
            count += 1;
        }
        assert!(count > 0, "a table without rows");
        self.control();
    }
}

/// `value` with a member set.
pub(crate) fn with(mut value: Value, name: &str, member: Value) -> Value {
    value[name] = member;
    value
}

/// `value` without a member.
pub(crate) fn without(mut value: Value, name: &str) -> Value {
    value.as_object_mut().unwrap().remove(name).unwrap();
    value
}

/// The JSON object with one more member, which may repeat a name.
pub(crate) fn appended(value: &Value, member: &str) -> String {
    let text = value.to_string();
    format!("{},{member}}}", text.strip_suffix('}').unwrap())
}

/// The JSON object with one more member in front.
pub(crate) fn prefixed(value: &Value, member: &str) -> String {
    let text = value.to_string();
    format!("{{{member},{}", text.strip_prefix('{').unwrap())
}
