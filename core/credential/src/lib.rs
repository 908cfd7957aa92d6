//! What callers present: format, minting, parsing, digest.
