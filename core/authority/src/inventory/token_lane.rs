//! An api's tokens are signed in a lane that is there: without one the token
//! endpoint could issue nothing for it.

use boundary::{Inventory, Rule};
use credential::TokenAlgorithm;

use super::Facts;
use super::read::Contradiction;

pub(super) fn check<'a>(
    inventory: &'a Inventory,
    facts: Facts<'a>,
) -> impl Iterator<Item = Contradiction> + 'a {
    inventory.apis.iter().filter_map(move |api| {
        let wanted = api.token_algorithm.map(TokenAlgorithm::as_str)?;
        if facts.lanes.iter().any(|lane| lane.as_str() == wanted) {
            return None;
        }
        let lanes: Vec<&str> = facts.lanes.iter().map(|lane| lane.as_str()).collect();
        Some(Contradiction {
            rule: Rule::TokenAlgorithm,
            way: vec![format!("api.{}", api.name), "token_algorithm".to_owned()],
            message: format!("no signing key signs {wanted}"),
            fix: format!(
                "doorward signing-key add --algorithm {wanted}, then apply again; or name one of: {}",
                lanes.join(", ")
            ),
        })
    })
}
