//! The bodies of acts on signing keys.

use authority::signing_key::{Emergency, Rotation};
use authority::{FieldFinding, Refusal};
use jose::Algorithm;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::credential_body::RevocationBody;

/// Which lane of signing keys.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"algorithm": "ES256"}))]
pub(crate) struct LaneBody {
    /// Its algorithm; the default lane where it may be left out.
    #[serde(default)]
    algorithm: Option<String>,
}

/// A key that is staged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"algorithm": "EdDSA"}))]
pub(crate) struct AdditionBody {
    /// The algorithm: the lane.
    #[serde(default)]
    algorithm: Option<String>,
    /// The address of a key that another place holds; a sealed one is made if
    /// it is left out.
    #[serde(default)]
    #[schema(example = "vault-transit:transit/doorward")]
    key: Option<String>,
}

/// A rotation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"emergency": true, "reason": "a backup was stolen"}))]
pub(crate) struct RotationBody {
    /// The lane; the default one if it is left out, every one in an emergency.
    #[serde(default)]
    algorithm: Option<String>,
    /// The address of the key after the next one, if another place holds it.
    #[serde(default)]
    #[schema(example = "vault-transit:transit/doorward")]
    key: Option<String>,
    /// Retire every key at once, and with it every token that is out.
    #[serde(default)]
    emergency: bool,
    /// Why there is an emergency, in one line of at most 200 characters.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    reason: Option<String>,
}

/// What a rotation asks for.
pub(super) enum Asks {
    /// The ordinary one, and the address of the key after the next one.
    Ordinary(Rotation, Option<String>),
    /// Everything at once.
    Emergency(Emergency),
}

impl LaneBody {
    pub(super) fn check(self) -> Result<Option<Algorithm>, Refusal> {
        algorithm(self.algorithm)
    }

    /// The lane, which must be named.
    pub(super) fn check_named(self) -> Result<Algorithm, Refusal> {
        named(self.algorithm)
    }
}

impl AdditionBody {
    pub(super) fn check(self) -> Result<(Algorithm, Option<String>), Refusal> {
        Ok((named(self.algorithm)?, self.key))
    }
}

impl RotationBody {
    pub(super) fn check(self) -> Result<Asks, Refusal> {
        let algorithm = algorithm(self.algorithm)?;
        if self.emergency {
            if self.key.is_some() {
                return Err(wrong(
                    "key",
                    "an emergency makes sealed keys and waits for no place".to_owned(),
                    "leave it out, and rotate with it afterwards",
                ));
            }
            let reason = RevocationBody::of(self.reason).check()?;
            return Ok(Asks::Emergency(Emergency { algorithm, reason }));
        }
        if self.reason.is_some() {
            return Err(wrong(
                "reason",
                "an ordinary rotation has none".to_owned(),
                "leave it out, or ask for an emergency",
            ));
        }
        let rotation = Rotation {
            algorithm,
            key: None,
        };
        Ok(Asks::Ordinary(rotation, self.key))
    }
}

fn named(text: Option<String>) -> Result<Algorithm, Refusal> {
    algorithm(text)?.ok_or_else(|| {
        wrong(
            "algorithm",
            "it is missing".to_owned(),
            "name the lane by its algorithm, such as EdDSA",
        )
    })
}

fn algorithm(text: Option<String>) -> Result<Option<Algorithm>, Refusal> {
    let parsed = text.map(|text| text.parse::<Algorithm>()).transpose();
    parsed.map_err(|why| {
        wrong(
            "algorithm",
            why.to_string(),
            "write one of them, with the same capitals",
        )
    })
}

fn wrong(field: &'static str, detail: String, fix: &str) -> Refusal {
    Refusal::Invalid(vec![FieldFinding {
        field,
        detail,
        fix: fix.to_owned(),
    }])
}
