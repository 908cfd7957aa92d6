//! The row of a digest key.

use base::Timestamp;
use credential::DigestKeyId;
use posture::{Ended, RevokePath, Row, RowKind, Storage};

use super::{operators, own_secret};
use crate::own_secrets::OwnSecret;

/// `secret` is what the configuration says of it; `retired_at` what the store does.
pub(in super::super) async fn row(
    id: DigestKeyId,
    secret: Option<&OwnSecret>,
    retired_at: Option<Timestamp>,
) -> Row {
    let storage: Option<Storage> = match secret {
        Some(secret) => own_secret::row(secret).await.storage,
        None => None,
    };
    let id = id.to_string();
    Row {
        kind: RowKind::DigestKey,
        presented_as: Vec::new(),
        types: vec!["digest_key".to_owned()],
        actor: Some(
            "this installation: digests API keys, client secrets and operator tokens".to_owned(),
        ),
        scopes: "digest:credential".parse().ok().into_iter().collect(),
        audiences: vec!["this installation".to_owned()],
        owns_paths: false,
        owner: operators(),
        organisation: None,
        revoke: RevokePath::of(RowKind::DigestKey, &id),
        storage,
        created_at: None,
        secret_since: None,
        longest_age: None,
        expires_at: None,
        is_ahead: false,
        has_successor: false,
        ended: retired_at.map(Ended::Revoked),
        usage: None,
        is_watched: false,
        last_drill_at: None,
        id,
    }
}
