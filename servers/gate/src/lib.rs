//! Enforcement in front of an API: the reverse proxy.
