//! A sender that encrypts whatever it is told to, genuinely: with its own
//! hands over the cryptographic library, so that only the rule under test
//! stands between a token and its acceptance.

use std::sync::OnceLock;

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use aws_lc_rs::{aead, agreement, cipher, hmac, kdf, key_wrap, rsa};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jose::encryption::*;
use key_wrap::KeyWrap as _;
use serde_json::{Value, json};

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// A recipient with one key, and everything that a sender knows of it.
pub(crate) struct Forge {
    pub(crate) management: KeyManagement,
    pub(crate) content: ContentEncryption,
    pub(crate) jwk: Value,
    pub(crate) private_jwk: String,
    pub(crate) keys: DecryptionKeys,
    pub(crate) allow: EncryptionAllowList,
}

/// A key of each sort, made once: RSA takes its time.
pub(crate) fn private_jwks() -> &'static [String] {
    static KEYS: OnceLock<Vec<String>> = OnceLock::new();
    KEYS.get_or_init(|| {
        let sorts = [
            (KeyManagement::RsaOaep256, AgreementCurve::P256),
            (KeyManagement::EcdhEs, AgreementCurve::P256),
            (KeyManagement::EcdhEsA256Kw, AgreementCurve::P256),
            (KeyManagement::EcdhEs, AgreementCurve::X25519),
            (KeyManagement::EcdhEsA256Kw, AgreementCurve::X25519),
        ];
        let make = |(management, curve)| {
            let key = DecryptionKey::generate(management, curve, "k1".parse().unwrap());
            key.unwrap().to_jwk().unwrap().to_string()
        };
        sorts.map(make).into()
    })
}

/// Every sort of key with every content encryption.
pub(crate) fn forges() -> &'static [Forge] {
    static FORGES: OnceLock<Vec<Forge>> = OnceLock::new();
    FORGES.get_or_init(|| {
        let contents = ContentEncryption::ALL;
        let pairs = private_jwks()
            .iter()
            .flat_map(|jwk| contents.map(|content| Forge::new(jwk, content)));
        pairs.collect()
    })
}

impl Forge {
    pub(crate) fn new(private_jwk: &str, content: ContentEncryption) -> Self {
        let key = DecryptionKey::parse(private_jwk).unwrap();
        let public = key.encryption_key();
        let management = public.management();
        let jwk = serde_json::from_str(&public.to_jwk()).unwrap();
        Self {
            management,
            content,
            jwk,
            private_jwk: private_jwk.to_owned(),
            keys: DecryptionKeys::new(vec![key]).unwrap(),
            allow: EncryptionAllowList::new(&[management], &[content]).unwrap(),
        }
    }

    pub(crate) fn is_rsa(&self) -> bool {
        self.management == KeyManagement::RsaOaep256
    }

    pub(crate) fn key(&self) -> EncryptionKey {
        EncryptionKey::from_jwk(self.jwk.to_string().as_bytes()).unwrap()
    }

    /// A good header without `epk`, which each token gets anew.
    pub(crate) fn header(&self) -> Value {
        json!({"alg": self.management.as_str(), "enc": self.content.as_str(), "kid": "k1"})
    }

    /// A genuine token of this content.
    pub(crate) fn good(&self, content: &[u8]) -> String {
        self.with_header(|_| {}, content)
    }

    /// A genuine token whose header was changed before it was used.
    pub(crate) fn with_header(&self, change: impl FnOnce(&mut Value), content: &[u8]) -> String {
        self.with_text(
            |mut header| {
                change(&mut header);
                header.to_string()
            },
            content,
        )
    }

    /// A genuine token whose header is this very text.
    pub(crate) fn with_text(&self, text: impl FnOnce(Value) -> String, content: &[u8]) -> String {
        let mut header = self.header();
        let ephemeral = self.ephemeral();
        if let Some((_, jwk)) = &ephemeral {
            header["epk"] = jwk.clone();
        }
        let header = text(header);
        let read: Value = serde_json::from_str(&header).unwrap_or_default();
        let (content_key, encrypted_key) = self.content_key(ephemeral, &read);
        let header = encode(header);
        let [iv, ciphertext, tag] = seal(self.content, &content_key, header.as_bytes(), content);
        [
            header,
            encode(encrypted_key),
            encode(iv),
            encode(ciphertext),
            encode(tag),
        ]
        .join(".")
    }

    /// The content of a token, as the recipient finds it.
    pub(crate) fn decrypt(&self, token: &str) -> Result<Vec<u8>, DecryptionError> {
        decrypt(token, &self.keys, self.allow).map(|decrypted| decrypted.content().to_vec())
    }

    /// The control: what the forge makes is accepted.
    #[track_caller]
    pub(crate) fn control(&self) {
        assert_eq!(
            self.decrypt(&self.good(b"control")),
            Ok(b"control".to_vec())
        );
    }

    /// Each token is refused for one of these reasons, between two controls.
    #[track_caller]
    pub(crate) fn refuses(
        &self,
        reasons: &[DecryptionError],
        tokens: impl IntoIterator<Item = String>,
    ) {
        self.control();
        let mut count = 0;
        for token in tokens {
            let error = self.decrypt(&token).expect_err(&token);
            assert!(reasons.contains(&error), "{error:?} for {token:.300}");
            count += 1;
        }
        assert!(count > 0, "a table without rows");
        self.control();
    }

