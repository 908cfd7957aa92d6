//! The store.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use async_trait::async_trait;
use authority::api_key::ApiKey;
use authority::client::Client;
use authority::digest_key::RetiredDigestKey;
use authority::drill::Drill;
use authority::inventory::InventoryVersion;
use authority::operator_token::OperatorToken;
use authority::owner::Owner;
use authority::signing_key::KeyRing;
use authority::versioned::{Lookup, VersionedKind, VersionedRecord};
use authority::{Installation, Writes};
use base::{Digest, Revision, Timestamp};
use rusqlite::Connection;
use snapshot::{CredentialRef, RequestId, Snapshot, Usage, UsageReport};
use store::audit::{AuditBody, AuditEntry, AuditVerdict};
use store::{Changes, CommitError, Read, Store, StoreFault};
use tokio::sync::{mpsc, oneshot, watch};

use crate::OpenFault;
use crate::checkpoint::Checkpoints;
use crate::open::{self, Opened, Options, Role, StoreLock, connect};
use crate::reader::{self, Pool};
use crate::writer::{Job, Tally, Work, Writer, read_installation};

/// A store in one file, owned by one process. Dropping it waits for the
/// commits that were accepted, and closes the file.
pub struct SqliteStore {
    queue: Option<mpsc::Sender<Job>>,
    threads: Option<Threads>,
    readers: Arc<Pool>,
    head: watch::Sender<Revision>,
    tally: Arc<Tally>,
    // Last: the lock ends after everything that it protects.
    _lock: StoreLock,
}

struct Threads {
    writing: JoinHandle<Connection>,
    copying: JoinHandle<()>,
}

/// What the writer has done since the store was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counters {
    /// Commits and records that were acknowledged.
    pub commits: u64,
    /// Transactions that they took: the fewer, the better they were grouped.
    pub transactions: u64,
}

impl SqliteStore {
    /// Creates a store where there is none, belonging to no environment. A
    /// failure leaves nothing behind.
    pub fn create(path: &Path, options: &Options) -> Result<Self, OpenFault> {
        Self::start(open::create(path, None, options)?, options)
    }

    /// Creates a store with a first commit in it: both or neither.
    pub fn create_with(path: &Path, first: Writes, options: &Options) -> Result<Self, OpenFault> {
        Self::start(open::create(path, Some(first), options)?, options)
    }

    /// Opens a store that is there; never creates one.
    pub fn open(path: &Path, options: &Options) -> Result<Self, OpenFault> {
        Self::start(open::open(path, options)?, options)
    }

    /// What the writer has done so far.
    pub fn counters(&self) -> Counters {
        Counters {
            commits: self.tally.commits.load(Ordering::Relaxed),
            transactions: self.tally.transactions.load(Ordering::Relaxed),
        }
    }

    fn start(opened: Opened, options: &Options) -> Result<Self, OpenFault> {
        let io = |error: std::io::Error| OpenFault::from_io(&error);
        let readers = Arc::new(Pool::open(opened.path.clone(), options.readers)?);
        let copier = connect(&opened.path, Role::Checkpoint)?;
        let (checkpoints, copying) =
            Checkpoints::start(copier, &opened.path, options.log_limit).map_err(io)?;
        let head = watch::Sender::new(Revision::new(opened.heads.revision));
        let tally = Arc::new(Tally::default());
        let writer = Writer {
            connection: opened.writer,
            heads: opened.heads,
            head: head.clone(),
            checkpoints,
            tally: Arc::clone(&tally),
            batch: options.batch.max(1),
            uncertain: None,
        };
        let (queue, jobs) = mpsc::channel(options.queue.max(1));
        let writing = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer.run(jobs))
            .map_err(io)?;
        Ok(Self {
            queue: Some(queue),
            threads: Some(Threads { writing, copying }),
            readers,
            head,
            tally,
            _lock: opened.lock,
        })
    }

    async fn write(&self, work: Work) -> Result<Revision, CommitError> {
        let stopped = || StoreFault::unavailable("its writer has stopped");
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        let (reply, answer) = oneshot::channel();
        let sent = queue.send(Job { work, reply }).await;
        sent.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        drop(self.queue.take());
        self.readers.close();
        let Some(threads) = self.threads.take() else {
            return;
        };
        // A thread that panicked has said so already. The writer's connection
        // is closed last: that copies the log into the file and removes it,
        // which a reader may not, and which two that close at once would each
        // leave to the other.
        let writer = threads.writing.join();
        let _: std::thread::Result<()> = threads.copying.join();
        drop(writer);
    }
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStore")
            .field("head", &*self.head.borrow())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn commit(&self, writes: Writes) -> Result<Revision, CommitError> {
        self.write(Work::Commit(writes)).await
    }

    async fn record_decisions(&self, records: Vec<AuditBody>) -> Result<(), StoreFault> {
        self.write(Work::Record(records))
            .await
            .map_err(only_fault)?;
        Ok(())
    }

    async fn record_usage(&self, reports: Vec<UsageReport>) -> Result<(), StoreFault> {
        self.write(Work::Usage(reports)).await.map_err(only_fault)?;
        Ok(())
    }

    async fn forget_records(&self, now: Timestamp, limit: usize) -> Result<(), StoreFault> {
        let work = Work::Forget(now, limit);
        self.write(work).await.map_err(only_fault)?;
        Ok(())
    }

    async fn trim_changes(&self, keep: u64) -> Result<(), StoreFault> {
        self.write(Work::Trim(keep)).await.map_err(only_fault)?;
        Ok(())
    }
}

