//! What the audit is told.

use access::{Occasion, Request};
use snapshot::{RequestId, Verdict};

use crate::house::{House, at, bearer, header_map};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[test]
fn both_verdicts_are_recorded_whole() {
    let house = House::new();
    let token = house.token("read:reports", |_| {});
    let weak = house.token("", |_| {});
    let (view, request_id) = (house.view(), "r1".parse::<RequestId>().unwrap());
    let traceparent = format!("00-{TRACE}-00f067aa0ba902b7-01");
    let headers = header_map(&[("traceparent", &traceparent)]);
    let request = Request {
        method: "GET\u{1}ABCDEFGHIJKLMNOPQRSTUVW",
        target: "/reports/all",
        headers: &headers,
        peer: [192, 0, 2, 1].into(),
        secure: true,
    };
    let occasion = Occasion {
        view: &view,
        request: &request,
        request_id: &request_id,
        at: at(0),
    };

    let [(slot, value)] = bearer(&token);
    let permit = house
        .passes("GET /reports/all", &[(slot, &value)])
        .record(occasion);
    assert_eq!(permit.verdict, Verdict::Permit);
    assert_eq!(
        (permit.rule.as_str(), permit.reason.as_str()),
        ("permit", "permitted")
    );
    assert_eq!(
        (permit.genuine, permit.still_accepted),
        (Some(true), Some(true))
    );
    assert_eq!(permit.method, "GET?ABCDEFGHIJKL");
    assert_eq!(permit.trace_id.as_deref(), Some(TRACE));
    assert_eq!(
        (permit.inventory_version, permit.peer.as_str()),
        (3, "192.0.2.1")
    );
    assert_eq!(permit.revision, house.snapshot.revision());
    let principal = permit.principal.unwrap();
    assert_eq!(
        (
            principal.credential_id.as_str(),
            principal.organisation.as_str()
        ),
        ("t1", "acme")
    );

    let [(slot, value)] = bearer(&weak);
    let denial = house
        .denies("GET /reports/all", &[(slot, &value)])
        .record(occasion);
    assert_eq!(denial.verdict, Verdict::Denial);
    assert_eq!(
        (denial.rule.as_str(), denial.reason.as_str()),
        ("scope", "insufficient_scope")
    );
    assert_eq!(denial.endpoint.unwrap().as_str(), "reports.read");
    assert_eq!(
        (denial.genuine, denial.still_accepted),
        (Some(true), Some(true))
    );

    let revoked = {
        let mut house = House::new();
        let key = house.api_key("", |e| e.revoked_at = Some(at(0)));
        house.denies("GET /reports/all", &[("x-api-key", &key)])
    };
    let record = revoked.record(occasion);
    assert_eq!(
        (record.rule.as_str(), record.reason.as_str()),
        ("api_key_revoked", "api_key_invalid")
    );
    assert_eq!(record.detail, "The API key was revoked.");
    assert_eq!(
        (record.genuine, record.still_accepted),
        (Some(true), Some(false))
    );

    let nobody = house.passes("GET /public/a", &[]).record(occasion);
    assert_eq!(
        (nobody.principal, nobody.genuine, nobody.still_accepted),
        (None, None, None)
    );
}

#[test]
fn a_view_reuses_its_routes_while_the_inventory_is_the_same() {
    let mut house = House::new();
    let view = house.view();
    let key = house.api_key("read:reports", |_| {});
    let next = view.next(std::sync::Arc::new(house.snapshot.clone()));
    let headers = header_map(&[("x-api-key", &key)]);
    assert!(matches!(
        house.decide_in(&next, "GET /reports/all", &headers),
        access::Decision::Conditional(_)
    ));
    assert!(matches!(
        house.decide_in(&view, "GET /reports/all", &headers),
        access::Decision::Denial(_)
    ));
    house.fold(snapshot::Change::InventoryApplied(
        snapshot::InventoryEntry {
            version: 4,
            inventory: std::sync::Arc::new(boundary::Inventory::default()),
        },
    ));
    let last = next.next(std::sync::Arc::new(house.snapshot.clone()));
    assert!(matches!(
        house.decide_in(&last, "GET /reports/all", &headers),
        access::Decision::Denial(_)
    ));
}
