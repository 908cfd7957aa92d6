//! Threads that speak to tokens: a session is not shared, and a token may take
//! its time.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use secret_source::SourceFault;
use tokio::sync::oneshot;

/// How long a token may take for one thing.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// What is asked of a worker, and where its answer goes.
type Job = (Vec<u8>, oneshot::Sender<Result<Vec<u8>, SourceFault>>);

/// Does `work` on a thread of its own.
pub(crate) async fn once<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SourceFault> + Send + 'static,
) -> Result<T, SourceFault> {
    let (answer, answered) = oneshot::channel();
    start(move || {
        // Who asked may have gone away.
        let _ = answer.send(work());
    })?;
    wait(answered).await
}

/// A thread that does the same thing to whatever it is given, for as long as
/// somebody can give it something.
#[derive(Debug)]
pub(crate) struct Worker {
    jobs: Sender<Job>,
}

impl Worker {
    /// Starts it.
    pub(crate) fn start(
        mut work: impl FnMut(&[u8]) -> Result<Vec<u8>, SourceFault> + Send + 'static,
    ) -> Result<Self, SourceFault> {
        let (jobs, given): (Sender<Job>, Receiver<Job>) = channel();
        start(move || {
            for (input, answer) in given {
                // Who has stopped waiting wants no signature any more: a token
                // that hung must not work through a queue of the past.
                if !answer.is_closed() {
                    let _ = answer.send(work(&input));
                }
            }
        })?;
        Ok(Self { jobs })
    }

    /// Gives it `input` and waits.
    pub(crate) async fn ask(&self, input: &[u8]) -> Result<Vec<u8>, SourceFault> {
        let (answer, answered) = oneshot::channel();
        if self.jobs.send((input.to_vec(), answer)).is_err() {
            return Err(ended());
        }
        wait(answered).await
    }
}

fn start(work: impl FnOnce() + Send + 'static) -> Result<(), SourceFault> {
    let thread = std::thread::Builder::new().name("pkcs11".to_owned());
    let started = thread.spawn(work);
    started
        .map(drop)
        .map_err(|_| SourceFault::Unreachable("no thread for the token can be started".to_owned()))
}

async fn wait<T>(answered: oneshot::Receiver<Result<T, SourceFault>>) -> Result<T, SourceFault> {
    match tokio::time::timeout(ANSWER_WITHIN, answered).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(ended()),
        Err(_) => Err(SourceFault::Unreachable(format!(
            "the token did not answer within {} s",
            ANSWER_WITHIN.as_secs()
        ))),
    }
}

fn ended() -> SourceFault {
    SourceFault::Unreachable("the thread that speaks to the token has ended".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_token_that_hangs_is_unreachable_and_its_queue_is_not_worked_through() {
        let worked = Arc::new(AtomicU32::new(0));
        let (began, begun) = std::sync::mpsc::channel::<()>();
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let count = Arc::clone(&worked);
        let worker = Worker::start(move |input| {
            count.fetch_add(1, Ordering::SeqCst);
            if input == b"hang" {
                began.send(()).unwrap();
                wait.recv().unwrap();
            }
            Ok(input.to_vec())
        });
        let worker = Arc::new(worker.unwrap());
        let asking = Arc::clone(&worker);
        let asking = tokio::spawn(async move { asking.ask(b"hang").await });
        tokio::task::yield_now().await;
        begun.recv().unwrap();
        let answer = asking.await.unwrap();
        assert!(matches!(answer, Err(SourceFault::Unreachable(_))));
        for _ in 0..3 {
            let answer = worker.ask(b"waits").await;
            assert!(matches!(answer, Err(SourceFault::Unreachable(_))));
        }
        go.send(()).unwrap();
        tokio::time::resume();
        assert_eq!(worker.ask(b"now").await.unwrap(), b"now");
        assert_eq!(worked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_worker_that_ended_is_unreachable() {
        let answer: Result<(), _> = once(|| panic!("a module that panics")).await;
        assert!(matches!(answer, Err(SourceFault::Unreachable(_))));
    }
}
