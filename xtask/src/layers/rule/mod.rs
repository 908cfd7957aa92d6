//! The rules that read the table, one file each.

pub(crate) mod a_crate_uses_only_its_row;
pub(crate) mod core_tests_stay_in_core;
pub(crate) mod dependencies_with_one_door;
pub(crate) mod every_crate_has_a_row;
pub(crate) mod house_names_come_from_the_house;
pub(crate) mod out_of_reach;
