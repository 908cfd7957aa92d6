//! How long a place is waited for.

use std::future::Future;
use std::time::Duration;

use async_trait::async_trait;

use crate::{KeyWrap, SecretBytes, SecretSource, SourceFault};

/// How often a place is asked, and how long each answer may take. Only a place
/// that was not there is asked again: a refusal stays one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How often it is asked, at least once.
    pub attempts: u32,
    /// How long each answer may take.
    pub answer_within: Duration,
    /// The pause after the first attempt; it doubles after each.
    pub pause: Duration,
}

impl Patience {
    /// For a process that starts: three attempts, about half a minute at worst.
    pub const AT_START: Self = Self {
        attempts: 3,
        answer_within: Duration::from_secs(10),
        pause: Duration::from_millis(500),
    };

    /// Asks until there is an answer, a refusal, or the patience ends.
    pub async fn ask<T, F>(&self, mut question: impl FnMut() -> F) -> Result<T, SourceFault>
    where
        F: Future<Output = Result<T, SourceFault>>,
    {
        let mut pause = self.pause;
        let mut attempt = 1;
        loop {
            let answer = tokio::time::timeout(self.answer_within, question()).await;
            let fault = match answer {
                Ok(Ok(value)) => return Ok(value),
                Ok(Err(fault)) => fault,
                Err(_) => SourceFault::Unreachable(format!(
                    "it did not answer within {} s",
                    self.answer_within.as_secs()
                )),
            };
            if !fault.may_pass() || attempt >= self.attempts {
                return Err(fault);
            }
            tokio::time::sleep(pause).await;
            pause = pause.saturating_mul(2);
            attempt += 1;
        }
    }
}

/// A place that is asked with patience.
#[derive(Debug)]
pub struct Patient<P> {
    place: P,
    patience: Patience,
}

impl<P> Patient<P> {
    /// Asks `place` with this patience.
    pub const fn new(place: P, patience: Patience) -> Self {
        Self { place, patience }
    }
}

#[async_trait]
impl<P: SecretSource> SecretSource for Patient<P> {
    async fn read(&self) -> Result<SecretBytes, SourceFault> {
        self.patience.ask(|| self.place.read()).await
    }
}

#[async_trait]
impl<P: KeyWrap> KeyWrap for Patient<P> {
    async fn wrap(&self, key: &[u8]) -> Result<Vec<u8>, SourceFault> {
        self.patience.ask(|| self.place.wrap(key)).await
    }

    async fn unwrap(&self, wrapped: &[u8]) -> Result<SecretBytes, SourceFault> {
        self.patience.ask(|| self.place.unwrap(wrapped)).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn fault(name: &str) -> SourceFault {
        match name {
            "unreachable" => SourceFault::Unreachable(String::new()),
            "denied" => SourceFault::Denied(String::new()),
            "missing" => SourceFault::Missing(String::new()),
            "exposed" => SourceFault::Exposed(String::new()),
            _ => SourceFault::Malformed(String::new()),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_may_pass_is_asked_again_and_not_for_ever() {
        for (name, expected) in [
            ("unreachable", 3),
            ("denied", 1),
            ("missing", 1),
            ("exposed", 1),
            ("malformed", 1),
        ] {
            let asked = AtomicU32::new(0);
            let answer: Result<(), _> = Patience::AT_START
                .ask(|| async {
                    asked.fetch_add(1, Ordering::Relaxed);
                    Err(fault(name))
                })
                .await;
            assert_eq!(answer.unwrap_err(), fault(name));
            assert_eq!(asked.load(Ordering::Relaxed), expected, "{name}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_that_never_answers_is_unreachable() {
        let answer: Result<(), _> = Patience::AT_START.ask(std::future::pending).await;
        assert!(matches!(answer, Err(SourceFault::Unreachable(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_that_comes_back_is_heard() {
        let asked = AtomicU32::new(0);
        let answer = Patience::AT_START.ask(|| async {
            match asked.fetch_add(1, Ordering::Relaxed) {
                0 => Err(fault("unreachable")),
                _ => Ok(7),
            }
        });
        assert_eq!(answer.await, Ok(7));
    }
}
