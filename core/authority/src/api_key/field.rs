//! The fields that API keys alone have, each checked by itself; what is wrong
//! is collected, so that one answer tells it all.

use base::Timestamp;
use ipnet::{IpNet, Ipv6Net};
use jose::{Algorithm, InvalidKey, Jwk, VerificationKey};
use serde_json::Value;
use snapshot::RateLimit;

use super::review_after::LATEST_IMPROVEMENT;
use super::{OwnerKind, RotationPolicy};
use crate::FieldFinding;
use crate::line::shown;

/// How many networks one key may name.
const MOST_NETWORKS: usize = 32;

/// The most requests that a limit may allow at once.
const MOST_REQUESTS: u32 = 1_000_000;

/// The longest window of a limit: a day.
const LONGEST_WINDOW: u64 = 86_400;

type Findings = Vec<FieldFinding>;

fn wrong(field: &'static str, detail: impl Into<String>, fix: impl Into<String>) -> FieldFinding {
    FieldFinding {
        field,
        detail: detail.into(),
        fix: fix.into(),
    }
}

pub(super) fn rotation(
    preset: Option<&str>,
    improve_by: Option<&str>,
    now: Timestamp,
    findings: &mut Findings,
) -> RotationPolicy {
    let date_fix = "name a day at most one year ahead, such as 2027-06-30";
    match (preset, improve_by) {
        (None | Some("quarterly"), None) => RotationPolicy::Quarterly,
        (None | Some("quarterly"), Some(_)) => {
            let detail = "it is for semiannual rotation alone";
            findings.push(wrong("improve_by", detail, "leave it out"));
            RotationPolicy::Quarterly
        }
        (Some("semiannual"), None) => {
            findings.push(wrong("improve_by", "it is missing", date_fix));
            RotationPolicy::Quarterly
        }
        (Some("semiannual"), Some(text)) => match day(text) {
            Some(improve_by) if improve_by > now && improve_by <= now.after(LATEST_IMPROVEMENT) => {
                RotationPolicy::Semiannual { improve_by }
            }
            Some(_) => {
                let detail = "it is past, or more than one year ahead";
                findings.push(wrong("improve_by", detail, date_fix));
                RotationPolicy::Quarterly
            }
            None => {
                findings.push(wrong("improve_by", "it is no day", date_fix));
                RotationPolicy::Quarterly
            }
        },
        (Some(_), _) => {
            let detail = "it is neither quarterly nor semiannual";
            let fix = "write quarterly, or semiannual with improve_by";
            findings.push(wrong("rotation", detail, fix));
            RotationPolicy::Quarterly
        }
    }
}

/// A day, or an instant of RFC 3339.
fn day(text: &str) -> Option<Timestamp> {
    if text.len() > 40 {
        return None;
    }
    let whole_day = format!("{text}T00:00:00Z");
    text.parse().or_else(|_| whole_day.parse()).ok()
}

pub(super) fn owner_kind(text: Option<&str>, findings: &mut Findings) -> OwnerKind {
    match text {
        Some("person") => OwnerKind::Person,
        None | Some("service") => OwnerKind::Service,
        Some(_) => {
            let detail = "it is neither person nor service";
            findings.push(wrong("owner_kind", detail, "write person or service"));
            OwnerKind::Service
        }
    }
}

pub(super) fn networks(texts: &[String], findings: &mut Findings) -> Vec<IpNet> {
    if texts.len() > MOST_NETWORKS {
        let detail = format!(
            "{} were given and at most {MOST_NETWORKS} may be",
            texts.len()
        );
        findings.push(wrong("networks", detail, "write wider ranges"));
        return Vec::new();
    }
    let mut found = Vec::new();
    for text in texts {
        let shown = || shown(text, 60);
        match text.parse::<IpNet>() {
            Ok(network) if network.addr() != network.network() => findings.push(wrong(
                "networks",
                format!("{} has bits beyond its length", shown()),
                format!("write {}", network.trunc()),
            )),
            // RFC 4291 section 2.5.5.2: an IPv4 peer is seen by its IPv4 address.
            Ok(IpNet::V6(mapped)) if is_ipv4_mapped(mapped) => findings.push(wrong(
                "networks",
                format!(
                    "{} has IPv4 addresses in it, and would let nobody in",
                    shown()
                ),
                "write the range of IPv4 addresses, such as 10.0.0.0/8",
            )),
            Ok(network) if found.contains(&network) => {}
            Ok(network) => found.push(network),
            Err(_) => findings.push(wrong(
                "networks",
                format!("{} is no range of addresses", shown()),
                "write an address and a length, such as 10.0.0.0/8 or 2001:db8::/32",
            )),
        }
    }
    found
}

fn is_ipv4_mapped(network: Ipv6Net) -> bool {
    network.prefix_len() >= 96 && network.addr().to_ipv4_mapped().is_some()
}

pub(super) fn limit(text: Option<&str>, findings: &mut Findings) -> Option<RateLimit> {
    let text = text?;
    let limit = read_limit(text);
    if limit.is_none() {
        let detail =
            format!("it is not 1 to {MOST_REQUESTS} requests in 1 to {LONGEST_WINDOW} seconds");
        let fix = "write requests and seconds, such as 100/60s";
        findings.push(wrong("limit", detail, fix));
    }
    limit
}

fn read_limit(text: &str) -> Option<RateLimit> {
    let (requests, window) = text.split_once('/')?;
    if !requests.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let requests: u32 = requests.parse().ok()?;
    let seconds = base::parse_lifetime(window)?.as_secs();
    let is_right =
        (1..=MOST_REQUESTS).contains(&requests) && (1..=LONGEST_WINDOW).contains(&seconds);
    is_right.then_some(RateLimit {
        requests,
        per_seconds: u32::try_from(seconds).ok()?,
    })
}

/// The canonical text of a public key that is fit to sign statements: ES256 or
/// EdDSA. A private key is refused, and not repeated.
pub(super) fn on_behalf_of_key(jwk: Option<&Value>, findings: &mut Findings) -> Option<Box<str>> {
    let fix = "give the public JWK of an ES256 or EdDSA key: kty, crv, x and, for EC, y";
    let mut read = || {
        // What the reader says may repeat what it read, and that may be private.
        let unread = |error: serde_json::Error| {
            let private = InvalidKey::Private.to_string();
            match error.to_string().contains(&private) {
                true => private,
                false => InvalidKey::Malformed.to_string(),
            }
        };
        let jwk: Jwk = serde_json::from_value(jwk?.clone())
            .map_err(|error| findings.push(wrong("on_behalf_of_key", unread(error), fix)))
            .ok()?;
        let key = VerificationKey::from_jwk(&jwk)
            .map_err(|error| findings.push(wrong("on_behalf_of_key", error.to_string(), fix)))
            .ok()?;
        let signs = [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Ed25519];
        if !signs.contains(&key.algorithm()) {
            let detail = format!("keys of {} are not taken", key.algorithm().as_str());
            findings.push(wrong("on_behalf_of_key", detail, fix));
            return None;
        }
        serde_json::to_string(&key.to_jwk()).ok().map(Into::into)
    };
    read()
}
