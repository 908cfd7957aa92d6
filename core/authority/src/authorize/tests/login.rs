//! Rules 9 to 11: who is asked, and what they have granted.

use super::*;
use crate::Effect;
use crate::versioned::VersionedRecord;

fn asks_login(world: &World, changes: &[(&str, Option<&str>)]) -> LoginAsked {
    let plan = world.ask(changes);
    assert!(plan.writes.effects.is_empty());
    match plan.outcome {
        Authorization::Login(asked) => asked,
        other => panic!("{changes:?}: {other:?}"),
    }
}

fn error_now(world: &World, changes: &[(&str, Option<&str>)], granting: Granting<'_>) -> String {
    let answer = world.refused_now(&world.text(changes), granting);
    field(&answer, "error").unwrap().to_owned()
}

const NONE: (&str, Option<&str>) = ("prompt", Some("none"));

#[test]
fn oidc_core_3_1_2_1_aut_034_prompt_none_shows_nothing_and_stands_alone() {
    let mut world = World::new();
    world.grants(&[NONE]);
    for prompt in [
        "none login",
        "login none",
        "none consent",
        "none select_account",
        "NONE",
        "create",
        "none ",
        " none",
        "login  consent",
    ] {
        assert_eq!(
            world.error(&[("prompt", Some(prompt))]),
            "invalid_request",
            "{prompt}"
        );
    }
    for (prompt, reason) in [
        ("login", LoginReason::Asked),
        ("select_account", LoginReason::SelectAccount),
        ("login consent", LoginReason::Asked),
    ] {
        assert_eq!(
            asks_login(&world, &[("prompt", Some(prompt))]).reason,
            reason
        );
    }
    world.session = None;
    assert_eq!(
        error_now(&world, &[NONE], Granting::Unasked),
        "login_required"
    );
    assert_eq!(asks_login(&world, &[]).reason, LoginReason::Nobody);
}

#[test]
fn a_session_that_has_ended_in_any_way_is_nobodys() {
    let ended = |edit: fn(&mut World)| {
        let mut world = World::new();
        edit(&mut world);
        assert_eq!(asks_login(&world, &[]).reason, LoginReason::Nobody);
        assert_eq!(
            error_now(&world, &[NONE], Granting::Unasked),
            "login_required"
        );
    };
    ended(|world| world.now = world.session.as_ref().unwrap().expires_at);
    ended(|world| world.account.subject_version += 1);
    ended(|world| {
        world.account.disabled = Some(accountability::Revocation {
            at: world.now,
            reason: "gone".into(),
        });
    });
    ended(|world| {
        let session = world.session.as_ref().unwrap();
        let reason = session::EndReason::LoggedOut;
        let plan = session::end(session, &[], reason, &origin(), world.now);
        let Some(Effect::PutRecord { record, .. }) = plan.writes.effects.into_iter().next() else {
            panic!("no record")
        };
        let VersionedRecord::Session(session) = *record else {
            panic!("no session")
        };
        world.session = Some(session);
    });
}

#[test]
fn oidc_core_3_1_2_1_aut_035_max_age_is_seconds_since_the_login() {
    let mut world = World::new();
    for text in [
        "-1",
        "x",
        "9223372036854775808",
        "1.5",
        "+5",
        "1 ",
        "0x10",
        "99999999999",
    ] {
        assert_eq!(
            world.error(&[("max_age", Some(text))]),
            "invalid_request",
            "{text}"
        );
    }
    let zero = ("max_age", Some("0"));
    assert_eq!(asks_login(&world, &[zero]).reason, LoginReason::TooLongAgo);
    let age = ("max_age", Some("60"));
    world.wait(60);
    world.grants(&[age]);
    world.grants(&[age, NONE]);
    world.wait(1);
    assert_eq!(asks_login(&world, &[age]).reason, LoginReason::TooLongAgo);
    for none in [[age, NONE], [zero, NONE]] {
        assert_eq!(
            error_now(&world, &none, Granting::Unasked),
            "login_required"
        );
    }
}

