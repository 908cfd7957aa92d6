//! One public key, one algorithm, parsed once.

mod ec;
mod ml_dsa;
mod okp;
pub(crate) mod rsa;
#[cfg(test)]
mod wycheproof_vectors;

use aws_lc_rs::signature::ParsedPublicKey;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::jwk::Material;
use crate::{Algorithm, InvalidKey, Jwk, KeyId, Thumbprint};

/// A public key that is good enough to verify with, for one algorithm
/// (RFC 8725 section 3.1). It is kept parsed. As JSON it is its [`Jwk`].
#[derive(Clone)]
pub struct VerificationKey {
    algorithm: Algorithm,
    jwk: Jwk,
    parsed: ParsedPublicKey,
}

impl VerificationKey {
    /// The key of `jwk`. Its algorithm is `alg`; without it an EC or OKP key
    /// takes the one of its curve (Ed25519: `EdDSA`), an RSA or AKP key is refused.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, InvalidKey> {
        let (algorithm, parsed) = match &jwk.material {
            Material::Akp { public } => ml_dsa::parse(public, jwk.algorithm)?,
            Material::Ec { crv, x, y } => ec::parse(*crv, x, y, jwk.algorithm)?,
            Material::Okp { x, .. } => okp::parse(x, jwk.algorithm)?,
            Material::Rsa { n, e } => rsa::parse(n, e, jwk.algorithm)?,
        };
        let jwk = Jwk {
            algorithm: Some(algorithm),
            ..jwk.clone()
        };
        Ok(Self {
            algorithm,
            jwk,
            parsed,
        })
    }

    /// The key of a JWK that is written as JSON.
    pub fn parse(text: &[u8]) -> Result<Self, InvalidKey> {
        let jwk = serde_json::from_slice(text).map_err(|_| InvalidKey::Malformed)?;
        Self::from_jwk(&jwk)
    }

    /// The key as JSON: public members, `alg`, `kid` and `use`.
    pub fn to_jwk(&self) -> Jwk {
        self.jwk.clone()
    }

    /// Its id, if it has one.
    pub const fn key_id(&self) -> Option<&KeyId> {
        self.jwk.key_id.as_ref()
    }

    /// Its algorithm.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its thumbprint (RFC 7638 section 3).
    pub fn thumbprint(&self) -> Thumbprint {
        // RFC 7638 section 3.2: the required members alone, in this order. The
        // values are base64url and registered names: nothing to escape.
        let members = match &self.jwk.material {
            // RFC 9964 section 6
            Material::Akp { public } => {
                let alg = self.algorithm;
                format!(r#"{{"alg":"{alg}","kty":"AKP","pub":"{public}"}}"#)
            }
            Material::Ec { crv, x, y } => {
                let crv = crv.as_str();
                format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#)
            }
            Material::Okp { x, .. } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#),
            Material::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
        };
        Thumbprint::of(members.as_bytes())
    }

    /// Whether `signature` is this key's signature of `message`.
    pub(crate) fn verify_signature(&self, message: &[u8], signature: &[u8]) -> bool {
        let strict = match self.algorithm {
            Algorithm::EdDsa | Algorithm::Ed25519 => okp::is_strict_signature(signature),
            _ => true,
        };
        strict && self.parsed.verify_sig(message, signature).is_ok()
    }
}

impl PartialEq for VerificationKey {
    fn eq(&self, other: &Self) -> bool {
        self.jwk == other.jwk
    }
}

impl Eq for VerificationKey {}

impl std::fmt::Debug for VerificationKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerificationKey")
            .field("algorithm", &self.algorithm)
            .field("key_id", &self.key_id())
            .finish_non_exhaustive()
    }
}

impl Serialize for VerificationKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.jwk.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for VerificationKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_jwk(&Jwk::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base64url;

    const RFC7515_A3_KEY: &str = r#"{"kty":"EC","crv":"P-256",
        "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
    const RFC7515_A3_JWS: &str = "eyJhbGciOiJFUzI1NiJ9.\
        eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.\
        DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    const RFC8037_A_KEY: &str = r#"{"kty":"OKP","crv":"Ed25519",
        "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    const RFC8037_A4_JWS: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.\
        hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    const RFC7638_KEY: &str = r#"{"kty":"RSA","e":"AQAB","alg":"RS256","kid":"2011-04-29",
        "n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"}"#;

    fn key(jwk: &str) -> VerificationKey {
        serde_json::from_str(jwk).unwrap()
    }

    fn verifies(key: &VerificationKey, jws: &str) -> bool {
        let (signed, signature) = jws.rsplit_once('.').unwrap();
        key.verify_signature(signed.as_bytes(), &base64url::decode(signature).unwrap())
    }

    #[test]
    fn rfc7515_a_3_es256_vector() {
        let key = key(RFC7515_A3_KEY);
        assert_eq!(key.algorithm(), Algorithm::Es256);
        assert!(verifies(&key, RFC7515_A3_JWS));
        assert!(!verifies(&key, &RFC7515_A3_JWS.replace("eyJpc3", "eyJpc2")));
    }

    #[test]
    fn rfc8037_a_4_ed25519_vector() {
        let key = key(RFC8037_A_KEY);
        assert_eq!(key.algorithm(), Algorithm::EdDsa);
        assert!(verifies(&key, RFC8037_A4_JWS));
        assert!(!verifies(&key, &RFC8037_A4_JWS.replace("RXhh", "RXhi")));
    }

    /// RFC 7638 section 3
    #[test]
    fn rfc7638_3_1_and_rfc8037_a_3_thumbprints() {
        for (jwk, thumbprint) in [
            (RFC7638_KEY, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),
            (RFC8037_A_KEY, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),
        ] {
            assert_eq!(key(jwk).thumbprint().to_string(), thumbprint);
            assert_eq!(thumbprint.parse(), Ok(key(jwk).thumbprint()));
        }
    }

    #[test]
    fn rfc7638_3_2_a_thumbprint_names_the_key_alone() {
        let plain = key(RFC8037_A_KEY);
        let more = RFC8037_A_KEY.replace("\"kty\"", r#""kid":"k","alg":"Ed25519","kty""#);
        assert_eq!(key(&more).thumbprint(), plain.thumbprint());
        assert_ne!(key(RFC7515_A3_KEY).thumbprint(), plain.thumbprint());
    }
}
