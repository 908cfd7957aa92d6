//! `/admin/v1/trusted_issuer`. What they are, the inventory says.

pub(crate) mod cut_off;
