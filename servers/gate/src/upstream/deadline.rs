//! Deadlines in whole seconds for many requests at once, without a timer each.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::Waker;

/// Seconds since the worker started, and who wants to be woken after which.
#[derive(Debug, Default)]
pub(super) struct Deadlines {
    now: Cell<u32>,
    slots: RefCell<Vec<Option<(u32, Waker)>>>,
    free: RefCell<Vec<usize>>,
}

/// One request's place; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Deadline {
    all: Rc<Deadlines>,
    at: u32,
    slot: Option<usize>,
}

impl Deadlines {
    pub(super) fn now(&self) -> u32 {
        self.now.get()
    }

    /// A deadline this many seconds ahead, and up to one more.
    pub(super) fn after(self: &Rc<Self>, seconds: u32) -> Deadline {
        Deadline {
            at: self.now().saturating_add(seconds).saturating_add(1),
            all: Rc::clone(self),
            slot: None,
        }
    }

    /// Advances the time and wakes whoever is due.
    pub(super) fn advance(&self, now: u32) {
        self.now.set(now);
        for (at, waker) in self.slots.borrow().iter().flatten() {
            if *at <= now {
                waker.wake_by_ref();
            }
        }
    }
}

impl Deadline {
    /// Whether it has passed; if not, the task is woken when it does.
    pub(super) fn is_over(&mut self, waker: &Waker) -> bool {
        if self.at <= self.all.now() {
            return true;
        }
        let mut slots = self.all.slots.borrow_mut();
        let slot = *self.slot.get_or_insert_with(|| {
            self.all.free.borrow_mut().pop().unwrap_or_else(|| {
                slots.push(None);
                slots.len() - 1
            })
        });
        if let Some(place) = slots.get_mut(slot)
            && !place
                .as_ref()
                .is_some_and(|(_, kept)| kept.will_wake(waker))
        {
            *place = Some((self.at, waker.clone()));
        }
        false
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        if let Some(slot) = self.slot {
            if let Some(place) = self.all.slots.borrow_mut().get_mut(slot) {
                *place = None;
            }
            self.all.free.borrow_mut().push(slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_passes_after_its_seconds_and_gives_its_slot_back() {
        let all = Rc::new(Deadlines::default());
        let mut deadline = all.after(2);
        assert!(!deadline.is_over(Waker::noop()));
        all.advance(2);
        assert!(!deadline.is_over(Waker::noop()));
        all.advance(3);
        assert!(deadline.is_over(Waker::noop()));
        drop(deadline);
        let mut next = all.after(0);
        assert!(!next.is_over(Waker::noop()));
        assert_eq!(all.slots.borrow().len(), 1);
    }
}
