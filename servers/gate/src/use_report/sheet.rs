//! One worker's sums since they were last taken.

use std::hash::BuildHasher as _;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use access::{Denial, Permit, Principal};
use base::{Entropy, Name, Timestamp};
use credential::CredentialKind;
use foldhash::SharedSeed;
use foldhash::fast::SeedableRandomState;
use hashbrown::HashTable;
use ipnet::IpNet;
use jose::Thumbprint;
use snapshot::{CredentialRef, Exposure, Seen, Usage, UsageReport};

use super::few::Few;

/// How many credentials a worker tells apart between two reports.
pub(super) const MOST_CREDENTIALS: usize = 16_384;

/// What is known of who sent a request, besides the credential.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// The client's address, beyond trusted proxies.
    pub address: IpAddr,
    /// The bytes of `User-Agent`; empty if there is none.
    pub user_agent: &'a [u8],
    /// When its request was judged.
    pub at: Timestamp,
}

/// One worker's side of the use reports.
pub struct Tally {
    hasher: SeedableRandomState,
    sheet: Arc<Mutex<Sheet>>,
}

impl std::fmt::Debug for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tally")
    }
}

impl Tally {
    pub(super) fn new(sheet: Arc<Mutex<Sheet>>, entropy: &mut dyn Entropy) -> Self {
        let seed = |entropy: &mut dyn Entropy| u64::from_le_bytes(entropy.bytes());
        Self {
            hasher: SeedableRandomState::with_seed(seed(entropy), SharedSeed::global_random()),
            sheet,
        }
    }

    /// Counts a permitted request.
    pub fn permitted(&self, permit: &Permit, caller: Caller<'_>) {
        if let Some(mut used) = Used::by(permit.principal()) {
            used.endpoint = Some(&permit.endpoint().id);
            self.add(&used, caller);
        }
    }

    /// Counts a denied request, if a genuine credential was in it.
    pub fn denied(&self, denial: &Denial, caller: Caller<'_>) {
        let used = match denial.exposed_api_key() {
            Some(id) => Some(Used {
                exposure: denial.exposure(),
                ..Used::of(CredentialKind::ApiKey, id.as_str())
            }),
            None => denial.principal().and_then(Used::by),
        };
        if let Some(used) = used {
            self.add(&used, caller);
        }
    }

    fn add(&self, used: &Used<'_>, caller: Caller<'_>) {
        let hash = self
            .hasher
            .hash_one((used.kind as u8, used.issuer, used.id));
        let fingerprint = self.hasher.hash_one(caller.user_agent);
        let mut sheet = self.sheet.lock().unwrap_or_else(PoisonError::into_inner);
        sheet.add((hash, used), (fingerprint, caller));
    }
}

/// What a request says of one credential.
#[derive(Clone, Copy)]
struct Used<'a> {
    kind: CredentialKind,
    /// The trusted issuer's name: its client is not ours of the same name.
    issuer: Option<&'a str>,
    id: &'a str,
    generation: Option<u32>,
    endpoint: Option<&'a Name>,
    exposure: Option<Exposure>,
}

impl<'a> Used<'a> {
    const fn of(kind: CredentialKind, id: &'a str) -> Self {
        Self {
            kind,
            issuer: None,
            id,
            generation: None,
            endpoint: None,
            exposure: None,
        }
    }

    fn by(principal: &'a Principal) -> Option<Self> {
        let kind = principal.kind()?;
        Some(match principal {
            Principal::ApiKey(key) => Self {
                generation: Some(key.generation),
                ..Self::of(kind, key.entry.id())
            },
            // A token is short-lived: who got it is who used it.
            _ => Self {
                issuer: principal
                    .trusted_issuer()
                    .map(|issuer| issuer.name.as_str()),
                ..Self::of(kind, principal.client()?)
            },
        })
    }
}

/// The sums of one worker.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    rows: HashTable<Row>,
    /// Requests of credentials for which there was no room.
    untold: u64,
}

#[derive(Debug)]
struct Row {
    hash: u64,
    kind: CredentialKind,
    issuer: Option<Box<str>>,
    id: Box<str>,
    seen: Seen,
    generations: Few<u32>,
    networks: Few<IpNet>,
    fingerprints: Few<Fingerprint>,
    endpoints: Few<Name>,
    exposures: Few<Exposure>,
    untold: u64,
}

