//! `/admin/v1/drill`.

mod body;
pub(crate) mod list;
pub(crate) mod record;
