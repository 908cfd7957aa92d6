//! A code is issued once somebody has logged in and granted what it stands for.

use base::{Entropy, Secret, Timestamp};
use credential::{Audience, DigestKey, Environment, MintedAuthorizationCode};

use super::{AuthorizationCode, CODE_LIFETIME};
use crate::Effect;
use crate::account::Account;
use crate::authorize::CodeChallenge;
use crate::client::Client;
use crate::grant::GrantedScopes;
use crate::session::Session;
use crate::versioned::Versioned;

/// What a code is bound to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound<'a> {
    pub(crate) client: &'a Client,
    pub(crate) redirect_uri: &'a str,
    pub(crate) challenge: &'a CodeChallenge,
    pub(crate) account: &'a Account,
    pub(crate) session: &'a Session,
    pub(crate) scopes: &'a GrantedScopes,
    pub(crate) resources: &'a [Audience],
    pub(crate) nonce: Option<&'a str>,
}

/// Mints a code: its text, its record's id, and the write.
pub(crate) fn issue(
    bound: Bound<'_>,
    (environment, digest_key): (&Environment, &DigestKey),
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> (Secret, String, Effect) {
    let minted = MintedAuthorizationCode::mint(environment.class, digest_key, entropy);
    let record = AuthorizationCode {
        id: minted.id,
        environment: environment.name.clone(),
        digest: minted.digest,
        digest_key: digest_key.id(),
        client: bound.client.id.clone(),
        redirect_uri: bound.redirect_uri.to_owned(),
        challenge: bound.challenge.clone(),
        account: bound.account.id.clone(),
        session: bound.session.id.clone(),
        subject_version: bound.account.subject_version,
        authenticated_at: bound.session.authenticated_at,
        methods: bound.session.methods.clone(),
        scopes: bound.scopes.clone(),
        resources: bound.resources.to_vec(),
        nonce: bound.nonce.map(str::to_owned),
        created_at: now,
        expires_at: now.after(CODE_LIFETIME),
        used: None,
        version: 1,
    };
    let id = record.id.to_string();
    (minted.secret, id, Effect::put(0, record.into_record()))
}
