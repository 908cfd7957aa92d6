//! A gate in a process of its own, beside a control plane.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::{PATIENCE, Process, binary};

/// What such a gate needs of its control plane.
pub struct ControlPlane<'a> {
    /// Its admin API.
    pub admin: &'a str,
    /// An operator token with `read:feed` and `write:feed`.
    pub operator_token: &'a str,
    /// The file of its digest key.
    pub digest_key: PathBuf,
}

/// The gate.
pub struct StandaloneGate {
    /// Its process.
    pub process: Process,
    /// Where callers come in.
    pub url: String,
    config: PathBuf,
    _directory: tempfile::TempDir,
}

impl StandaloneGate {
    /// Starts one; `more` stands in its section `[gate]`.
    pub fn start(plane: &ControlPlane<'_>, more: &str) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let token = directory.path().join("operator.token");
        fs::write(&token, plane.operator_token).expect("the directory is ours");
        let owner_alone = fs::Permissions::from_mode(0o600);
        fs::set_permissions(&token, owner_alone).expect("the file is ours");
        let address = free_address();
        let config = format!(
            "[gate]\nlisten = \"{address}\"\n{more}\n[feed]\nadmin = \"{}\"\noperator_token_file = \"operator.token\"\n[secrets]\ndigest_key_file = {:?}\n",
            plane.admin, plane.digest_key
        );
        let path = directory.path().join("gate.toml");
        fs::write(&path, config).expect("the directory is ours");
        Self {
            process: run(&path),
            url: format!("http://{address}"),
            config: path,
            _directory: directory,
        }
    }

    /// Kills it and starts it anew, with nothing in its memory.
    pub fn start_again(&mut self) {
        self.process.signal("KILL");
        self.process.ended();
        self.process = run(&self.config);
    }
}

fn run(config: &Path) -> Process {
    Process::start(
        Command::new(binary("doorward-gate"))
            .arg("--config")
            .arg(config),
    )
}

/// An address of loopback that nobody listens on.
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address")
}

/// Asks until the answer is as wanted.
pub fn until<T: std::fmt::Debug>(ask: impl Fn() -> T, wanted: impl Fn(&T) -> bool) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = ask();
        if wanted(&answer) {
            return answer;
        }
        assert!(Instant::now() < deadline, "still {answer:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
