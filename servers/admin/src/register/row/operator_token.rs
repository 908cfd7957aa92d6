//! The row of an operator token.

use authority::operator_token::{LONGEST_LIFETIME, OperatorToken};
use base::Timestamp;
use posture::{Ended, Owner, OwnerKind, RevokePath, Row, RowKind};

pub(in super::super) fn row(token: &OperatorToken, now: Timestamp) -> Row {
    let revoked = token
        .revocation
        .as_ref()
        .map(|ended| Ended::Revoked(ended.at));
    let expired = (now >= token.expires_at).then_some(Ended::Expired(token.expires_at));
    Row {
        kind: RowKind::OperatorToken,
        id: token.id.to_string(),
        // The gate never meets one.
        presented_as: Vec::new(),
        types: vec!["operator_token".to_owned()],
        actor: Some(format!("administers {}", token.environment)),
        scopes: token.scopes.clone(),
        audiences: vec!["admin API".to_owned()],
        owns_paths: false,
        owner: Some(Owner {
            name: token.owner.clone(),
            kind: OwnerKind::Operator,
        }),
        organisation: None,
        revoke: RevokePath::of(RowKind::OperatorToken, token.id.as_str()),
        storage: None,
        created_at: Some(token.created_at),
        secret_since: Some(token.created_at),
        longest_age: Some(LONGEST_LIFETIME),
        expires_at: Some(token.expires_at),
        is_ahead: false,
        has_successor: false,
        ended: revoked.or(expired),
        usage: None,
        is_watched: false,
        last_drill_at: None,
    }
}
