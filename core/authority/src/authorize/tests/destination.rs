//! Rules 1 to 3: until it is proved where the answer goes, it goes nowhere.

use proptest::prelude::*;

use super::*;

/// What a request names, in the place of what is registered.
fn refuses(world: &World, redirect_uri: &str) {
    let refusal = world.page(&world.text(&[("redirect_uri", Some(redirect_uri))]));
    let expected = ["redirect_uri", "form"];
    assert!(
        expected.contains(&refusal.rule),
        "{redirect_uri:?}: {}",
        refusal.rule
    );
}

#[test]
fn rfc9700_4_1_3_aut_001_a_redirect_uri_is_compared_character_by_character() {
    let world = World::new();
    for other in [
        "https://app.test/cb/",
        "https://app.test/cb?x=1",
        "https://app.test/cb?",
        "https://app.test/cb#f",
        "https://app.test/cb#",
        "https://app.test/CB",
        "HTTPS://app.test/cb",
        "https://APP.test/cb",
        "https://app.test:443/cb",
        "https://app.test/cb/.",
        "https://app.test/a/../cb",
        "https://app.test/%63b",
        "https://app.test//cb",
        "http://app.test/cb",
        "https://app.test",
        "https://app.test/c",
        "https://user@app.test/cb",
        "https://app.test.evil/cb",
        "https://evil/https://app.test/cb",
        "//app.test/cb",
        "/cb",
    ] {
        refuses(&world, other);
    }
}

#[test]
fn rfc9700_4_1_3_aut_003_no_path_is_read_in_two_ways() {
    let world = World::new();
    for tail in [
        "/..;/x",
        "/%2e%2e/x",
        "/..%2f..%2fx",
        "\\..\\x",
        ";x=1",
        "%00",
        "%252e",
    ] {
        refuses(&world, &format!("{REDIRECT}{tail}"));
    }
}

#[test]
fn rfc9110_5_5_aut_006_no_line_and_no_blank_reaches_a_header() {
    let world = World::new();
    for other in [
        "https://app.test/cb%0d%0aLocation:%20https://evil",
        "https://app.test/cb\r\nLocation: https://evil",
        "https://app.test/cb\0",
        "https://app\t.test/cb",
        "ht\ntps://app.test/cb",
        " https://app.test/cb",
        "https://app.test/cb ",
        "\u{feff}https://app.test/cb",
    ] {
        refuses(&world, other);
    }
}

#[test]
fn rfc8252_7_3_aut_010_the_port_is_free_at_a_loopback_address_alone() {
    refuses(&World::new(), "https://app.test:8443/cb");
    for registered in [
        "http://127.0.0.1/cb",
        "http://127.0.0.1:1234/cb",
        "http://[::1]/cb",
    ] {
        let world = World::with("native", &[registered]);
        let host = if registered.contains("::1") {
            "[::1]"
        } else {
            "127.0.0.1"
        };
        let port = format!("http://{host}:51004/cb");
        world.grants(&[("redirect_uri", Some(&port))]);
        for other in [
            format!("http://{host}:51004/cb2"),
            format!("http://{host}:0/cb"),
            format!("http://{host}:65536/cb"),
            format!("http://{host}:51004@evil/cb"),
            format!("https://{host}:51004/cb"),
            "http://127.0.0.2:51004/cb".to_owned(),
            "http://localhost:51004/cb".to_owned(),
            "http://127.0.0.1.evil:51004/cb".to_owned(),
        ] {
            refuses(&world, &other);
        }
    }
}

#[test]
fn rfc8252_7_1_aut_011_a_scheme_of_an_apps_own_is_compared_whole() {
    let world = World::with("native", &["com.example.app:/cb"]);
    for other in [
        "com.example.app:cb",
        "com.example.app://cb",
        "COM.EXAMPLE.APP:/cb",
        "com.example.app.evil:/cb",
        "com.example.app:/cb/",
        "com.example.ap:/cb",
    ] {
        refuses(&world, other);
    }
}

#[test]
fn rfc6749_3_1_2_3_aut_012_nothing_is_guessed_where_two_are_registered() {
    let two = World::with("web", &[REDIRECT, "https://app.test/other"]);
    two.grants(&[("redirect_uri", Some("https://app.test/other"))]);
    assert_eq!(
        two.page(&two.text(&[("redirect_uri", None)])).rule,
        "redirect_uri"
    );
    let one = World::new();
    one.grants(&[("redirect_uri", None)]);
    for world in [&one, &two] {
        refuses(world, "");
        for second in [REDIRECT, "https://evil", ""] {
            let second = crate::form::write([("redirect_uri", second)]);
            let refusal = world.page(&format!("{}&{second}", world.text(&[])));
            assert!(["repeated_parameter", "redirect_uri"].contains(&refusal.rule));
        }
    }
}

