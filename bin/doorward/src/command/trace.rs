//! `doorward trace`: the story of one request.

use std::fmt::Write as _;

use admin::answer::{AuditEntryAnswer, DerivationAnswer, TraceAnswer};
use snapshot::{DecisionRecord, OutcomeRecord};

use super::audit::{Told, actor_text, upstream_text, verdict_word, word};
use crate::admin_api::{Connection, Failure, record_path};
use crate::answer::{Exit, Fault, print};
use crate::table::plain;

/// Show what happened to one request.
#[derive(clap::Args)]
pub(crate) struct Trace {
    #[command(flatten)]
    connection: Connection,
    /// Its id, as x-request-id gave it.
    request_id: String,
}

impl Trace {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        let session = self.connection.open()?;
        let path = record_path("/admin/v1/trace", &self.request_id)?;
        match session.try_get(&path) {
            Ok(trace) => {
                session.tell(trace, trace_text)?;
                Ok(Exit::Done)
            }
            Err(Failure::Problem(problem)) if problem.reason == "not_found" => {
                if session.is_json() {
                    print(&serde_json::to_string_pretty(&problem).unwrap_or_default())?;
                } else {
                    print(&no_record_text(&self.request_id, session.admin()))?;
                }
                Ok(Exit::Incomplete)
            }
            Err(failure) => Err(session.refused(failure)),
        }
    }
}

fn no_record_text(request_id: &str, admin: &str) -> String {
    format!(
        "There is no record of request {}. It may be one of these:\n\
         \x20 - it was permitted, and its endpoint records denials alone (record = \"denials\")\n\
         \x20 - its gate has not shipped its journal yet: ask again in a few seconds\n\
         \x20 - it came to another environment than {} administers\n\
         \x20 - the id is not one that a gate gave: take it from x-request-id of the answer",
        plain(request_id),
        plain(admin),
    )
}

fn trace_text(trace: &TraceAnswer) -> String {
    let mut story = Story::default();
    story.line(&format!("Request {}", trace.request_id));
    for entry in &trace.entries {
        story.line("");
        match Told::of(entry) {
            Told::Decision(decision) => story.decision(entry, &decision, trace.derivation.as_ref()),
            Told::Outcome(outcome) => story.outcome(entry, &outcome),
            Told::Event(event) => {
                story.line(&format!("{}  {}", entry.at, word(&event.action)));
                story.fact("who", &actor_text(&event.actor));
                story.fact("what", event.target.as_deref().unwrap_or("-"));
                if let Some(rule) = &event.rule {
                    story.fact("rule", rule);
                }
                story.fact("detail", &event.detail);
            }
            Told::Unknown(value) => {
                story.line(&format!("{}  {}", entry.at, entry.kind));
                story.fact("record", &value.to_string());
            }
        }
    }
    if let Some(derivation) = &trace.derivation {
        story.derivation(derivation);
    }
    story.0.trim_end().to_owned()
}

#[derive(Default)]
struct Story(String);

impl Story {
    fn line(&mut self, text: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{}", plain(text));
    }

    fn fact(&mut self, name: &str, text: &str) {
        self.line(&format!("  {name:<15} {text}"));
    }

    fn decision(
        &mut self,
        entry: &AuditEntryAnswer,
        decision: &DecisionRecord,
        derivation: Option<&DerivationAnswer>,
    ) {
        let verdict = verdict_word(decision.verdict);
        self.line(&format!("{}  {verdict} by the gate", entry.at));
        self.fact("who", &who_text(decision));
        let endpoint = match (&decision.endpoint, derivation) {
            (Some(id), Some(derivation)) => format!("{id} ({})", derivation.matches),
            (Some(id), None) => id.to_string(),
            (None, _) => format!(
                "none: no endpoint of the inventory matches this {}",
                decision.method
            ),
        };
        self.fact("endpoint", &endpoint);
        self.fact("verdict", &format!("{verdict}: {}", decision.detail));
        self.fact("rule", &decision.rule);
        if decision.reason != decision.rule {
            self.fact("reason", &decision.reason);
        }
        self.fact("genuine", genuine_text(decision.genuine));
        self.fact("still accepted", accepted_text(decision.still_accepted));
        let known = format!(
            "inventory version {}, revision {}",
            decision.inventory_version, decision.revision
        );
        self.fact("judged by", &known);
        if let Some(trace_id) = &decision.trace_id {
            self.fact("trace id", trace_id);
        }
    }

