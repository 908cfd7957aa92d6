//! Where other verifiers accept what we refuse. The list is closed; each entry
//! has its row in `docs/spec/divergences.md`.

use jose::TokenError;

use crate::verifier::Verifier;

/// One kind of token that we refuse and some accept.
pub struct Divergence {
    /// Its id in the page.
    pub id: &'static str,
    /// Our reason.
    reason: &'static str,
    /// One of these was done to the token.
    changes: &'static [&'static str],
    /// Who accepts it.
    verifiers: &'static [Verifier],
}

use Verifier::{Jose, Joserfc, Jsonwebtoken, Jwcrypto, PyJwt};

const ALL: &[Verifier] = &Verifier::ALL;

/// In the order of the page.
#[rustfmt::skip] // one row, one divergence
pub const LIST: &[Divergence] = &[
    row("D1", "token_claim_missing", &["claim absent"], ALL),
    row("D2", "token_claim", &["claim value", "aud", "scope", "cnf"], ALL),
    row("D3", "token_claim", &["instant as text", "instant with a fraction", "instant out of range"], ALL),
    row("D3", "token_malformed", &["instant out of range"], &[Jose, Joserfc, Jwcrypto, PyJwt]),
    row("D4", "token_claim", &["twice", "unknown twice"], ALL),
    row("D4", "token_malformed", &["twice", "unknown twice"], ALL),
    row("D5", "token_claim", &["unknown claim"], ALL),
    row("D5", "token_malformed", &["unknown header", "forbidden"], ALL),
    row("D6", "token_critical_header", &["crit"], &[Joserfc, Jwcrypto, Jsonwebtoken]),
    row("D7", "token_forbidden_header", &["forbidden"], ALL),
    row("D8", "token_issued_ahead", &["instant"], &[Jose, Jwcrypto, Jsonwebtoken]),
    row("D9", "token_lifetime_too_long", &["instant", "instant out of range", "claim value"], ALL),
    row("D10", "token_times_contradict", &["instant"], &[Jose, Jwcrypto, Jsonwebtoken]),
    row("D11", "token_malformed", &["byte order mark"], &[Jose, Joserfc, PyJwt]),
    row("D11", "token_malformed", &["lone surrogate"], &[Jose, Joserfc, Jwcrypto, PyJwt]),
    row("D11", "token_malformed", &["no strict JSON"], &[Joserfc, Jwcrypto, PyJwt]),
    row("D12", "token_malformed", &["foreign character", "unused bits", "padding", "text"], &[Jose, Joserfc, Jwcrypto, PyJwt]),
    row("D13", "token_malformed", &["header value"], &[PyJwt, Jwcrypto, Jsonwebtoken]),
    row("D14", "token_type", &["typ", "header value", "header member absent"], &[Joserfc, Jwcrypto, PyJwt, Jsonwebtoken]),
    row("D15", "token_not_yet_valid", &["instant"], &[Jwcrypto]),
];

const fn row(
    id: &'static str,
    reason: &'static str,
    changes: &'static [&'static str],
    verifiers: &'static [Verifier],
) -> Divergence {
    Divergence {
        id,
        reason,
        changes,
        verifiers,
    }
}

/// The entry that explains a disagreement.
pub fn of(error: TokenError, changes: &[&str], verifier: Verifier) -> Option<&'static str> {
    let fits = |entry: &&Divergence| {
        entry.reason == error.reason()
            && entry.verifiers.contains(&verifier)
            && entry.changes.iter().any(|change| changes.contains(change))
    };
    LIST.iter().find(fits).map(|entry| entry.id)
}
