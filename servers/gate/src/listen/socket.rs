//! One port, one socket per worker.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::num::NonZeroUsize;

use socket2::{Domain, Protocol, Socket, Type};

use super::{Door, Listen, ListenError, Serving, worker};

const BACKLOG: i32 = 1024;

/// A port that is taken and not yet served.
#[derive(Debug)]
pub struct Bound {
    pub(super) listen: Listen,
    pub(super) address: SocketAddr,
    pub(super) sockets: Vec<TcpListener>,
}

impl Bound {
    pub(super) fn bind(listen: Listen) -> Result<Self, ListenError> {
        let address = listen.address;
        if listen.tls.is_none() && listen.trusted_proxies.is_empty() && !is_loopback(address.ip()) {
            return Err(ListenError::PlainOutsideLoopback { address });
        }
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => ListenError::Occupied { address },
            _ => ListenError::Socket { address, source },
        };
        // Sockets that share a port would also share it with another process
        // of the same user. So the first one asks for the port alone; only
        // when it has it may the others join.
        let port = claim(address).map_err(failed)?;
        let workers = listen
            .workers
            .or_else(|| std::thread::available_parallelism().ok())
            .map_or(1, NonZeroUsize::get);
        let sockets = (0..workers)
            .map(|_| open(port))
            .collect::<io::Result<Vec<_>>>()
            .map_err(failed)?;
        Ok(Self {
            listen,
            address: port,
            sockets,
        })
    }

    /// The address with the port that was taken.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until [`Serving::stop`]. `door` runs once on each worker's
    /// thread, inside its runtime, with the worker's number.
    pub fn serve<D, F>(self, door: F) -> Result<Serving, ListenError>
    where
        D: Door,
        F: Fn(usize) -> D + Send + Sync + 'static,
    {
        worker::start(self, door)
    }
}

/// Finds out that the port is free, and which one it is.
fn claim(address: SocketAddr) -> io::Result<SocketAddr> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    // Lets a restart pass connections of the last run that wait for their end.
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(1)?;
    let listener: TcpListener = socket.into();
    listener.local_addr()
}

fn open(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

pub(super) fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}
