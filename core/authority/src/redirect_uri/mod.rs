//! Where a browser may be sent: registered once, compared as text ever after.

mod check;
mod registered;

pub use check::{TrustedRedirectUri, check_redirect_uri};
pub use registered::{InvalidRedirectUri, RedirectUri, RedirectUriPlace};
