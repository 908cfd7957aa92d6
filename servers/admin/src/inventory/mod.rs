//! `/admin/v1/inventory`.

pub(crate) mod apply;
pub(crate) mod compatibility;
pub(crate) mod diff;
pub(crate) mod plan;
pub(crate) mod show;
pub(crate) mod version;

use boundary::{Inventory, diff};

use crate::answer::DifferenceAnswer;

fn differences(old: &Inventory, new: &Inventory) -> Vec<DifferenceAnswer> {
    diff(old, new).iter().map(DifferenceAnswer::from).collect()
}
