//! Objects of a history are looked at like files.

use super::{Body, ObjectKind, Repository, Visitor};
use crate::bound::Budget;
use crate::content::{Limits, Source};
use crate::worker::{Origin, Worker};

/// Looks at the objects of a history.
pub(crate) struct Objects<'w, 't> {
    worker: &'w mut Worker<'t>,
    repository: &'w Repository,
}

impl<'w, 't> Objects<'w, 't> {
    /// Looks at those of that repository.
    pub(crate) fn new(worker: &'w mut Worker<'t>, repository: &'w Repository) -> Self {
        Self { worker, repository }
    }
}

impl Visitor for Objects<'_, '_> {
    fn wants(&self, _: ObjectKind) -> bool {
        true
    }

    fn object(&mut self, kind: ObjectKind, id: &[u8], body: Body<'_>) {
        let repository = self.repository;
        let origin = Origin {
            path: &repository.path,
            entry: None,
            object: Some(id),
            is_commit: kind == ObjectKind::Commit,
        };
        self.worker.begin_object();
        let (source, size) = match body {
            Body::Whole(bytes) => (Source::Bytes(bytes), Some(bytes.len() as u64)),
            Body::Stream(stream) => (Source::Stream(stream), None),
        };
        let budget = &Budget::new(size);
        self.worker
            .content(source, &origin, Limits { budget, depth: 0 });
    }

    fn broken(&mut self, id: &[u8], why: &str) {
        let repository = self.repository;
        let origin = Origin {
            path: &repository.path,
            entry: None,
            object: Some(id),
            is_commit: false,
        };
        self.worker.not_read(&origin, why);
    }
}
