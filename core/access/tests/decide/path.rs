//! No spelling of a path reaches a weaker rule than the path itself.

use access::Decision;

use crate::house::{House, inventory, standard};

/// Every single-character change of `path` that some upstream could read as
/// the same path, and insertions that some upstream drops.
fn spellings(path: &str) -> Vec<String> {
    let mut all = Vec::new();
    for (at, c) in path.char_indices() {
        let (before, after) = (&path[..at], &path[at + 1..]);
        let byte = c as u8;
        all.push(format!("{before}%{byte:02X}{after}"));
        all.push(format!("{before}%{byte:02x}{after}"));
        all.push(format!("{before}%25{byte:02X}{after}"));
        all.push(format!("{before}%u00{byte:02X}{after}"));
        all.push(format!("{before}%C0%{:02X}{after}", 0x80 | byte & 0x3f));
        all.push(format!("{before}{}{after}", c.to_ascii_uppercase()));
        let wide = char::from_u32(u32::from(byte) + 0xFEE0).unwrap();
        let escaped: String = wide
            .to_string()
            .bytes()
            .map(|b| format!("%{b:02X}"))
            .collect();
        all.push(format!("{before}{escaped}{after}"));
        all.push(format!("{before}{wide}{after}"));
    }
    let inserted = [
        "/",
        "//",
        "/.",
        "/./",
        "./",
        "/../",
        "..",
        "/x/..",
        "/..;/",
        ";",
        ";a=b",
        ";/",
        "\\",
        "\\..\\",
        "%2F",
        "%2f",
        "%5C",
        "%2e",
        "%2E%2E/",
        "%00",
        "%0A",
        "%09",
        "%20",
        "%23",
        "%3F",
        "%3B",
        "%zz",
        "%",
        "%1",
        "#",
        "#/public",
        " ",
        "\t",
        "\0",
        "\u{80}",
        "é",
        "~",
        ".",
        ".json",
        "%E2%80%8B",
        "%C2%A0",
        "%EF%BC%8F",
        "%EF%BC%8E",
        "%C0%AF",
        "%ED%A0%80",
        "%FF",
    ];
    for at in 0..=path.len() {
        all.extend(inserted.map(|text| format!("{}{text}{}", &path[..at], &path[at..])));
    }
    all
}

#[test]
fn no_spelling_of_an_admin_path_reaches_a_weaker_rule() {
    // Beside the admin endpoints stand parameters that ask for no credential.
    let house = House::new();
    let view = house.view();
    let headers = crate::house::header_map(&[]);
    let mut tried = 0;
    for path in ["/admin", "/admin/audit", "/old", "/window", "/bound"] {
        let own = house.denies(&format!("GET {path}"), &[]);
        assert_eq!(own.status().as_u16(), 401, "{path}");
        for spelling in spellings(path) {
            tried += 1;
            match house.decide_in(&view, &format!("GET {spelling}"), &headers) {
                Decision::Denial(denial) => {
                    let status = denial.status().as_u16();
                    let same = denial.endpoint() == own.endpoint();
                    assert!(
                        same || matches!(status, 400 | 404),
                        "{spelling:?}: {denial:?}"
                    );
                }
                // Another plain name in the place of the parameter is another page.
                Decision::Conditional(conditional) => {
                    let id = conditional.endpoint().id.as_str();
                    let rest = spelling.strip_prefix('/').unwrap();
                    // Its stem is not the listed name in any case, or with a tail.
                    let stem = rest.split(['.', '~', '%']).next().unwrap();
                    let known = ["admin", "old", "window", "bound", "public"];
                    let other = id == "page.read" && !known.contains(&&*stem.to_ascii_lowercase());
                    assert!(other, "{spelling:?} reaches {id}");
                }
            }
        }
    }
    assert!(tried > 1000);
    // The parameter itself is reachable: the test could have failed.
    house.passes("GET /welcome", &[]);
}