#[test]
fn oidc_core_3_1_2_1_what_asks_for_a_login_is_met_by_one_after_it_and_once() {
    for change in [("prompt", Some("login")), ("max_age", Some("0"))] {
        let mut world = World::new();
        world.wait(10);
        let asked = asks_login(&world, &[change]);
        let text = world.text(&[change]);
        let request = AuthorizationRequest::parse(text.as_bytes()).unwrap();
        let written = asked.interaction.write(&request, &world.digest_keys);
        let going_on = format!("{text}&interaction={written}");
        // The session from before we asked is not the login.
        let before = world.ask_text(&going_on, Granting::Unasked);
        assert!(matches!(before.outcome, Authorization::Login(_)));
        world.wait(5);
        world.log_in();
        let after = world.ask_text(&going_on, Granting::Unasked);
        assert!(
            matches!(after.outcome, Authorization::Answer(_)),
            "{change:?}"
        );
        // The same proof for another request is none.
        let other = format!(
            "{}&interaction={written}",
            world.text(&[change, ("state", Some("s-2"))])
        );
        world.wait(5);
        let other = world.ask_text(&other, Granting::Unasked);
        assert!(
            matches!(other.outcome, Authorization::Login(_)),
            "{change:?}"
        );
    }
}

#[test]
fn oidc_core_3_1_2_4_aut_041_what_was_not_granted_is_asked_or_refused() {
    let mut world = World::new();
    let more = ("scope", Some("openid read:profile write:profile"));
    let fewer = ("scope", Some("read:profile"));
    world.grants(&[fewer, NONE]);
    assert_eq!(world.error(&[more, NONE]), "consent_required");
    let Authorization::Consent(asked) = world.ask(&[more]).outcome else {
        panic!("no consent page")
    };
    assert_eq!(
        asked.scopes.to_string(),
        "openid read:profile write:profile"
    );
    assert_eq!(asked.new.to_string(), "write:profile");
    assert_eq!(asked.to.as_str(), REDIRECT);
    let consent = ("prompt", Some("consent"));
    assert!(matches!(
        world.ask(&[consent]).outcome,
        Authorization::Consent(_)
    ));
    let known = world.grant.clone().unwrap();
    let withdrawn = Grant {
        withdrawn: Some(accountability::Revocation {
            at: world.now,
            reason: "no more".into(),
        }),
        ..known
    };
    for none in [None, Some(withdrawn)] {
        world.grant = none;
        assert_eq!(
            error_now(&world, &[NONE], Granting::Unasked),
            "consent_required"
        );
        let Authorization::Consent(asked) = world.ask(&[]).outcome else {
            panic!("no consent page")
        };
        assert_eq!(asked.new, asked.scopes, "nothing of it stands");
    }
}

#[test]
fn rfc6749_3_3_aut_040_what_is_granted_is_what_was_shown_and_is_asked() {
    let mut world = World::new();
    world.grant = None;
    let text = world.text(&[]);
    let asked = GrantedScopes::parse("openid read:profile").unwrap();
    for shown in [
        "openid",
        "read:profile",
        "openid read:profile write:profile",
        "openid write:profile",
        "openid read:profile offline_access",
    ] {
        let shown = GrantedScopes::parse(shown).unwrap();
        let plan = world.ask_text(&text, Granting::Yes(&shown));
        assert!(
            matches!(plan.outcome, Authorization::Consent(_)),
            "{shown}: asked again"
        );
        assert!(
            plan.writes.effects.is_empty(),
            "{shown}: nothing is granted"
        );
    }
    assert_eq!(error_now(&world, &[], Granting::No), "access_denied");
    let plan = world.ask_text(&text, Granting::Yes(&asked));
    assert!(matches!(plan.outcome, Authorization::Answer(_)));
    let records: Vec<_> = plan
        .writes
        .effects
        .iter()
        .map(|effect| match effect {
            Effect::PutRecord { record, .. } => record.as_ref(),
            other => panic!("{other:?}"),
        })
        .collect();
    let [
        VersionedRecord::Grant(grant),
        VersionedRecord::AuthorizationCode(code),
    ] = records.as_slice()
    else {
        panic!("{records:?}")
    };
    assert_eq!((&grant.scopes, &code.scopes), (&asked, &asked));
    assert_eq!(
        (&code.client, code.redirect_uri.as_str()),
        (&world.client.id, REDIRECT)
    );
    assert_eq!(
        (&code.account, code.nonce.as_deref()),
        (&world.account.id, Some("n-1"))
    );
}

#[test]
fn no_consent_page_answers_for_whoever_is_not_logged_in() {
    let mut world = World::new();
    let asked = GrantedScopes::parse("openid read:profile").unwrap();
    world.session = None;
    for granting in [Granting::Yes(&asked), Granting::No] {
        let plan = world.ask_text(&world.text(&[]), granting);
        assert!(matches!(plan.outcome, Authorization::Login(_)));
        assert!(plan.writes.effects.is_empty());
    }
}
