//! What the tokens of known products mean. The claims are written after the
//! products' public documentation, not recorded from them.

use jose::TokenType;
use serde_json::json;

use super::*;

const OWN: Result<&str, &str> = Ok("client_credentials");
const DELEGATED: Result<&str, &str> = Ok("authorization_code");
const UNCLEAR: Result<&str, &str> = Err("foreign_authority");
const NO_ACCESS_TOKEN: Result<&str, &str> = Err("token_type");
const NO_CLIENT: Result<&str, &str> = Err("foreign_client");

/// An endpoint that any credential opens.
const ANY: &str = "DELETE /users/x";

fn judged(edits: &Value, rows: &[(Value, Result<&str, &str>)]) {
    let (trusting, sso) = Trusting::one(edits.clone());
    for (claims, expected) in rows {
        let mut all = json!({ "client_id": null, "scope": null });
        for (name, value) in claims.as_object().unwrap() {
            all[name] = value.clone();
        }
        let token = sso.typed(TokenType::IdToken, all);
        let found = match trusting.decide(ANY, &token) {
            Decision::Conditional(permit) => Ok(permit.principal().kind().unwrap().as_str()),
            Decision::Denial(denial) => Err(denial.rule().as_str()),
        };
        assert_eq!(found, *expected, "{claims}");
    }
}

#[test]
fn openid_rfc9068_2_2_a_clients_own_token_is_about_the_client() {
    judged(
        &json!({ "token_types": ["JWT"] }),
        &[
            (json!({ "sub": "robot", "client_id": "robot" }), OWN),
            (json!({ "sub": "alice", "client_id": "robot" }), DELEGATED),
            (json!({ "sub": "alice" }), NO_CLIENT),
            (json!({ "sub": "alice", "azp": "web" }), NO_CLIENT),
            (json!({ "sub": "alice", "client_id": "" }), NO_CLIENT),
            (
                json!({ "sub": "alice", "client_id": "web", "nonce": "n" }),
                NO_ACCESS_TOKEN,
            ),
            (
                json!({ "sub": "alice", "client_id": "web", "at_hash": "h" }),
                NO_ACCESS_TOKEN,
            ),
        ],
    );
}

#[test]
fn auth0_tells_a_machine_by_its_subject_and_its_grant() {
    let preset = json!({
        "preset": "auth0", "token_types": ["at+jwt", "JWT"], "client": [["azp"], ["client_id"]],
    });
    let machine = "x1y2@clients";
    judged(
        &preset,
        &[
            (
                json!({ "sub": machine, "azp": "x1y2", "gty": "client-credentials" }),
                OWN,
            ),
            (json!({ "sub": machine, "client_id": "x1y2" }), OWN),
            (
                json!({ "sub": "auth0|1", "azp": "x1y2", "permissions": ["read:a"] }),
                DELEGATED,
            ),
            (
                json!({ "sub": "auth0|1", "azp": "x1y2", "gty": "password" }),
                DELEGATED,
            ),
            (json!({ "sub": machine, "azp": "other" }), UNCLEAR),
            (
                json!({ "sub": machine, "azp": "x1y2", "gty": "password" }),
                UNCLEAR,
            ),
            (
                json!({ "sub": "auth0|1", "azp": "x1y2", "gty": "client-credentials" }),
                UNCLEAR,
            ),
            (
                json!({ "sub": "auth0|1", "azp": "a", "client_id": "b" }),
                NO_CLIENT,
            ),
            // An ID token: for the client, from no client.
            (json!({ "sub": "auth0|1", "sid": "s" }), NO_CLIENT),
            (
                json!({ "sub": "auth0|1", "azp": "x1y2", "nonce": "n" }),
                NO_ACCESS_TOKEN,
            ),
            (
                json!({ "sub": "auth0|1", "azp": "x1y2", "gty": 1 }),
                Err("token_claim"),
            ),
        ],
    );
}

