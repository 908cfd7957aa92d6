//! Somebody else's library, in one process that answers a line for a line.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// The libraries, by name.
pub const LIBRARIES: [&str; 3] = ["jose", "joserfc", "jwcrypto"];

/// One of them at work.
pub struct Peer {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Peer {
    /// Starts it; nothing where it is not installed, which is said aloud.
    pub fn start(library: &str) -> Option<Self> {
        let mut command = command(library)?;
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the peer starts");
        let input = child.stdin.take();
        let output = child.stdout.take().expect("its output is piped");
        Some(Self {
            child,
            input,
            output: BufReader::new(output),
        })
    }

    /// `text`, encrypted for the public `key` with `cty` JWT.
    pub fn encrypt(&mut self, key: &Value, enc: &str, text: &str) -> String {
        self.ask(&json!({"key": key, "enc": enc, "text": text}))
            .unwrap()
    }

    /// What is in `token`, with the private `key`.
    pub fn decrypt(&mut self, key: &Value, enc: &str, token: &str) -> Result<String, String> {
        self.ask(&json!({"key": key, "enc": enc, "token": token}))
    }

    fn ask(&mut self, task: &Value) -> Result<String, String> {
        let input = self.input.as_mut().expect("it is at work");
        writeln!(input, "{task}").expect("it reads");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("it answers");
        let answer: Value = serde_json::from_str(&line).expect("an answer is JSON");
        match answer["done"].as_str() {
            Some(done) => Ok(done.to_owned()),
            None => Err(answer["failed"].to_string()),
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Without input it ends by itself.
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

fn command(library: &str) -> Option<Command> {
    if library == "jose" {
        return e2e::other_languages::node("encryption.mjs");
    }
    let mut python = e2e::other_languages::python("encryption.py")?;
    python.arg(library);
    Some(python)
}
