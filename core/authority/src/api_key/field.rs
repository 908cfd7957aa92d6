//! The fields that API keys alone have, each checked by itself; what is wrong
//! is collected, so that one answer tells it all.

use base::{Name, Timestamp};
use ipnet::IpNet;
use jose::{Algorithm, InvalidKey, Jwk, VerificationKey};
use serde_json::Value;
use snapshot::RateLimit;

use super::request::SecretPathRequest;
use super::review_after::LATEST_IMPROVEMENT;
use super::{OwnerKind, RotationPolicy, SecretPath, StorageLevel};
use crate::FieldFinding;

/// How many networks one key may name.
const MOST_NETWORKS: usize = 32;

/// How many readers one secret path may name.
const MOST_READERS: usize = 32;

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
        let shown: String = text.chars().take(60).collect();
        match text.parse::<IpNet>() {
            Ok(network) if network.addr() != network.network() => findings.push(wrong(
                "networks",
                format!("{shown:?} has bits beyond its length"),
                format!("write {}", network.trunc()),
            )),
            Ok(network) if found.contains(&network) => {}
            Ok(network) => found.push(network),
            Err(_) => findings.push(wrong(
                "networks",
                format!("{shown:?} is no range of addresses"),
                "write an address and a length, such as 10.0.0.0/8 or 2001:db8::/32",
            )),
        }
    }
    found
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

pub(super) fn secret_path(
    request: Option<&SecretPathRequest>,
    findings: &mut Findings,
) -> Option<SecretPath> {
    let request = request?;
    let level = storage_level(request.level.as_deref(), findings);
    let place = line(
        "secret_path/place",
        request.place.as_deref(),
        "say where it is kept, such as vault:secret/ci/weather",
        findings,
    );
    let transport = line(
        "secret_path/transport",
        request.transport.as_deref(),
        "say how it gets there, such as \"written by the pipeline\"",
        findings,
    );
    let readers = readers(&request.readers, findings);
    Some(SecretPath {
        level: level?,
        place: place?,
        transport: transport?,
        readers: readers?,
    })
}

fn storage_level(text: Option<&str>, findings: &mut Findings) -> Option<StorageLevel> {
    let level = match text {
        Some("secrets_manager") => Some(StorageLevel::SecretsManager),
        Some("file") => Some(StorageLevel::File),
        Some("dot_env") => Some(StorageLevel::DotEnv),
        Some("environment") => Some(StorageLevel::Environment),
        Some("ci_variable") => Some(StorageLevel::CiVariable),
        Some("shared_storage") => Some(StorageLevel::SharedStorage),
        Some(_) | None => None,
    };
    if level.is_none() {
        let detail = match text {
            None => "it is missing",
            Some(_) => "it is no level of storage",
        };
        let fix = "write secrets_manager, file, dot_env, environment, ci_variable or \
                   shared_storage";
        findings.push(wrong("secret_path/level", detail, fix));
    }
    level
}

/// One line about a secret. Whoever writes the secret itself there is stopped.
fn line(
    field: &'static str,
    text: Option<&str>,
    fix: &str,
    findings: &mut Findings,
) -> Option<String> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        findings.push(wrong(field, "it is missing", fix));
        return None;
    };
    if text.chars().count() > 200 || text.chars().any(char::is_control) {
        let detail = "it has more than 200 characters or a control character";
        findings.push(wrong(field, detail, fix));
        return None;
    }
    if looks_like_a_secret(text) {
        let detail = "it has a secret in it";
        findings.push(wrong(field, detail, fix));
        return None;
    }
    Some(text.to_owned())
}

fn readers(texts: &[String], findings: &mut Findings) -> Option<Vec<Name>> {
    let fix = "name who can read it there, such as ci-weather";
    if texts.is_empty() {
        findings.push(wrong("secret_path/readers", "it is missing", fix));
        return None;
    }
    if texts.len() > MOST_READERS {
        let detail = format!(
            "{} were given and at most {MOST_READERS} may be",
            texts.len()
        );
        findings.push(wrong("secret_path/readers", detail, "name groups"));
        return None;
    }
    let names: Result<Vec<Name>, base::InvalidName> =
        texts.iter().map(|text| text.parse()).collect();
    names
        .map_err(|error| findings.push(wrong("secret_path/readers", error.to_string(), fix)))
        .ok()
}

/// Whether `text` has a secret of ours in it, in whatever form a scan finds, or
/// what starts like one and was cut or mistyped.
pub(super) fn looks_like_a_secret(text: &str) -> bool {
    let tags = ["live_", "test_"];
    let starts_like_one = text.match_indices("dw").any(|(at, _)| {
        let rest = text.get(at.saturating_add(2)..).unwrap_or_default();
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_lowercase());
        let tag = rest.strip_prefix('_').unwrap_or_default();
        tags.iter().any(|known| tag.starts_with(known))
    });
    starts_like_one || !credential::scan::find(text.as_bytes()).is_empty()
}
