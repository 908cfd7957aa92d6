//! A moto server of its own for one test, on a port that the system chooses.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_kms::config::Credentials;
use secret_aws::{AccessKey, Aws, Settings};
use secret_source::FileSource;
use tempfile::TempDir;

/// Names the Python whose environment has the programs of these tests.
const PYTHON: &str = "DOORWARD_TEST_SECRETS_PYTHON";

/// What we sign our requests with.
pub(crate) const SECRET_ACCESS_KEY: &str = "wJalrXUtnFEMI/K7MDENG";

/// A server at work; it ends with the test.
pub(crate) struct Moto {
    child: Child,
    address: String,
    home: TempDir,
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Moto {
    /// Starts one; `None`, and a sentence, where there is no such program.
    pub(crate) fn start() -> Option<Self> {
        let Some(python) = std::env::var_os(PYTHON) else {
            println!("left out: moto (cargo xtask test installs it)");
            return None;
        };
        let mut child = Command::new(python)
            .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = said.find_map(|line| {
            let line = line.unwrap();
            Some(line.split_once("Running on ")?.1.trim().to_owned())
        });
        // It goes on to say each request; somebody has to listen.
        std::thread::spawn(move || said.for_each(drop));
        Some(Self {
            child,
            address: address.unwrap(),
            home: tempfile::tempdir().unwrap(),
        })
    }

    /// Our account at it.
    pub(crate) async fn aws(&self) -> Aws {
        let path = self.home.path().join("secret-access-key");
        std::fs::write(&path, format!("{SECRET_ACCESS_KEY}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let settings = Settings {
            region: Some("eu-central-1".to_owned()),
            endpoint: Some(self.address.parse().unwrap()),
            access_key: Some(AccessKey {
                id: "AKIDEXAMPLE".to_owned(),
                secret: Arc::new(FileSource::new(path)),
                session_token: None,
            }),
        };
        Aws::new(settings).await.unwrap()
    }

    /// Its administrator's way to Secrets Manager.
    pub(crate) async fn secrets_manager(&self) -> aws_sdk_secretsmanager::Client {
        aws_sdk_secretsmanager::Client::new(&self.config().await)
    }

    /// Its administrator's way to KMS.
    pub(crate) async fn kms(&self) -> aws_sdk_kms::Client {
        aws_sdk_kms::Client::new(&self.config().await)
    }

    async fn config(&self) -> SdkConfig {
        aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new("eu-central-1"))
            .endpoint_url(&self.address)
            .credentials_provider(Credentials::new("admin", "admin", None, None, "test"))
            .load()
            .await
    }
}
