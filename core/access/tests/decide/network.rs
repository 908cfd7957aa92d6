//! GTE-053: an API key that is bound to networks.

use access::{Decision, Request, decide};

use crate::house::{House, header_map};

/// The rule that denies a key with these networks from `peer`; nothing if it
/// passes.
fn from(networks: &[&str], peer: &str, headers: &[(&str, &str)]) -> Option<&'static str> {
    let mut house = House::new();
    let key = house.api_key("read:reports", |entry| {
        entry.networks = networks.iter().map(|net| net.parse().unwrap()).collect();
    });
    let mut headers = headers.to_vec();
    headers.push(("x-api-key", &key));
    let headers = header_map(&headers);
    let view = house.view();
    let request = Request {
        method: "GET",
        target: "/reports/all",
        headers: &headers,
        peer: peer.parse().unwrap(),
        secure: true,
    };
    match decide(&house.judge(&view), &request, house.now) {
        Decision::Conditional(_) => None,
        Decision::Denial(denial) => Some(denial.rule().as_str()),
    }
}

#[test]
fn a_key_is_used_from_its_networks_alone() {
    let two = &["192.0.2.0/24", "2001:db8::/32"];
    for peer in [
        "192.0.2.0",
        "192.0.2.255",
        "::ffff:192.0.2.7",
        "2001:db8::1",
    ] {
        assert_eq!(from(two, peer, &[]), None, "{peer}");
    }
    for peer in [
        "192.0.1.255",
        "192.0.3.0",
        "::ffff:192.0.3.7",
        "2001:db9::1",
        "::192.0.2.7",
        "127.0.0.1",
        "::1",
    ] {
        assert_eq!(from(two, peer, &[]), Some("api_key_network"), "{peer}");
        assert_eq!(from(&[], peer, &[]), None, "{peer}");
    }
}

#[test]
fn what_a_caller_says_about_itself_is_not_looked_at() {
    for (name, value) in [
        ("x-forwarded-for", "192.0.2.7"),
        ("forwarded", "for=192.0.2.7"),
        ("x-real-ip", "192.0.2.7"),
        ("true-client-ip", "192.0.2.7"),
        ("cf-connecting-ip", "192.0.2.7"),
        ("x-client-ip", "192.0.2.7"),
    ] {
        let found = from(&["192.0.2.0/24"], "198.51.100.1", &[(name, value)]);
        assert_eq!(found, Some("api_key_network"), "{name}");
    }
}
