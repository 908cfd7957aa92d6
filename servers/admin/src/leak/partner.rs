//! `POST /leak/v1/github`: a message of GitHub's secret scanning partner
//! program. It is verified before anything of it is read.

use std::sync::Arc;

use authority::audit::{Actor, Origin};
use authority::leak::{Place, candidates, text_hash};
use axum::extract::State;
use axum::{Extension, Json};
use base::Secret;
use http::HeaderMap;
use serde::{Deserialize, Serialize};

use super::act::{Came, act};
use crate::Admin;
use crate::arrival::Arrival;
use crate::malformed::{Malformed, PartnerBody, parse_json};
use crate::problem::Failure;

/// The name that the audit gives to the partner.
const PARTNER: &str = "github";
/// How many matches one message may have.
const MOST_MATCHES: usize = 100;
/// The longest type that is repeated in the answer.
const LONGEST_TYPE: usize = 200;

/// One match. The program may add members: they are left unread.
#[derive(Deserialize)]
struct Match {
    token: String,
    r#type: String,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    source: Option<String>,
}

/// What we say of one match. The token itself is not repeated.
#[derive(Serialize)]
pub(crate) struct Feedback {
    token_hash: String,
    token_type: String,
    label: &'static str,
}

pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(arrival): Extension<Arrival>,
    headers: HeaderMap,
    PartnerBody(body): PartnerBody,
) -> Result<Json<Vec<Feedback>>, Failure> {
    verify(&admin, &headers, &body)?;
    let matches: Vec<Match> = parse_json(&body)?;
    if matches.len() > MOST_MATCHES {
        return Err(Malformed::Count(MOST_MATCHES as u32).into());
    }
    let origin = Origin {
        request_id: arrival.request_id,
        actor: Actor::Partner(PARTNER.to_owned()),
        environment: admin.environment.name.clone(),
    };
    let mut feedback = Vec::with_capacity(matches.len());
    for Match {
        token,
        r#type,
        url,
        source,
    } in matches
    {
        let token = Secret::new(token);
        let address = [source, url].into_iter().flatten().collect::<Vec<_>>();
        let place = Place::of_partner(PARTNER, &address.join(" "));
        let mut is_ours = false;
        for candidate in candidates(token.expose()) {
            let how = (&place, &origin, false);
            let came = act(&admin, &candidate, how, arrival.now).await?;
            is_ours |= matches!(came, Came::Genuine(_));
        }
        feedback.push(Feedback {
            token_hash: text_hash(token.expose()),
            token_type: r#type.chars().take(LONGEST_TYPE).collect(),
            label: match is_ours {
                true => "true_positive",
                false => "false_positive",
            },
        });
    }
    Ok(Json(feedback))
}

/// One key id, one signature, of a key that we know, over the raw body.
fn verify(admin: &Admin, headers: &HeaderMap, body: &[u8]) -> Result<(), Failure> {
    let keys = admin.leak.github.as_ref().ok_or(Failure::NoSuchPath)?;
    let one = |name: &str| {
        let mut values = headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => value.to_str().ok(),
            _ => None,
        }
    };
    let id = one("github-public-key-identifier");
    let signature = one("github-public-key-signature");
    match (id, signature) {
        (Some(id), Some(signature)) if keys.verify(id, signature, body) => Ok(()),
        _ => Err(Failure::NotSigned),
    }
}
