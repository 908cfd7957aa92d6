//! The rules of the house that read text, one file each.

pub(crate) mod citation_form;
pub(crate) mod download_address;
pub(crate) mod empty_name;
pub(crate) mod file_budget;
pub(crate) mod machine_path;
