//! `doorward inventory show`.

use admin::answer::{DemandAnswer, InventoryAnswer};

use crate::admin_api::Session;
use crate::answer::{Exit, Fault};
use crate::table::{Paper, plain, table_for, text};

pub(super) fn run(session: &Session, version: Option<u64>) -> Result<Exit, Fault> {
    let path = match version {
        Some(version) => format!("/admin/v1/inventory/{version}"),
        None => "/admin/v1/inventory".to_owned(),
    };
    session.tell(session.get(&path)?, |inventory| {
        shown(inventory, Paper::of_stdout())
    })?;
    Ok(Exit::Done)
}

fn shown(inventory: &InventoryAnswer, paper: Paper) -> String {
    if inventory.version == 0 {
        return "No inventory is in force yet, so every request is denied.\n\
                doorward inventory apply FILE puts one in force."
            .to_owned();
    }
    let by = inventory.applied_by.as_deref().unwrap_or("nobody");
    let at = inventory.applied_at.as_deref().unwrap_or("nowhen");
    let mut parts = vec![format!(
        "Version {}, applied at {at} by {by}",
        inventory.version
    )];
    let headings = [
        "endpoint", "request", "caller", "accepts", "scopes", "max age", "reasons",
    ];
    for api in &inventory.apis {
        parts.push(format!(
            "{}: {} -> {}",
            api.name, api.audience, api.upstream
        ));
        let mut rows = table_for(paper, headings);
        for endpoint in &api.endpoints {
            let demand = &endpoint.demand;
            let row = [
                &endpoint.id,
                &endpoint.matches,
                &endpoint.facts.caller,
                &accepts(demand),
                &demand.scopes.join(" "),
                &age(demand.max_token_age_seconds),
                &reasons(demand),
            ];
            rows.add_row(row.map(|cell| plain(cell)));
        }
        parts.push(text(&rows));
    }
    if !inventory.trusted_issuers.is_empty() {
        parts.push(trusted_issuers(inventory, paper));
    }
    let mut out = parts.join("\n\n");
    let exceptions = exceptions(inventory);
    if !exceptions.is_empty() {
        out.push_str("\n\nExceptions:");
        out.push_str(&exceptions);
    }
    out
}

/// One row for each: whose tokens, of which kind, open what.
fn trusted_issuers(inventory: &InventoryAnswer, paper: Paper) -> String {
    let headings = [
        "trusted issuer",
        "iss",
        "preset",
        "algorithms",
        "typ",
        "opens",
        "keys",
        "owner",
    ];
    let mut rows = table_for(paper, headings);
    for issuer in &inventory.trusted_issuers {
        let opens: Vec<String> = issuer
            .apis
            .iter()
            .map(|(api, audiences)| format!("{api} ({})", audiences.join(" ")))
            .collect();
        let row = [
            &issuer.name,
            &issuer.issuer,
            &issuer.preset,
            &issuer.algorithms.join(" "),
            &issuer.token_types.join(" "),
            &opens.join(", "),
            &issuer.keys,
            &issuer.owner,
        ];
        rows.add_row(row.map(|cell| plain(cell)));
    }
    text(&rows)
}

fn accepts(demand: &DemandAnswer) -> String {
    if demand.accepts.is_empty() {
        return "no credential".to_owned();
    }
    let dated = |kind: &String| {
        let until = match kind.as_str() {
            "api_key" => demand.raw_api_key_until.as_ref(),
            "basic" => demand.basic_until.as_ref(),
            _ => None,
        };
        match until {
            Some(until) => format!("{kind} until {until}"),
            None => kind.clone(),
        }
    };
    let exchanged = demand.exchanged_api_key;
    let exchanged = exchanged.then(|| "an exchanged api_key".to_owned());
    let kinds: Vec<String> = demand.accepts.iter().map(dated).chain(exchanged).collect();
    let kinds = kinds.join(", ");
    match demand.encrypted_tokens.as_str() {
        "accepted" => format!("{kinds}; tokens also encrypted"),
        "required" => format!("{kinds}; tokens encrypted only"),
        _ => kinds,
    }
}