#[test]
fn okta_tells_an_end_user_by_uid() {
    let preset = json!({ "preset": "okta", "token_types": ["JWT"], "client": [["cid"]] });
    judged(
        &preset,
        &[
            (
                json!({ "sub": "0oa1", "cid": "0oa1", "scp": ["reports"] }),
                OWN,
            ),
            (
                json!({ "sub": "a@acme.example", "cid": "0oa1", "uid": "00u1" }),
                DELEGATED,
            ),
            (json!({ "sub": "a@acme.example", "cid": "0oa1" }), UNCLEAR),
            (
                json!({ "sub": "0oa1", "cid": "0oa1", "uid": "00u1" }),
                UNCLEAR,
            ),
            (json!({ "sub": "00u1", "uid": "00u1" }), NO_CLIENT),
            (
                json!({ "sub": "x", "cid": "y", "uid": 7 }),
                Err("token_claim"),
            ),
        ],
    );
}

#[test]
fn entra_tells_an_application_by_idtyp() {
    let preset = json!({
        "preset": "entra", "token_types": ["JWT"], "client": [["azp"], ["appid"]],
    });
    judged(
        &preset,
        &[
            (
                json!({ "sub": "o", "azp": "app", "idtyp": "app", "roles": ["R"] }),
                OWN,
            ),
            (json!({ "sub": "o", "appid": "app", "idtyp": "app" }), OWN),
            (
                json!({ "sub": "p", "azp": "app", "scp": "access_as_user" }),
                DELEGATED,
            ),
            (
                json!({ "sub": "p", "azp": "app", "idtyp": "user", "scp": "a" }),
                DELEGATED,
            ),
            // An application's token without the optional claim.
            (json!({ "sub": "o", "azp": "app", "roles": ["R"] }), UNCLEAR),
            (
                json!({ "sub": "o", "azp": "app", "idtyp": "app", "scp": "a" }),
                UNCLEAR,
            ),
            (
                json!({ "sub": "o", "azp": "app", "idtyp": "device" }),
                UNCLEAR,
            ),
            (
                json!({ "sub": "o", "azp": "app", "appid": "other", "idtyp": "app" }),
                NO_CLIENT,
            ),
            // An ID token.
            (
                json!({ "sub": "p", "nonce": "n", "ver": "2.0" }),
                NO_ACCESS_TOKEN,
            ),
            (json!({ "sub": "p", "ver": "2.0" }), NO_CLIENT),
        ],
    );
}

#[test]
fn google_service_accounts_and_nobody_else() {
    let preset = json!({
        "preset": "google", "token_types": ["JWT"], "client": [["azp"]], "scopes": null,
        "roles": { "claim": ["email"], "map": { "robot@p.iam.gserviceaccount.com": ["read:reports"] } },
    });
    let machine = "robot@p.iam.gserviceaccount.com";
    judged(
        &preset,
        &[
            (
                json!({ "sub": "11", "azp": "11", "email": machine, "email_verified": true }),
                OWN,
            ),
            (
                json!({ "sub": "11", "azp": "11", "email": machine, "email_verified": false }),
                UNCLEAR,
            ),
            (
                json!({ "sub": "11", "azp": "11", "email": machine }),
                UNCLEAR,
            ),
            (
                json!({ "sub": "11", "azp": "12", "email": machine, "email_verified": true }),
                UNCLEAR,
            ),
            (
                json!({ "sub": "11", "azp": "11", "email": "a@gmail.com", "email_verified": true }),
                UNCLEAR,
            ),
            (
                json!({ "sub": "11", "azp": "11", "email": "a@gserviceaccount.com.evil.example", "email_verified": true }),
                UNCLEAR,
            ),
            (json!({ "sub": "11", "azp": "11" }), UNCLEAR),
            (
                json!({ "sub": "11", "email": machine, "email_verified": true }),
                NO_CLIENT,
            ),
        ],
    );
    let (trusting, sso) = Trusting::one(preset);
    let token = |email: &str| {
        sso.typed(
            TokenType::IdToken,
            json!({ "sub": "11", "azp": "11", "email": email, "email_verified": true, "scope": null }),
        )
    };
    trusting.passes(LINE, &token(machine));
    let other = token("other@p.iam.gserviceaccount.com");
    assert_eq!(trusting.answer(LINE, &other), (403, "scope"));
}

