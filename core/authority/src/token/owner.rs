//! Rule 4: nothing is issued for an owner who is gone. To whoever asks it is
//! one with a wrong secret.

use super::{Facts, TokenRefusal};
use crate::client::authenticate::refused;

pub(super) fn check(facts: Facts<'_>) -> Result<(), TokenRefusal> {
    match facts.owner_is_disabled {
        true => Err(refused("client_owner_disabled")),
        false => Ok(()),
    }
}
