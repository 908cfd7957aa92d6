//! Scopes in words, for people.

use authority::authorize::ConsentAsked;
use authority::grant::IdentityScope;
use boundary::Inventory;
use credential::Scope;

use crate::page::ScopeLine;

/// Each scope of a consent, those of OpenID Connect first.
pub(crate) fn lines(asked: &ConsentAsked, inventory: &Inventory) -> Vec<ScopeLine> {
    let identity = asked.scopes.identity.iter().map(|&scope| ScopeLine {
        words: of_identity(scope).to_owned(),
        scope: scope.as_str().to_owned(),
        is_new: asked.new.has(scope),
    });
    let api = asked.scopes.api.iter().map(|scope| ScopeLine {
        words: of_api(scope, inventory),
        scope: scope.as_str().to_owned(),
        is_new: asked.new.api.contains(scope.as_str()),
    });
    identity.chain(api).collect()
}

const fn of_identity(scope: IdentityScope) -> &'static str {
    match scope {
        IdentityScope::Openid => "Know who you are, by a number",
        IdentityScope::Profile => "See your name",
        IdentityScope::Email => "See your address of mail",
        IdentityScope::OfflineAccess => "Go on when you are not there, until you take it back",
    }
}

/// A scope says what it does and to what; the API that asks for it says where.
fn of_api(scope: &Scope, inventory: &Inventory) -> String {
    let action = match scope.action() {
        "read" => "See",
        "write" => "Change",
        "delete" => "Delete",
        "admin" => "Manage",
        other => return format!("{other} {}", scope.resource()),
    };
    let asks = |api: &&boundary::Api| {
        api.endpoints
            .iter()
            .any(|endpoint| endpoint.demand.scopes.contains(scope.as_str()))
    };
    let what = scope.resource().replace(['_', '-', '.'], " ");
    match inventory.apis.iter().find(asks) {
        Some(api) => format!("{action} {what}, at {}", api.name),
        None => format!("{action} {what}"),
    }
}
