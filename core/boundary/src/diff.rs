//! What changes between two inventories, and whether it loosens or tightens.

mod trusted_issuer;

use std::fmt::Display;

use base::{Lifetime, Name, Timestamp};
use credential::TokenAlgorithm;
use serde::{Deserialize, Serialize};

use crate::duration::print;
use crate::{Api, Demand, EncryptedTokens, Endpoint, Facts, Inventory, WhenLagging};

/// One API, endpoint or trusted issuer that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The API; nothing if it is about a trusted issuer.
    pub api: Option<Name>,
    /// The endpoint; nothing if it is about the API itself.
    #[serde(default)]
    pub endpoint: Option<Name>,
    /// The trusted issuer.
    #[serde(default)]
    pub trusted_issuer: Option<Name>,
    /// What happened to it.
    pub change: Change,
}

/// What happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone: its requests are denied.
    Removed,
    /// These fields changed, in the order of the endpoint.
    Changed(Vec<FieldChange>),
}

/// One field that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field, of the facts, the demand or the endpoint.
    pub field: String,
    /// What it was; empty for nothing.
    pub from: String,
    /// What it is; empty for nothing.
    pub to: String,
    /// Which way it went.
    pub direction: Direction,
}

/// Which way a demand went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Less is demanded than before.
    Loosened,
    /// More is demanded than before.
    Tightened,
    /// Something else is demanded, or it is a fact and demands nothing itself.
    Changed,
}

impl Difference {
    /// Whether some demand of an existing endpoint is looser than before, or
    /// one more issuer's tokens are accepted.
    pub fn loosens(&self) -> bool {
        match &self.change {
            Change::Added => self.trusted_issuer.is_some(),
            Change::Removed => false,
            Change::Changed(fields) => fields
                .iter()
                .any(|field| field.direction == Direction::Loosened),
        }
    }
}

/// What changes from `old` to `new`: first what is gone or different, in the
/// order of `old`, then what is new.
pub fn diff(old: &Inventory, new: &Inventory) -> Vec<Difference> {
    let mut found = Vec::new();
    for before in &old.apis {
        let after = new.apis.iter().find(|api| api.name == before.name);
        diff_api(before, after, &mut found);
    }
    for after in &new.apis {
        let before = old.apis.iter().find(|api| api.name == after.name);
        if before.is_none() {
            found.push(difference(after, None, Change::Added));
        }
        for endpoint in &after.endpoints {
            if before.is_none_or(|api| find(api, &endpoint.id).is_none()) {
                found.push(difference(after, Some(endpoint), Change::Added));
            }
        }
    }
    trusted_issuer::diff(old, new, &mut found);
    found
}

fn diff_api(before: &Api, after: Option<&Api>, found: &mut Vec<Difference>) {
    match after {
        None => found.push(difference(before, None, Change::Removed)),
        Some(after) => {
            let mut fields = Fields::default();
            fields.plain("audience", &before.audience, &after.audience);
            fields.plain("upstream", &before.upstream, &after.upstream);
            fields.plain("owner", &before.owner, &after.owner);
            fields.plain("surface", &before.surface, &after.surface);
            let algorithm = |api: &Api| api.token_algorithm.map_or("", TokenAlgorithm::as_str);
            fields.plain("token_algorithm", &algorithm(before), &algorithm(after));
            fields.report(before, None, found);
        }
    }
    for endpoint in &before.endpoints {
        match after.and_then(|api| find(api, &endpoint.id)) {
            None => found.push(difference(before, Some(endpoint), Change::Removed)),
            Some(other) => diff_endpoint(endpoint, other).report(before, Some(endpoint), found),
        }
    }
}

fn find<'a>(api: &'a Api, id: &Name) -> Option<&'a Endpoint> {
    api.endpoints.iter().find(|endpoint| endpoint.id == *id)
}

fn difference(api: &Api, endpoint: Option<&Endpoint>, change: Change) -> Difference {
    Difference {
        api: Some(api.name.clone()),
        endpoint: endpoint.map(|endpoint| endpoint.id.clone()),
        trusted_issuer: None,
        change,
    }
}

fn diff_endpoint(old: &Endpoint, new: &Endpoint) -> Fields {
    let mut fields = Fields::default();
    fields.plain("match", &old.matches, &new.matches);
    diff_facts(&old.facts, &new.facts, &mut fields);
    diff_accepted(&old.demand, &new.demand, &mut fields);
    diff_exchanged(&old.demand, &new.demand, &mut fields);
    diff_clocks(&old.demand, &new.demand, &mut fields);
    diff_rest(&old.demand, &new.demand, &mut fields);
    let debts = |endpoint: &Endpoint| -> Vec<String> {
        let exceptions = endpoint.exceptions.iter();
        exceptions
            .map(|exception| format!("{} until {}", exception.loosens, exception.until))
            .collect()
    };
    fields.set("exceptions", &debts(old), &debts(new), Direction::Loosened);
    fields.plain("owner", &old.owner, &new.owner);
    fields.plain("revoker", &old.revoker, &new.revoker);
    fields.plain("surface", &old.surface, &new.surface);
    fields.plain("roles_from", &old.roles_from, &new.roles_from);
    fields.plain(
        "idempotency_key",
        &old.idempotency_key,
        &new.idempotency_key,
    );
    fields
}

fn diff_facts(old: &Facts, new: &Facts, fields: &mut Fields) {
    fields.plain("caller", &old.caller, &new.caller);
    fields.plain("authority", &old.authority, &new.authority);
    fields.plain("data", &old.data, &new.data);
    fields.plain("exposure", &old.exposure, &new.exposure);
    fields.plain("consequence", &old.consequence, &new.consequence);
}