/// Work without preconditions has no conflicts.
fn only_fault(error: CommitError) -> StoreFault {
    match error {
        CommitError::Fault(fault) => fault,
        CommitError::Conflict(conflict) => StoreFault::unavailable(conflict.to_string()),
    }
}

#[async_trait]
impl Read for SqliteStore {
    async fn installation(&self) -> Result<Option<Installation>, StoreFault> {
        self.readers.read(read_installation).await
    }

    async fn api_key(&self, id: &str) -> Result<Option<ApiKey>, StoreFault> {
        let id = id.to_owned();
        self.readers.read(move |c| reader::one(c, &id)).await
    }

    async fn api_keys(&self, after: Option<&str>, limit: usize) -> Result<Vec<ApiKey>, StoreFault> {
        let after = after.map(str::to_owned);
        let page = move |c: &_| reader::page(c, after.as_deref(), limit);
        self.readers.read(page).await
    }

    async fn api_keys_by_rotation_end(&self, limit: usize) -> Result<Vec<ApiKey>, StoreFault> {
        let read = move |c: &_| reader::by_rotation_end(c, limit);
        self.readers.read(read).await
    }

    async fn drills(
        &self,
        credential: Option<&CredentialRef>,
        limit: usize,
    ) -> Result<Vec<Drill>, StoreFault> {
        let credential = credential.cloned();
        let read = move |c: &_| reader::drills(c, credential.as_ref(), limit);
        self.readers.read(read).await
    }

    async fn last_drills(
        &self,
        after: Option<&CredentialRef>,
        limit: usize,
    ) -> Result<Vec<Drill>, StoreFault> {
        let after = after.cloned();
        let read = move |c: &_| reader::last_drills(c, after.as_ref(), limit);
        self.readers.read(read).await
    }

    async fn client(&self, id: &str) -> Result<Option<Client>, StoreFault> {
        let id = id.to_owned();
        self.readers.read(move |c| reader::one(c, &id)).await
    }

    async fn client_with_secret(&self, digest: &Digest) -> Result<Option<Client>, StoreFault> {
        let digest = digest.to_hex();
        let read = move |c: &_| reader::client_with_secret(c, &digest);
        self.readers.read(read).await
    }

    async fn clients(&self, after: Option<&str>, limit: usize) -> Result<Vec<Client>, StoreFault> {
        let after = after.map(str::to_owned);
        let page = move |c: &_| reader::page(c, after.as_deref(), limit);
        self.readers.read(page).await
    }

    async fn operator_token(&self, id: &str) -> Result<Option<OperatorToken>, StoreFault> {
        let id = id.to_owned();
        self.readers.read(move |c| reader::one(c, &id)).await
    }

