//! How old a secret may become under each preset (article 004, "quarterly
//! rotation is a good baseline; start semiannual and improve"; article 002,
//! "every 90 days minimum").

use base::{Lifetime, Timestamp};

use super::{LONGEST_LIFETIME, RotationPolicy};

/// The longest life of a secret of a semiannual key.
pub(super) const SEMIANNUAL: Lifetime = Lifetime::from_secs(180 * 86_400);

impl RotationPolicy {
    /// When a secret that was made then has to end at the latest. A semiannual
    /// key's secrets live 180 days, and once it is quarterly none is older
    /// than 90.
    pub fn ends_by(self, made_at: Timestamp) -> Timestamp {
        let quarterly = made_at.after(LONGEST_LIFETIME);
        match self {
            Self::Quarterly => quarterly,
            Self::Semiannual { improve_by } => {
                made_at.after(SEMIANNUAL).min(improve_by.max(quarterly))
            }
        }
    }
}
