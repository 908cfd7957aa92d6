//! What is left of the compatibility windows: which keys are still used as they
//! are, where they should be exchanged by a date. Article 000, "keep
//! compatibility for existing key-based integrations".

use base::{Name, Timestamp};
use boundary::Inventory;
use credential::CredentialKind;
use snapshot::{Seen, UsageReport};

/// One endpoint with a window, and who still needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompatibilityWindow {
    /// The API.
    pub api: Name,
    /// The endpoint.
    pub endpoint: Name,
    /// The requests that are its.
    pub matches: String,
    /// When the window ends.
    pub until: Timestamp,
    /// Whole days until then; 0 on the last one and when it has ended.
    pub days_left: u64,
    /// Whether it is open.
    pub is_open: bool,
    /// The keys that were used as they are, by id, and when and how often.
    pub keys: Vec<(String, Seen)>,
}

/// The windows of an inventory, the next to end first;
/// [`CompatibilityWindow::see`] fills in who used them.
pub fn compatibility_windows(inventory: &Inventory, now: Timestamp) -> Vec<CompatibilityWindow> {
    let mut windows: Vec<_> = inventory
        .endpoints()
        .filter_map(|(api, endpoint)| {
            let until = endpoint.demand.raw_api_key_until?;
            Some(CompatibilityWindow {
                api: api.name.clone(),
                endpoint: endpoint.id.clone(),
                matches: endpoint.matches.to_string(),
                until,
                days_left: until.since(now).as_secs() / 86_400,
                is_open: now < until,
                keys: Vec::new(),
            })
        })
        .collect();
    windows.sort_by(|one, other| {
        let order = |window: &CompatibilityWindow| (window.until, window.endpoint.clone());
        order(one).cmp(&order(other))
    });
    windows
}

impl CompatibilityWindow {
    /// Counts one credential's use. A token that a key was exchanged for is a
    /// credential of another kind, so it is not counted.
    pub fn see(&mut self, report: &UsageReport) {
        if report.credential.kind != CredentialKind::ApiKey {
            return;
        }
        if let Some(seen) = report.usage.endpoints.get(&self.endpoint) {
            self.keys.push((report.credential.id.clone(), *seen));
        }
    }
}

#[cfg(test)]
mod tests {
    use base::Lifetime;
    use credential::{Environment, EnvironmentClass};
    use snapshot::{CredentialRef, Usage};

    use super::*;

    const INVENTORY: &str = r#"
[api.reports]
audience = "https://api.example.com/reports"
upstream = "http://127.0.0.1:9000"
owner = "team-reports"
surface = "reporting"
revoker = "reports-oncall"

[[api.reports.endpoint]]
id = "reports.late"
match = "GET /v1/late"
caller = "partner"
authority = "own"
data = "own"
exposure = "public"
consequence = "read"
scopes = ["read:reports"]
raw_api_key_until = "2027-06-30"

[[api.reports.endpoint]]
id = "reports.early"
match = "GET /v1/early"
caller = "partner"
authority = "own"
data = "own"
exposure = "public"
consequence = "read"
scopes = ["read:reports"]
raw_api_key_until = "2027-03-31"

[[api.reports.endpoint]]
id = "reports.none"
match = "GET /v1/none"
caller = "partner"
authority = "own"
data = "own"
exposure = "public"
consequence = "read"
scopes = ["read:reports"]
"#;

    fn inventory() -> Inventory {
        let environment = Environment {
            name: "production".parse().unwrap(),
            class: EnvironmentClass::Production,
        };
        let now = "2027-01-01T00:00:00Z".parse().unwrap();
        Inventory::parse(INVENTORY, &environment, now)
            .inventory
            .unwrap()
    }

    #[test]
    fn the_next_to_end_is_first_and_its_days_run_out() {
        let inventory = inventory();
        let until: Timestamp = compatibility_windows(&inventory, Timestamp::EPOCH)[0].until;
        for (before, days_left, is_open) in [
            (10 * 86_400, 10, true),
            (86_400, 1, true),
            (86_399, 0, true),
            (1, 0, true),
            (0, 0, false),
        ] {
            let now = until.before(Lifetime::from_secs(before));
            let windows = compatibility_windows(&inventory, now);
            let names: Vec<_> = windows.iter().map(|one| one.endpoint.as_str()).collect();
            assert_eq!(names, ["reports.early", "reports.late"]);
            assert_eq!(
                (windows[0].days_left, windows[0].is_open),
                (days_left, is_open)
            );
        }
        let after = until.after(Lifetime::from_secs(86_400));
        let ended = &compatibility_windows(&inventory, after)[0];
        assert_eq!((ended.days_left, ended.is_open), (0, false));
    }

    #[test]
    fn raw_use_counts_and_use_by_exchange_does_not() {
        let mut windows = compatibility_windows(&inventory(), Timestamp::EPOCH);
        let report = |kind, id: &str, endpoint: &str| {
            let mut usage = Usage::default();
            let seen = Seen::once(Timestamp::EPOCH);
            usage.endpoints.insert(endpoint.parse().unwrap(), seen);
            UsageReport {
                credential: CredentialRef {
                    kind,
                    id: id.to_owned(),
                },
                usage,
            }
        };
        for report in [
            report(CredentialKind::ApiKey, "k1", "reports.early"),
            report(CredentialKind::ApiKey, "k2", "reports.none"),
            report(CredentialKind::ClientCredentials, "k3", "reports.early"),
            report(CredentialKind::ApiKey, "k4", "reports.late"),
        ] {
            for window in &mut windows {
                window.see(&report);
            }
        }
        let ids = |window: &CompatibilityWindow| -> Vec<String> {
            window.keys.iter().map(|(id, _)| id.clone()).collect()
        };
        assert_eq!(
            (ids(&windows[0]), ids(&windows[1])),
            (vec!["k1".to_owned()], vec!["k4".to_owned()])
        );
    }
}
