//! `doorward inventory compatibility`.

use admin::answer::{CompatibilityAnswer, WindowAnswer};

use crate::admin_api::Session;
use crate::answer::{Exit, Fault};
use crate::table::{Paper, plain, table_for, text};

pub(super) fn run(session: &Session) -> Result<Exit, Fault> {
    let answer = session.get("/admin/v1/inventory/compatibility")?;
    session.tell(answer, |answer| shown(answer, Paper::of_stdout()))?;
    Ok(Exit::Done)
}

fn shown(answer: &CompatibilityAnswer, paper: Paper) -> String {
    if answer.windows.is_empty() {
        return "No endpoint has a compatibility window: no API key is accepted raw where it must be exchanged.".to_owned();
    }
    let mut parts = Vec::new();
    for window in &answer.windows {
        parts.push(heading(window));
        if window.keys.is_empty() {
            parts.push("  No key was used raw.".to_owned());
            continue;
        }
        let mut rows = table_for(
            paper,
            ["key", "owner", "status", "last raw use", "requests"],
        );
        for key in &window.keys {
            let row = [
                key.id.as_str(),
                key.owner.as_deref().unwrap_or("unknown"),
                key.status.map_or("unknown", |status| status.as_str()),
                &key.last_raw_use_at,
                &key.requests.to_string(),
            ];
            rows.add_row(row.map(plain));
        }
        parts.push(text(&rows));
    }
    parts.push(match answer.keys_left {
        0 => "No key that still works was used raw: the windows can be closed.".to_owned(),
        1 => "1 key is left: its holder exchanges it for tokens, or moves to a client.".to_owned(),
        left => {
            format!(
                "{left} keys are left: their holders exchange them for tokens, or move to clients."
            )
        }
    });
    parts.join("\n\n")
}

fn heading(window: &WindowAnswer) -> String {
    let WindowAnswer {
        endpoint,
        matches,
        raw_api_key_until: until,
        ..
    } = window;
    let end = match (window.is_open, window.days_left) {
        (false, _) => format!("ended at {until}"),
        (true, 0) => format!("until {until}, today"),
        (true, 1) => format!("until {until}, 1 day left"),
        (true, days) => format!("until {until}, {days} days left"),
    };
    plain(&format!("{endpoint}: {matches}: raw keys {end}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(answer: serde_json::Value) -> String {
        shown(&serde_json::from_value(answer).unwrap(), Paper::Plain)
    }

    #[test]
    fn each_window_says_when_it_ends_and_who_still_needs_it() {
        let window = |endpoint: &str, days_left: u64, is_open: bool, keys: serde_json::Value| {
            json!({"api": "reports", "endpoint": endpoint, "matches": "GET /v1/reports",
                "raw_api_key_until": "2027-03-31T00:00:00Z", "days_left": days_left,
                "is_open": is_open, "keys_left": 1, "keys": keys})
        };
        let key = json!([{"id": "k1", "owner": "acme-it", "status": "active",
            "last_raw_use_at": "2027-01-15T08:00:00Z", "requests": 12}]);
        let told = told(json!({"version": 3, "keys_left": 1, "windows": [
            window("reports.list", 30, true, key),
            window("reports.old", 0, false, json!([])),
        ]}));
        let expected = "\
reports.list: GET /v1/reports: raw keys until 2027-03-31T00:00:00Z, 30 days left

KEY  OWNER    STATUS  LAST RAW USE          REQUESTS
k1   acme-it  active  2027-01-15T08:00:00Z  12

reports.old: GET /v1/reports: raw keys ended at 2027-03-31T00:00:00Z

  No key was used raw.

1 key is left: its holder exchanges it for tokens, or moves to a client.";
        assert_eq!(told, expected);
    }

    #[test]
    fn without_a_window_it_says_so() {
        let told = told(json!({"version": 3, "keys_left": 0, "windows": []}));
        assert!(told.starts_with("No endpoint has"), "{told}");
    }
}
