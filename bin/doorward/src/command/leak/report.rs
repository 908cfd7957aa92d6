//! The report in words.

use std::fmt::Write as _;

use admin::answer::{LeakAnswer, LeakedAnswer, UseAnswer, UseSeenAnswer};

use crate::command::api_key::in_force_text;
use crate::table::plain;

/// All that was found, one after the other.
pub(super) fn text(answer: &LeakAnswer) -> String {
    let mut told: Vec<String> = Vec::new();
    if answer.dry_run {
        told.push("Nothing was changed: this is what a report would do.".to_owned());
    }
    told.extend(answer.found.iter().map(|one| leaked(one, answer.dry_run)));
    told.join("\n\n")
}

fn leaked(one: &LeakedAnswer, dry_run: bool) -> String {
    let mut out = String::new();
    let kind = plain(&one.kind.replace('_', " "));
    let id = one.id.as_deref().map(plain).unwrap_or_default();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{kind} {id}: {}", state(&one.state));
    let Some(used) = &one.r#use else {
        return out.trim_end().to_owned();
    };
    let _ = writeln!(out, "{}", done(one, dry_run));
    for (name, value) in [
        ("organisation", one.organisation.clone().unwrap_or_default()),
        ("owner", one.owner.clone().unwrap_or_default()),
        ("revoker", one.revoker.clone().unwrap_or_default()),
        ("scopes", one.scopes.join(" ")),
        ("audience", one.audiences.join(" ")),
        ("limited to", one.limited_to.join(" ")),
        ("rate limit", one.rate_limit.clone().unwrap_or_default()),
    ] {
        if !value.is_empty() {
            let _ = writeln!(out, "  {name:<13} {}", plain(&value));
        }
    }
    reaches(one, &mut out);
    use_text(used, &mut out);
    let _ = writeln!(out, "To do:");
    for (number, step) in one.steps.iter().enumerate() {
        let _ = writeln!(out, "  {}. {}", number + 1, plain(&step.what));
        if let Some(command) = &step.command {
            let _ = writeln!(out, "       {}", plain(command));
        }
    }
    out.trim_end().to_owned()
}

fn state(state: &str) -> &'static str {
    match state {
        "accepted" => "it opened something when it was reported",
        "suspended" => "it is suspended",
        "lapsed" => "it opens nothing until somebody reviews the key, which nobody has in time",
        "superseded" => "it opens nothing: a newer secret of the same key took its place",
        "expired" => "it opens nothing: its time is over",
        "digest_key_retired" => "it opens nothing: the digest key that it stands under was retired",
        "revoked" => "it opens nothing: it was revoked before",
        "other_secret" => {
            "the id is here, but this secret opens nothing: an earlier one, or made up"
        }
        "other_environment" => "it is for another environment: report it there",
        "unknown" => "it looks like one of ours, and nothing here knows it",
        _ => "this version does not know that state",
    }
}

fn done(one: &LeakedAnswer, dry_run: bool) -> String {
    let cut_off = match one.done.as_str() {
        "revoked" => "revoked",
        "suspended" => "suspended",
        "notified" if dry_run => return "It would go on: the policy only tells people.".to_owned(),
        "notified" => return "It goes on: the policy only tells people.".to_owned(),
        _ => return "There is nothing to cut off.".to_owned(),
    };
    match dry_run {
        true => format!("It would be {cut_off}."),
        false => {
            let in_force = in_force_text(one.in_force, "The gate refuses it");
            format!("It was {cut_off}. {in_force}")
        }
    }
}

fn reaches(one: &LeakedAnswer, out: &mut String) {
    let counts: Vec<String> = one
        .blast_radius
        .iter()
        .map(|(consequence, count)| format!("{count} {}", plain(consequence)))
        .collect();
    let told = match one.endpoints.len() {
        0 => "no endpoint".to_owned(),
        1 => format!("1 endpoint: {}", counts.join(", ")),
        more => format!("{more} endpoints: {}", counts.join(", ")),
    };
    let _ = writeln!(out, "  {:<13} {told}", "reaches");
    for endpoint in &one.endpoints {
        let (name, matches) = (plain(&endpoint.endpoint), plain(&endpoint.r#match));
        let (consequence, data) = (plain(&endpoint.consequence), plain(&endpoint.data));
        let kind = plain(&endpoint.kind);
        let _ = writeln!(
            out,
            "    {name}  {matches}  {consequence}, {data}, as {kind}"
        );
    }
}

fn use_text(used: &UseAnswer, out: &mut String) {
    match &used.seen {
        Some(seen) => {
            let _ = writeln!(out, "  {:<13} {}", "used", times(seen));
        }
        None => {
            let _ = writeln!(out, "  {:<13} no gate has reported a request", "used");
        }
    }
    for (name, seen) in [
        ("network", &used.networks),
        ("software", &used.fingerprints),
        ("endpoint", &used.endpoints),
    ] {
        for one in seen {
            let odd = if one.odd { "  odd" } else { "" };
            let _ = writeln!(out, "    {name} {}  {}{odd}", plain(&one.name), times(one));
        }
    }
    if let Some(odd) = &used.first_odd {
        let what = match (odd.kind.as_str(), &odd.name) {
            ("too_young", _) => "it was used for less than a week: nothing can be called usual",
            ("network", _) => "the first use from a network that was not usual",
            _ => "the first use by software that was not usual",
        };
        let (at_least, at_most) = (odd.requests_at_least, odd.requests_at_most);
        let requests = match at_least == at_most {
            true => at_least.to_string(),
            false => format!("{at_least} to {at_most}"),
        };
        let at = plain(&odd.at);
        let _ = writeln!(
            out,
            "  {:<13} {at}: {what}; {requests} requests since",
            "odd since"
        );
    }
    let more = if used.audit_whole { "" } else { " at least" };
    let acts: u64 = used.audited_acts.values().sum();
    let _ = writeln!(
        out,
        "  {:<13}{more} {} permits, {} denials, {acts} acts{}",
        "audit",
        used.audited_permits,
        used.audited_denials,
        if used.first_odd.is_some() {
            " since then"
        } else {
            ""
        }
    );
}

fn times(seen: &UseSeenAnswer) -> String {
    format!(
        "{} requests, {} to {}",
        seen.requests,
        plain(&seen.first_at),
        plain(&seen.last_at)
    )
}
