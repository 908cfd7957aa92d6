//! `doorward revoke --preview`: who stops working.

use std::fmt::Write as _;

use admin::answer::RevokePreviewAnswer;

use crate::answer::Fault;
use crate::table::plain;

/// How many credentials are listed to people.
const MOST_LISTED: usize = 20;

/// Where to ask. An id has nothing that would have to be escaped.
pub(super) fn path(kind: &str, id: &str) -> Result<String, Fault> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    if id.is_empty() || id.len() > 128 || !id.bytes().all(is_plain) {
        return Err(Fault::new(
            "that is no id",
            "take the id from doorward register",
        ));
    }
    Ok(format!("/admin/v1/register/preview?kind={kind}&id={id}"))
}

pub(super) fn text(preview: &RevokePreviewAnswer) -> String {
    let mut told = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        told,
        "Revoking {} {} stops {} {}:",
        preview.kind,
        plain(&preview.id),
        preview.credentials_total,
        if preview.credentials_total == 1 {
            "credential"
        } else {
            "credentials"
        }
    );
    for stopped in preview.credentials.iter().take(MOST_LISTED) {
        let _ = writeln!(
            told,
            "  {} {} of {}, last use: {}",
            stopped.kind,
            plain(&stopped.id),
            plain(stopped.owner.as_deref().unwrap_or("nobody")),
            stopped
                .last_used_at
                .as_deref()
                .unwrap_or("not seen by a gate yet")
        );
    }
    if preview.credentials.len() > MOST_LISTED {
        let _ = writeln!(told, "  ... (--json lists more)");
    }
    let list = |names: &[String]| match names {
        [] => "none".to_owned(),
        names => plain(&names.join(", ")),
    };
    let _ = writeln!(told, "owners     {}", list(&preview.owners));
    let _ = writeln!(told, "endpoints  {}", list(&preview.endpoints));
    let _ = writeln!(
        told,
        "requests   at most {} in the last day",
        preview.requests_last_day
    );
    if let Some(note) = &preview.note {
        let _ = writeln!(told, "{}", plain(note));
    }
    if let Some(command) = &preview.revoke_path {
        let _ = writeln!(
            told,
            "Nothing was changed. To do it:\n\n    {}",
            plain(command)
        );
    }
    told.trim_end().to_owned()
}
