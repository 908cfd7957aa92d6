//! `/admin/v1/operator_token`.

pub(crate) mod list;
pub(crate) mod revoke;
