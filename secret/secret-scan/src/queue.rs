//! What is still to be looked at, shared by all threads.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A stack of jobs. The newest is taken first, so that a tree is walked in
/// depth and the stack stays small.
pub(crate) struct Queue<J> {
    inside: Mutex<Inside<J>>,
    changed: Condvar,
}

struct Inside<J> {
    jobs: Vec<J>,
    /// How many threads do a job, and may therefore add more.
    at_work: usize,
}

impl<J> Queue<J> {
    /// One with these jobs.
    pub(crate) fn new(jobs: Vec<J>) -> Self {
        Self {
            inside: Mutex::new(Inside { jobs, at_work: 0 }),
            changed: Condvar::new(),
        }
    }

    fn inside(&self) -> MutexGuard<'_, Inside<J>> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds jobs.
    pub(crate) fn add(&self, jobs: impl IntoIterator<Item = J>) {
        self.inside().jobs.extend(jobs);
        self.changed.notify_all();
    }

    /// The next job, or nothing when all is done. Whoever takes one says
    /// [`done`](Self::done) afterwards.
    pub(crate) fn take(&self) -> Option<J> {
        let mut inside = self.inside();
        loop {
            if let Some(job) = inside.jobs.pop() {
                inside.at_work += 1;
                return Some(job);
            }
            if inside.at_work == 0 {
                return None;
            }
            inside = self
                .changed
                .wait(inside)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A job is done.
    pub(crate) fn done(&self) {
        let mut inside = self.inside();
        inside.at_work -= 1;
        if inside.at_work == 0 && inside.jobs.is_empty() {
            self.changed.notify_all();
        }
    }
}
