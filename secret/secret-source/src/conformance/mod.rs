//! What every place must keep, whatever program is behind it. An adapter's
//! tests build the places, with the secrets in them, and call [`check_source`],
//! [`check_wrap`] or [`check_signer`].
//!
//! Whatever happens, nothing of a secret is in a `Debug` output, in a fault or
//! in a log line: everything that is said while a place is asked is kept, and
//! searched for every secret in every spelling that it might have slipped out
//! in.

mod overheard;

use std::sync::Arc;
use std::time::Duration;

use jose::{SigningInput, TokenType};

pub use overheard::Overheard;

use crate::{KeyWrap, RemoteSigner, SecretSource, SourceFault};

/// More than any place may take: it guards against a hang and measures nothing.
const HANG: Duration = Duration::from_secs(60);

/// The secrets behind a place, and those that are not to be had.
#[derive(Debug, Default)]
pub struct Secrets {
    /// What can be read, with what it must read as.
    pub gives: Vec<(Arc<dyn SecretSource>, Vec<u8>)>,
    /// What cannot, with how it is refused.
    pub refuses: Vec<(Arc<dyn SecretSource>, Refusal)>,
    /// More that must never be shown: credentials, exposed secrets.
    pub never_shown: Vec<Vec<u8>>,
}

/// The variant of a [`SourceFault`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are the variants of SourceFault")]
pub enum Refusal {
    Unreachable,
    Denied,
    Missing,
    Exposed,
    Malformed,
}

impl From<&SourceFault> for Refusal {
    fn from(fault: &SourceFault) -> Self {
        match fault {
            SourceFault::Unreachable(_) => Self::Unreachable,
            SourceFault::Denied(_) => Self::Denied,
            SourceFault::Missing(_) => Self::Missing,
            SourceFault::Exposed(_) => Self::Exposed,
            SourceFault::Malformed(_) => Self::Malformed,
        }
    }
}

/// A source gives exactly what is there, twice; what is not to be had is
/// refused for the right reason; nobody overhears a secret.
pub async fn check_source(secrets: Secrets) {
    let mut overheard = Overheard::listen(secrets.never_shown);
    for (source, content) in &secrets.gives {
        overheard.never(content);
        for _ in 0..2 {
            let read = tokio::time::timeout(HANG, source.read()).await.unwrap();
            let read = read.unwrap_or_else(|fault| fail(&format!("{source:?}: {fault}")));
            assert!(*read == *content, "{source:?} reads as something else");
        }
        overheard.note(&format!("{source:?}"));
    }
    for (source, refusal) in &secrets.refuses {
        let read = tokio::time::timeout(HANG, source.read()).await.unwrap();
        let Err(fault) = read else {
            fail(&format!("{source:?} is read"))
        };
        assert_eq!(Refusal::from(&fault), *refusal, "{source:?}: {fault}");
        overheard.note(&format!("{source:?} {fault} {fault:?}"));
    }
    overheard.finish();
}

/// A wrapped key opens to itself and shows nothing of itself; one that was
/// altered or cut does not open.
pub async fn check_wrap(wrap: &dyn KeyWrap, never_shown: Vec<Vec<u8>>) {
    let mut overheard = Overheard::listen(never_shown);
    let key: Vec<u8> = (0u8..32).map(|byte| byte.wrapping_mul(37) ^ 0xa5).collect();
    overheard.never(&key);
    let wrapped = tokio::time::timeout(HANG, wrap.wrap(&key)).await.unwrap();
    let wrapped = wrapped.unwrap_or_else(|fault| fail(&format!("{wrap:?}: {fault}")));
    assert!(
        !wrapped.windows(key.len()).any(|part| part == key),
        "the wrapped key shows the key"
    );
    let opened = wrap.unwrap(&wrapped).await;
    let opened = opened.unwrap_or_else(|fault| fail(&format!("{wrap:?}: {fault}")));
    assert!(*opened == key, "{wrap:?} opens to something else");
    overheard.note(&format!("{wrap:?}"));
    for altered in alterations(&wrapped) {
        let Err(fault) = wrap.unwrap(&altered).await else {
            fail(&format!("{wrap:?} opens what it did not wrap"))
        };
        let refusal = Refusal::from(&fault);
        assert!(
            matches!(
                refusal,
                Refusal::Malformed | Refusal::Denied | Refusal::Missing
            ),
            "{wrap:?}: {fault}"
        );
        overheard.note(&format!("{fault} {fault:?}"));
    }
    overheard.finish();
}

