//! The checks of a token by a key set that the user names.

use std::io::Read as _;
use std::time::Duration;

use access::{Inspection, Rule, TokenCheck};
use admin::answer::InspectionAnswer;
use base::{Clock as _, Revision, Timestamp};
use ephemeral::SystemClock;
use jose::{
    AcceptedTypes, Algorithm, AllowList, ForeignClaims, KeySet, TimeLimits, TokenError, TokenType,
};

use crate::answer::Fault;

/// The most bytes of a key set.
const LARGEST: u64 = 512 * 1024;

/// By what a token is judged here.
#[derive(clap::Args)]
pub(super) struct Local {
    /// Judge by the keys in this file, or at this https:// address, instead of
    /// by a running Doorward.
    #[arg(long, value_name = "FILE|URL")]
    pub(super) key_set: Option<String>,
    /// The issuer that it must be from.
    #[arg(long, value_name = "URL", requires = "key_set")]
    issuer: Option<String>,
    /// The `typ` that it must have: at+jwt, JWT, logout+jwt, secevent+jwt,
    /// token-introspection+jwt.
    #[arg(
        long = "type",
        value_name = "TYP",
        requires = "key_set",
        default_value = "at+jwt"
    )]
    typ: String,
    /// An algorithm that is accepted; may be repeated. Those of the keys by
    /// default.
    #[arg(long, value_name = "NAME", requires = "key_set")]
    algorithm: Vec<String>,
}

impl Local {
    /// Judges `token` by the keys at `place`.
    pub(super) fn judge(
        &self,
        place: &str,
        token: &str,
        audience: Option<&str>,
    ) -> Result<InspectionAnswer, Fault> {
        let keys = read(place)?;
        let allow = self.allow_list(place, &keys)?;
        let types = self.types()?;
        let now = SystemClock::new().now();
        let failed = self.first_failure(token, (&keys, &allow, types), audience, now);
        let asked: Vec<TokenCheck> = TokenCheck::ALL
            .into_iter()
            .filter(|check| self.is_asked(*check, audience))
            .collect();
        let inspection = Inspection::new(&asked, failed.map(Rule::Token));
        Ok(InspectionAnswer::new(&inspection, Revision::default()))
    }

    fn first_failure(
        &self,
        token: &str,
        (keys, allow, types): (&KeySet, &AllowList, AcceptedTypes),
        audience: Option<&str>,
        now: Timestamp,
    ) -> Option<TokenError> {
        let claims = match jose::verify_typed::<ForeignClaims>(token, keys, allow, types) {
            Ok(claims) => claims,
            Err(error) => return Some(error),
        };
        let issuer = self.issuer.as_deref();
        if issuer.is_some_and(|issuer| claims.issuer.as_str() != issuer) {
            return Some(TokenError::Issuer);
        }
        if let Err(error) = claims.check_time(&TimeLimits::default(), now) {
            return Some(error);
        }
        let meant = audience.is_none_or(|audience| claims.audience.contains(audience));
        (!meant).then_some(TokenError::Audience)
    }

    /// What keys alone can say; a client and a revocation are none of it.
    fn is_asked(&self, check: TokenCheck, audience: Option<&str>) -> bool {
        match check {
            TokenCheck::Form
            | TokenCheck::Header
            | TokenCheck::Algorithm
            | TokenCheck::Type
            | TokenCheck::Key
            | TokenCheck::Signature
            | TokenCheck::Claims
            | TokenCheck::Time => true,
            TokenCheck::Issuer => self.issuer.is_some(),
            TokenCheck::Audience => audience.is_some(),
            _ => false,
        }
    }

    fn allow_list(&self, place: &str, keys: &KeySet) -> Result<AllowList, Fault> {
        let algorithms = if self.algorithm.is_empty() {
            keys.keys().iter().map(|key| key.algorithm()).collect()
        } else {
            let parse = |name: &String| {
                name.parse::<Algorithm>().map_err(|error| {
                    Fault::new(
                        format!("--algorithm: {error}"),
                        "write it as it stands there",
                    )
                })
            };
            self.algorithm
                .iter()
                .map(parse)
                .collect::<Result<Vec<_>, _>>()?
        };
        AllowList::new(&algorithms).map_err(|_| {
            Fault::new(
                format!("{place} has no key that could verify a token"),
                "see whether it is the issuer's key set; of the keys that are there, none is usable",
            )
        })
    }

    fn types(&self) -> Result<AcceptedTypes, Fault> {
        let known = TokenType::ALL
            .into_iter()
            .find(|known| known.is_named_by(&self.typ));
        known.map(AcceptedTypes::only).ok_or_else(|| {
            let all = TokenType::ALL.map(TokenType::as_str).join(", ");
            Fault::new(
                "--type names no type of token",
                format!("name one of {all}"),
            )
        })
    }
}

fn read(place: &str) -> Result<KeySet, Fault> {
    let text = if place.starts_with("https://") || place.starts_with("http://") {
        fetch(place)?
    } else {
        let mut text = Vec::new();
        let fault = |error: std::io::Error| {
            Fault::new(
                format!("{place} cannot be read: {error}"),
                "name a file with a JWK set",
            )
        };
        let file = std::fs::File::open(place).map_err(fault)?;
        file.take(LARGEST + 1)
            .read_to_end(&mut text)
            .map_err(fault)?;
        text
    };
    KeySet::parse(&text).map_err(|error| {
        Fault::new(
            format!("{place}: {error}"),
            "give the public JWK set of the issuer, as its jwks_uri answers it",
        )
    })
}

/// Whoever runs this names the address, so any host will do; but nobody on the
/// way may choose the keys, and no answer sends it elsewhere.
fn fetch(place: &str) -> Result<Vec<u8>, Fault> {
    let fault = |why: String| {
        Fault::new(
            format!("{place} cannot be fetched: {why}"),
            "name an https:// address that answers with a JWK set, or a file",
        )
    };
    let url = url::Url::parse(place).map_err(|error| fault(error.to_string()))?;
    if url.scheme() == "http" && !crate::admin_api::is_loopback(&url) {
        return Err(fault("plain http:// is for this machine alone".to_owned()));
    }
    let runtime = super::super::runtime()?;
    runtime.block_on(async {
        let mut client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(20));
        if crate::admin_api::is_loopback(&url) {
            client = client.no_proxy();
        }
        let client = client.build().map_err(|error| fault(error.to_string()))?;
        let told = |error: reqwest::Error| fault(error.without_url().to_string());
        let mut reply = client.get(url).send().await.map_err(told)?;
        if !reply.status().is_success() {
            return Err(fault(format!("it answers {}", reply.status().as_u16())));
        }
        let mut text = Vec::new();
        while let Some(chunk) = reply.chunk().await.map_err(told)? {
            text.extend_from_slice(&chunk);
            if text.len() as u64 > LARGEST {
                return Err(fault(format!("it has more than {LARGEST} bytes")));
            }
        }
        Ok(text)
    })
}