#[test]
fn a_path_through_a_public_prefix_is_refused() {
    let house = House::new();
    house.passes("GET /public/a", &[]);
    for path in [
        "/public/../admin",
        "/public/./../admin",
        "/public/%2e%2e/admin",
        "/public/..%2fadmin",
        "/public/%252e%252e/admin",
        "/public/..%5cadmin",
        "/public/..\\admin",
        "/public/..;/admin",
        "/public/.",
        "/public/..",
        "/public/",
        "/public//a",
        "//public/a",
        "/./public/a",
        "/public/a;x",
        "public/a",
        "",
        "*",
        "http://evil/public/a",
        "\\public\\a",
        "/public/a#b",
        "/public/a b",
        "/public/%c3%a9",
        "/public/%C3",
        "/public/%41",
        "/public/%40",
        "/public/a%20",
        "/public/%7F",
    ] {
        let answer = house.answer(&format!("GET {path}"), &[]);
        assert_eq!((answer.0, answer.1), (400, "ambiguous_target"), "{path:?}");
    }
}

#[test]
fn what_needs_an_escape_may_be_escaped_in_one_way() {
    let house = House::new();
    for path in [
        "/public/a%20b",
        "/public/%C3%A9",
        "/public/a%7Cb",
        "/public/%E6%97%A5",
        "/public/a@b:c,d=e",
    ] {
        let conditional = house.passes(&format!("GET {path}?q=%2F..%2F"), &[]);
        let permit = conditional.settle(access::Settled::default()).unwrap();
        assert_eq!(permit.target(), format!("{path}?q=%2F..%2F"));
    }
}

#[test]
fn the_query_decides_nothing_and_is_plain() {
    let house = House::new();
    for query in ["?x=/public/a", "?/../public/a", "?%2e%2e", "?"] {
        assert_eq!(
            house.answer(&format!("GET /admin{query}"), &[]).0,
            401,
            "{query}"
        );
    }
    for query in ["?a b", "?a#b", "?é", "?\u{1}", "?a\tb"] {
        assert_eq!(
            house.answer(&format!("GET /public/a{query}"), &[]),
            (400, "ambiguous_target", "plain_query"),
            "{query:?}"
        );
    }
}

#[test]
fn what_is_not_listed_is_not_told_apart() {
    let house = House::new();
    let nowhere = house.denies("GET /no/such/path", &[]);
    for line in [
        "POST /admin",
        "get /admin",
        "TRACE /admin",
        "CONNECT /admin",
        "FOO /admin",
        "OPTIONS /admin",
        "GET /",
        "GET /public/a/b",
        "DELETE /payouts",
        " /admin",
    ] {
        let (method, target) = line.split_once(' ').unwrap();
        let denial = house.denies(&format!("{method} {target}"), &[]);
        assert_eq!(denial.reason().as_str(), "endpoint_unlisted", "{line}");
        assert_eq!(denial.status().as_u16(), 404);
        assert_eq!(denial.detail(), nowhere.detail());
        assert!(denial.challenges().is_empty());
    }
}

#[test]
fn rfc9110_9_3_2_head_is_judged_as_get_and_never_by_a_wider_endpoint() {
    let house = House::new();
    assert_eq!(
        house.passes("HEAD /public/a", &[]).endpoint().id.as_str(),
        "public.read"
    );
    let mut endpoints = standard();
    endpoints.push(crate::house::endpoint(
        "head.any",
        "HEAD /{page}",
        &[],
        serde_json::json!({}),
    ));
    let house = House::with(inventory(&endpoints));
    assert_eq!(
        house.passes("HEAD /welcome", &[]).endpoint().id.as_str(),
        "head.any"
    );
    assert_eq!(
        house.passes("GET /welcome", &[]).endpoint().id.as_str(),
        "page.read"
    );
    assert_eq!(
        house
            .denies("HEAD /admin", &[])
            .endpoint()
            .unwrap()
            .as_str(),
        "admin.read"
    );
}

#[test]
fn an_endpoint_closes_when_its_exception_ends() {
    let mut house = House::new();
    let key = house.api_key("", |_| {});
    house.now = crate::house::at(99);
    house.passes("GET /old", &[("x-api-key", &key)]);
    house.now = crate::house::at(100);
    assert_eq!(
        house.answer("GET /old", &[("x-api-key", &key)]),
        (403, "endpoint_closed", "endpoint_closed")
    );
}

#[test]
fn an_empty_inventory_denies_everything() {
    let house = House::with(boundary::Inventory::default());
    assert_eq!(house.answer("GET /", &[]).0, 404);
    assert_eq!(house.answer("GET /admin", &[]).0, 404);
}
