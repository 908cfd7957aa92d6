//! The fields that every credential shares, each checked by itself; what is
//! wrong is collected, so that one answer tells it all.

use base::{Lifetime, Name, Timestamp};
use boundary::{Demand, Inventory};
use credential::{Audience, CredentialKind, Scope, ScopeSet};

use super::Bounds;
use crate::FieldFinding;
use crate::line::{line, shown};

fn missing(field: &'static str, fix: String) -> FieldFinding {
    FieldFinding {
        field,
        detail: "it is missing".to_owned(),
        fix,
    }
}

pub(super) fn name(
    field: &'static str,
    text: Option<&str>,
    example: &str,
    findings: &mut Vec<FieldFinding>,
) -> Option<Name> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        findings.push(missing(
            field,
            format!("name the {field}, such as {example}"),
        ));
        return None;
    };
    text.parse()
        .map_err(|error: base::InvalidName| {
            findings.push(FieldFinding {
                field,
                detail: error.to_string(),
                fix: format!("write it like {example}"),
            });
        })
        .ok()
}

pub(super) fn purpose(text: Option<&str>, findings: &mut Vec<FieldFinding>) -> Option<String> {
    let fix = "say in one line what it is for, such as \"nightly forecast import\"";
    line("purpose", text, fix)
        .map_err(|finding| findings.push(finding))
        .ok()
}

pub(super) fn audiences(
    texts: &[String],
    bounds: Bounds,
    inventory: &Inventory,
    findings: &mut Vec<FieldFinding>,
) -> Vec<Audience> {
    let known = || {
        inventory
            .apis
            .iter()
            .map(|api| api.audience.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let fix = || match inventory.apis.is_empty() {
        true => {
            "apply an inventory first: it names the APIs (doorward inventory apply FILE)".to_owned()
        }
        false => format!("name an API of the inventory: {}", known()),
    };
    if texts.is_empty() {
        findings.push(missing("audience", fix()));
    }
    if texts.len() > bounds.audiences {
        let detail = format!(
            "{} were given and at most {} may be",
            texts.len(),
            bounds.audiences
        );
        let fix = "make one credential for each API: then each can be cut off alone".to_owned();
        findings.push(FieldFinding {
            field: "audience",
            detail,
            fix,
        });
    }
    let mut found = Vec::new();
    for text in texts {
        match inventory
            .apis
            .iter()
            .find(|api| api.audience.as_str() == text)
        {
            Some(api) if !found.contains(&api.audience) => found.push(api.audience.clone()),
            Some(_) => {}
            None => {
                let shown = shown(text, 120);
                let detail = format!("no API of the inventory has the audience {shown}");
                findings.push(FieldFinding {
                    field: "audience",
                    detail,
                    fix: fix(),
                });
            }
        }
    }
    found
}

pub(super) fn scopes(
    texts: &[String],
    kind: CredentialKind,
    audiences: &[Audience],
    inventory: &Inventory,
    findings: &mut Vec<FieldFinding>,
) -> ScopeSet {
    let usable = usable_scopes(kind, audiences, inventory);
    let listed = || {
        if audiences.is_empty() {
            "name an audience of the inventory first: it says which scopes are of use".to_owned()
        } else if usable.is_empty() {
            format!("no endpoint of that audience accepts {kind}: see doorward inventory show")
        } else {
            format!("scopes that are of use there: {usable}")
        }
    };
    if texts.is_empty() {
        findings.push(missing(
            "scope",
            format!("name each action:resource; {}", listed()),
        ));
    }
    let mut scopes = Vec::new();
    for text in texts {
        let scope: Scope = match text.parse() {
            Ok(scope) => scope,
            Err(error) => {
                let error: credential::InvalidScope = error;
                findings.push(FieldFinding {
                    field: "scope",
                    detail: error.to_string(),
                    fix: listed(),
                });
                continue;
            }
        };
        // A scope that no endpoint would honour with this kind only looks like access.
        if !audiences.is_empty() && !usable.contains(scope.as_str()) {
            let detail = format!(
                "no endpoint of that audience takes {scope} from a credential of kind {kind}"
            );
            findings.push(FieldFinding {
                field: "scope",
                detail,
                fix: listed(),
            });
        }
        scopes.push(scope);
    }
    scopes.into_iter().collect()
}

fn usable_scopes(kind: CredentialKind, audiences: &[Audience], inventory: &Inventory) -> ScopeSet {
    inventory
        .apis
        .iter()
        .filter(|api| audiences.contains(&api.audience))
        .flat_map(|api| &api.endpoints)
        .filter(|endpoint| takes(&endpoint.demand, kind))
        .flat_map(|endpoint| endpoint.demand.scopes.iter().cloned())
        .collect()
}

/// Whether a credential of that kind is of use: an API key also where it has
/// to be exchanged for a token first.
fn takes(demand: &Demand, kind: CredentialKind) -> bool {
    let by_exchange = kind == CredentialKind::ApiKey && demand.exchanged_api_key;
    demand.accepts.contains(&kind) || by_exchange
}

pub(super) fn expiry(
    text: Option<&str>,
    longest: Lifetime,
    now: Timestamp,
    findings: &mut Vec<FieldFinding>,
) -> Option<Timestamp> {
    let days = longest.as_secs() / 86_400;
    let fix = || format!("say how long it lives, at most {days}d, such as {days}d or 12h");
    let Some(text) = text else {
        findings.push(missing("expires_in", fix()));
        return None;
    };
    match base::parse_lifetime(text) {
        Some(lifetime) if !lifetime.is_zero() && lifetime <= longest => Some(now.after(lifetime)),
        Some(_) => {
            let detail = format!("it must be more than nothing and at most {days} days");
            findings.push(FieldFinding {
                field: "expires_in",
                detail,
                fix: fix(),
            });
            None
        }
        None => {
            let detail = "it is not a number with s, m, h or d".to_owned();
            findings.push(FieldFinding {
                field: "expires_in",
                detail,
                fix: fix(),
            });
            None
        }
    }
}
