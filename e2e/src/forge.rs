//! Tokens by hand: segments of any bytes, signatures by anyone.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature as lc;
use aws_lc_rs::signature::KeyPair as _;
use aws_lc_rs::{hmac, rsa};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// base64url without padding.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of base64url without padding.
pub fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("base64url")
}

/// A private key in someone's hands.
pub enum Signer {
    /// ES256.
    P256(lc::EcdsaKeyPair),
    /// ES384.
    P384(lc::EcdsaKeyPair),
    /// Ed25519.
    Ed25519(lc::Ed25519KeyPair),
    /// RSA with PKCS#1 v1.5 padding.
    Rsa(rsa::KeyPair),
    /// RSA with PSS.
    Pss(rsa::KeyPair),
}

impl Signer {
    /// A fresh P-256 key.
    pub fn p256() -> Self {
        Self::P256(lc::EcdsaKeyPair::generate(&lc::ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"))
    }

    /// A fresh P-384 key.
    pub fn p384() -> Self {
        Self::P384(lc::EcdsaKeyPair::generate(&lc::ECDSA_P384_SHA384_FIXED_SIGNING).expect("a key"))
    }

    /// A fresh Ed25519 key.
    pub fn ed25519() -> Self {
        Self::Ed25519(lc::Ed25519KeyPair::generate().expect("a key"))
    }

    /// A fresh RSA key of 2048 bits.
    pub fn rsa() -> Self {
        Self::Rsa(rsa::KeyPair::generate(KeySize::Rsa2048).expect("a key"))
    }

    /// The same, for PSS.
    pub fn pss() -> Self {
        Self::Pss(rsa::KeyPair::generate(KeySize::Rsa2048).expect("a key"))
    }

    /// The key for ES256, RS256 or EdDSA of this PKCS#8 document.
    pub fn from_pkcs8(algorithm: &str, pkcs8: &[u8]) -> Self {
        let p256 = &lc::ECDSA_P256_SHA256_FIXED_SIGNING;
        match algorithm {
            "ES256" => Self::P256(lc::EcdsaKeyPair::from_pkcs8(p256, pkcs8).expect("a key")),
            "RS256" => Self::Rsa(rsa::KeyPair::from_pkcs8(pkcs8).expect("a key")),
            _ => Self::Ed25519(lc::Ed25519KeyPair::from_pkcs8(pkcs8).expect("a key")),
        }
    }

    /// A signature in the form that JWS gives it.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        let padded = |pair: &rsa::KeyPair, padding| {
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(padding, &random, message, &mut signature)
                .expect("a signature");
            signature
        };
        match self {
            Self::P256(pair) | Self::P384(pair) => pair
                .sign(&random, message)
                .expect("a signature")
                .as_ref()
                .to_vec(),
            Self::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Rsa(pair) => padded(pair, &lc::RSA_PKCS1_SHA256),
            Self::Pss(pair) => padded(pair, &lc::RSA_PSS_SHA256),
        }
    }

    /// These very segments and a signature over them.
    pub fn literal(&self, signed: &str) -> String {
        format!("{signed}.{}", encode(self.sign(signed.as_bytes())))
    }

    /// A token of these segments' bytes.
    pub fn token(&self, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
        self.literal(&format!("{}.{}", encode(header), encode(payload)))
    }

    /// The public half as a JWK.
    pub fn jwk(&self) -> serde_json::Value {
        match self {
            Self::P256(pair) => ec_jwk("P-256", pair.public_key().as_ref()),
            Self::P384(pair) => ec_jwk("P-384", pair.public_key().as_ref()),
            Self::Ed25519(pair) => {
                serde_json::json!({"kty": "OKP", "crv": "Ed25519", "x": encode(pair.public_key())})
            }
            Self::Rsa(pair) | Self::Pss(pair) => {
                // RSAPublicKey of 2048 bits in DER: nine bytes before the modulus.
                let modulus = &pair.public_key().as_ref()[9..265];
                serde_json::json!({"kty": "RSA", "n": encode(modulus), "e": "AQAB"})
            }
        }
    }
}

fn ec_jwk(curve: &str, point: &[u8]) -> serde_json::Value {
    let (x, y) = point[1..].split_at(point.len() / 2);
    serde_json::json!({"kty": "EC", "crv": curve, "x": encode(x), "y": encode(y)})
}

