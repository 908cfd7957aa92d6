//! A rotation, for people.

use std::fmt::Write as _;

use admin::answer::{RotationAnswer, RotationStage, SecretUseAnswer};

use crate::table::plain;

/// A line for each thing that is known of a rotation.
pub(super) fn rotation_text(rotation: &RotationAnswer) -> String {
    let stage = match (rotation.stage, &rotation.cut_over_at) {
        (RotationStage::CutOver, Some(at)) => {
            format!(
                "cut over at {at}; it can be undone until {}",
                rotation.ends_at
            )
        }
        (RotationStage::CutOver | RotationStage::Overlap, _) => {
            format!("both secrets are accepted until {}", rotation.ends_at)
        }
    };
    let lately = match (rotation.older_used_lately, rotation.older_quiet_seconds) {
        (Some(true), Some(seconds)) => format!("used {seconds} s ago"),
        (Some(false), _) => "not used lately".to_owned(),
        _ => "not known".to_owned(),
    };
    let mut out = String::new();
    for (name, value) in [
        ("rotation", stage),
        (
            "older secret",
            format!("{}; {lately}", secret(&rotation.older)),
        ),
        ("newer secret", secret(&rotation.newer)),
    ] {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{name:<13} {}", plain(&value));
    }
    out
}

fn secret(secret: &SecretUseAnswer) -> String {
    let requests = match secret.requests {
        Some(1) => "1 request since then".to_owned(),
        Some(requests) => format!("{requests} requests since then"),
        None => "use not looked up".to_owned(),
    };
    format!("number {}, {requests}", secret.generation)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::command::api_key) fn rotation() -> RotationAnswer {
        let of = |generation, requests| SecretUseAnswer {
            generation,
            ends_at: "2027-01-22T08:00:00Z".to_owned(),
            requests,
            last_used_at: None,
        };
        RotationAnswer {
            stage: RotationStage::Overlap,
            staged_at: "2027-01-15T08:00:00Z".to_owned(),
            ends_at: "2027-01-22T08:00:00Z".to_owned(),
            cut_over_at: None,
            older: of(1, Some(12)),
            newer: of(2, Some(1)),
            older_used_lately: Some(true),
            older_quiet_seconds: Some(42),
            used_from: Vec::new(),
        }
    }

    #[test]
    fn a_rotation_is_told_with_the_use_of_both_secrets() {
        let told = "\
rotation      both secrets are accepted until 2027-01-22T08:00:00Z
older secret  number 1, 12 requests since then; used 42 s ago
newer secret  number 2, 1 request since then
";
        assert_eq!(rotation_text(&rotation()), told);
        let cut = RotationAnswer {
            stage: RotationStage::CutOver,
            cut_over_at: Some("2027-01-16T08:00:00Z".to_owned()),
            older_used_lately: Some(false),
            ..rotation()
        };
        let told = rotation_text(&cut);
        assert!(told.contains("cut over at 2027-01-16"), "{told}");
        assert!(told.contains("not used lately"), "{told}");
    }
}