    fn curve(&self) -> &'static agreement::Algorithm {
        match self.jwk["crv"].as_str().unwrap() {
            "P-256" => &agreement::ECDH_P256,
            "X25519" => &agreement::X25519,
            other => panic!("{other}"),
        }
    }

    fn ephemeral(&self) -> Option<(agreement::PrivateKey, Value)> {
        if self.is_rsa() {
            return None;
        }
        let private = agreement::PrivateKey::generate(self.curve()).unwrap();
        let public = private.compute_public_key().unwrap();
        let mut jwk = json!({"kty": self.jwk["kty"], "crv": self.jwk["crv"]});
        match public.as_ref().len() {
            32 => jwk["x"] = encode(public).into(),
            _ => {
                jwk["x"] = encode(&public.as_ref()[1..33]).into();
                jwk["y"] = encode(&public.as_ref()[33..]).into();
            }
        }
        Some((private, jwk))
    }

    fn content_key(
        &self,
        ephemeral: Option<(agreement::PrivateKey, Value)>,
        header: &Value,
    ) -> ([u8; 32], Vec<u8>) {
        let fresh = random();
        let Some((private, _)) = ephemeral else {
            return (fresh, self.rsa(&fresh));
        };
        let mut point = decode(self.jwk["x"].as_str().unwrap());
        if let Some(y) = self.jwk["y"].as_str() {
            point = [&[4], point.as_slice(), &decode(y)].concat();
        }
        let wraps = self.management == KeyManagement::EcdhEsA256Kw;
        let name = if wraps {
            &header["alg"]
        } else {
            &header["enc"]
        };
        let party = |name: &str| {
            let text = header[name].as_str().unwrap_or_default();
            URL_SAFE_NO_PAD.decode(text).unwrap_or_default()
        };
        let parts = [
            name.as_str().unwrap_or_default().as_bytes(),
            &party("apu"),
            &party("apv"),
        ];
        let public = agreement::UnparsedPublicKey::new(self.curve(), point);
        let agreed = agreement::agree(&private, public, (), |secret| Ok(concat(secret, parts)));
        let agreed = agreed.unwrap();
        if !wraps {
            return (agreed, Vec::new());
        }
        let kek = key_wrap::AesKek::new(&key_wrap::AES_256, &agreed).unwrap();
        let mut wrapped = vec![0; 40];
        kek.wrap(&fresh, &mut wrapped).unwrap();
        (fresh, wrapped)
    }

    fn rsa(&self, content_key: &[u8]) -> Vec<u8> {
        let number = |name: &str| decode(self.jwk[name].as_str().unwrap());
        let public: rsa::PublicEncryptingKey = rsa::PublicKeyComponents {
            n: number("n"),
            e: number("e"),
        }
        .try_into()
        .unwrap();
        let public = rsa::OaepPublicEncryptingKey::new(public).unwrap();
        let mut encrypted = vec![0; public.ciphertext_size()];
        let padding = &rsa::OAEP_SHA256_MGF1SHA256;
        public
            .encrypt(padding, content_key, &mut encrypted, None)
            .unwrap();
        encrypted
    }
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).unwrap();
    bytes
}

fn concat(secret: &[u8], parts: [&[u8]; 3]) -> [u8; 32] {
    let mut info = Vec::new();
    for part in parts {
        info.extend((part.len() as u32).to_be_bytes());
        info.extend(part);
    }
    info.extend(256_u32.to_be_bytes());
    let sha_256 = kdf::get_sskdf_digest_algorithm(kdf::SskdfDigestAlgorithmId::Sha256).unwrap();
    let mut derived = [0; 32];
    kdf::sskdf_digest(sha_256, secret, &info, &mut derived).unwrap();
    derived
}

/// Vector, ciphertext and tag.
pub(crate) fn seal(
    algorithm: ContentEncryption,
    key: &[u8; 32],
    header: &[u8],
    content: &[u8],
) -> [Vec<u8>; 3] {
    let mut ciphertext = content.to_vec();
    match algorithm {
        ContentEncryption::A256Gcm => {
            let iv: [u8; 12] = random();
            let key = aead::UnboundKey::new(&aead::AES_256_GCM, key).unwrap();
            let tag = aead::LessSafeKey::new(key)
                .seal_in_place_separate_tag(
                    aead::Nonce::assume_unique_for_key(iv),
                    aead::Aad::from(header),
                    &mut ciphertext,
                )
                .unwrap();
            [iv.to_vec(), ciphertext, tag.as_ref().to_vec()]
        }
        ContentEncryption::A128CbcHs256 => {
            let iv: [u8; 16] = random();
            let encrypting = cipher::UnboundCipherKey::new(&cipher::AES_128, &key[16..]).unwrap();
            let encrypting = cipher::PaddedBlockEncryptingKey::cbc_pkcs7(encrypting).unwrap();
            let context = cipher::EncryptionContext::Iv128((&iv).into());
            encrypting
                .less_safe_encrypt(&mut ciphertext, context)
                .unwrap();
            let bits = (header.len() as u64 * 8).to_be_bytes();
            let authenticated = [header, &iv, &ciphertext, &bits].concat();
            let key = hmac::Key::new(hmac::HMAC_SHA256, &key[..16]);
            let tag = hmac::sign(&key, &authenticated).as_ref()[..16].to_vec();
            [iv.to_vec(), ciphertext, tag]
        }
    }
}
