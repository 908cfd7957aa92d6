//! A P-256 public key, from the form that we publish to the one that HAProxy reads.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

/// What stands before the point in a SubjectPublicKeyInfo of a P-256 key:
/// RFC 5480 section 2.
const BEFORE_THE_POINT: [u8; 27] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
];

/// The first P-256 key of a key set as PEM.
pub(crate) fn p256_pem(keys: &Value) -> Option<String> {
    let keys = keys.get("keys")?.as_array()?;
    let key = keys
        .iter()
        .find(|key| key.get("crv").and_then(Value::as_str) == Some("P-256"))?;
    let coordinate = |name| {
        let bytes = URL_SAFE_NO_PAD.decode(key.get(name)?.as_str()?).ok()?;
        (bytes.len() == 32).then_some(bytes)
    };
    let der = [&BEFORE_THE_POINT[..], &coordinate("x")?, &coordinate("y")?].concat();
    let text = STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
    let mut rest = text.as_str();
    while let Some((line, after)) = rest.split_at_checked(64) {
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem.push_str(rest);
    pem.push_str("\n-----END PUBLIC KEY-----\n");
    Some(pem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_key_of_rfc_7515_appendix_a_3_has_its_pem() {
        // RFC 7515 appendix A.3.1; the PEM is what OpenSSL makes of it.
        let keys = json!({ "keys": [
            { "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" },
            { "kty": "EC", "crv": "P-256",
              "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
              "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" },
        ]});
        assert_eq!(
            p256_pem(&keys).unwrap(),
            "-----BEGIN PUBLIC KEY-----\n\
             MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\n\
             6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n\
             -----END PUBLIC KEY-----\n"
        );
    }

    #[test]
    fn a_set_without_a_whole_p256_key_has_none() {
        assert_eq!(p256_pem(&json!({ "keys": [] })), None);
        let short = json!({ "keys": [{ "crv": "P-256", "x": "AAAA", "y": "AAAA" }] });
        assert_eq!(p256_pem(&short), None);
    }
}
