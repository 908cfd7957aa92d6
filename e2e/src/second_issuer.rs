//! Another authorization server, of other people's making: npm `oidc-provider`.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::{http, other_languages};

/// A running one; it ends with the test.
pub struct SecondIssuer {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    issuer: String,
}

impl SecondIssuer {
    /// Starts it, with the key `a`; `None` where Node is not prepared, which is
    /// said aloud.
    pub fn start() -> Option<Self> {
        let mut child = other_languages::node("second_issuer.mjs")?
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node starts");
        let input = child.stdin.take().expect("its input is piped");
        let output = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
        let mut started = Self {
            child,
            input,
            output,
            issuer: String::new(),
        };
        let ready = started.heard();
        ready["issuer"]
            .as_str()
            .expect("it says its issuer")
            .clone_into(&mut started.issuer);
        Some(started)
    }

    /// Its identifier.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// From now on it has these keys, and signs with the first one that fits.
    pub fn publish(&mut self, keys: &[&str]) {
        self.told(&json!({ "publish": keys }));
    }

    /// From now on it breaks every connection.
    pub fn leave(&mut self) {
        self.told(&json!({ "away": true }));
    }

    /// How often its key set was asked for.
    pub fn key_sets_given(&mut self) -> u64 {
        self.told(&json!({}))["key_sets_given"]
            .as_u64()
            .expect("a number")
    }

    /// What it would never issue: these claims, signed with one of its keys.
    pub fn signed(&mut self, key: &str, typ: &str, claims: &Value) -> String {
        let told = self.told(&json!({ "sign": { "key": key, "typ": typ, "claims": claims } }));
        told["token"].as_str().expect("a token").to_owned()
    }

    /// A token by the client credentials grant, for that resource.
    pub fn token(&self, resource: &str, scope: &str) -> String {
        let answer: Value = http()
            .post(format!("{}/token", self.issuer))
            .basic_auth("robot", Some("a+secret+that+only+this+test+knows"))
            .form(&[
                ("grant_type", "client_credentials"),
                ("resource", resource),
                ("scope", scope),
            ])
            .send()
            .and_then(reqwest::blocking::Response::json)
            .expect("its token endpoint answers");
        answer["access_token"]
            .as_str()
            .unwrap_or_else(|| panic!("{answer}"))
            .to_owned()
    }

    fn told(&mut self, command: &Value) -> Value {
        writeln!(self.input, "{command}").expect("it listens");
        self.heard()
    }

    fn heard(&mut self) -> Value {
        let line = self.output.next().expect("it answers").expect("text");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }
}

impl Drop for SecondIssuer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
