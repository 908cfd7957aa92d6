//! Control-plane rules: what may be issued, changed and revoked.
