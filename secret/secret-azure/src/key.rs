//! A key of a vault, as it describes it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secret_http::Question;
use secret_source::SourceFault;
use secret_source::uri::AzureKey;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{API, Azure};

/// One version of a key.
#[derive(Debug)]
pub(crate) struct KeyVersion {
    /// The version: 32 hexadecimal digits.
    pub(crate) version: String,
    /// The members of its public half, as in a JWK.
    pub(crate) members: Map<String, Value>,
}

#[derive(Deserialize)]
struct Described {
    key: Map<String, Value>,
}

/// What an operation with a key gives.
#[derive(Deserialize)]
struct Operated {
    kid: String,
    value: String,
}

/// The version that `key` names, or the current one.
pub(crate) async fn describe(azure: &Azure, key: &AzureKey) -> Result<KeyVersion, SourceFault> {
    let path = match key.version() {
        Some(version) => format!("/keys/{}/{version}{API}", key.name()),
        None => format!("/keys/{}{API}", key.name()),
    };
    let answer = azure.ask(key.vault(), || Question::get(&path)).await?;
    let described: Described = answer.success(&format!("key {key}"))?.json()?;
    let kid = described.key.get("kid").and_then(Value::as_str);
    let version = kid
        .and_then(|kid| kid.rsplit_once('/'))
        .map(|(_, version)| version)
        .filter(|version| is_version(version))
        .filter(|version| key.version().is_none_or(|wanted| wanted == *version));
    let version = version.ok_or_else(|| undocumented(key))?.to_owned();
    Ok(KeyVersion {
        version,
        members: described.key,
    })
}

/// Does `operation` with one version of a key. What is answered must come from
/// that version.
pub(crate) async fn operate(
    azure: &Azure,
    (key, version): (&AzureKey, &str),
    (operation, algorithm): (&str, &str),
    value: &[u8],
) -> Result<Vec<u8>, SourceFault> {
    let path = format!("/keys/{}/{version}/{operation}{API}", key.name());
    let value = base::Secret::new(URL_SAFE_NO_PAD.encode(value));
    let body = [("alg", algorithm), ("value", value.expose())];
    let body: std::collections::BTreeMap<_, _> = body.into();
    let answer = azure
        .ask(key.vault(), || Question::post(&path).json(&body))
        .await?;
    if answer.status() == 400 {
        return Err(SourceFault::Malformed(format!(
            "key {key} does not {operation}: it is another key, or the value was altered"
        )));
    }
    let answer = answer.success(&format!("key {key} to {operation} with"))?;
    let operated: Operated = answer.json()?;
    let by = operated.kid.rsplit_once('/').map(|(_, version)| version);
    if by != Some(version) {
        return Err(undocumented(key));
    }
    URL_SAFE_NO_PAD
        .decode(operated.value)
        .map_err(|_| undocumented(key))
}

/// Whether `text` can be the version of a key.
pub(crate) fn is_version(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn undocumented(key: &AzureKey) -> SourceFault {
    SourceFault::Malformed(format!(
        "the vault did not answer as documented about key {key}"
    ))
}
