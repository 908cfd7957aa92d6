//! An ID token is no access token, also where `typ` does not tell them apart.

use boundary::{ForeignType, Preset, TrustedIssuer};
use jose::{ForeignClaims, TokenError};

use crate::Rule;

/// Claims that only an ID token has: OpenID Connect Core section 2 and section
/// 3.3.2.11, and the Financial-grade API's `s_hash`.
const OF_ID_TOKENS: [&str; 4] = ["nonce", "at_hash", "c_hash", "s_hash"];

/// RFC 9068 section 4 and RFC 8725 section 3.12: one kind of token is never
/// taken for another. With `at+jwt` the type says it all; else the claims must.
pub(super) fn check(claims: &ForeignClaims, rules: &TrustedIssuer) -> Result<(), Rule> {
    if rules.token_types == [ForeignType::AccessToken] {
        return Ok(());
    }
    let is_id_token = match rules.preset {
        // Keycloak says in a claim what each token is.
        Preset::Keycloak => claims.text(&["typ"]).map_err(Rule::Token)? != Some("Bearer"),
        // ID tokens are what Google gives to workloads; that it is a
        // workload's is a rule of its own.
        Preset::Google => false,
        Preset::Openid | Preset::Auth0 | Preset::Okta | Preset::Entra => {
            OF_ID_TOKENS.iter().any(|name| claims.has(name))
        }
    };
    if is_id_token {
        return Err(Rule::Token(TokenError::Type));
    }
    Ok(())
}
