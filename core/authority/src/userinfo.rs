//! The userinfo endpoint: OpenID Connect Core section 5.3. Whoever asks holds an
//! access token of ours that still stands: that is proved before these rules.
//!
//! | # | rule | refusal | source |
//! |---|---|---|---|
//! | 1 | it has the scope `openid` | `insufficient_scope` | OpenID Connect Core section 5.3.1 |
//! | 2 | the issuer is one of its audiences | `invalid_token` | RFC 9068 section 4 |
//! | 3 | the person is here, and is not gone or cut off | `invalid_token` | RFC 6750 section 3.1 |
//!
//! What the answer has is what the scopes allow and no more (section 5.4).

use credential::Environment;
use jose::AccessTokenClaims;
use serde::Serialize;
use snapshot::IssuerUrl;

use crate::account::Account;
use crate::grant::IdentityScope;

/// The claims about a person. What is not known, or not granted, is left out
/// (OpenID Connect Core section 5.3.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserInfo {
    /// Who: the `sub` of the ID token.
    pub sub: String,
    /// How to call the person, with the scope `profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the person logs in as, with the scope `profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// The address of mail, with the scope `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether mail to it was shown to reach the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
}

/// The claims beside `sub`, for the metadata.
pub const CLAIMS: [&str; 4] = ["name", "preferred_username", "email", "email_verified"];

/// Why nothing is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserInfoRefusal {
    /// `insufficient_scope`: the token has not the scope `openid`.
    InsufficientScope,
    /// `invalid_token`: it is not for this endpoint.
    Audience,
    /// `invalid_token`: who it is about is gone, or was cut off.
    Account,
}

