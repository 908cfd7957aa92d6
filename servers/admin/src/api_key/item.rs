//! The items of a request that has many. One that cannot be read, or is for an
//! owner who is gone, is a finding beside those of all others.

use std::collections::BTreeMap;

use authority::FieldFinding;
use authority::api_key::ApiKeyRequest;
use authority::owner::require_here;
use authority::{Refusal, owner::Owner};
use base::Name;
use serde_json::{Map, Value};

use super::body::ApiKeyBody;
use crate::malformed::{Malformed, read_value};

/// The fields of a key, as strictly as where one key is made.
pub(super) fn read(
    item: Map<String, Value>,
    gone: &BTreeMap<Name, Owner>,
) -> Result<ApiKeyRequest, FieldFinding> {
    let body: ApiKeyBody = read_value(Value::Object(item)).map_err(whole)?;
    let request = ApiKeyRequest::from(body);
    let owner = request.shared.owner.as_deref();
    let owner = owner.and_then(|owner| gone.get(&owner.parse::<Name>().ok()?));
    match require_here(owner) {
        Err(Refusal::Invalid(mut findings)) if !findings.is_empty() => Err(findings.remove(0)),
        _ => Ok(request),
    }
}

/// Takes a field that is a text out of an item.
pub(super) fn take_text(
    item: &mut Map<String, Value>,
    field: &'static str,
) -> Result<Option<String>, FieldFinding> {
    match item.remove(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(FieldFinding {
            field,
            detail: "it is no text".to_owned(),
            fix: "write it in quotation marks".to_owned(),
        }),
    }
}

/// What is wrong with an item as a whole.
fn whole(malformed: Malformed) -> FieldFinding {
    let (detail, fix) = malformed.words();
    FieldFinding {
        field: "",
        detail,
        fix,
    }
}