    fn outcome(&mut self, entry: &AuditEntryAnswer, outcome: &OutcomeRecord) {
        self.line(&format!("{}  ended", entry.at));
        self.fact("upstream", &upstream_text(outcome.upstream));
        let (whole, part) = (outcome.latency_us / 1000, outcome.latency_us % 1000 / 100);
        self.fact(
            "took",
            &format!("{whole}.{part} ms to the first byte of the answer"),
        );
    }

    fn derivation(&mut self, derivation: &DerivationAnswer) {
        let (endpoint, version) = (&derivation.endpoint, derivation.inventory_version);
        self.line("");
        self.line(&format!(
            "Why {endpoint} demands what it does (inventory version {version})"
        ));
        for reason in &derivation.reasons {
            self.line(&format!("  {}: {}", reason.rule, reason.sentence));
            for article in &reason.articles {
                self.line(&format!("      {article}"));
            }
        }
    }
}

fn who_text(decision: &DecisionRecord) -> String {
    let Some(who) = &decision.principal else {
        return format!("not established, from {}", decision.peer);
    };
    let mut text = format!("{} {} of {}", who.kind, who.credential_id, who.organisation);
    let optional = [
        ("client", &who.client),
        ("subject", &who.subject),
        ("owner", &who.owner),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            text.push_str(&format!(", {name} {value}"));
        }
    }
    if let Some(said) = &who.on_behalf_of {
        text.push_str(&format!(
            ", on behalf of {} ({})",
            said.subject, said.purpose
        ));
    }
    // The names before it are that issuer's, and nobody else's.
    if let (Some(name), Some(issuer)) = (&who.trusted_issuer, &who.issuer) {
        text.push_str(&format!(", all of issuer {name} ({issuer})"));
    }
    format!("{text}, from {}", decision.peer)
}

const fn genuine_text(genuine: Option<bool>) -> &'static str {
    match genuine {
        Some(true) => "yes: the credential's signature or digest is right",
        Some(false) => "no: nothing proves where the credential comes from",
        None => "not judged: no credential was looked at",
    }
}

