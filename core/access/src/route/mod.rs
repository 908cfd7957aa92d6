//! Which endpoint a request is for: one canonical path first, then the match;
//! never the reverse.

mod canonical_path;
mod endpoint;
mod query;
mod table;

pub(crate) use canonical_path::CanonicalPath;
pub(crate) use endpoint::Route;
pub(crate) use table::RouteTable;
