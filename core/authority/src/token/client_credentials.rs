//! The client credentials grant: RFC 6749 section 4.4. The token is an
//! RFC 9068 JWT; no refresh token comes with it (RFC 6749 section 4.4.3). An
//! API key that is exchanged is the client of its tokens.

use base::{Entropy, Timestamp};

use super::access_token::{self, Said};
use super::resource::Means;
use super::{
    Decided, Facts, Issued, NotIssued, TokenRequest, lifetime, resource, scope, signing_key,
};
use crate::Writes;
use crate::client::authenticate::AuthenticatedClient;
use crate::grant::GrantedScopes;

/// The version of a client as a subject: a client is cut off as a whole.
const SUBJECT_VERSION: u64 = 1;

pub(super) fn issue(
    request: &TokenRequest,
    client: AuthenticatedClient<'_>,
    facts: Facts<'_>,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Decided, NotIssued> {
    let means = Means::of(client);
    let api_scopes = scope::check(request, client)?;
    let of_client = (client.audiences(), means);
    let audience = resource::check(&request.resources, &api_scopes, of_client, facts.inventory)?;
    let longest = lifetime::of(&audience, &api_scopes, means, facts.inventory);
    let signs = signing_key::choose(Some(&audience), facts, now)?;
    let scope = GrantedScopes {
        api: api_scopes,
        ..GrantedScopes::default()
    };
    let secret = client.api_key_secret();
    let said = Said {
        // RFC 9068 section 2.2: with no resource owner involved, sub is the client.
        subject: client.id(),
        subject_version: SUBJECT_VERSION,
        client: client.id(),
        organisation: client.organisation().as_str(),
        family: None,
        scopes: &scope,
        audience: Some(&audience),
        longest,
        // No token outlives the secret that it was got with.
        until: secret.map(|secret| secret.ends_at),
    };
    let token = access_token::make(&said, &signs, facts, now, entropy)?;
    let generation = secret.map(|secret| secret.generation);
    let by = generation.map(|generation| format!(", for an API key, generation {generation}"));
    Ok(Decided {
        jti: token.jti,
        by: by.unwrap_or_default(),
        writes: Writes::default(),
        issued: Issued {
            access_token: token.input,
            id_token: None,
            refresh_token: None,
            expires_in: token.expires_in,
            scope,
            api_key_generation: generation,
        },
    })
}
