//! A browser session of an end-user, in a cookie:
//! `dwn_live_<id>_<secret><checksum>`. Decoded, it tells nothing (article 002).

crate::identified_secret::define_identified_secret!(
    Session, SessionId, MintedSession, PresentedSession,
    prefix "dwn", id letter 's'
);
