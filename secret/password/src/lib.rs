//! The pool in which passwords are hashed: so many at once and no more, on
//! threads of their own, so that a flood of logins delays no token. One hash
//! takes tens of milliseconds and 19 MiB (OWASP's least for Argon2id).

use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use authority::account::PasswordHash;
use base::Secret;
use tokio::sync::Semaphore;

/// How many hash at once.
const AT_ONCE: usize = 2;

/// The pool.
#[derive(Debug)]
pub struct PasswordPool {
    slots: Semaphore,
}

/// What an unknown name is compared with, so that it takes as long as a known
/// one: made as every hash is, and no password is known to have it.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LWlzLWhlcmU$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A password could not be judged: a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolFault;

impl std::fmt::Display for PoolFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a password could not be hashed")
    }
}

impl std::error::Error for PoolFault {}

impl Default for PasswordPool {
    fn default() -> Self {
        Self::new()
    }
}

impl PasswordPool {
    /// A pool.
    pub const fn new() -> Self {
        Self {
            slots: Semaphore::const_new(AT_ONCE),
        }
    }

    /// The hash of a password that was checked.
    ///
    /// # Errors
    ///
    /// [`PoolFault`].
    pub async fn hash(&self, password: Secret) -> Result<PasswordHash, PoolFault> {
        let _slot = self.slots.acquire().await.map_err(|_| PoolFault)?;
        let hashed = tokio::task::spawn_blocking(move || hash_now(&password)).await;
        hashed.map_err(|_| PoolFault)?
    }

    /// Whether a password has that hash. Without a hash it never has, and it
    /// takes as long.
    ///
    /// # Errors
    ///
    /// [`PoolFault`].
    pub async fn is_right(
        &self,
        password: Secret,
        hash: Option<PasswordHash>,
    ) -> Result<bool, PoolFault> {
        let _slot = self.slots.acquire().await.map_err(|_| PoolFault)?;
        let is_somebody = hash.is_some();
        let hash = hash.unwrap_or_else(|| PasswordHash::new(NOBODY.to_owned()));
        let judged = tokio::task::spawn_blocking(move || {
            let bytes = password.expose().as_bytes();
            Argon2::default()
                .verify_password(bytes, hash.as_str())
                .is_ok()
        });
        Ok(judged.await.map_err(|_| PoolFault)? && is_somebody)
    }
}

fn hash_now(password: &Secret) -> Result<PasswordHash, PoolFault> {
    let hashed = Argon2::default().hash_password(password.expose().as_bytes());
    let hashed = hashed.map_err(|_| PoolFault)?;
    Ok(PasswordHash::new(hashed.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[tokio::test]
    async fn a_password_has_its_hash_and_no_other_has() {
        let pool = PasswordPool::new();
        let long = "x".repeat(1024);
        for password in ["correct horse", "\0 \u{e9}", &long] {
            let hash = pool.hash(secret(password)).await.unwrap();
            assert!(hash.as_str().starts_with("$argon2id$"));
            assert!(
                pool.is_right(secret(password), Some(hash.clone()))
                    .await
                    .unwrap()
            );
            let mut cut = password.to_owned();
            cut.pop();
            assert!(!pool.is_right(secret(&cut), Some(hash)).await.unwrap());
        }
        assert!(!pool.is_right(secret("nobody"), None).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_is_judged_as_everybody_is() {
        let hash = PasswordPool::new()
            .hash(secret("correct horse"))
            .await
            .unwrap();
        let cost = |text: &str| text.split('$').take(4).collect::<Vec<_>>().join("$");
        assert_eq!(cost(NOBODY), cost(hash.as_str()));
        assert_eq!(NOBODY.len() / 10, hash.as_str().len() / 10);
    }
}
