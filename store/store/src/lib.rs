//! Durable storage: the port, its conformance suite and the in-memory implementation.
