//! Connections to upstreams: one pool per worker and upstream, without a lock
//! and without a task of its own per connection.
//!
//! HTTP/1.1 with keep-alive. Bodies pass both ways as they arrive; whoever is
//! slower slows the other down; whoever goes away takes the other along.

mod deadline;
mod fault;
mod origin;
mod pool;
mod request_body;
mod response_body;
mod stream;
mod wire;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use tokio::task::AbortHandle;

use deadline::Deadlines;

pub use fault::UpstreamFault;
pub use origin::{InvalidOrigin, Origin};
pub use pool::Upstream;
pub use request_body::{BodyFault, RequestBody};
pub use response_body::ResponseBody;
pub use stream::Trust;

/// What upstreams are granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamLimits {
    /// To open a connection, TLS included; beyond it 504.
    pub connect_time: Duration,
    /// From sending a request to the head of its answer; beyond it 504. In
    /// whole seconds, and up to one more.
    pub answer_time: Duration,
    /// How long a connection rests before it is closed; an upstream's own
    /// `Keep-Alive: timeout` shortens it.
    pub idle_time: Duration,
    /// Resting connections per worker and upstream.
    pub idle_connections: usize,
    /// How long a client may pause while it sends a body.
    pub body_stall: Duration,
}

impl Default for UpstreamLimits {
    fn default() -> Self {
        Self {
            connect_time: Duration::from_secs(5),
            answer_time: Duration::from_secs(60),
            idle_time: Duration::from_secs(30),
            idle_connections: 256,
            body_stall: Duration::from_secs(30),
        }
    }
}

type Known = HashMap<Box<str>, Rc<Upstream>, foldhash::fast::RandomState>;

/// The upstreams of one worker.
#[derive(Debug)]
pub struct Upstreams {
    known: Rc<RefCell<Known>>,
    deadlines: Rc<Deadlines>,
    trust: Option<Trust>,
    limits: UpstreamLimits,
    clock: AbortHandle,
}

impl Upstreams {
    /// None known yet. Must be called on the worker's runtime, whose seconds
    /// it starts to count.
    pub fn new(trust: Option<Trust>, limits: UpstreamLimits) -> Self {
        let (known, deadlines) = (Rc::<RefCell<Known>>::default(), Rc::<Deadlines>::default());
        let (swept, told) = (Rc::clone(&known), Rc::clone(&deadlines));
        let clock = tokio::task::spawn_local(async move {
            let started = tokio::time::Instant::now();
            let mut second = tokio::time::interval(Duration::from_secs(1));
            loop {
                let elapsed = second.tick().await.duration_since(started).as_secs();
                told.advance(u32::try_from(elapsed).unwrap_or(u32::MAX));
                swept
                    .borrow()
                    .values()
                    .for_each(|upstream| upstream.sweep());
            }
        });
        Self {
            known,
            deadlines,
            trust,
            limits,
            clock: clock.abort_handle(),
        }
    }

    /// The limits that they were made with.
    pub const fn limits(&self) -> &UpstreamLimits {
        &self.limits
    }

    /// The upstream with this URL, made when first asked for. The URLs come
    /// from the inventory, so there are few.
    pub fn get(&self, url: &str) -> Result<Rc<Upstream>, InvalidOrigin> {
        if let Some(upstream) = self.known.borrow().get(url) {
            return Ok(Rc::clone(upstream));
        }
        let upstream = Upstream::new(
            url.parse()?,
            self.trust.clone(),
            self.limits.clone(),
            Rc::clone(&self.deadlines),
        );
        self.known
            .borrow_mut()
            .insert(url.into(), Rc::clone(&upstream));
        Ok(upstream)
    }
}

impl Drop for Upstreams {
    fn drop(&mut self) {
        self.clock.abort();
    }
}
