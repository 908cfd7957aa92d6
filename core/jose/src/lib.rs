//! Strict JWS, JWK and JWT over aws-lc-rs.
