//! An authorization code (RFC 6749 section 4.1.2):
//! `dwc_live_<id>_<secret><checksum>`. It lives a minute and works once.

crate::identified_secret::define_identified_secret!(
    AuthorizationCode, AuthorizationCodeId, MintedAuthorizationCode, PresentedAuthorizationCode,
    prefix "dwc", id letter 'a'
);