/// Decides what is told about `account`, the one that the token is about.
///
/// # Errors
///
/// [`UserInfoRefusal`] for the first rule that is not met.
pub fn decide(
    claims: &AccessTokenClaims,
    account: Option<&Account>,
    (environment, issuer): (&Environment, &IssuerUrl),
) -> Result<UserInfo, UserInfoRefusal> {
    let has = |wanted: IdentityScope| {
        let scope = claims.scope.as_ref();
        scope.is_some_and(|scope| scope.contains(wanted.as_str()))
    };
    if !has(IdentityScope::Openid) {
        return Err(UserInfoRefusal::InsufficientScope);
    }
    let for_us = claims.check_audience(issuer.as_str());
    for_us.map_err(|_| UserInfoRefusal::Audience)?;
    let stands = |account: &&Account| {
        account.id.as_str() == claims.subject.as_str()
            && account.environment == environment.name
            && account.disabled.is_none()
            && account.subject_version == claims.subject_version
    };
    let account = account.filter(stands).ok_or(UserInfoRefusal::Account)?;
    let profile = has(IdentityScope::Profile);
    let email = account.email.as_ref().filter(|_| has(IdentityScope::Email));
    Ok(UserInfo {
        sub: account.id.to_string(),
        name: profile.then(|| account.display_name.clone()),
        preferred_username: profile.then(|| account.login_name.to_string()),
        email: email.map(|email| email.address.clone()),
        email_verified: email.map(|email| email.is_verified),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accountability::Revocation;
    use crate::authorize::tests::{PEOPLE, World};

    fn claims(world: &World, scope: &str, audiences: &[&str]) -> AccessTokenClaims {
        let audiences = audiences.iter().map(|text| text.parse().unwrap()).collect();
        AccessTokenClaims {
            issuer: world.issuer.as_str().parse().unwrap(),
            subject: world.account.id.as_str().parse().unwrap(),
            audience: jose::Audience::new(audiences).unwrap(),
            expires_at: world.now,
            not_before: world.now,
            issued_at: world.now,
            token_id: "j1".parse().unwrap(),
            client_id: world.client.id.as_str().parse().unwrap(),
            scope: scope.parse().ok(),
            organisation: "acme".parse().unwrap(),
            subject_version: world.account.subject_version,
            family: None,
            confirmation: None,
        }
    }

    fn ask(world: &World, scope: &str, audiences: &[&str]) -> Result<UserInfo, UserInfoRefusal> {
        let claims = claims(world, scope, audiences);
        let here = (&world.environment, &world.issuer);
        decide(&claims, Some(&world.account), here)
    }

    const ISSUER: &str = "https://login.example.com";

    #[test]
    fn oidc_core_5_4_each_scope_brings_its_claims_and_no_others() {
        let world = World::new();
        for (scope, names) in [
            ("openid", &["sub"][..]),
            ("openid profile", &["name", "preferred_username", "sub"]),
            ("openid email", &["email", "email_verified", "sub"]),
            ("openid read:profile", &["sub"]),
        ] {
            let told = ask(&world, scope, &[PEOPLE, ISSUER]).unwrap();
            let told = serde_json::to_value(told).unwrap();
            let mut found: Vec<&String> = told.as_object().unwrap().keys().collect();
            found.sort();
            assert_eq!(found, names, "{scope}");
        }
        let all = ask(&world, "openid profile email", &[ISSUER]).unwrap();
        let all = serde_json::to_value(all).unwrap();
        assert_eq!(all["email"], "alice@example.com");
        assert_eq!(all["email_verified"], false, "nobody has shown it");
        assert_eq!(
            (&all["name"], &all["preferred_username"]),
            (&"Alice Doe".into(), &"alice".into())
        );
        let names: Vec<&String> = all.as_object().unwrap().keys().collect();
        assert!(
            CLAIMS
                .iter()
                .all(|claim| names.iter().any(|name| name == claim))
        );
    }

    #[test]
    fn rfc6750_3_1_tok_045_a_token_without_openid_is_too_little() {
        let world = World::new();
        for scope in [
            "profile",
            "profile email",
            "read:profile",
            "openid2",
            "OPENID",
            "xopenid",
            "",
        ] {
            for audiences in [&[ISSUER][..], &[PEOPLE], &[PEOPLE, ISSUER]] {
                let refused = ask(&world, scope, audiences);
                assert_eq!(refused, Err(UserInfoRefusal::InsufficientScope), "{scope}");
            }
        }
    }

    #[test]
    fn rfc9068_4_a_token_for_somebody_else_is_none() {
        let world = World::new();
        for audience in [
            PEOPLE,
            "https://login.example.com/",
            "https://LOGIN.example.com",
        ] {
            assert_eq!(
                ask(&world, "openid", &[audience]),
                Err(UserInfoRefusal::Audience)
            );
        }
    }

    #[test]
    fn rfc6750_3_1_a_person_who_is_gone_is_told_nothing_of() {
        let gone = |edit: fn(&mut World)| {
            let mut world = World::new();
            let claims = claims(&world, "openid", &[ISSUER]);
            let told = |world: &World| {
                decide(
                    &claims,
                    Some(&world.account),
                    (&world.environment, &world.issuer),
                )
            };
            assert!(told(&world).is_ok(), "control");
            edit(&mut world);
            assert_eq!(told(&world), Err(UserInfoRefusal::Account));
        };
        gone(|world| {
            world.account.disabled = Some(Revocation {
                at: world.now,
                reason: "gone".into(),
            });
        });
        gone(|world| world.account.subject_version += 1);
        gone(|world| world.account.environment = "sandbox".parse().unwrap());
        let world = World::new();
        let claims = claims(&world, "openid", &[ISSUER]);
        let here = (&world.environment, &world.issuer);
        assert_eq!(decide(&claims, None, here), Err(UserInfoRefusal::Account));
        let mut another = world.account.clone();
        another.id = crate::account::AccountId::generate(&mut base::SeededEntropy::new(99));
        assert_eq!(
            decide(&claims, Some(&another), here),
            Err(UserInfoRefusal::Account)
        );
    }
}
