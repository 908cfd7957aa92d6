//! Exactly one credential, in one slot, in one spelling.

use crate::house::{House, at, bearer};

const LINE: &str = "GET /reports/all";

#[test]
fn rfc6750_3_no_credential_gets_a_challenge_without_an_error() {
    let house = House::new();
    let denial = house.denies(LINE, &[]);
    assert_eq!(denial.reason().as_str(), "credential_missing");
    assert_eq!(denial.status().as_u16(), 401);
    assert_eq!(
        denial.challenges(),
        ["Bearer realm=\"payments\"", "ApiKey realm=\"payments\""]
    );
    assert_eq!((denial.genuine(), denial.still_accepted()), (None, None));
    let denial = house.denies("GET /admin", &[]);
    assert_eq!(denial.challenges(), ["Bearer realm=\"payments\""]);
}

#[test]
fn rfc6750_2_two_credentials_never_add_up() {
    let mut house = House::new();
    let key = house.api_key("read:reports", |_| {});
    let token = house.token("read:reports", |_| {});
    let (bearer, api_key) = (format!("Bearer {token}"), format!("ApiKey {key}"));
    house.passes(LINE, &[("authorization", &bearer)]);
    let slots = [
        ("authorization", bearer.as_str()),
        ("authorization", &api_key),
        ("authorization", "Basic YTpi"),
        ("authorization", ""),
        ("x-api-key", &key),
        ("x-api-key", "junk"),
    ];
    for one in slots {
        for two in slots {
            assert_eq!(
                house.answer(LINE, &[one, two]),
                (400, "several_credentials", "several_credentials"),
                "{} {}",
                one.0,
                two.0
            );
        }
    }
}

