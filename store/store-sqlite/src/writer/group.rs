//! Group commit: what waits together is made durable together.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use authority::Writes;
use base::Revision;
use rusqlite::Connection;
use store::{CommitError, StoreFault};
use tokio::sync::{mpsc, watch};

use super::failure::Failure;
use super::heads::Heads;
use super::work::{Job, Work};
use crate::OpenFault;
use crate::checkpoint::Checkpoints;

/// What the writer has done so far.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) commits: AtomicU64,
    pub(crate) transactions: AtomicU64,
}

/// The writer's connection and what it goes on from.
pub(crate) struct Writer {
    pub(crate) connection: Connection,
    pub(crate) heads: Heads,
    pub(crate) head: watch::Sender<Revision>,
    pub(crate) checkpoints: Checkpoints,
    pub(crate) tally: Arc<Tally>,
    pub(crate) batch: usize,
    /// Set once nobody knows any more what is on the disk.
    pub(crate) uncertain: Option<StoreFault>,
}

impl Writer {
    /// Works until the queue is closed and empty, and gives the connection back.
    pub(crate) fn run(mut self, mut queue: mpsc::Receiver<Job>) -> Connection {
        while let Some(first) = queue.blocking_recv() {
            let mut jobs = vec![first];
            while jobs.len() < self.batch {
                match queue.try_recv() {
                    Ok(job) => jobs.push(job),
                    Err(_) => break,
                }
            }
            self.write(jobs);
            self.checkpoints.consider(&self.connection);
        }
        self.connection
    }

    /// Writes a first commit into a store that is being built.
    pub(crate) fn write_first(
        connection: Connection,
        writes: Writes,
    ) -> Result<Connection, OpenFault> {
        let mut heads = Heads::load(&connection)?;
        let mut answers = transaction(&connection, &mut heads, &[&Work::Commit(writes)])
            .map_err(|failure| OpenFault::Install(into_error(failure)))?;
        match answers.pop() {
            Some(Err(error)) => Err(OpenFault::Install(error)),
            _ => Ok(connection),
        }
    }

    fn write(&mut self, jobs: Vec<Job>) {
        if let Some(fault) = &self.uncertain {
            let error = CommitError::Fault(fault.clone());
            return answer(jobs.into_iter().map(|job| (job, Err(error.clone()))));
        }
        let work: Vec<&Work> = jobs.iter().map(|job| &job.work).collect();
        let mut heads = self.heads.clone();
        match transaction(&self.connection, &mut heads, &work) {
            Ok(answers) => {
                let done = answers.iter().filter(|answer| answer.is_ok()).count();
                let done = u64::try_from(done).unwrap_or(u64::MAX);
                self.tally.commits.fetch_add(done, Ordering::Relaxed);
                self.tally.transactions.fetch_add(1, Ordering::Relaxed);
                self.heads = heads;
                self.wake();
                answer(jobs.into_iter().zip(answers));
            }
            // One that does not fit, or stumbles over a damaged row, must not
            // take its neighbours along: each gets a transaction of its own.
            Err(Failure::Fault(_)) if jobs.len() > 1 => {
                for job in jobs {
                    self.write(vec![job]);
                }
            }
            Err(failure) => {
                if let Failure::Uncertain(fault) = &failure {
                    self.uncertain = Some(StoreFault::unavailable(format!(
                        "the disk failed ({fault}), and whether the last commit is on it shows \
                         only when the store is opened again: restart doorward"
                    )));
                }
                let error = match &self.uncertain {
                    Some(fault) => CommitError::Fault(fault.clone()),
                    None => into_error(failure),
                };
                answer(jobs.into_iter().map(|job| (job, Err(error.clone()))));
            }
        }
    }

    /// After the commit and before the answers: who is told that a commit
    /// happened finds it at the head.
    fn wake(&self) {
        let revision = Revision::new(self.heads.revision);
        self.head.send_if_modified(|head| {
            let moved = *head != revision;
            *head = revision;
            moved
        });
    }
}

fn answer(answers: impl Iterator<Item = (Job, Result<Revision, CommitError>)>) {
    for (job, answer) in answers {
        // Who stopped waiting does not need to be told.
        let _: Result<(), _> = job.reply.send(answer);
    }
}

/// All of the work in one transaction, with an answer for each. It is durable
/// when this returns; after an error nothing of it is written.
fn transaction(
    connection: &Connection,
    heads: &mut Heads,
    work: &[&Work],
) -> Result<Vec<Result<Revision, CommitError>>, Failure> {
    run(connection, "BEGIN IMMEDIATE")?;
    let done = perform_all(connection, heads, work).and_then(|answers| {
        heads.write(connection)?;
        run(connection, "COMMIT")?;
        Ok(answers)
    });
    // Some failures end the transaction by themselves, others leave it open.
    if done.is_err() && !connection.is_autocommit() {
        // What cannot be rolled back is not committed either; the failure that
        // led here is the one to report.
        let _: Result<(), Failure> = run(connection, "ROLLBACK");
    }
    done
}

fn perform_all(
    connection: &Connection,
    heads: &mut Heads,
    work: &[&Work],
) -> Result<Vec<Result<Revision, CommitError>>, Failure> {
    let mut answers = Vec::with_capacity(work.len());
    for work in work {
        run(connection, "SAVEPOINT work")?;
        let before = heads.clone();
        let answer = match work.perform(connection, heads) {
            Ok(()) => Ok(Revision::new(heads.revision)),
            Err(Failure::Refused(error)) => {
                run(connection, "ROLLBACK TO work")?;
                *heads = before;
                Err(error)
            }
            Err(failure) => return Err(failure),
        };
        run(connection, "RELEASE work")?;
        answers.push(answer);
    }
    Ok(answers)
}

fn run(connection: &Connection, sql: &str) -> Result<(), Failure> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

fn into_error(failure: Failure) -> CommitError {
    match failure {
        Failure::Refused(error) => error,
        Failure::Fault(fault) | Failure::Uncertain(fault) => CommitError::Fault(fault),
    }
}
