//! Walking a list that may be long: page by page, and in JSON item by item as
//! they come, so that a million rows are never held at once.

use serde_json::Value;

use crate::admin_api::Session;
use crate::answer::{Fault, print, print_part};

/// Walks every page and gives each item to `see`. In JSON the items are printed
/// on the way, as one document `{"items": [...]}`. If a page cannot be had, the
/// document is left open, so that nobody takes a part for the whole.
pub(super) fn walk(
    session: &Session,
    path: &str,
    parameters: &str,
    mut see: impl FnMut(Value) -> Result<(), Fault>,
) -> Result<u64, Fault> {
    let mut count = 0;
    let mut next = Some(format!("{path}?page_size=500{parameters}"));
    while let Some(page_path) = next {
        let mut page = session.get(&page_path)?;
        let token = page.get("next_page_token").and_then(Value::as_str);
        next = token.map(|token| format!("{path}?page_size=500{parameters}&page_token={token}"));
        let items = page.get_mut("items").and_then(Value::as_array_mut);
        for item in items.map(std::mem::take).unwrap_or_default() {
            if session.is_json() {
                let opening = if count == 0 { "{\"items\": [\n" } else { ",\n" };
                print_part(&format!("{opening}{item}"))?;
            }
            count += 1;
            see(item)?;
        }
    }
    if session.is_json() {
        print(if count == 0 {
            "{\"items\": []}"
        } else {
            "\n]}"
        })?;
    }
    Ok(count)
}

/// One item as this version knows it.
pub(super) fn read<T: serde::de::DeserializeOwned>(item: Value) -> Result<T, Fault> {
    serde_json::from_value(item).map_err(|_| {
        Fault::new(
            "the admin API's answer is not what this version understands",
            "use the doorward of the same version as the server",
        )
    })
}
