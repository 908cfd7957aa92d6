//! A key that another place holds, before it is published: it must open there
//! and sign, or a lane would begin in which nothing can be issued.

use authority::signing_key::RemoteKey;
use authority::{FieldFinding, Refusal};
use ephemeral::SystemEntropy;
use jose::{Algorithm, KeyId, SigningInput, TokenType};
use secret_source::{RemoteSigner, SourceFault};
use serde_json::json;

use crate::Admin;
use crate::problem::Failure;

/// The key of that address for a lane (the default one if none is named), with
/// a fresh key id: its place is asked for the public half and for a signature.
pub(super) async fn remote_key(
    admin: &Admin,
    uri: Option<String>,
    lane: Option<Algorithm>,
) -> Result<Option<RemoteKey>, Failure> {
    let Some(uri) = uri else { return Ok(None) };
    RemoteKey::check_uri(&uri)?;
    let lane = match lane {
        Some(lane) => Some(lane),
        None => admin.store.key_ring().await?.default_lane(),
    };
    // Without any lane there is nothing to rotate: the rule says so.
    let Some(lane) = lane else { return Ok(None) };
    let key_id: KeyId = base::generate_id_text('s', &mut SystemEntropy)
        .parse()
        .map_err(|_| Failure::Fault)?;
    let place = admin.places.open_signer(&uri, lane, &key_id).await;
    let place = place.map_err(|fault| not_opened(lane, &fault))?;
    try_out(place.as_ref()).await?;
    let key = place.verification_key().clone();
    Ok(Some(RemoteKey { uri, key }))
}

/// Has something signed that is worth nothing: a token without a subject that
/// ended in 1970, and that is dropped here. Whoever may only read the public
/// half would otherwise be found out by the first client.
async fn try_out(place: &dyn RemoteSigner) -> Result<(), Failure> {
    let key = place.verification_key();
    let input = SigningInput::new(TokenType::AccessToken, &json!({ "exp": 0 }), key);
    let input = input.map_err(|_| Failure::Fault)?;
    let signature = place.sign(input.as_bytes()).await;
    let signature = signature.map_err(|fault| not_signed(&fault))?;
    match input.complete(&signature, key) {
        Ok(_) => Ok(()),
        Err(_) => Err(wrong(
            "what its place signs is not a signature of the key that it announces".to_owned(),
            "check that the public and the private half there belong together",
        )
        .into()),
    }
}

fn not_opened(lane: Algorithm, fault: &SourceFault) -> Refusal {
    match fault {
        SourceFault::Missing(detail) => wrong(
            format!("there is no such key: {detail}"),
            "make it there first, or correct the address",
        ),
        SourceFault::Denied(detail) => wrong(
            format!("its place refuses us: {detail}"),
            "check the credential of this server there, and that it may read the public half",
        ),
        SourceFault::Unreachable(detail) => unreachable(detail),
        SourceFault::Malformed(detail) => wrong(
            format!("it cannot sign {}: {detail}", lane.as_str()),
            "correct the address, or name a key that is made for that algorithm",
        ),
        other => wrong(other.to_string(), "see what it says"),
    }
}

fn not_signed(fault: &SourceFault) -> Refusal {
    match fault {
        SourceFault::Unreachable(detail) => unreachable(detail),
        SourceFault::Denied(detail) => wrong(
            format!("its public half can be read, and its place does not let us sign: {detail}"),
            "give this server the right to sign with it",
        ),
        other => wrong(
            format!("its public half can be read, and it does not sign: {other}"),
            "check that the key there is made for signatures",
        ),
    }
}

fn unreachable(detail: &str) -> Refusal {
    wrong(
        format!("its place cannot be reached: {detail}"),
        "see that it runs and that this server reaches it, and ask again",
    )
}

fn wrong(detail: String, fix: &str) -> Refusal {
    Refusal::Invalid(vec![FieldFinding {
        field: "key",
        detail,
        fix: fix.to_owned(),
    }])
}