#[test]
fn keycloak_tells_a_machine_by_its_user_and_its_lack_of_a_session() {
    let preset = json!({
        "preset": "keycloak", "token_types": ["at+jwt", "JWT"], "client": [["azp"], ["client_id"]],
    });
    let machine = |client: &str| format!("service-account-{client}");
    judged(
        &preset,
        &[
            (
                json!({ "typ": "Bearer", "azp": "Robot", "preferred_username": machine("robot"), "client_id": "Robot" }),
                OWN,
            ),
            (
                json!({ "typ": "Bearer", "azp": "web", "sid": "s", "preferred_username": "alice" }),
                DELEGATED,
            ),
            (
                json!({ "typ": "Bearer", "azp": "web", "sid": "s" }),
                DELEGATED,
            ),
            // A person who picked the name of a machine.
            (
                json!({ "typ": "Bearer", "azp": "robot", "sid": "s", "preferred_username": machine("robot") }),
                UNCLEAR,
            ),
            (
                json!({ "typ": "Bearer", "azp": "web", "preferred_username": machine("robot") }),
                UNCLEAR,
            ),
            (
                json!({ "typ": "Bearer", "azp": "web", "preferred_username": "alice" }),
                UNCLEAR,
            ),
            (json!({ "typ": "Bearer", "azp": "web" }), UNCLEAR),
            (
                json!({ "typ": "ID", "azp": "web", "sid": "s" }),
                NO_ACCESS_TOKEN,
            ),
            (
                json!({ "typ": "Refresh", "azp": "web", "sid": "s" }),
                NO_ACCESS_TOKEN,
            ),
            (json!({ "azp": "web", "sid": "s" }), NO_ACCESS_TOKEN),
            (
                json!({ "typ": ["Bearer"], "azp": "web", "sid": "s" }),
                Err("token_claim"),
            ),
            (
                json!({ "typ": "Bearer", "azp": "web", "client_id": "x", "sid": "s" }),
                NO_CLIENT,
            ),
        ],
    );
}

#[test]
fn a_configured_claim_says_it_and_what_it_does_not_say_is_refused() {
    let told = json!({
        "token_types": ["JWT"],
        "authority": { "claim": ["actor", "kind"], "own": ["app"], "delegated": ["user"] },
    });
    let actor = |kind: Value| json!({ "sub": "x", "client_id": "x", "actor": { "kind": kind } });
    judged(
        &told,
        &[
            (actor(json!("app")), OWN),
            (actor(json!("user")), DELEGATED),
            (actor(json!("App")), UNCLEAR),
            (actor(json!("")), UNCLEAR),
            (json!({ "sub": "x", "client_id": "x" }), UNCLEAR),
            (actor(json!(["app"])), Err("token_claim")),
            (
                json!({ "sub": "x", "client_id": "x", "actor": "app" }),
                Err("token_claim"),
            ),
        ],
    );
}

/// What a machine got for itself never opens what asks for an end-user's consent.
#[test]
fn the_kind_is_what_an_endpoint_judges() {
    let (trusting, sso) = Trusting::one(json!({}));
    let own = sso.token(json!({ "scope": "admin:site" }));
    trusting.passes("GET /admin", &own);
    let delegated = sso.token(json!({ "sub": "alice", "scope": "admin:site" }));
    assert_eq!(
        trusting.answer("GET /admin", &delegated),
        (401, "credential_kind")
    );
}
