//! The kinds of record, as their tables see them.

use authority::accountability::Revocation;
use authority::api_key::ApiKey;
use authority::client::Client;
use authority::operator_token::OperatorToken;
use authority::owner::Owner;
use authority::signing_key::SigningKeyRecord;
use base::{Name, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::RecordKind;

/// What has a table of its own, which is called as its kind.
pub(crate) trait Kept: Serialize + DeserializeOwned + Send + 'static {
    const KIND: RecordKind;
    fn environment(&self) -> &Name;
    fn id(&self) -> &str;
}

/// A credential or key, which begins and ends.
pub(crate) trait Record: Kept {
    fn organisation(&self) -> Option<&Name>;
    fn created_at(&self) -> Timestamp;
    fn expires_at(&self) -> Timestamp;
}

/// A record that can be revoked.
pub(crate) trait Revocable: Record {
    fn revocation(&mut self) -> &mut Option<Revocation>;
}

macro_rules! kept {
    ($type:ty, $kind:ident, $id:ident) => {
        impl Kept for $type {
            const KIND: RecordKind = RecordKind::$kind;
            fn environment(&self) -> &Name {
                &self.environment
            }
            fn id(&self) -> &str {
                self.$id.as_str()
            }
        }
    };
}

macro_rules! record {
    ($type:ty, $kind:ident, $id:ident, |$record:ident| $organisation:expr) => {
        record!($type, $kind, $id, |$record| $organisation, |record| record
            .expires_at);
    };
    ($type:ty, $kind:ident, $id:ident, |$record:ident| $organisation:expr, |$ending:ident| $expires_at:expr) => {
        kept!($type, $kind, $id);
        impl Record for $type {
            fn organisation(&self) -> Option<&Name> {
                let $record = self;
                $organisation
            }
            fn created_at(&self) -> Timestamp {
                self.created_at
            }
            fn expires_at(&self) -> Timestamp {
                let $ending = self;
                $expires_at
            }
        }
    };
}

macro_rules! revocable {
    ($type:ty) => {
        impl Revocable for $type {
            fn revocation(&mut self) -> &mut Option<Revocation> {
                &mut self.revocation
            }
        }
    };
}

record!(
    ApiKey,
    ApiKey,
    id,
    |record| Some(&record.accountability.organisation),
    |record| record.ends_at()
);
record!(Client, Client, id, |record| Some(
    &record.accountability.organisation
));
record!(OperatorToken, OperatorToken, id, |_record| None);
record!(SigningKeyRecord, SigningKey, key_id, |_record| None);
kept!(Owner, Owner, name);
revocable!(ApiKey);
revocable!(Client);
revocable!(OperatorToken);
