//! What a revocation has come to.

use admin::answer::InForce;
use serde_json::Value;

use crate::command::api_key::in_force_text;
use crate::table::plain;

pub(super) fn text(kind: &str, id: &str, answer: &Value) -> String {
    let id = plain(id);
    let in_force = answer.get("in_force").cloned();
    let in_force: Option<InForce> = in_force.and_then(|told| serde_json::from_value(told).ok());
    let bool_of = |name: &str| answer.get(name).and_then(Value::as_bool);
    let text_of = |name: &str| answer.get(name).and_then(Value::as_str).map(plain);
    let next = match kind {
        "operator_token" => {
            let mut told = "The admin API refuses it from now on.".to_owned();
            if bool_of("others_left") == Some(false) {
                told.push_str(
                    "\nIt was the last one. To get in again, stop the server and make one: \
                     doorward operator-token create --config FILE --owner NAME",
                );
            }
            told
        }
        "digest_key" => {
            let mut told = in_force_text(in_force, "The gate refuses what stands under it");
            if bool_of("is_current") == Some(true) {
                told.push_str(
                    "\nIt was the current one: nothing can be made now. Put a new key in \
                     secrets.digest_key, this one in secrets.previous_digest_keys, restart, and get \
                     in again: doorward operator-token create --config FILE --owner NAME",
                );
            }
            told
        }
        "signing_key" => format!(
            "{}\nHolders of its tokens ask for new ones.",
            in_force_text(in_force, "The gate refuses every token that it signed")
        ),
        "trusted_issuer" => format!(
            "{}\nNothing that it issues before {} is accepted. Take it out of the inventory \
             before then, if it is not to come back: doorward inventory apply FILE",
            in_force_text(in_force, "The gate refuses its tokens"),
            text_of("not_before").unwrap_or_default()
        ),
        _ => in_force_text(in_force, "The gate refuses it"),
    };
    format!("{kind} {id} is cut off.\n{next}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_last_operator_token_says_how_to_get_in_again() {
        let last = text("operator_token", "o1", &json!({"others_left": false}));
        assert!(last.contains("doorward operator-token create"), "{last}");
        let other = text("operator_token", "o1", &json!({"others_left": true}));
        assert!(!other.contains("create"), "{other}");
    }

    #[test]
    fn what_no_gate_has_confirmed_is_not_claimed() {
        let told = text("api_key", "k1", &json!({"in_force": null}));
        assert!(told.contains("No gate has confirmed it yet"), "{told}");
    }
}
