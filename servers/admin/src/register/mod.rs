//! `/admin/v1/register`.
//!
//! | file | what it does |
//! |---|---|
//! | `list` | the rows |
//! | `gaps` | what is missing, risky or nobody's |
//! | `preview` | who stops working if one is revoked |
//! | `place` | where a page begins |
//! | `load` | what a row is made from |
//! | `row` | one file for each kind |
//! | `under_digest_key` | what stops with a digest key |

pub(crate) mod gaps;
pub(crate) mod list;
mod load;
mod place;
pub(crate) mod preview;
mod row;
mod under_digest_key;