#[test]
fn rfc6750_2_1_a_credential_header_has_one_spelling() {
    let house = House::new();
    let token = house.token("read:reports", |_| {});
    for good in [
        format!("Bearer {token}"),
        format!("bearer {token}"),
        format!(" bEaReR {token}\t"),
    ] {
        house.passes(LINE, &[("authorization", &good)]);
    }
    for wrong in [
        format!("Bearer\t{token}"),
        format!("Bearer  {token}"),
        format!("Bearer:{token}"),
        format!("Bearer{token}"),
        format!("Bearer {token},"),
        format!("Bearer {token}, Bearer {token}"),
        format!("Bearer \"{token}\""),
        format!("Bearer {token}é"),
        token.clone(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        String::new(),
        format!("Béarer {token}"),
        "Digest username=\"a\", realm=\"b\"".to_owned(),
    ] {
        assert_eq!(
            house.answer(LINE, &[("authorization", &wrong)]),
            (400, "invalid_request", "credential_syntax"),
            "{wrong}"
        );
    }
    // One credential, whose text no token has.
    for wrong in [" x", ";x", "%00", "\tx", "?", "#", "=.x", "=", "/", "+"] {
        let wrong = format!("Bearer {token}{wrong}");
        let answer = house.answer(LINE, &[("authorization", &wrong)]);
        assert_eq!(answer.0, 401, "{wrong}");
        assert!(
            ["token_malformed", "token_signature"].contains(&answer.1),
            "{}",
            answer.1
        );
    }
    // RFC 7515 section 7.2: the JSON serialisations, flattened, general and polyglot.
    for json in [
        "{}".to_owned(),
        format!("{{\"payload\":\"{token}\",\"signature\":\"a\"}}"),
        format!("{{\"payload\": \"a\", \"signatures\": [{{\"protected\": \"{token}\"}}]}}"),
        format!("{{\"  {token}\":1,\"payload\":\"forged\"}}"),
    ] {
        let answer = house.answer(LINE, &[("authorization", &format!("Bearer {json}"))]);
        assert_eq!((answer.0, answer.1), (401, "token_malformed"), "{json}");
    }
    for wrong in ["", " ", "a,b", "é", "\"a\""] {
        assert_eq!(
            house.answer(LINE, &[("x-api-key", wrong)]).1,
            "invalid_request",
            "{wrong:?}"
        );
    }
    assert_eq!(
        house.answer(LINE, &[("x-api-key", "a b")]).1,
        "api_key_invalid"
    );
    let challenge = &house
        .denies(LINE, &[("authorization", "Bearer")])
        .challenges()[0];
    assert!(
        challenge.contains("error=\"invalid_request\""),
        "{challenge}"
    );
}

#[test]
fn another_kind_of_secret_is_refused_in_the_bearer_slot_without_a_look_up() {
    let house = House::new();
    for text in [
        "dwa_live_x",
        "dws_test_x",
        "dwr_live_x",
        "dwc_live_x",
        "dwo_live_x",
    ] {
        let [(slot, value)] = bearer(text);
        assert_eq!(
            house.answer(LINE, &[(slot, &value)]),
            (401, "credential_misplaced", "credential_slot"),
            "{text}"
        );
    }
}

#[test]
fn an_unknown_scheme_is_not_an_accepted_kind() {
    let house = House::new();
    for value in ["Basic YTpi", "DPoP abc", "Negotiate abc", "Token abc"] {
        let answer = house.answer(LINE, &[("authorization", value)]);
        assert_eq!(
            (answer.0, answer.1),
            (401, "credential_kind_not_accepted"),
            "{value}"
        );
        // Nothing here verifies Basic, so even its own window opens nothing.
        assert_eq!(
            house.answer("GET /legacy", &[("authorization", value)]).0,
            401
        );
    }
}

#[test]
fn a_credential_in_a_url_or_cookie_is_refused_and_a_genuine_key_is_named() {
    let mut house = House::new();
    let key = house.api_key("read:reports", |_| {});
    let token = house.token("read:reports", |_| {});
    let escaped: String = key.bytes().map(|b| format!("%{b:02X}")).collect();
    let id = house
        .snapshot
        .api_key(&key[8..24])
        .unwrap()
        .to_entry()
        .unwrap()
        .id;
    let good = format!("Bearer {token}");
    for (line, cookie, reason) in [
        (format!("{LINE}?api_key={key}"), None, "credential_in_query"),
        (format!("{LINE}?q={key}"), None, "credential_in_query"),
        (format!("{LINE}?q={escaped}"), None, "credential_in_query"),
        (
            format!("{LINE}?next=https://x/?k={key}%26x=1"),
            None,
            "credential_in_query",
        ),
        (format!("GET /no/such?x={key}"), None, "credential_in_query"),
        (format!("GET /public/{key}"), None, "credential_in_path"),
        (format!("GET /public/{escaped}"), None, "credential_in_path"),
        (
            LINE.to_owned(),
            Some(format!("a=b; k={key}")),
            "credential_in_cookie",
        ),
    ] {
        let mut headers = vec![("authorization", good.as_str())];
        headers.extend(cookie.as_deref().map(|cookie| ("cookie", cookie)));
        let denial = house.denies(&line, &headers);
        assert_eq!(
            (denial.status().as_u16(), denial.reason().as_str()),
            (400, reason),
            "{line}"
        );
        assert_eq!(denial.exposed_api_key(), Some(&id), "{line}");
    }
    for query in ["access_token=x", "q=dw_live_x", "apikey", "client_secret=1"] {
        let denial = house.denies(&format!("{LINE}?{query}"), &[("authorization", &good)]);
        assert_eq!(denial.reason().as_str(), "credential_in_query");
        assert_eq!(denial.exposed_api_key(), None);
        assert_eq!(denial.endpoint().unwrap().as_str(), "reports.read");
    }
    let hidden = house.answer(
        &format!("{LINE}?anything={token}"),
        &[("authorization", &good)],
    );
    assert_eq!(hidden.1, "credential_in_query");
    house.passes(
        &format!("{LINE}?page=2&token=next"),
        &[("authorization", &good)],
    );
}

#[test]
fn nobody_can_have_a_key_withdrawn_by_its_id_alone() {
    let mut house = House::new();
    let key = house.api_key("read:reports", |_| {});
    // Well-formed, with the same id and a right checksum, but another secret.
    let other = house.api_key("read:reports", |_| {});
    let mut entry = house
        .snapshot
        .api_key(&other[8..24])
        .unwrap()
        .to_entry()
        .unwrap();
    entry.digest = house
        .snapshot
        .api_key(&key[8..24])
        .unwrap()
        .to_entry()
        .unwrap()
        .digest;
    house.fold(snapshot::Change::ApiKeyPut(Box::new(entry)));
    let denial = house.denies(&format!("{LINE}?api_key={other}"), &[]);
    assert_eq!(denial.exposed_api_key(), None);
}

#[test]
fn rfc6750_5_3_a_credential_over_plain_http_is_refused() {
    let mut house = House::new();
    let key = house.api_key("read:reports", |_| {});
    let token = house.token("read:reports", |_| {});
    house.secure = false;
    house.passes("GET /public/a", &[]);
    let id = house
        .snapshot
        .api_key(&key[8..24])
        .unwrap()
        .to_entry()
        .unwrap()
        .id;
    let wrapped = format!("Bearer {key}");
    let bearer = format!("Bearer {token}");
    for (line, header, exposed) in [
        (LINE.to_owned(), ("x-api-key", key.as_str()), Some(&id)),
        (
            LINE.to_owned(),
            ("authorization", wrapped.as_str()),
            Some(&id),
        ),
        (LINE.to_owned(), ("authorization", bearer.as_str()), None),
        ("GET /public/a".to_owned(), ("authorization", "junk"), None),
        (
            format!("GET /public/a?k={key}"),
            ("accept", "*/*"),
            Some(&id),
        ),
    ] {
        let denial = house.denies(&line, &[header]);
        assert_eq!(
            (denial.status().as_u16(), denial.reason().as_str()),
            (403, "insecure_transport")
        );
        assert_eq!(denial.exposed_api_key(), exposed);
    }
}

#[test]
fn an_api_key_from_a_browser_is_refused_and_a_token_is_not() {
    let mut house = House::new();
    let key = house.api_key("read:reports", |_| {});
    let token = format!("Bearer {}", house.token("read:reports", |_| {}));
    for (name, value) in [
        ("origin", "https://app.example.com"),
        ("origin", "null"),
        ("sec-fetch-site", "same-origin"),
        ("sec-fetch-dest", "empty"),
        ("sec-fetch-anything", "x"),
    ] {
        for slot in [
            ("x-api-key", key.clone()),
            ("authorization", format!("Bearer {key}")),
        ] {
            assert_eq!(
                house.answer(LINE, &[(slot.0, &slot.1), (name, value)]),
                (403, "api_key_from_browser", "api_key_from_browser")
            );
        }
        house.passes(LINE, &[("authorization", &token), (name, value)]);
    }
    // The `fetch` of Node, where services run.
    let node = [("sec-fetch-mode", "cors"), ("user-agent", "node")];
    house.passes(LINE, &[("x-api-key", &key), node[0], node[1]]);
    assert_eq!(
        house.answer(LINE, &[("x-api-key", &key), node[0]]).0,
        403,
        "anybody else with that field"
    );
}

#[test]
fn where_no_credential_is_asked_one_is_not_judged() {
    let mut house = House::new();
    house.now = at(0);
    let expired = house.token("read:reports", |c| {
        (c.issued_at, c.not_before, c.expires_at) = (at(-900), at(-900), at(-300));
    });
    let conditional = house.passes(
        "GET /public/a",
        &[("authorization", &format!("Bearer {expired}"))],
    );
    assert!(conditional.principal().kind().is_none());
}
