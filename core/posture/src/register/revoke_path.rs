//! How a credential is cut off in an emergency: a command, ready to run.

use super::RowKind;

/// The way to cut a credential off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokePath {
    /// A command that runs as it stands; only TEXT wants to say why.
    pub command: String,
    /// What is left to do after it, if anything.
    pub then: Option<&'static str>,
}

impl RevokePath {
    /// The one command that ends a credential of a kind that the admin API
    /// knows; nothing for the installation's own secrets.
    pub fn of(kind: RowKind, id: &str) -> Option<Self> {
        if kind == RowKind::OwnSecret {
            return None;
        }
        let then = match kind {
            RowKind::SigningKey => Some("nothing: holders of its tokens ask for new ones"),
            RowKind::TrustedIssuer => Some(
                "take it out of the inventory before the hold ends: doorward inventory apply FILE",
            ),
            RowKind::DigestKey => Some(
                "put a new key in secrets.digest_key and restart; then each holder gets a new secret, \
                 and operators a new token: doorward operator-token create --config FILE --owner NAME",
            ),
            _ => None,
        };
        Some(Self {
            command: format!("doorward revoke {kind} {id} --reason TEXT"),
            then,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_command() {
        let path = RevokePath::of(RowKind::ApiKey, "k0123456789abcde").unwrap();
        assert_eq!(
            path.command,
            "doorward revoke api_key k0123456789abcde --reason TEXT"
        );
        assert_eq!(RevokePath::of(RowKind::OwnSecret, "digest_key"), None);
    }
}
