//! A conditional is no permit; what is not settled is refused.

use access::{LiveCheck, Settled, identity};
use base::Lifetime;

use crate::house::{AUDIENCE, House, UPSTREAM, at, bearer};

fn pending(live: bool) -> access::Conditional {
    let mut house = House::new();
    let token = house.token("write:payouts", |c| c.subject = "alice".parse().unwrap());
    house.lag = if live {
        Lifetime::from_secs(2)
    } else {
        Lifetime::ZERO
    };
    let [(slot, value)] = bearer(&token);
    house.passes("POST /payouts?x=1", &[(slot, &value)])
}

#[test]
fn every_way_to_settle() {
    let live_checks = [
        None,
        Some(LiveCheck::Active),
        Some(LiveCheck::Inactive),
        Some(LiveCheck::Unavailable),
    ];
    for live in [false, true] {
        for live_check in live_checks {
            for durable_record in [false, true] {
                let settled = Settled {
                    live_check,
                    durable_record,
                    ..Settled::default()
                };
                let found = pending(live).settle(settled).map_err(|denial| {
                    assert_eq!(denial.endpoint().unwrap().as_str(), "payouts.create");
                    assert_eq!(denial.genuine(), Some(true));
                    (denial.status().as_u16(), denial.reason().as_str())
                });
                let expected = match (live, live_check) {
                    (_, Some(LiveCheck::Inactive)) => Err((401, "token_revoked")),
                    (true, None | Some(LiveCheck::Unavailable)) => {
                        Err((503, "live_check_unavailable"))
                    }
                    _ if !durable_record => Err((503, "audit_unavailable")),
                    _ => Ok(()),
                };
                assert_eq!(found.map(|_| ()), expected, "{live} {settled:?}");
            }
        }
    }
}

#[test]
fn a_permit_says_where_to_and_in_whose_name() {
    let settled = Settled {
        durable_record: true,
        ..Settled::default()
    };
    let permit = pending(false).settle(settled).unwrap();
    assert_eq!(permit.target(), "/payouts?x=1");
    assert_eq!(permit.upstream(), UPSTREAM);
    assert_eq!(permit.audience().as_str(), AUDIENCE);
    assert_eq!(permit.api().as_str(), "payments");
    let headers: Vec<(String, String)> = permit
        .identity_headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    let client = permit.principal().client().unwrap().to_owned();
    let expected = [
        ("x-doorward-endpoint", "payouts.create"),
        ("x-doorward-principal-kind", "authorization_code"),
        ("x-doorward-credential", "t1"),
        ("x-doorward-client", &client),
        ("x-doorward-subject", "alice"),
        ("x-doorward-organisation", "acme"),
        ("x-doorward-owner", "team-acme"),
        ("x-doorward-scope", "write:payouts"),
    ];
    assert_eq!(
        headers,
        expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    assert!(
        headers
            .iter()
            .all(|(name, _)| identity::is_identity_header(name))
    );
}

#[test]
fn two_subjects_never_have_one_identity_header() {
    let house = House::new();
    let mut seen = Vec::new();
    let subjects = [
        "a b",
        "a%20b",
        "a%2520b",
        "é",
        "%C3%A9",
        "a,b",
        "a%2Cb",
        "a;b",
        "a\"b",
        "\u{202e}x",
        " a",
        "a",
    ];
    for subject in subjects {
        let token = house.token("write:payouts", |c| c.subject = subject.parse().unwrap());
        let [(slot, value)] = bearer(&token);
        let conditional = house.passes("POST /payouts", &[(slot, &value)]);
        let settled = Settled {
            durable_record: true,
            ..Settled::default()
        };
        let headers = conditional.settle(settled).unwrap().identity_headers();
        let (_, value) = headers
            .iter()
            .find(|(name, _)| name == "x-doorward-subject")
            .unwrap();
        let value = value.to_str().unwrap().to_owned();
        assert!(value.bytes().all(|b| b.is_ascii_graphic()), "{value}");
        seen.push(value);
    }
    let count = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), count);
}

#[test]
fn a_look_alike_of_an_identity_header_is_recognised() {
    for name in [
        "x-doorward-subject",
        "X-DOORWARD-x",
        "x_doorward_subject",
        "X.Doorward.Subject",
        "x-doorward-",
    ] {
        assert!(identity::is_identity_header(name), "{name}");
    }
    for name in [
        "x-doorwar",
        "x-doorwardsubject",
        "doorward",
        "",
        "xx-doorward-subject",
        "é-doorward-x",
    ] {
        assert!(!identity::is_identity_header(name), "{name}");
    }
}

#[test]
fn nobody_in_particular_has_no_identity() {
    let mut house = House::new();
    house.now = at(5);
    let permit = house
        .passes("GET /public/a", &[])
        .settle(Settled::default())
        .unwrap();
    let headers = permit.identity_headers();
    let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["x-doorward-endpoint", "x-doorward-principal-kind"]);
    assert_eq!(headers[1].1, "anonymous");
}
