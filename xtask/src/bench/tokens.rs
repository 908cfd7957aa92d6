//! Access tokens, issued before they are needed.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::exchange::{Answer, Connection, Request};
use crate::fault::Fault;

/// How many tokens take turns: twice as many as the gate's cache of verified
/// tokens holds per worker (10,000), so that each one was forgotten when its
/// turn comes again and every request is a fresh one.
pub(crate) const TOKENS: usize = 20_000;

/// Tokens live ten minutes; no measurement may outlive them.
const LONGEST_USE: Duration = Duration::from_secs(300);

const THREADS: usize = 16;

/// Distinct tokens of one issuer.
#[derive(Debug)]
pub(crate) struct Tokens {
    /// One per line.
    pub(crate) file: PathBuf,
    /// The first one.
    pub(crate) first: String,
    issued: Instant,
}

impl Tokens {
    /// Asks the issuer for them.
    pub(crate) fn issue(issuer: SocketAddr, request: &Request, file: &Path) -> Result<Self, Fault> {
        let issued = Instant::now();
        let parts = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|_| scope.spawn(|| issue_some(issuer, request, TOKENS / THREADS)))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join())
                .collect::<Vec<_>>()
        });
        let mut tokens = Vec::with_capacity(TOKENS);
        for part in parts {
            let part = part.map_err(|_| Fault::new("cannot issue tokens", "a thread ended"))?;
            tokens.extend(part?);
        }
        let fault = |why: &str| Fault::new("cannot use the issued tokens", why);
        let first = tokens.first().ok_or_else(|| fault("there are none"))?;
        let first = first.clone();
        let text = tokens.join("\n");
        tokens.sort_unstable();
        tokens.dedup();
        if tokens.len() < TOKENS {
            return Err(fault("they are not all different"));
        }
        fs::write(file, text).map_err(|error| fault(&error.to_string()))?;
        Ok(Self {
            file: file.to_path_buf(),
            first,
            issued,
        })
    }

    /// Whether a measurement may still begin with them.
    pub(crate) fn are_usable(&self) -> bool {
        self.issued.elapsed() < LONGEST_USE
    }
}

fn issue_some(issuer: SocketAddr, request: &Request, count: usize) -> Result<Vec<String>, Fault> {
    let fault = |error| Fault::new("cannot ask for a token", error);
    let mut connection = Connection::open(issuer).map_err(fault)?;
    (0..count)
        .map(|_| access_token(connection.exchange(request).map_err(fault)?))
        .collect()
}

fn access_token(answer: Answer) -> Result<String, Fault> {
    let token = serde_json::from_str::<Value>(&answer.body)
        .ok()
        .and_then(|body| Some(body.get("access_token")?.as_str()?.to_owned()));
    match token {
        Some(token) if answer.status == 200 => Ok(token),
        _ => Err(Fault::new(
            format_args!("the token endpoint answered {}", answer.status),
            answer.body,
        )),
    }
}

/// The same credential with one character changed, of a token's signature or of a
/// key's secret.
pub(crate) fn tampered(token: &str) -> String {
    let last_part = token.rfind('.').or_else(|| token.rfind('_'));
    let place = last_part.map_or(0, |before| before + 10);
    token
        .char_indices()
        .map(|(index, character)| match character {
            'A' if index == place => 'B',
            _ if index == place => 'A',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tampered_token_differs_in_its_signature_alone() {
        let token = "aaaa.bbbb.0123456789AAAA";
        let other = tampered(token);
        assert_eq!(other.len(), token.len());
        assert!(other.starts_with("aaaa.bbbb."));
        let differences = other.chars().zip(token.chars()).filter(|(a, b)| a != b);
        assert_eq!(differences.count(), 1);
    }

    #[test]
    fn an_answer_without_a_token_is_a_fault_that_says_what_was_answered() {
        let answer = |status, body: &str| Answer {
            status,
            body: body.to_owned(),
        };
        let token = access_token(answer(200, r#"{"access_token":"a.b.c"}"#)).unwrap();
        assert_eq!(token, "a.b.c");
        let fault = access_token(answer(401, r#"{"error":"invalid_client"}"#)).unwrap_err();
        assert!(fault.to_string().contains("401"), "{fault}");
        assert!(access_token(answer(401, r#"{"access_token":"a"}"#)).is_err());
    }
}
