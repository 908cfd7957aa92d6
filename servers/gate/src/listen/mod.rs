//! Listeners: one thread per core, each with a socket, a runtime and a state
//! of its own, so that a request never crosses threads or takes a lock.
//!
//! Any role can be served: [`Door`] makes one hyper service per connection.

mod connected;
mod door;
mod limits;
mod observed;
mod serve;
mod socket;
mod tls;
mod worker;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::num::NonZeroUsize;

use ipnet::IpNet;

pub use connected::Connected;
pub use door::{Counted, Door};
pub use limits::Limits;
pub use socket::Bound;
pub use tls::{InvalidTls, Tls};
pub use worker::Serving;

/// Where and how to listen.
#[derive(Debug, Clone)]
pub struct Listen {
    /// The address; port 0 takes a free one.
    pub address: SocketAddr,
    /// Own TLS. Without it the address must be loopback or a proxy named.
    pub tls: Option<Tls>,
    /// Proxies in front that end TLS. Off loopback and without own TLS, only
    /// they may connect.
    pub trusted_proxies: Vec<IpNet>,
    /// Worker threads; by default one per core.
    pub workers: Option<NonZeroUsize>,
    /// What clients are granted.
    pub limits: Limits,
}

impl Listen {
    /// Plain HTTP on this address, one worker per core, default limits.
    pub fn on(address: SocketAddr) -> Self {
        Self {
            address,
            tls: None,
            trusted_proxies: Vec::new(),
            workers: None,
            limits: Limits::default(),
        }
    }

    /// Takes the port, without serving yet.
    pub fn bind(self) -> Result<Bound, ListenError> {
        Bound::bind(self)
    }
}

/// Why a listener does not start.
#[derive(Debug)]
pub enum ListenError {
    /// Another process listens there.
    Occupied {
        /// The address asked for.
        address: SocketAddr,
    },
    /// Plain HTTP that others than this machine could reach.
    PlainOutsideLoopback {
        /// The address asked for.
        address: SocketAddr,
    },
    /// The system refused the socket.
    Socket {
        /// The address asked for.
        address: SocketAddr,
        /// Its words.
        source: io::Error,
    },
    /// A worker thread or its runtime could not be started.
    Worker(io::Error),
}

impl fmt::Display for ListenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Occupied { address } => {
                write!(
                    f,
                    "cannot listen on {address}: another process listens there"
                )
            }
            Self::PlainOutsideLoopback { address } => write!(
                f,
                "refusing to listen on {address} without TLS: give a certificate and a key, name the proxies that end TLS in front, or listen on loopback"
            ),
            Self::Socket { address, source } => write!(f, "cannot listen on {address}: {source}"),
            Self::Worker(source) => write!(f, "cannot start a worker thread: {source}"),
        }
    }
}

impl std::error::Error for ListenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Socket { source, .. } | Self::Worker(source) => Some(source),
            Self::Occupied { .. } | Self::PlainOutsideLoopback { .. } => None,
        }
    }
}
