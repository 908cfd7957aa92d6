//! The worker threads: accept, watch, and stop without cutting answers off.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, LocalOptions, LocalRuntime};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;

use super::connected::{Connected, Ticks, Verdict};
use super::serve::{Entrance, http1_builder, http2_builder};
use super::socket::{Bound, is_loopback};
use super::{Door, Listen, ListenError};

/// A listener at work.
#[derive(Debug)]
pub struct Serving {
    address: SocketAddr,
    stop: watch::Sender<Option<Duration>>,
    workers: Vec<JoinHandle<usize>>,
}

impl Serving {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no new connection, lets requests under way finish for `grace`,
    /// then cuts the rest off. Blocks; gives the number that was cut off.
    pub fn stop(self, grace: Duration) -> usize {
        let _ = self.stop.send(Some(grace));
        self.workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or(0))
            .sum()
    }
}

pub(super) fn start<D, F>(bound: Bound, door: F) -> Result<Serving, ListenError>
where
    D: Door,
    F: Fn(usize) -> D + Send + Sync + 'static,
{
    let (stop, stopping) = watch::channel(None);
    let door = Arc::new(door);
    let mut workers = Vec::new();
    for (number, socket) in bound.sockets.into_iter().enumerate() {
        let (door, listen, stopping) = (Arc::clone(&door), bound.listen.clone(), stopping.clone());
        let runtime = move || -> io::Result<LocalRuntime> {
            Builder::new_current_thread()
                .enable_all()
                .build_local(LocalOptions::default())
        };
        let worker = std::thread::Builder::new()
            .name(format!("gate-{number}"))
            .spawn(move || match runtime() {
                Ok(runtime) => runtime.block_on(async {
                    match TcpListener::from_std(socket) {
                        Ok(socket) => work(socket, &listen, door(number), stopping).await,
                        Err(error) => lost(&error),
                    }
                }),
                Err(error) => lost(&error),
            })
            .map_err(ListenError::Worker)?;
        workers.push(worker);
    }
    Ok(Serving {
        address: bound.address,
        stop,
        workers,
    })
}

fn lost(error: &io::Error) -> usize {
    tracing::error!(%error, "a worker could not start");
    0
}

type Connections = Rc<RefCell<HashMap<u64, Open, foldhash::fast::RandomState>>>;

/// A connection as the worker holds it; the facts are unknown during a handshake.
struct Open {
    connected: Option<Rc<Connected>>,
    task: AbortHandle,
}

async fn work<D: Door>(
    socket: TcpListener,
    listen: &Listen,
    door: D,
    mut stopping: watch::Receiver<Option<Duration>>,
) -> usize {
    let ticks = Ticks::default();
    let connections = Connections::default();
    let entrance = Rc::new(Entrance {
        door,
        tls: listen
            .tls
            .as_ref()
            .map(|tls| TlsAcceptor::from(Arc::clone(&tls.config))),
        limits: listen.limits.clone(),
        ticks: Rc::clone(&ticks),
        http1: http1_builder(&listen.limits),
        http2: http2_builder(&listen.limits),
    });
    let numbers = Cell::new(0);
    let accept = accept(&socket, |stream, peer| {
        let full = connections.borrow().len() >= listen.limits.connections;
        if !full && may_connect(listen, peer) {
            numbers.set(numbers.get() + 1);
            spawn(&entrance, &connections, numbers.get(), (stream, peer));
        }
    });
    tokio::select! {
        () = accept => {}
        () = sweep(&connections, &listen.limits, &ticks) => {}
        _ = stopping.wait_for(Option::is_some) => {}
    }
    drop(socket);
    let grace = stopping.borrow().unwrap_or_default();
    finish(&connections, grace).await
}

async fn accept(socket: &TcpListener, mut took: impl FnMut(TcpStream, SocketAddr)) {
    loop {
        match socket.accept().await {
            Ok((stream, peer)) => took(stream, peer),
            Err(error) => {
                // Out of file descriptors, or a client that left: neither ends a listener.
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

/// Off loopback and without own TLS, only the proxies that end it may connect.
fn may_connect(listen: &Listen, peer: SocketAddr) -> bool {
    listen.tls.is_some()
        || is_loopback(listen.address.ip())
        || listen
            .trusted_proxies
            .iter()
            .any(|network| network.contains(&peer.ip().to_canonical()))
}

fn spawn<D: Door>(
    entrance: &Rc<Entrance<D>>,
    connections: &Connections,
    number: u64,
    (stream, peer): (TcpStream, SocketAddr),
) {
    let (entrance, kept) = (Rc::clone(entrance), Rc::clone(connections));
    let task = tokio::task::spawn_local(async move {
        let _forget = Forget(Rc::clone(&kept), number);
        entrance
            .serve(stream, peer, |connected| {
                if let Some(open) = kept.borrow_mut().get_mut(&number) {
                    open.connected = Some(Rc::clone(connected));
                }
            })
            .await;
    });
    let open = Open {
        connected: None,
        task: task.abort_handle(),
    };
    connections.borrow_mut().insert(number, open);
}

/// Takes a connection off the list however its task ends.
struct Forget(Connections, u64);

impl Drop for Forget {
    fn drop(&mut self) {
        self.0.borrow_mut().remove(&self.1);
    }
}

async fn sweep(connections: &Connections, limits: &super::Limits, ticks: &Ticks) {
    let mut second = tokio::time::interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let started = tokio::time::Instant::now();
    loop {
        let now = second.tick().await;
        let elapsed = now.duration_since(started).as_secs();
        ticks.set(u32::try_from(elapsed).unwrap_or(u32::MAX));
        for open in connections.borrow().values() {
            let Some(connected) = &open.connected else {
                continue;
            };
            match connected.verdict(limits) {
                Verdict::Stay => {}
                Verdict::Drain => connected.drain(),
                Verdict::Abort => open.task.abort(),
            }
        }
    }
}

async fn finish(connections: &Connections, grace: Duration) -> usize {
    for open in connections.borrow().values() {
        match &open.connected {
            Some(connected) => connected.drain(),
            // Nothing was asked yet.
            None => open.task.abort(),
        }
    }
    let emptied = async {
        while !connections.borrow().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let _ = tokio::time::timeout(grace, emptied).await;
    let left = connections.borrow().len();
    for open in connections.borrow().values() {
        open.task.abort();
    }
    left
}