/// What the calling software says of itself.
#[derive(Debug, Clone, Copy)]
struct Fingerprint {
    /// Quick, and known to one worker alone.
    here: u64,
    /// The same at every gate.
    everywhere: u64,
}

impl Sheet {
    /// An empty one with room for as many as `before` had.
    pub(super) fn like(before: usize) -> Self {
        Self {
            rows: HashTable::with_capacity(before),
            untold: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) const fn untold(&self) -> u64 {
        self.untold
    }

    fn add(&mut self, (hash, used): (u64, &Used<'_>), (here, caller): (u64, Caller<'_>)) {
        let seen = Seen::once(caller.at);
        if let Some(row) = self.rows.find_mut(hash, |row| row.is_of(used)) {
            row.seen = row.seen.and(seen);
            row.add(used, here, caller);
        } else if self.rows.len() < MOST_CREDENTIALS {
            let mut row = Row::new(hash, used, seen);
            row.add(used, here, caller);
            self.rows.insert_unique(hash, row, |row| row.hash);
        } else {
            self.untold = self.untold.saturating_add(1);
        }
    }

    pub(super) fn into_reports(self) -> impl Iterator<Item = UsageReport> {
        self.rows.into_iter().map(Row::into_report)
    }
}

impl Row {
    fn new(hash: u64, used: &Used<'_>, seen: Seen) -> Self {
        Self {
            hash,
            kind: used.kind,
            issuer: used.issuer.map(Box::from),
            id: used.id.into(),
            seen,
            generations: Few::default(),
            networks: Few::default(),
            fingerprints: Few::default(),
            endpoints: Few::default(),
            exposures: Few::default(),
            untold: 0,
        }
    }

    fn is_of(&self, used: &Used<'_>) -> bool {
        self.kind == used.kind && *self.id == *used.id && self.issuer.as_deref() == used.issuer
    }

    fn add(&mut self, used: &Used<'_>, here: u64, caller: Caller<'_>) {
        let seen = Seen::once(caller.at);
        let network = network_of(caller.address);
        let mut told = self
            .networks
            .add(seen, |known| *known == network, || network);
        told &= self.fingerprints.add(
            seen,
            |known| known.here == here,
            || Fingerprint {
                here,
                everywhere: fingerprint_of(caller.user_agent),
            },
        );
        if let Some(generation) = used.generation {
            let is = |known: &u32| *known == generation;
            told &= self.generations.add(seen, is, || generation);
        }
        if let Some(endpoint) = used.endpoint {
            let is = |known: &Name| known == endpoint;
            told &= self.endpoints.add(seen, is, || endpoint.clone());
        }
        if let Some(exposure) = used.exposure {
            let is = |known: &Exposure| *known == exposure;
            told &= self.exposures.add(seen, is, || exposure);
        }
        if !told {
            self.untold = self.untold.saturating_add(1);
        }
    }

    fn into_report(self) -> UsageReport {
        let id = match self.issuer {
            Some(issuer) => format!("{issuer}/{}", self.id),
            None => self.id.into(),
        };
        let digits = |fingerprint: Fingerprint| format!("{:016x}", fingerprint.everywhere);
        let fingerprints = self.fingerprints.into_all();
        UsageReport {
            credential: CredentialRef {
                kind: self.kind,
                id,
            },
            usage: Usage {
                seen: Some(self.seen),
                generations: self.generations.into_all().collect(),
                networks: self.networks.into_all().collect(),
                fingerprints: fingerprints
                    .map(|(fingerprint, seen)| (digits(fingerprint), seen))
                    .collect(),
                endpoints: self.endpoints.into_all().collect(),
                exposures: self.exposures.into_all().collect(),
                untold: self.untold,
            },
        }
    }
}

/// The /24 of an IPv4 address, the /48 of an IPv6 one.
fn network_of(address: IpAddr) -> IpNet {
    let address = address.to_canonical();
    let length = if address.is_ipv4() { 24 } else { 48 };
    // Both lengths fit, so the address alone is never what is told.
    IpNet::new(address, length).map_or_else(|_| IpNet::from(address), |network| network.trunc())
}

/// The first eight bytes of the SHA-256 of what the software says of itself: one
/// way, should somebody have put a secret there.
fn fingerprint_of(user_agent: &[u8]) -> u64 {
    let digest = Thumbprint::of(user_agent);
    let (first, _) = digest
        .as_bytes()
        .split_first_chunk()
        .unwrap_or((&[0; 8], &[]));
    u64::from_be_bytes(*first)
}