fn diff_accepted(old: &Demand, new: &Demand, fields: &mut Fields) {
    let kinds = |demand: &Demand| -> Vec<String> {
        demand.accepts.iter().map(ToString::to_string).collect()
    };
    // Nothing accepted means that nobody in particular is asked for anything.
    match (old.accepts.is_empty(), new.accepts.is_empty()) {
        (false, true) => fields.push(
            "accepts",
            kinds(old).join(" "),
            String::new(),
            Direction::Loosened,
        ),
        (true, false) => fields.push(
            "accepts",
            String::new(),
            kinds(new).join(" "),
            Direction::Tightened,
        ),
        _ => fields.set("accepts", &kinds(old), &kinds(new), Direction::Loosened),
    }
    let scopes = |demand: &Demand| -> Vec<String> {
        demand.scopes.iter().map(ToString::to_string).collect()
    };
    fields.set("scopes", &scopes(old), &scopes(new), Direction::Tightened);
    for (field, old, new) in [
        (
            "raw_api_key_until",
            old.raw_api_key_until,
            new.raw_api_key_until,
        ),
        ("basic_until", old.basic_until, new.basic_until),
    ] {
        let text =
            |until: Option<Timestamp>| until.map_or(String::new(), |until| until.to_string());
        // `None`, no window, is the tightest and sorts first.
        fields.ordered(field, (old, text(old)), (new, text(new)));
    }
}

fn diff_exchanged(old: &Demand, new: &Demand, fields: &mut Fields) {
    let opens = |demand: &Demand| {
        let flag = demand.exchanged_api_key;
        (flag, flag.to_string())
    };
    fields.ordered("exchanged_api_key", opens(old), opens(new));
}

fn diff_clocks(old: &Demand, new: &Demand, fields: &mut Fields) {
    let clock = |lifetime: Lifetime| (lifetime, print(lifetime));
    fields.ordered(
        "max_token_age",
        clock(old.max_token_age),
        clock(new.max_token_age),
    );
    fields.ordered(
        "max_feed_lag",
        clock(old.max_feed_lag),
        clock(new.max_feed_lag),
    );
    let lagging = |demand: &Demand| match demand.when_lagging {
        WhenLagging::Deny => (false, "deny".to_owned()),
        WhenLagging::LiveCheckElseDeny => (true, "live_check_else_deny".to_owned()),
    };
    fields.ordered("when_lagging", lagging(old), lagging(new));
    let live = |demand: &Demand| {
        let flag = demand.live_check_beyond_age;
        (flag, flag.to_string())
    };
    fields.ordered("live_check_beyond_age", live(old), live(new));
}

fn diff_rest(old: &Demand, new: &Demand, fields: &mut Fields) {
    let strict = |flag: bool| (!flag, flag.to_string());
    fields.ordered(
        "limit_per_address",
        strict(old.limit_per_address),
        strict(new.limit_per_address),
    );
    fields.ordered(
        "sender_constrained",
        strict(old.sender_constrained),
        strict(new.sender_constrained),
    );
    if old.encrypted_tokens != new.encrypted_tokens {
        let direction = match (old.encrypted_tokens, new.encrypted_tokens) {
            (_, EncryptedTokens::Accepted) => Direction::Loosened,
            (EncryptedTokens::Accepted, _) => Direction::Tightened,
            // One form instead of the other.
            _ => Direction::Changed,
        };
        let (from, to) = (
            old.encrypted_tokens.to_string(),
            new.encrypted_tokens.to_string(),
        );
        fields.push("encrypted_tokens", from, to, direction);
    }
    let record = |demand: &Demand| (std::cmp::Reverse(demand.record), demand.record.to_string());
    fields.ordered("record", record(old), record(new));
    let bound = |demand: &Demand| demand.owner_param.iter().cloned().collect::<Vec<String>>();
    fields.set(
        "owner_param",
        &bound(old),
        &bound(new),
        Direction::Tightened,
    );
}

#[derive(Default)]
struct Fields(Vec<FieldChange>);

impl Fields {
    fn push(&mut self, field: &str, from: String, to: String, direction: Direction) {
        self.0.push(FieldChange {
            field: field.to_owned(),
            from,
            to,
            direction,
        });
    }

    /// A field that demands nothing itself.
    fn plain<T: PartialEq + Display>(&mut self, field: &str, old: &T, new: &T) {
        if old != new {
            self.push(field, old.to_string(), new.to_string(), Direction::Changed);
        }
    }

    /// A field whose greater values are looser.
    fn ordered<T: Ord>(&mut self, field: &str, old: (T, String), new: (T, String)) {
        let direction = match new.0.cmp(&old.0) {
            std::cmp::Ordering::Equal => return,
            std::cmp::Ordering::Greater => Direction::Loosened,
            std::cmp::Ordering::Less => Direction::Tightened,
        };
        self.push(field, old.1, new.1, direction);
    }

    /// A set that goes in direction `more` as it grows.
    fn set(&mut self, field: &str, old: &[String], new: &[String], more: Direction) {
        let less = match more {
            Direction::Loosened => Direction::Tightened,
            Direction::Tightened => Direction::Loosened,
            Direction::Changed => Direction::Changed,
        };
        let gained = new.iter().any(|item| !old.contains(item));
        let lost = old.iter().any(|item| !new.contains(item));
        let direction = match (gained, lost) {
            (false, false) => return,
            (true, false) => more,
            (false, true) => less,
            (true, true) => Direction::Changed,
        };
        self.push(field, old.join(" "), new.join(" "), direction);
    }

    fn report(self, api: &Api, endpoint: Option<&Endpoint>, found: &mut Vec<Difference>) {
        if !self.0.is_empty() {
            found.push(difference(api, endpoint, Change::Changed(self.0)));
        }
    }
}