    async fn operator_tokens(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<OperatorToken>, StoreFault> {
        let after = after.map(str::to_owned);
        let page = move |c: &_| reader::page(c, after.as_deref(), limit);
        self.readers.read(page).await
    }

    async fn owner(&self, name: &str) -> Result<Option<Owner>, StoreFault> {
        let name = name.to_owned();
        self.readers.read(move |c| reader::one(c, &name)).await
    }

    async fn owners(&self, after: Option<&str>, limit: usize) -> Result<Vec<Owner>, StoreFault> {
        let after = after.map(str::to_owned);
        let page = move |c: &_| reader::page(c, after.as_deref(), limit);
        self.readers.read(page).await
    }

    async fn versioned(
        &self,
        kind: VersionedKind,
        id: &str,
    ) -> Result<Option<VersionedRecord>, StoreFault> {
        let id = id.to_owned();
        let read = move |c: &_| reader::versioned(c, kind, &id);
        self.readers.read(read).await
    }

    async fn versioned_by(
        &self,
        kind: VersionedKind,
        (lookup, value): (Lookup, &str),
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<VersionedRecord>, StoreFault> {
        let (value, after) = (value.to_owned(), after.map(str::to_owned));
        let read =
            move |c: &_| reader::versioned_by(c, kind, (lookup, &value), after.as_deref(), limit);
        self.readers.read(read).await
    }

    async fn retired_digest_keys(&self) -> Result<Vec<RetiredDigestKey>, StoreFault> {
        self.readers.read(reader::retired_digest_keys).await
    }

    async fn key_ring(&self) -> Result<KeyRing, StoreFault> {
        self.readers.read(reader::key_ring).await
    }

    async fn inventory(&self) -> Result<Option<InventoryVersion>, StoreFault> {
        self.readers.read(|c| reader::inventory(c, None)).await
    }

    async fn inventory_version(
        &self,
        version: u64,
    ) -> Result<Option<InventoryVersion>, StoreFault> {
        let read = move |c: &_| reader::inventory(c, Some(version));
        self.readers.read(read).await
    }

    async fn changes_after(&self, revision: Revision, limit: usize) -> Result<Changes, StoreFault> {
        let read = move |c: &_| reader::changes_after(c, revision, limit);
        self.readers.read(read).await
    }

    async fn snapshot(&self) -> Result<Snapshot, StoreFault> {
        self.readers.read(reader::snapshot).await
    }

    fn head(&self) -> watch::Receiver<Revision> {
        self.head.subscribe()
    }

    async fn usage(&self, credential: &CredentialRef) -> Result<Option<Usage>, StoreFault> {
        let credential = credential.clone();
        let read = move |c: &_| reader::usage(c, &credential);
        let report = self.readers.read(read).await?;
        Ok(report.map(|report| report.usage))
    }

    async fn usages(
        &self,
        after: Option<&CredentialRef>,
        limit: usize,
    ) -> Result<Vec<UsageReport>, StoreFault> {
        let after = after.cloned();
        let read = move |c: &_| reader::usages(c, after.as_ref(), limit);
        self.readers.read(read).await
    }

    async fn audit_after(
        &self,
        sequence: u64,
        limit: usize,
    ) -> Result<Vec<AuditEntry>, StoreFault> {
        let read = move |c: &_| reader::audit_after(c, sequence, limit);
        self.readers.read(read).await
    }

    async fn audit_tail(&self, limit: usize) -> Result<Vec<AuditEntry>, StoreFault> {
        let read = move |c: &_| reader::audit_tail(c, limit);
        self.readers.read(read).await
    }

    async fn audit_of_request(
        &self,
        request_id: &RequestId,
    ) -> Result<Vec<AuditEntry>, StoreFault> {
        let request_id = request_id.clone();
        let read = move |c: &_| reader::audit_of_request(c, &request_id);
        self.readers.read(read).await
    }

    async fn audit_of_credential(
        &self,
        name: &str,
        sequence: u64,
        limit: usize,
    ) -> Result<Vec<AuditEntry>, StoreFault> {
        let name = name.to_owned();
        let read = move |c: &_| reader::audit_of_credential(c, &name, sequence, limit);
        self.readers.read(read).await
    }

    async fn verify_audit(&self) -> Result<AuditVerdict, StoreFault> {
        reader::verify(&self.readers).await
    }
}
