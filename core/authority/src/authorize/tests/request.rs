//! Rules 4 to 8, and the shape of every answer.

use super::*;

#[test]
fn rfc9207_2_aut_022_every_answer_says_who_answers() {
    let world = World::new();
    let (code, plan) = world.code(&[]);
    let Authorization::Answer(answer) = plan.outcome else {
        panic!("no answer")
    };
    assert_eq!(field(&answer, "iss"), Some(ISSUER));
    assert_eq!(field(&answer, "state"), Some("s-1"));
    let location = answer.location();
    assert!(location.starts_with(&format!("{REDIRECT}?code={code}&state=s-1&iss=https")));
    // The refusals: `World::refused_now` asserts it of each one in these tests.
    let refused = world.refused(&[("response_type", Some("token"))]);
    assert!(
        refused
            .location()
            .ends_with("&iss=https%3A%2F%2Flogin.example.com")
    );
}

#[test]
fn rfc7636_4_4_1_aut_016_every_client_sends_a_challenge() {
    for client_type in ["web", "browser", "native"] {
        let world = World::with(client_type, &[REDIRECT]);
        assert_eq!(world.error(&[("code_challenge", None)]), "invalid_request");
        assert_eq!(
            world.error(&[("code_challenge", None), ("code_challenge_method", None)]),
            "invalid_request"
        );
    }
}

#[test]
fn rfc7636_4_3_aut_017_the_method_is_s256_and_nothing_else() {
    let world = World::new();
    for method in [
        None,
        Some("plain"),
        Some("s256"),
        Some("none"),
        Some("S256 "),
        Some(" S256"),
        Some("S512"),
        Some(""),
    ] {
        assert_eq!(
            world.error(&[("code_challenge_method", method)]),
            "invalid_request",
            "{method:?}"
        );
    }
}

#[test]
fn rfc7636_4_2_aut_018_a_challenge_is_43_characters_of_base64url() {
    let short = CHALLENGE.get(..42).unwrap();
    let world = World::new();
    for challenge in [
        "",
        short,
        &format!("{CHALLENGE}A"),
        &"a".repeat(129),
        &CHALLENGE.replace('-', "+"),
        &format!("{}=", short),
        &format!("{} ", short),
        &"é".repeat(22),
    ] {
        let error = world.error(&[("code_challenge", Some(challenge))]);
        assert_eq!(error, "invalid_request", "{challenge}");
    }
}

#[test]
fn oauth21_4_1_1_aut_023_no_token_is_ever_in_an_address() {
    let world = World::new();
    for response_type in [
        "token",
        "id_token",
        "code token",
        "code id_token",
        "code code",
        "CODE",
        "none",
        "code ",
    ] {
        let answer = world.refused(&[("response_type", Some(response_type))]);
        assert_eq!(field(&answer, "error"), Some("unsupported_response_type"));
        for never in ["access_token", "id_token", "code"] {
            assert_eq!(field(&answer, never), None);
        }
        assert!(!answer.location().contains('#'));
    }
    for absent in [None, Some("")] {
        assert_eq!(world.error(&[("response_type", absent)]), "invalid_request");
    }
    let twice = format!("{}&response_type=code", world.text(&[]));
    assert_eq!(world.page(&twice).rule, "repeated_parameter");
}

#[test]
fn oauth_response_modes_2_1_aut_024_the_modes_are_those_of_the_metadata() {
    let world = World::new();
    for mode in ResponseMode::ALL {
        world.grants(&[("response_mode", Some(mode.as_str()))]);
    }
    for mode in [
        "fragment",
        "form_post.jwt",
        "query.jwt",
        "jwt",
        "web_message",
        "QUERY",
        "query ",
        "x",
    ] {
        let answer = world.refused(&[("response_mode", Some(mode))]);
        assert_eq!(field(&answer, "error"), Some("invalid_request"), "{mode}");
        assert_eq!(answer.mode, ResponseMode::Query);
    }
    let twice = format!(
        "{}&response_mode=query&response_mode=query",
        world.text(&[])
    );
    assert_eq!(world.page(&twice).rule, "repeated_parameter");
}

