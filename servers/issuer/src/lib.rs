//! The authorization server's HTTP shell: token endpoint, metadata, key set.
