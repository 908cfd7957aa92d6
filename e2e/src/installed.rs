//! An installation of its own: `doorward init`, then `doorward serve`, as
//! often as a test wants.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;

use serde_json::Value;

use super::{PATIENCE, Process, binary, http};

/// A directory that `doorward init` made, and what it said.
pub struct Installation {
    /// `doorward.toml`.
    pub config: PathBuf,
    /// The first operator token.
    pub operator_token: String,
    /// Removed with the test.
    directory: tempfile::TempDir,
}

impl Installation {
    /// Makes one whose listeners take free ports.
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// The same, with more arguments for `doorward init`.
    pub fn with(arguments: &[&str]) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let home = directory.path().join("doorward");
        let output = Command::new(binary("doorward"))
            .arg("init")
            .arg(&home)
            .args(arguments)
            .output()
            .expect("doorward runs");
        let told = String::from_utf8(output.stdout).expect("text");
        assert!(
            output.status.success(),
            "{told}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let token = told
            .split_whitespace()
            .find(|word| word.starts_with("dwa_"));
        let operator_token = token.expect("init shows the operator token").to_owned();
        let config = home.join("doorward.toml");
        let text = std::fs::read_to_string(&config).expect("a configuration");
        let free = ["7000", "7001", "7002"]
            .into_iter()
            .fold(text, |text, port| {
                text.replace(
                    &format!("listen = \"127.0.0.1:{port}\""),
                    "listen = \"127.0.0.1:0\"",
                )
            });
        std::fs::write(&config, free).expect("the configuration is ours");
        Self {
            config,
            operator_token,
            directory,
        }
    }

    /// Where it is.
    pub fn home(&self) -> &Path {
        self.config
            .parent()
            .expect("a configuration lies in a directory")
    }

    /// Its store.
    pub fn store(&self) -> PathBuf {
        self.home().join("data/doorward.db")
    }

    /// A file beside it, removed with it.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, text).expect("the directory is ours");
        path
    }

    /// Appends to its configuration.
    pub fn configure(&self, section: &str) {
        let text = std::fs::read_to_string(&self.config).expect("a configuration");
        std::fs::write(&self.config, text + section).expect("the configuration is ours");
    }

    /// A file in its home that its owner alone can read, as secrets are kept.
    pub fn secret(&self, name: &str, text: &str) -> PathBuf {
        let path = self.home().join(name);
        std::fs::write(&path, text).expect("the directory is ours");
        let owner_alone = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(&path, owner_alone).expect("the file is ours");
        path
    }

    /// Runs every role of it and waits until each of them listens.
    pub fn serve(&self) -> Served {
        self.serve_with(&[])
    }

    /// The same, with these variables beside its own.
    pub fn serve_with(&self, variables: &[(&str, &Path)]) -> Served {
        let mut child = Command::new(binary("doorward"))
            .args(["serve", "--config"])
            .arg(&self.config)
            .env("DOORWARD_LOG", "info")
            .envs(variables.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .expect("doorward serves");
        let log = child.stderr.take().expect("its log is piped");
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(log).lines().map_while(Result::ok) {
                // Read to the end, or the process would block on a full pipe.
                let _ = sender.send(line);
            }
        });
        let mut served = Served {
            process: Process(child),
            gate: String::new(),
            issuer: String::new(),
            admin: String::new(),
            exchange: String::new(),
            operator_token: self.operator_token.clone(),
        };
        while [&served.gate, &served.issuer, &served.admin]
            .into_iter()
            .any(String::is_empty)
        {
            let line = lines
                .recv_timeout(PATIENCE)
                .expect("every role gets to listen");
            served.heard(&line);
        }
        served
    }
}

impl Default for Installation {
    fn default() -> Self {
        Self::new()
    }
}

/// A running `doorward serve`.
pub struct Served {
    /// The process.
    pub process: Process,
    /// The gate's URL.
    pub gate: String,
    /// The issuer's listener; tokens name another URL.
    pub issuer: String,
    /// The admin API's URL.
    pub admin: String,
    /// The listener for the exchange of API keys; empty without one.
    pub exchange: String,
    operator_token: String,
}

impl Served {
    fn heard(&mut self, line: &str) {
        let said: Value = serde_json::from_str(line).unwrap_or_default();
        let fields = &said["fields"];
        let place = match fields["role"].as_str() {
            Some("gate") => &mut self.gate,
            Some("issuer") => &mut self.issuer,
            Some("admin") => &mut self.admin,
            Some("exchange") => &mut self.exchange,
            _ => return,
        };
        if let Some(address) = fields["address"].as_str() {
            *place = format!("http://{address}");
        }
    }

    /// Runs `doorward` as the operator.
    pub fn doorward(&self, arguments: &[&str]) -> Output {
        Command::new(binary("doorward"))
            .args(arguments)
            .env("DOORWARD_ADMIN", &self.admin)
            .env("DOORWARD_OPERATOR_TOKEN", &self.operator_token)
            .env("NO_COLOR", "1")
            .output()
            .expect("doorward runs")
    }

    /// Asks the admin API, and demands that it does what was asked.
    pub fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let method = method.parse().expect("a method");
        let request = http()
            .request(method, format!("{}{path}", self.admin))
            .bearer_auth(&self.operator_token);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let reply = request.send().expect("the admin API answers");
        let status = reply.status();
        let text = reply.text().expect("text");
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }
}
