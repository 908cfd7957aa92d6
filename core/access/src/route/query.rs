//! The query is forwarded as it is, so it must be text that every hop reads
//! alike. No rule about access looks at it, save that it carries no credential.

use crate::{Denial, Rule};

/// RFC 3986 section 3.4: visible ASCII without `#`.
pub(super) fn check(query: Option<&str>) -> Result<(), Denial> {
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'#';
    if query.is_none_or(|query| query.bytes().all(plain)) {
        Ok(())
    } else {
        Err(Denial::new(Rule::PlainQuery)
            .with_detail("The query has a character that must be escaped."))
    }
}