const fn accepted_text(still_accepted: Option<bool>) -> &'static str {
    match still_accepted {
        Some(true) => "yes: not expired, revoked, too old or for another audience",
        Some(false) => "no: a signature proves that nothing was changed, not that it still counts",
        None => "not judged: no credential was looked at",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn entry(sequence: u64, at: &str, kind: &str, record: &Value) -> Value {
        json!({"sequence": sequence, "at": at, "request_id": "r0123456789abcde", "kind": kind,
            "record": record, "previous": "", "digest": ""})
    }

    fn decision(verdict: &str, principal: &Value, accepted: &Value) -> Value {
        json!({
            "request_id": "r0123456789abcde", "at": 0, "environment": "production",
            "method": "POST", "endpoint": "payouts.create", "verdict": verdict,
            "rule": "api_key_revoked", "reason": "invalid_credential",
            "detail": "The credential is not accepted any more.", "principal": principal,
            "genuine": true, "still_accepted": accepted, "peer": "192.0.2.7",
            "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "inventory_version": 3, "revision": 41
        })
    }

    fn derivation() -> Value {
        json!({"endpoint": "payouts.create", "matches": "POST /v1/payouts", "inventory_version": 3,
            "reasons": [{"rule": "irreversible",
                "sentence": "The consequence is irreversible, so a token is at most 45s old.",
                "articles": ["article 002, 'Evaluate your revocation latency tolerance'"]}]})
    }

    fn told(entries: Value, derivation: Value) -> String {
        let trace = json!({"request_id": "r0123456789abcde", "entries": entries,
            "derivation": derivation});
        trace_text(&serde_json::from_value(trace).unwrap())
    }

    #[test]
    fn a_denied_request_is_told_with_the_two_lines_that_differ() {
        let principal = json!({"kind": "api_key", "credential_id": "k0123456789abcde",
            "organisation": "acme", "owner": "team-weather"});
        let record = decision("denial", &principal, &json!(false));
        let told = told(
            json!([entry(7, "2027-01-15T08:00:00Z", "decision", &record)]),
            derivation(),
        );
        let expected = "\
Request r0123456789abcde

2027-01-15T08:00:00Z  denied by the gate
  who             api_key k0123456789abcde of acme, owner team-weather, from 192.0.2.7
  endpoint        payouts.create (POST /v1/payouts)
  verdict         denied: The credential is not accepted any more.
  rule            api_key_revoked
  reason          invalid_credential
  genuine         yes: the credential's signature or digest is right
  still accepted  no: a signature proves that nothing was changed, not that it still counts
  judged by       inventory version 3, revision 41
  trace id        4bf92f3577b34da6a3ce929d0e0e4736

Why payouts.create demands what it does (inventory version 3)
  irreversible: The consequence is irreversible, so a token is at most 45s old.
      article 002, 'Evaluate your revocation latency tolerance'";
        assert_eq!(told, expected);
    }

    #[test]
    fn a_permitted_request_ends_with_what_the_upstream_did() {
        let principal = json!({"kind": "client_credentials", "credential_id": "jti1",
            "client": "c1", "organisation": "acme"});
        let record = decision("permit", &principal, &json!(true));
        let ended = json!({"request_id": "r0123456789abcde", "at": 0,
            "upstream": "timed_out", "latency_us": 30_000_450});
        let told = told(
            json!([
                entry(7, "2027-01-15T08:00:00Z", "decision", &record),
                entry(8, "2027-01-15T08:00:30Z", "outcome", &ended),
            ]),
            Value::Null,
        );
        let expected = "
2027-01-15T08:00:30Z  ended
  upstream        the upstream did not answer in time: whether it acted is unknown
  took            30000.4 ms to the first byte of the answer";
        assert!(told.ends_with(expected), "{told}");
        assert!(told.contains("permitted by the gate"), "{told}");
        assert!(told.contains("client_credentials jti1 of acme, client c1, from 192.0.2.7"));
    }

    #[test]
    fn the_names_of_a_trusted_issuer_are_told_with_the_issuer() {
        let principal = json!({"kind": "authorization_code", "credential_id": "t1",
            "client": "web", "subject": "alice", "organisation": "acme",
            "issuer": "https://sso.acme.example", "trusted_issuer": "acme-sso"});
        let record = decision("permit", &principal, &json!(true));
        let entries = json!([entry(7, "2027-01-15T08:00:00Z", "decision", &record)]);
        let told = told(entries, Value::Null);
        let expected = "client web, subject alice, all of issuer acme-sso (https://sso.acme.example), from 192.0.2.7";
        assert!(told.contains(expected), "{told}");
    }

    #[test]
    fn a_control_plane_request_is_told_too() {
        let event = json!({"request_id": "r0123456789abcde", "at": 0, "environment": "production",
            "actor": {"kind": "operator", "id": "o1"}, "action": "api_key_revoked",
            "target": "k1", "detail": "leaked\u{1b}[2J"});
        let told = told(
            json!([entry(9, "2027-01-15T08:00:00Z", "event", &event)]),
            Value::Null,
        );
        let expected = "\
Request r0123456789abcde

2027-01-15T08:00:00Z  api_key_revoked
  who             operator o1
  what            k1
  detail          leaked\u{fffd}[2J";
        assert_eq!(told, expected);
    }
}
