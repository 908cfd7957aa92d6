//! Other people's verifiers, each in one process that lives as long as the test.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use serde_json::Value;

use crate::party::{AUDIENCE, ISSUER, Party, REQUIRED};

/// A verifier and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verifier {
    /// npm `jose`.
    Jose,
    /// `joserfc` of Python.
    Joserfc,
    /// `jwcrypto` of Python.
    Jwcrypto,
    /// `PyJWT` of Python.
    PyJwt,
    /// The crate `jsonwebtoken`.
    Jsonwebtoken,
}

impl Verifier {
    pub const ALL: [Self; 5] = [
        Self::Jose,
        Self::Joserfc,
        Self::Jwcrypto,
        Self::PyJwt,
        Self::Jsonwebtoken,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jose => "jose",
            Self::Joserfc => "joserfc",
            Self::Jwcrypto => "jwcrypto",
            Self::PyJwt => "PyJWT",
            Self::Jsonwebtoken => "jsonwebtoken",
        }
    }

    /// Whether it accepts each token, or nothing where it is not installed.
    pub fn judge(self, party: &Party, tokens: &[String]) -> Option<Vec<Verdict>> {
        match self {
            Self::Jsonwebtoken => Some(judge_here(party, tokens)),
            Self::Jose => Some(converse(
                e2e::other_languages::node("verify.mjs")?,
                party,
                tokens,
            )),
            Self::Joserfc | Self::Jwcrypto | Self::PyJwt => {
                let mut python = e2e::other_languages::python("verify.py")?;
                python.arg(self.as_str());
                Some(converse(python, party, tokens))
            }
        }
    }
}

/// What a verifier says of one token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub accepted: bool,
    /// Its own words.
    pub words: String,
}

/// Writes every token and reads every verdict at the same time, so that
/// neither side waits for the other with a full pipe.
fn converse(mut command: Command, party: &Party, tokens: &[String]) -> Vec<Verdict> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the verifier starts");
    let mut input = child.stdin.take().expect("its input is piped");
    let output = child.stdout.take().expect("its output is piped");
    let verdicts: Vec<Verdict> = std::thread::scope(|scope| {
        scope.spawn(move || {
            writeln!(input, "{}", party.rules()).expect("it reads");
            for token in tokens {
                writeln!(input, "{}", Value::from(token.as_str())).expect("it reads");
            }
        });
        let lines = BufReader::new(output).lines().map_while(Result::ok);
        lines
            .map(|words| Verdict {
                accepted: words == "accepted",
                words,
            })
            .collect()
    });
    assert!(child.wait().expect("it ends").success());
    assert_eq!(verdicts.len(), tokens.len(), "one verdict for each token");
    verdicts
}

fn judge_here(party: &Party, tokens: &[String]) -> Vec<Verdict> {
    let keys: JwkSet = serde_json::from_value(party.jwks.clone()).unwrap();
    tokens
        .iter()
        .map(|token| match jsonwebtoken_verdict(&keys, token) {
            Ok(()) => Verdict {
                accepted: true,
                words: "accepted".to_owned(),
            },
            Err(words) => Verdict {
                accepted: false,
                words: format!("refused {words}"),
            },
        })
        .collect()
}

fn jsonwebtoken_verdict(keys: &JwkSet, token: &str) -> Result<(), String> {
    let header = decode_header(token).map_err(|error| error.to_string())?;
    let fits = |key: &&jsonwebtoken::jwk::Jwk| match &header.kid {
        Some(kid) => key.common.key_id.as_ref() == Some(kid),
        None => true,
    };
    let mut why = "no key".to_owned();
    for key in keys.keys.iter().filter(fits) {
        // As its documentation says: the algorithm comes from the key.
        let algorithm = key.common.key_algorithm.map(|name| name.to_string());
        let algorithm = algorithm.and_then(|name| name.parse().ok());
        let mut validation = Validation::new(algorithm.ok_or("no algorithm")?);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&REQUIRED);
        validation.leeway = 5;
        validation.validate_nbf = true;
        let key = DecodingKey::from_jwk(key).map_err(|error| error.to_string())?;
        match decode::<Value>(token, &key, &validation) {
            Ok(_) => return Ok(()),
            Err(error) => why = error.to_string(),
        }
    }
    Err(why)
}
