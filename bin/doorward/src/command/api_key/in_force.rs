//! How fast a change came to be in force, for people.

use admin::answer::InForce;

/// `what` holds since then, or nobody has confirmed it yet.
pub(crate) fn in_force_text(in_force: Option<InForce>, what: &str) -> String {
    match in_force {
        Some(InForce { revision, after_ms }) => {
            format!("{what}, {after_ms} ms after the change (revision {revision}).")
        }
        None => "The change is made. No gate has confirmed it yet: each one follows within \
                 the lag that its endpoints bear, or denies."
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_confirmed_is_not_claimed() {
        let told = in_force_text(None, "The gate refuses it");
        assert!(!told.contains("refuses it"), "{told}");
    }
}