/// The page, and the rule that the audit has.
fn client_page(world: &World, text: &str) -> (&'static str, &'static str) {
    match world.ask_text(text, Granting::Unasked).outcome {
        Authorization::Page(refusal) => (refusal.rule, refusal.description),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn rfc6749_4_1_2_1_aut_042_every_client_that_may_not_ask_gets_one_page() {
    let world = World::new();
    let id = world.client.id.to_string();
    let unknown = world.page(&world.text(&[("client_id", None)])).description;
    for other in [
        id.to_uppercase(),
        format!("{id} "),
        format!(" {id}"),
        format!("{id}x"),
        id.replacen('c', "\u{441}", 1),
        "unknown".to_owned(),
    ] {
        let refusal = world.page(&world.text(&[("client_id", Some(&other))]));
        assert_eq!(
            (refusal.rule, refusal.description),
            ("client_unknown", unknown),
            "{other}"
        );
    }
    assert_eq!(
        world.page(&world.text(&[("client_id", Some("a\0"))])).rule,
        "form"
    );
    let good = world.text(&[]);
    let mut ended = World::new();
    ended.now = ended.client.expires_at;
    let mut revoked = World::new();
    revoked.client.revocation = Some(crate::accountability::Revocation {
        at: revoked.now,
        reason: "leaked".into(),
    });
    let mut ownerless = World::new();
    ownerless.owner_is_disabled = true;
    let mut elsewhere = World::new();
    elsewhere.client.environment = "sandbox".parse().unwrap();
    let mut service = World::new();
    service.client.client_type = client::ClientType::Service;
    for (world, rule) in [
        (ended, "client_ended"),
        (revoked, "client_ended"),
        (ownerless, "client_owner_disabled"),
        (elsewhere, "wrong_environment"),
        (service, "client_type"),
    ] {
        assert_eq!(client_page(&world, &good), (rule, unknown));
    }
}

#[test]
fn rfc9700_4_11_aut_013_a_wrong_request_never_leads_elsewhere() {
    let world = World::new();
    let evil = ("redirect_uri", Some("https://evil.example/cb"));
    for also in [
        ("client_id", Some("unknown")),
        ("client_id", None),
        ("response_type", Some("token")),
        ("response_type", None),
        ("scope", Some("admin")),
        ("prompt", Some("none login")),
        ("code_challenge", None),
        ("request_uri", Some("https://evil.example/request")),
    ] {
        world.page(&world.text(&[evil, also]));
    }
}

#[test]
fn rfc6749_3_1_aut_026_a_repeated_parameter_is_refused() {
    let world = World::new();
    for name in [
        "client_id",
        "redirect_uri",
        "state",
        "scope",
        "code_challenge",
        "nonce",
    ] {
        let good = world.text(&[]);
        let pairs = crate::form::pairs(good.as_bytes()).unwrap();
        let (_, same) = pairs.iter().find(|(found, _)| found == name).unwrap();
        for second in [same.as_str(), "other"] {
            let second = crate::form::write([(name, second)]);
            for text in [format!("{good}&{second}"), format!("{second}&{good}")] {
                assert_eq!(world.page(&text).rule, "repeated_parameter", "{text}");
            }
        }
    }
}

#[test]
fn rfc6749_3_1_aut_027_what_parsers_read_in_two_ways_never_overrides() {
    let world = World::new();
    let good = world.text(&[]);
    for twice in [
        "%72edirect_uri=https%3A%2F%2Fevil",
        "redirect%5Furi=https%3A%2F%2Fevil",
    ] {
        assert_eq!(
            world.page(&format!("{good}&{twice}")).rule,
            "repeated_parameter"
        );
    }
    for unknown in [
        "redirect_uri[]=https%3A%2F%2Fevil",
        "Redirect_uri=https%3A%2F%2Fevil",
        "amp;redirect_uri=https%3A%2F%2Fevil",
        "x=1;redirect_uri=https%3A%2F%2Fevil",
    ] {
        let plan = world.ask_text(&format!("{good}&{unknown}"), Granting::Unasked);
        let Authorization::Answer(answer) = plan.outcome else {
            panic!("{unknown}");
        };
        assert_eq!(answer.to.as_str(), REDIRECT);
        assert!(!answer.location().contains("evil"), "{unknown}");
    }
    assert_eq!(
        world.page(&format!("{good}&redirect_uri%00=x")).rule,
        "form"
    );
}

proptest! {
    /// One character more, fewer or other, anywhere: a page of ours.
    #[test]
    fn rfc9700_4_1_3_one_character_off_is_another_address(
        at in 0_usize..19, other in any::<char>(), edit in 0_u8..3
    ) {
        let world = World::new();
        let mut chars: Vec<char> = REDIRECT.chars().collect();
        match edit {
            0 => chars.insert(at, other),
            1 => { chars.remove(at); }
            _ => chars[at] = other,
        }
        let asked: String = chars.into_iter().collect();
        prop_assume!(asked != REDIRECT);
        refuses(&world, &asked);
    }
}