/// A MAC of SHA-2 of that many bits.
pub fn mac(bits: u16, key: &[u8], message: &[u8]) -> Vec<u8> {
    let algorithm = match bits {
        256 => hmac::HMAC_SHA256,
        384 => hmac::HMAC_SHA384,
        _ => hmac::HMAC_SHA512,
    };
    hmac::sign(&hmac::Key::new(algorithm, key), message)
        .as_ref()
        .to_vec()
}

/// Every text and byte form in which a public key goes around.
pub fn public_forms(jwk: &serde_json::Value) -> Vec<(String, Vec<u8>)> {
    let member = |name: &str| jwk[name].as_str().map_or_else(Vec::new, decode);
    let (x, y, n, e) = (member("x"), member("y"), member("n"), member("e"));
    let point = [&[4], x.as_slice(), &y].concat();
    let pkcs1 = der(0x30, &[integer(&n), integer(&e)].concat());
    // RFC 5480, RFC 8410, RFC 3279: an algorithm, and the key as a bit string.
    let (algorithm, bits) = match jwk["kty"].as_str() {
        Some("EC") => (
            b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"
                .as_slice(),
            &point,
        ),
        Some("OKP") => (b"\x06\x03\x2b\x65\x70".as_slice(), &x),
        _ => (
            b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00".as_slice(),
            &pkcs1,
        ),
    };
    let bit_string = der(0x03, &[&[0], bits.as_slice()].concat());
    let spki = der(0x30, &[der(0x30, algorithm), bit_string].concat());
    let mut forms: Vec<(String, Vec<u8>)> = [
        ("bits", bits.clone()),
        ("point without its form", [x.as_slice(), &y].concat()),
        ("x", x),
        ("y", y),
        ("modulus", n),
        ("exponent", e),
        ("key id", jwk["kid"].as_str().unwrap_or_default().into()),
        ("JWK", jwk.to_string().into_bytes()),
        (
            "JWK set",
            serde_json::json!({"keys": [jwk]}).to_string().into_bytes(),
        ),
        ("zeros", vec![0; 32]),
        ("nothing", Vec::new()),
    ]
    .into_iter()
    .map(|(name, bytes)| (name.to_owned(), bytes))
    .collect();
    for name in ["x", "y", "n"] {
        forms.push((
            format!("{name} as text"),
            jwk[name].as_str().unwrap_or_default().into(),
        ));
    }
    for (label, document) in [
        ("PUBLIC KEY", &spki),
        ("RSA PUBLIC KEY", &pkcs1),
        ("EC PUBLIC KEY", &spki),
        ("CERTIFICATE", &spki),
    ] {
        forms.push((format!("{label}, DER"), document.clone()));
        forms.push((
            format!("{label}, base64"),
            STANDARD.encode(document).into_bytes(),
        ));
        forms.push((format!("{label}, base64url"), encode(document).into_bytes()));
        for (how, text) in pem_forms(label, document) {
            forms.push((format!("{label}, PEM {how}"), text.into_bytes()));
        }
    }
    forms
}

/// RFC 7468, with the line ends and the noise around it that files have.
fn pem_forms(label: &str, document: &[u8]) -> [(&'static str, String); 7] {
    let text = STANDARD.encode(document);
    let pem = |end: &str| {
        let lines = text.as_bytes().chunks(64).map(String::from_utf8_lossy);
        let body = lines.collect::<Vec<_>>().join(end);
        format!("-----BEGIN {label}-----{end}{body}{end}-----END {label}-----")
    };
    [
        ("", pem("\n")),
        ("and LF", pem("\n") + "\n"),
        ("with CRLF", pem("\r\n") + "\r\n"),
        ("with CRLF, none last", pem("\r\n")),
        ("after a BOM", format!("\u{feff}{}\n", pem("\n"))),
        ("after a space", format!(" {}\n", pem("\n"))),
        ("in one line", pem("")),
    ]
}

/// X.690 section 8.1: tag, length, content.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut head = match length {
        0..=0x7f => vec![tag, length as u8],
        0x80..=0xff => vec![tag, 0x81, length as u8],
        _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
    };
    head.extend_from_slice(content);
    head
}

/// X.690 section 8.3: a positive number has its first bit clear.
fn integer(bytes: &[u8]) -> Vec<u8> {
    let sign = if bytes.first().is_some_and(|first| first & 0x80 != 0) {
        &[0][..]
    } else {
        &[]
    };
    der(0x02, &[sign, bytes].concat())
}
