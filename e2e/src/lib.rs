//! Whole-process tests: the real binaries, real clients, faults. This library
//! starts and stops them; `tests/` says what they promise.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "everything here serves tests, which may fail loudly"
)]

pub mod browser;
pub mod forge;
pub mod http2;
pub mod installed;
pub mod openbao;
pub mod other_languages;
pub mod raw;
pub mod raw_rsa;
pub mod recorded;
pub mod second_issuer;
pub mod softhsm;
pub mod standalone;
pub mod weather;

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a process may take to start or stop on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A built binary of the workspace, beside the running test.
pub fn binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the test knows its own path");
    let path = test
        .parent()
        .and_then(Path::parent)
        .expect("tests lie in target/PROFILE/deps")
        .join(name);
    assert!(
        path.is_file(),
        "{name} is not built: run `cargo build -p {name}` first, as `cargo xtask test` does"
    );
    path
}

/// A process that is ended with the test, also when the test fails.
pub struct Process(Child);

impl Process {
    /// Starts it.
    pub fn start(command: &mut Command) -> Self {
        Self(command.spawn().expect("the process starts"))
    }

    /// Its id.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Sends a signal by name, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .arg(format!("-{name}"))
            .arg(self.id().to_string())
            .status();
        assert!(status.expect("kill is there").success(), "signal {name}");
    }

    /// Whether it has ended already.
    pub fn has_ended(&mut self) -> bool {
        let status = self.0.try_wait().expect("the process can be waited for");
        status.is_some()
    }

    /// Waits until it has ended.
    pub fn ended(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Some(status) = self.0.try_wait().expect("the process can be waited for") {
                return status;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the process did not end within {PATIENCE:?}");
    }
}

/// How long a process may take to clean up when its test is over.
const FAREWELL: Duration = Duration::from_secs(10);

impl Drop for Process {
    /// Asked to end, a demo removes its directory; killed, it could not. Nothing
    /// here may panic: the test may be failing already.
    fn drop(&mut self) {
        let deadline = Instant::now() + FAREWELL;
        if matches!(self.0.try_wait(), Ok(None)) {
            let _ = Command::new("kill")
                .args(["-TERM", &self.id().to_string()])
                .status();
        }
        while matches!(self.0.try_wait(), Ok(None)) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The demo, as `doorward demo --json` gives it.
pub struct Demo {
    /// The process.
    pub process: Process,
    /// The line that it printed when ready.
    pub ready: Value,
    /// What it printed after that line; empty if all is well.
    rest: mpsc::Receiver<String>,
}

impl Demo {
    /// Starts it on free ports and waits until it is ready.
    pub fn start() -> Self {
        let mut child = Command::new(binary("doorward"))
            .args(["demo", "--json"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("doorward demo starts");
        let output = child.stdout.take().expect("its output is piped");
        let (sender, rest) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let process = Process(child);
        let line = rest.recv_timeout(PATIENCE).expect("the demo gets ready");
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        Self {
            process,
            ready,
            rest,
        }
    }

    /// A text of the ready line, by JSON pointer.
    pub fn text(&self, pointer: &str) -> &str {
        self.ready
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("{pointer} in {}", self.ready))
    }

    /// The URL of an endpoint, by its id.
    pub fn url(&self, endpoint: &str) -> &str {
        self.endpoint(endpoint)["url"]
            .as_str()
            .expect("an endpoint has a URL")
    }

    /// An endpoint, by its id.
    pub fn endpoint(&self, id: &str) -> &Value {
        let endpoints = self.ready["endpoints"]
            .as_array()
            .expect("the demo has endpoints");
        endpoints
            .iter()
            .find(|endpoint| endpoint["id"] == id)
            .unwrap_or_else(|| panic!("no endpoint {id}"))
    }

    /// Runs `doorward` as an operator of this demo.
    pub fn doorward(&self, arguments: &[&str]) -> Output {
        self.operator(arguments).output().expect("doorward runs")
    }

    /// The same, with something on standard input.
    pub fn doorward_reading(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self
            .operator(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("doorward runs");
        let mut standard_input = child.stdin.take().expect("its input is piped");
        // A command that reads nothing may have ended before it was written.
        let _ = standard_input.write_all(input.as_bytes());
        drop(standard_input);
        child.wait_with_output().expect("doorward ends")
    }

    fn operator(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary("doorward"));
        command
            .args(arguments)
            .env("DOORWARD_ADMIN", self.text("/admin"))
            .env("DOORWARD_OPERATOR_TOKEN", self.text("/operator_token"))
            .env("NO_COLOR", "1");
        command
    }

    /// Asks the token endpoint as the demo's client.
    pub fn token(&self, scope: &str) -> String {
        let answer: Value = http()
            .post(format!("{}/oauth2/token", self.text("/issuer")))
            .basic_auth(self.text("/client/id"), Some(self.text("/client/secret")))
            .form(&[("grant_type", "client_credentials"), ("scope", scope)])
            .send()
            .and_then(reqwest::blocking::Response::json)
            .expect("the token endpoint answers");
        answer["access_token"]
            .as_str()
            .unwrap_or_else(|| panic!("{answer}"))
            .to_owned()
    }

    /// Stops it with a signal; gives its status and whatever it printed after
    /// the ready line.
    pub fn stop(mut self, signal: &str) -> (ExitStatus, Vec<String>) {
        self.process.signal(signal);
        let status = self.process.ended();
        (status, self.rest.iter().collect())
    }
}

/// A client that follows nothing and knows no proxy.
pub fn http() -> reqwest::blocking::Client {
    reqwest::blocking::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .build()
        .expect("an HTTP client")
}
