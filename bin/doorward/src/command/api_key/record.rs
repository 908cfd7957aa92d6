//! One API key, for people.

use std::fmt::Write as _;

use admin::answer::{ApiKeyAnswer, LifeAnswer};

use super::rotation::rotation_text;
use crate::table::plain;

/// Its record, a line for each thing that is known of it.
pub(super) fn record_text(api_key: &ApiKeyAnswer) -> String {
    let mut out = String::new();
    let status = match &api_key.revocation {
        Some(revocation) => format!("revoked at {}: {}", revocation.at, revocation.reason),
        None => api_key.status.as_str().to_owned(),
    };
    let owner = match &api_key.owner_disabled {
        Some(gone) => format!(
            "{}, disabled since {}: {}",
            api_key.owner, gone.at, gone.reason
        ),
        None => api_key.owner.clone(),
    };
    for (name, value) in [
        ("API key", &api_key.id),
        ("status", &status),
        ("environment", &api_key.environment),
        ("organisation", &api_key.organisation),
        ("owner", &owner),
        ("purpose", &api_key.purpose),
        ("revoker", &api_key.revoker),
        ("scopes", &api_key.scopes.join(" ")),
        ("audience", &api_key.audience),
        ("created", &api_key.created_at),
        ("expires", &api_key.expires_at),
    ] {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{name:<13} {}", plain(value));
    }
    if let Some(drill) = &api_key.last_drill {
        let (outcome, days) = (drill.outcome.as_str(), drill.age_days);
        let _ = writeln!(out, "{:<13} {outcome}, {days} days ago", "last drill");
    }
    for (name, value) in life_lines(&api_key.life) {
        let _ = writeln!(out, "{name:<13} {}", plain(&value));
    }
    if let Some(rotation) = &api_key.rotation {
        out.push_str(&rotation_text(rotation));
    }
    out.trim_end().to_owned()
}

/// What is known of its life, as far as there is something to say.
fn life_lines(life: &LifeAnswer) -> Vec<(&'static str, String)> {
    let review = life.review.as_ref();
    let rotation = match &life.improve_by {
        Some(day) => format!("{}, quarterly from {day}", life.rotation_policy),
        None => life.rotation_policy.clone(),
    };
    let path = life.secret_path.as_ref();
    let lines = [
        ("owner kind", Some(life.owner_kind.clone())),
        ("rotation", Some(rotation)),
        ("last used", life.last_used_at.clone()),
        ("review due", review.map(|review| review.due_at.clone())),
        (
            "reviewed",
            review.and_then(|review| {
                let note = review.last_note.as_deref().unwrap_or_default();
                Some(format!("{}: {note}", review.last_at.as_ref()?))
            }),
        ),
        (
            "suspended",
            life.suspension
                .as_ref()
                .map(|suspension| format!("since {}: {}", suspension.at, suspension.reason)),
        ),
        ("networks", Some(life.networks.join(" "))),
        ("limit", life.limit.clone()),
        ("imported from", life.imported_from.clone()),
        ("batch", life.batch.clone()),
        ("kept at", path.map(|path| path.place.clone())),
        ("warning", life.warning.clone()),
    ];
    let said = lines
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    said.filter(|(_, value)| !value.is_empty()).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use admin::answer::Status;

    pub(in crate::command::api_key) fn api_key() -> ApiKeyAnswer {
        ApiKeyAnswer {
            id: "k0123456789abcde".to_owned(),
            environment: "production".to_owned(),
            organisation: "acme".to_owned(),
            owner: "team-weather".to_owned(),
            purpose: "nightly forecast import".to_owned(),
            revoker: "weather-oncall".to_owned(),
            scopes: vec!["read:forecast".to_owned()],
            audience: "https://api.example.com/weather".to_owned(),
            created_at: "2027-01-15T08:00:00Z".to_owned(),
            expires_at: "2027-04-15T08:00:00Z".to_owned(),
            status: Status::Active,
            revocation: None,
            owner_disabled: None,
            secret_created_at: "2027-01-15T08:00:00Z".to_owned(),
            rotation: None,
            last_drill: None,
            life: LifeAnswer::default(),
        }
    }
}
