//! One connection as its requests and its watch see it.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::task::Waker;

use super::limits::Limits;
use crate::inspect::{Shape, Shapes};

/// Seconds since the worker started; one writer, read without a system call.
pub(super) type Ticks = Rc<Cell<u32>>;

/// The facts and the state of one client connection. It lives on one worker.
#[derive(Debug)]
pub struct Connected {
    /// The address at the other end of the socket.
    pub peer: SocketAddr,
    /// The address it reached.
    pub local: SocketAddr,
    /// Whether it came over TLS that ended here.
    pub secure: bool,
    pub(super) state: State,
}

#[derive(Debug)]
pub(super) struct State {
    ticks: Ticks,
    /// Shapes of HTTP/1 heads; HTTP/2 frames its own.
    shapes: Option<RefCell<Shapes>>,
    calls: Cell<u64>,
    in_flight: Cell<u32>,
    /// When the phase that the watch looks at began.
    since: Cell<u32>,
    in_head: Cell<bool>,
    write_blocked: Cell<Option<u32>>,
    draining: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

/// What the watch does with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Stay,
    /// Finish what is in flight, then close.
    Drain,
    Abort,
}

/// Counts a request as under way until it is dropped.
#[derive(Debug)]
pub(super) struct InFlight(Rc<Connected>);

impl Drop for InFlight {
    fn drop(&mut self) {
        let state = &self.0.state;
        state.in_flight.set(state.in_flight.get().saturating_sub(1));
        state.since.set(state.ticks.get());
    }
}

impl Connected {
    pub(super) fn new(
        (peer, local): (SocketAddr, SocketAddr),
        secure: bool,
        http1: bool,
        ticks: Ticks,
    ) -> Rc<Self> {
        let since = ticks.get();
        Rc::new(Self {
            peer,
            local,
            secure,
            state: State {
                ticks,
                shapes: http1.then(RefCell::default),
                calls: Cell::new(0),
                in_flight: Cell::new(0),
                since: Cell::new(since),
                in_head: Cell::new(false),
                write_blocked: Cell::new(None),
                draining: Cell::new(false),
                waker: RefCell::new(None),
            },
        })
    }

    /// Begins a request: counted until the guard is dropped, and judged by the
    /// bytes of its head.
    pub(super) fn begin(self: &Rc<Self>) -> (InFlight, Option<Shape>) {
        let state = &self.state;
        let number = state.calls.get();
        state.calls.set(number + 1);
        state.in_flight.set(state.in_flight.get() + 1);
        let shape = state
            .shapes
            .as_ref()
            .and_then(|shapes| shapes.borrow_mut().take(number));
        (InFlight(Rc::clone(self)), shape)
    }

    /// Whether the bytes may be read on.
    pub(super) fn observe_read(&self, bytes: &[u8]) -> bool {
        let Some(shapes) = &self.state.shapes else {
            return true;
        };
        let mut shapes = shapes.borrow_mut();
        shapes.read(bytes);
        let in_head = shapes.in_head();
        if self.state.in_head.replace(in_head) != in_head {
            self.state.since.set(self.state.ticks.get());
        }
        !shapes.is_refused()
    }

    pub(super) fn observe_write(&self, blocked: bool) {
        let since = &self.state.write_blocked;
        match (blocked, since.get()) {
            (true, None) => since.set(Some(self.state.ticks.get())),
            (false, Some(_)) => since.set(None),
            _ => {}
        }
    }

    pub(super) fn remember_waker(&self, waker: &Waker) {
        let mut kept = self.state.waker.borrow_mut();
        if !kept.as_ref().is_some_and(|kept| kept.will_wake(waker)) {
            *kept = Some(waker.clone());
        }
    }

    pub(super) fn drain(&self) {
        if !self.state.draining.replace(true)
            && let Some(waker) = &*self.state.waker.borrow()
        {
            waker.wake_by_ref();
        }
    }

    pub(super) fn is_draining(&self) -> bool {
        self.state.draining.get()
    }

    pub(super) fn verdict(&self, limits: &Limits) -> Verdict {
        let state = &self.state;
        // A tick is a second, so an age is exact to one; `>` never shortens a limit.
        let older = |since: u32, limit: std::time::Duration| {
            u64::from(state.ticks.get().saturating_sub(since)) > limit.as_secs()
        };
        if state
            .write_blocked
            .get()
            .is_some_and(|since| older(since, limits.write_stall))
        {
            return Verdict::Abort;
        }
        if state.in_head.get() && state.in_flight.get() == 0 {
            return if older(state.since.get(), limits.head_time) {
                Verdict::Abort
            } else {
                Verdict::Stay
            };
        }
        if state.in_flight.get() > 0 {
            return Verdict::Stay;
        }
        // A connection that never sent a request has less time than one that did.
        let limit = if state.calls.get() == 0 {
            limits.head_time
        } else {
            limits.idle_time
        };
        match older(state.since.get(), limit) {
            true => Verdict::Drain,
            false => Verdict::Stay,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connected(ticks: &Ticks) -> Rc<Connected> {
        let address = SocketAddr::from(([127, 0, 0, 1], 1));
        Connected::new((address, address), false, true, Rc::clone(ticks))
    }

    #[test]
    fn a_slow_head_is_aborted_however_it_drips() {
        let (ticks, limits) = (Ticks::default(), Limits::default());
        let connected = connected(&ticks);
        connected.observe_read(b"GET / HT");
        for second in 1..=10 {
            ticks.set(second);
            connected.observe_read(b"x");
            assert_eq!(connected.verdict(&limits), Verdict::Stay);
        }
        ticks.set(11);
        assert_eq!(connected.verdict(&limits), Verdict::Abort);
    }

    #[test]
    fn a_request_under_way_has_all_the_time_and_an_idle_connection_has_not() {
        let (ticks, limits) = (Ticks::default(), Limits::default());
        let connected = connected(&ticks);
        connected.observe_read(b"GET / HTTP/1.1\r\n\r\n");
        let (guard, shape) = connected.begin();
        assert_eq!(shape, None);
        ticks.set(1000);
        assert_eq!(connected.verdict(&limits), Verdict::Stay);
        drop(guard);
        ticks.set(1075);
        assert_eq!(connected.verdict(&limits), Verdict::Stay);
        ticks.set(1076);
        assert_eq!(connected.verdict(&limits), Verdict::Drain);
    }

    #[test]
    fn a_client_that_takes_no_bytes_is_aborted_even_under_way() {
        let (ticks, limits) = (Ticks::default(), Limits::default());
        let connected = connected(&ticks);
        let _under_way = connected.begin();
        connected.observe_write(true);
        ticks.set(20);
        connected.observe_write(false);
        connected.observe_write(true);
        ticks.set(50);
        assert_eq!(connected.verdict(&limits), Verdict::Stay);
        ticks.set(51);
        assert_eq!(connected.verdict(&limits), Verdict::Abort);
    }
}