#[test]
fn rfc6749_4_1_2_aut_028_state_comes_back_once_and_escaped_or_not_at_all() {
    let world = World::new();
    let long = "x".repeat(8 * 1024);
    for state in [
        "<svg onload=alert(1)>",
        "a&code=evil",
        "a#b",
        "\u{2028}",
        "%0d%0a",
        &long,
    ] {
        let (_, plan) = world.code(&[("state", Some(state))]);
        let Authorization::Answer(answer) = plan.outcome else {
            panic!("no answer")
        };
        assert_eq!(field(&answer, "state"), Some(state));
        let location = answer.location();
        let (_, query) = location.split_once('?').unwrap();
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~%=&".contains(&b);
        assert!(query.bytes().all(allowed), "{query}");
        let read = crate::form::pairs(query.as_bytes()).unwrap();
        let read: Vec<_> = read.iter().filter(|(name, _)| name == "state").collect();
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].1, state);
        let names = query.matches("code=").count();
        assert_eq!(names, 1, "{query}");
    }
    let good = world.text(&[("state", None)]);
    for raw in ["%0d%0aX: y", "%00", "%ff", "%c3%28", "%zz", "%"] {
        assert_eq!(
            world.page(&format!("{good}&state={raw}")).rule,
            "form",
            "{raw}"
        );
    }
    let longer = world.text(&[("state", Some(&"x".repeat(16 * 1024)))]);
    assert_eq!(world.page(&longer).rule, "request_size");
}

#[test]
fn rfc6749_3_3_aut_040_the_scopes_are_the_clients_or_none() {
    let world = World::new();
    let many: Vec<String> = (0..10_000).map(|n| format!("r:{n}")).collect();
    for scope in [
        "admin",
        "openid read:orders",
        "read:profile read:orders",
        "*",
        "read:*",
        "READ:profile",
        "OPENID",
        "openid\u{a0}read:profile",
        "openid  read:profile",
        " openid",
        "openid openid",
        "",
    ] {
        assert_eq!(
            world.error(&[("scope", Some(scope))]),
            "invalid_scope",
            "{scope:?}"
        );
    }
    assert_eq!(world.error(&[("scope", None)]), "invalid_scope");
    let tab = world.text(&[("scope", Some("openid\tread:profile"))]);
    assert_eq!(world.page(&tab).rule, "form");
    let most = many[..1_500].join(" ");
    assert_eq!(world.error(&[("scope", Some(&most))]), "invalid_scope");
    let all = world.text(&[("scope", Some(&many.join(" ")))]);
    assert_eq!(world.page(&all).rule, "request_size");
}

#[test]
fn rfc8707_2_aut_043_a_resource_is_an_api_of_the_client() {
    let world = World::new();
    world.grants(&[("resource", Some(PEOPLE))]);
    for resource in [
        "https://api.example.com/orders",
        "https://api.example.com/people/",
        "https://api.example.com/people#f",
        "https://API.example.com/people",
        "/people",
        "people",
        "https://other.example/people",
    ] {
        let error = world.error(&[("resource", Some(resource))]);
        assert_eq!(error, "invalid_target", "{resource}");
        let both = format!(
            "{}&{}",
            world.text(&[("resource", Some(PEOPLE))]),
            crate::form::write([("resource", resource)])
        );
        let answer = world.refused_now(&both, Granting::Unasked);
        assert_eq!(field(&answer, "error"), Some("invalid_target"));
    }
}

#[test]
fn oidc_core_6_a_request_object_is_refused_and_never_ignored() {
    let world = World::new();
    assert_eq!(
        world.error(&[("request", Some("e30.e30."))]),
        "request_not_supported"
    );
    let uri = Some("urn:ietf:params:oauth:request_uri:x");
    assert_eq!(
        world.error(&[("request_uri", uri)]),
        "request_uri_not_supported"
    );
}
