//! `/admin/v1/signing_key`.

pub(crate) mod act;
pub(crate) mod add;
mod body;
pub(crate) mod default_lane;
pub(crate) mod list;
mod remote;
pub(crate) mod retire;
pub(crate) mod rollback;
pub(crate) mod rotate;