fn reasons(demand: &DemandAnswer) -> String {
    let rules = demand.reasons.iter().map(|reason| reason.rule.as_str());
    rules.collect::<Vec<_>>().join(", ")
}

fn age(seconds: u64) -> String {
    match seconds {
        0 => "0s".to_owned(),
        whole if whole.is_multiple_of(3600) => format!("{}h", whole / 3600),
        whole if whole.is_multiple_of(60) => format!("{}m", whole / 60),
        other => format!("{other}s"),
    }
}

fn exceptions(inventory: &InventoryAnswer) -> String {
    let endpoints = inventory.apis.iter().flat_map(|api| &api.endpoints);
    endpoints
        .flat_map(|endpoint| {
            endpoint.exceptions.iter().map(|exception| {
                let line = format!(
                    "{}: {} until {} ({}: {})",
                    endpoint.id,
                    exception.loosens,
                    exception.until,
                    exception.owner,
                    exception.reason
                );
                format!("\n  {}", plain(&line))
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_endpoint_is_one_row_with_its_reasons() {
        let inventory = json!({
            "version": 3, "applied_at": "2027-01-15T08:00:00Z", "applied_by": "o1", "document": "",
            "apis": [{"name": "payments", "audience": "https://api.example.com/payments",
                "upstream": "http://127.0.0.1:9000", "owner": "a", "surface": "payments",
                "endpoints": [{"id": "payouts.create", "matches": "POST /v1/payouts",
                    "facts": {"caller": "partner", "authority": "own", "data": "money",
                        "exposure": "public", "consequence": "irreversible"},
                    "demand": {"accepts": ["api_key", "client_credentials"],
                        "scopes": ["write:payouts"], "max_token_age_seconds": 45,
                        "max_feed_lag_seconds": 1, "when_lagging": "live_check_else_deny",
                        "live_check_beyond_age": true,
                        "raw_api_key_until": "2027-06-01T00:00:00Z", "basic_until": null,
                        "exchanged_api_key": true,
                        "limit_per_address": false, "record": "every", "owner_param": null,
                        "sender_constrained": false,
                        "reasons": [{"rule": "partner", "sentence": "", "articles": []},
                            {"rule": "irreversible", "sentence": "", "articles": []}]},
                    "owner": "a", "revoker": "b", "surface": "payments", "roles_from": "issuer",
                    "idempotency_key": false, "exceptions": []}]}]
        });
        let told = shown(&serde_json::from_value(inventory).unwrap(), Paper::Plain);
        let expected = "\
Version 3, applied at 2027-01-15T08:00:00Z by o1

payments: https://api.example.com/payments -> http://127.0.0.1:9000

ENDPOINT        REQUEST           CALLER   ACCEPTS                                                                       SCOPES         MAX AGE  REASONS
payouts.create  POST /v1/payouts  partner  api_key until 2027-06-01T00:00:00Z, client_credentials, an exchanged api_key  write:payouts  45s      partner, irreversible";
        assert_eq!(told, expected);
    }

    #[test]
    fn before_the_first_one_it_says_what_to_do() {
        let none = json!({"version": 0, "applied_at": null, "applied_by": null, "document": "",
            "apis": []});
        let told = shown(&serde_json::from_value(none).unwrap(), Paper::Plain);
        assert!(told.contains("inventory apply"), "{told}");
    }

    #[test]
    fn an_age_is_in_its_largest_whole_unit() {
        for (seconds, text) in [
            (0, "0s"),
            (45, "45s"),
            (60, "1m"),
            (90, "90s"),
            (1800, "30m"),
            (7200, "2h"),
        ] {
            assert_eq!(age(seconds), text);
        }
    }
}
