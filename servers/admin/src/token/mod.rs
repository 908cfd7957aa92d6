//! `/admin/v1/token`.

pub(crate) mod inspect;
