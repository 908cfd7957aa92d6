//! What a listener grants a client before and between requests.

use std::time::Duration;

/// Bounds of one listener. Every one has a default; none can be switched off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request head; beyond them the answer is 431.
    pub head_bytes: u32,
    /// From the first byte of a head (or the connection's start) to its end.
    pub head_time: Duration,
    /// How long a connection may stay open between two requests.
    pub idle_time: Duration,
    /// How long a client may refuse to take bytes of an answer.
    pub write_stall: Duration,
    /// Open connections per worker; more are closed at once.
    pub connections: usize,
    /// HTTP/2 requests at the same time on one connection.
    pub streams: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head_bytes: 64 * 1024,
            head_time: Duration::from_secs(10),
            idle_time: Duration::from_secs(75),
            write_stall: Duration::from_secs(30),
            connections: 10_000,
            streams: 128,
        }
    }
}
