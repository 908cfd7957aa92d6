//! No secret of a request gets out by a denial, a record or a conditional.

use access::{Decision, Occasion, Request};
use proptest::prelude::*;

use crate::house::{House, header_map};

const CANARY: &str = "Zx9canarySECRET";

proptest! {
    #[test]
    fn nothing_of_a_request_is_shown(
        slot in prop::sample::select(vec!["authorization", "x-api-key", "cookie", "origin", "traceparent"]),
        shape in prop::sample::select(vec![
            "{}", "Bearer {}", "ApiKey {}", "Basic {}", "Bearer dw_live_{}", "Bearer {}.{}.{}", "Bearer {} {}",
            "k=dw_live_{}", "{} x", "Bearer dwa_test_{}",
        ]),
        target in prop::sample::select(vec![
            "/reports/all", "/reports/all?api_key={}", "/{}", "/users/{}/profile", "/public/{}?q={}", "/admin/../{}",
            "/%{}", "{}", "/reports/all?q={} {}",
        ]),
        method in prop::sample::select(vec!["GET", "POST", "{}"]),
        secure in any::<bool>(),
    ) {
        let mut house = House::new();
        house.secure = secure;
        let fill = |text: &str| text.replace("{}", CANARY);
        let (value, target, method) = (fill(shape), fill(target), fill(method));
        let headers = header_map(&[(slot, &value)]);
        let view = house.view();
        let line = format!("{method} {target}");
        let request = Request { method: "GET", target: &target, headers: &headers, peer: [127, 0, 0, 1].into(), secure };
        let request_id = "r1".parse().unwrap();
        let occasion = Occasion { view: &view, request: &request, request_id: &request_id, at: house.now };
        let shown = match house.decide_in(&view, &line, &headers) {
            Decision::Denial(denial) => {
                let record = serde_json::to_string(&denial.record(occasion)).unwrap();
                format!("{denial} {denial:?} {} {} {:?} {record}", denial.fix(), denial.finding(), denial.challenges())
            }
            Decision::Conditional(conditional) => {
                let record = serde_json::to_string(&conditional.record(occasion)).unwrap();
                format!("{conditional:?} {record}")
            }
        };
        prop_assert!(!shown.contains(CANARY), "{}", shown);
        let shown = format!("{request:?}");
        prop_assert!(!shown.contains(CANARY));
    }
}

/// A genuine credential is not shown either, wherever it is refused.
#[test]
fn a_genuine_secret_is_not_shown_by_its_denial() {
    let mut house = House::new();
    let revoked = house.api_key("", |entry| entry.revoked_at = Some(house_start()));
    let weak = house.api_key("", |_| {});
    let token = house.token("", |_| {});
    let mut shown = 0;
    for secret in [&revoked, &weak, &token] {
        // The id stands in the first part of a key and may be shown.
        let tail = &secret[secret.len() - 30..];
        let bearer = format!("Bearer {secret}");
        for line in [
            "GET /reports/all".to_owned(),
            format!("GET /reports/all?access_token={secret}"),
            format!("GET /public/{secret}"),
            "GET /bound".to_owned(),
        ] {
            for header in [("authorization", &bearer), ("cookie", secret)] {
                let Decision::Denial(denial) = house.decide(&line, &[(header.0, header.1)]) else {
                    continue;
                };
                let text = format!(
                    "{denial} {denial:?} {:?} {}",
                    denial.challenges(),
                    denial.finding()
                );
                assert!(!text.contains(tail), "{text}");
                shown += 1;
            }
        }
    }
    assert!(shown > 15, "{shown}");
}

fn house_start() -> base::Timestamp {
    crate::house::at(0)
}