/// Variants of `wrapped` that nobody wrapped: cut at either end, empty, longer,
/// and with one bit turned at places all over it.
fn alterations(wrapped: &[u8]) -> Vec<Vec<u8>> {
    let length = wrapped.len();
    let mut altered = vec![
        Vec::new(),
        wrapped.iter().copied().take(length - 1).collect(),
        wrapped.iter().copied().skip(1).collect(),
        [wrapped, b"\0"].concat(),
        wrapped.iter().copied().take(length / 2).collect(),
    ];
    // The last character of base64 has bits that some decoders do not look at;
    // it is left to the cuts above.
    for step in 0..8 {
        let mut one = wrapped.to_vec();
        if let Some(byte) = one.get_mut(step * (length - 2) / 8) {
            *byte ^= 1;
        }
        altered.push(one);
    }
    altered
}

/// What it signs, its announced key verifies; and the key is announced under
/// the id and for the algorithm that were asked for.
pub async fn check_signer(signer: &dyn RemoteSigner, (algorithm, key_id): (&str, &str)) {
    let overheard = Overheard::listen(Vec::new());
    let key = signer.verification_key();
    assert_eq!(key.algorithm().as_str(), algorithm);
    assert_eq!(key.key_id().unwrap().as_str(), key_id);
    for subject in ["", "somebody", &"x".repeat(2000)] {
        let claims = serde_json::json!({ "sub": subject });
        let input = SigningInput::new(TokenType::AccessToken, &claims, key).unwrap();
        let signature = signer.sign(input.as_bytes()).await;
        let signature = signature.unwrap_or_else(|fault| fail(&fault.to_string()));
        let token = input.complete(&signature, key);
        assert!(token.is_ok(), "{algorithm}: the signature is not its own");
    }
    overheard.note("");
    overheard.finish();
}

#[expect(clippy::panic, reason = "a test suite fails by panicking")]
fn fail(why: &str) -> ! {
    panic!("{why}")
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use zeroize::Zeroizing;

    use super::*;
    use crate::SecretBytes;

    /// A place that breaks one promise.
    #[derive(Debug)]
    enum Careless {
        Logs,
        Echoes,
        Shows { _secret: &'static str },
        GivesAnother,
    }

    #[async_trait]
    impl SecretSource for Careless {
        async fn read(&self) -> Result<SecretBytes, SourceFault> {
            match self {
                Self::Logs => tracing::trace!(answer = "cleartext-secret", "read"),
                Self::Echoes => {
                    return Err(SourceFault::Denied("Y2xlYXJ0ZXh0LXNlY3JldA==".to_owned()));
                }
                Self::GivesAnother => return Ok(Zeroizing::new(b"another".to_vec())),
                Self::Shows { .. } => {}
            }
            Ok(Zeroizing::new(b"cleartext-secret".to_vec()))
        }
    }

    async fn judged(careless: Careless) -> bool {
        let echoes = matches!(careless, Careless::Echoes);
        let source: Arc<dyn SecretSource> = Arc::new(careless);
        let content = b"cleartext-secret".to_vec();
        let secrets = if echoes {
            Secrets {
                refuses: vec![(source, Refusal::Denied)],
                never_shown: vec![content],
                ..Secrets::default()
            }
        } else {
            Secrets {
                gives: vec![(source, content)],
                ..Secrets::default()
            }
        };
        tokio::task::LocalSet::new()
            .run_until(async {
                tokio::task::spawn_local(check_source(secrets))
                    .await
                    .is_ok()
            })
            .await
    }

    #[tokio::test]
    async fn the_suite_catches_a_careless_place() {
        let shows = Careless::Shows {
            _secret: "cleartext-secret",
        };
        for careless in [
            Careless::Logs,
            Careless::Echoes,
            shows,
            Careless::GivesAnother,
        ] {
            let name = format!("{careless:?}");
            assert!(!judged(careless).await, "{name} was let pass");
        }
    }
}
