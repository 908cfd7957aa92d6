//! An operator token, for the admin API: `dwa_live_<id>_<secret><checksum>`.

crate::identified_secret::define_identified_secret!(
    OperatorToken, OperatorTokenId, MintedOperatorToken, PresentedOperatorToken,
    prefix "dwa", id letter 'o'
);
