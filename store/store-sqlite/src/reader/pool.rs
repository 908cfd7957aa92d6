//! A few read-only connections, each used by one read at a time.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use store::StoreFault;
use tokio::sync::Semaphore;

use crate::OpenFault;
use crate::fault::fault;
use crate::open::{Role, connect};

/// The connections that nobody uses at the moment.
pub(crate) struct Pool {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
}

impl Pool {
    /// Opens them all, so that a read never finds out that it cannot.
    pub(crate) fn open(path: PathBuf, size: usize) -> Result<Self, OpenFault> {
        let size = size.max(1);
        let idle = (0..size)
            .map(|_| connect(&path, Role::Reader))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            path,
            idle: Mutex::new(idle),
            permits: Arc::new(Semaphore::new(size)),
        })
    }

    /// Runs `read` in one read transaction, on a thread that may wait.
    pub(crate) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Connection) -> Result<T, StoreFault> + Send + 'static,
    ) -> Result<T, StoreFault> {
        let closing = || StoreFault::unavailable("it is closing");
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.map_err(|_| closing())?;
        let pool = Arc::clone(self);
        let reading = tokio::task::spawn_blocking(move || {
            let answer = pool.read_now(read);
            drop(permit);
            answer
        });
        reading.await.map_err(|_| closing())?
    }

    /// Closes every connection; those in use when their read ends.
    pub(crate) fn close(&self) {
        self.permits.close();
        self.idle().clear();
    }

    fn read_now<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreFault>,
    ) -> Result<T, StoreFault> {
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            // A read that panicked took its connection with it.
            None => connect(&self.path, Role::Reader)
                .map_err(|fault| StoreFault::unavailable(fault.to_string()))?,
        };
        let answer = match connection.unchecked_transaction() {
            Ok(transaction) => read(&transaction),
            Err(error) => Err(fault(error)),
        };
        let mut idle = self.idle();
        if !self.permits.is_closed() {
            idle.push(connection);
        }
        answer
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
