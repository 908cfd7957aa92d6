//! The row of a secret that the installation itself works with.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use posture::{Row, RowKind, Storage};

use super::operators;
use crate::own_secrets::OwnSecret;

pub(in super::super) async fn row(secret: &OwnSecret) -> Row {
    let readable_by_others = match &secret.file {
        Some(file) => is_readable_by_others(file).await,
        None => None,
    };
    Row {
        kind: RowKind::OwnSecret,
        id: secret.name.clone(),
        presented_as: Vec::new(),
        types: vec![secret.name.clone()],
        actor: Some(format!("this installation: {}", secret.purpose)),
        scopes: secret.scope.parse().ok().into_iter().collect(),
        audiences: vec!["this installation".to_owned()],
        owns_paths: false,
        owner: operators(),
        organisation: None,
        revoke: secret.revoke.clone(),
        storage: Some(Storage {
            level: secret.level,
            place: secret.place.clone(),
            transport: None,
            readers: Vec::new(),
            readable_by_others,
        }),
        created_at: None,
        secret_since: None,
        longest_age: None,
        expires_at: None,
        is_ahead: false,
        has_successor: false,
        ended: None,
        usage: None,
        is_watched: false,
        last_drill_at: None,
    }
}

/// Nothing if it cannot be looked at: then nobody can say.
async fn is_readable_by_others(file: &Path) -> Option<bool> {
    let metadata = tokio::fs::metadata(file).await.ok()?;
    Some(metadata.mode() & 0o077 != 0)
}
