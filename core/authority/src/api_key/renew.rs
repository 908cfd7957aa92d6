//! The secret that a holder has lives longer, never beyond what its policy
//! allows a secret of its age.

use base::Timestamp;

use super::standing::standing;
use super::{ApiKey, told};
use crate::audit::{Action, Origin};
use crate::{FieldFinding, Plan, Refusal};

/// Extends the only secret of an API key to `expires_in` from now, or as far as
/// its policy goes.
pub fn renew(
    api_key: &ApiKey,
    expires_in: Option<&str>,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<ApiKey>, Refusal> {
    let mut record = standing(api_key, now)?.into_owned();
    if record.rotation.is_some() {
        return Err(Refusal::WrongStage {
            detail: format!("API key {} is being rotated", api_key.id),
            fix: "wait for the end of the rotation: its newer secret has a life of its own"
                .to_owned(),
        });
    }
    let latest = record.rotation_policy.ends_by(record.secret_created_at());
    let before = record.expires_at;
    if before >= latest {
        return Err(Refusal::WrongStage {
            detail: format!(
                "the secret of API key {} already lives as long as {} rotation allows",
                api_key.id,
                api_key.rotation_policy.as_str()
            ),
            fix: format!("rotate it: doorward key rotate {}", api_key.id),
        });
    }
    record.expires_at = match expires_in {
        None => latest,
        Some(text) => asked(before, text, latest, now)?,
    };
    let detail = format!("from {before} to {}", record.expires_at);
    let told = (Action::ApiKeyRenewed, detail);
    Ok(told::plan(api_key, record, told, origin, now))
}

fn asked(
    before: Timestamp,
    text: &str,
    latest: Timestamp,
    now: Timestamp,
) -> Result<Timestamp, Refusal> {
    let wrong = |detail: String| {
        Refusal::Invalid(vec![FieldFinding {
            field: "expires_in",
            detail,
            fix: format!("say how long from now, at most until {latest}, such as 12h"),
        }])
    };
    let Some(lifetime) = base::parse_lifetime(text) else {
        return Err(wrong("it is not a number with s, m, h or d".to_owned()));
    };
    let expires_at = now.after(lifetime);
    if expires_at > latest {
        return Err(wrong(format!("it goes beyond {latest}")));
    }
    if expires_at <= before {
        let detail = format!("the secret lives until {before} as it is");
        return Err(wrong(detail));
    }
    Ok(expires_at)
}
