//! `POST /feed/v1/usage`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use base::{Name, Timestamp};
use credential::CredentialKind;
use http::StatusCode;
use ipnet::IpNet;
use serde::Deserialize;
use snapshot::{CredentialRef, Exposure, MOST_TOLD, Seen, Usage, UsageReport};

use crate::Admin;
use crate::malformed::{LargeJson, Malformed};
use crate::openapi::{BodyProblems, OperatorProblems};
use crate::problem::Failure;

/// The longest id of a credential: the name of a trusted issuer, `/`, and the
/// longest client that a token can name.
const LONGEST_ID: usize = 2048;

/// One credential's use, as a gate reports it. Unlike in a decision, what is
/// not understood is refused: a sum that is added wrongly stays wrong.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reported {
    credential: ReportedCredential,
    usage: ReportedUsage,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportedCredential {
    kind: CredentialKind,
    id: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportedUsage {
    seen: Option<ReportedSeen>,
    #[serde(default)]
    generations: BTreeMap<u32, ReportedSeen>,
    #[serde(default)]
    networks: BTreeMap<IpNet, ReportedSeen>,
    #[serde(default)]
    fingerprints: BTreeMap<String, ReportedSeen>,
    #[serde(default)]
    endpoints: BTreeMap<Name, ReportedSeen>,
    #[serde(default)]
    exposures: BTreeMap<Exposure, ReportedSeen>,
    #[serde(default)]
    untold: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportedSeen {
    first_at: Timestamp,
    last_at: Timestamp,
    requests: u64,
}

/// What is wrong with a report: said without a value of it.
type Wrong = &'static str;

impl Reported {
    fn checked(self) -> Result<UsageReport, Wrong> {
        let Self { credential, usage } = self;
        let length = credential.id.len();
        if length == 0 || length > LONGEST_ID || credential.id.contains(char::is_control) {
            return Err("a credential's id has 1 to 2048 bytes and no control character");
        }
        let is_network = |network: &IpNet| {
            let length = if network.addr().is_ipv4() { 24 } else { 48 };
            network.prefix_len() == length && network.addr() == network.network()
        };
        if !usage.networks.keys().all(is_network) {
            return Err("a network is the /24 of an IPv4 address or the /48 of an IPv6 one");
        }
        let is_hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        let is_fingerprint = |text: &String| text.len() == 16 && text.bytes().all(is_hex);
        if !usage.fingerprints.keys().all(is_fingerprint) {
            return Err("a fingerprint is 16 lower-case hexadecimal digits");
        }
        if usage.exposures.contains_key(&Exposure::Report) {
            return Err("a gate sees no report of a leak");
        }
        Ok(UsageReport {
            credential: CredentialRef {
                kind: credential.kind,
                id: credential.id,
            },
            usage: Usage {
                seen: usage.seen.map(ReportedSeen::checked).transpose()?,
                generations: checked(usage.generations)?,
                networks: checked(usage.networks)?,
                fingerprints: checked(usage.fingerprints)?,
                endpoints: checked(usage.endpoints)?,
                exposures: checked(usage.exposures)?,
                untold: usage.untold,
            },
        })
    }
}

impl ReportedSeen {
    fn checked(self) -> Result<Seen, Wrong> {
        if self.requests == 0 || self.first_at > self.last_at {
            return Err("what was seen was seen at least once, and first before it was seen last");
        }
        Ok(Seen {
            first_at: self.first_at,
            last_at: self.last_at,
            requests: self.requests,
        })
    }
}

fn checked<K: Ord>(reported: BTreeMap<K, ReportedSeen>) -> Result<BTreeMap<K, Seen>, Wrong> {
    if reported.len() > MOST_TOLD {
        return Err("a report tells at most 64 of a sort apart");
    }
    let each = |(thing, seen): (K, ReportedSeen)| Ok((thing, seen.checked()?));
    reported.into_iter().map(each).collect()
}

/// Report how credentials were used
///
/// What was seen since the report before; it is added to what is known. All of
/// it becomes durable, or nothing does. A report that comes twice counts twice.
#[utoipa::path(
    post,
    path = "/feed/v1/usage",
    operation_id = "report_usage",
    tag = "feed",
    security(("operator_token" = ["write:feed"])),
    request_body(content = Vec<Object>, content_type = "application/json",
        description = "Each is {\"credential\": {\"kind\", \"id\"}, \"usage\": {...}}: ids, networks, \
            hashes and counts alone, never a secret. At most 4 MiB"),
    responses(
        (status = 204, description = "Durable"),
        OperatorProblems,
        BodyProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    LargeJson(reports): LargeJson<Vec<Reported>>,
) -> Result<StatusCode, Failure> {
    let reports: Result<Vec<_>, Wrong> = reports.into_iter().map(Reported::checked).collect();
    let reports = reports.map_err(|wrong| Malformed::Json(wrong.to_owned()))?;
    if !reports.is_empty() {
        admin.store.record_usage(reports).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
