//! A token of SoftHSM, a real PKCS#11 module, with keys in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The PIN of its user.
pub const PIN: &str = "fedcba-4711";

/// Where distributions put the module.
const MODULES: [&str; 4] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/lib/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
];

/// The module: the one that `cargo xtask test` found, or where it usually is.
/// Nothing unless the tool that makes tokens is there too.
pub fn module() -> Option<PathBuf> {
    let version = Command::new("softhsm2-util")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    if !version.is_ok_and(|status| status.success()) {
        return None;
    }
    if let Some(module) = std::env::var_os("DOORWARD_TEST_SOFTHSM") {
        return Some(module.into());
    }
    let usual = MODULES.iter().map(PathBuf::from);
    usual.into_iter().find(|module| module.exists())
}

/// A token named `doorward`.
pub struct SoftHsm {
    module: PathBuf,
    directory: tempfile::TempDir,
}

impl SoftHsm {
    /// An empty one.
    pub fn start(module: PathBuf) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let hsm = Self { module, directory };
        let tokens = hsm.directory.path().join("tokens");
        std::fs::create_dir(&tokens).expect("the directory is ours");
        let text = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
            tokens.display()
        );
        std::fs::write(hsm.configuration(), text).expect("the directory is ours");
        let so_pin = ["--so-pin", "so-pin-4711", "--pin", PIN];
        let make = ["--init-token", "--free", "--label", "doorward"];
        hsm.tool(&[&make[..], &so_pin].concat());
        hsm
    }

    /// The file that the variable `SOFTHSM2_CONF` names.
    pub fn configuration(&self) -> PathBuf {
        self.directory.path().join("softhsm2.conf")
    }

    /// Puts a pair of keys into the token; `id` is two hexadecimal digits.
    pub fn key(&self, label: &str, id: &str, pkcs8: &[u8]) {
        let file = self.directory.path().join("imported.pem");
        let body = STANDARD.encode(pkcs8);
        // RFC 7468 section 2: lines of 64 characters.
        let lines = body.as_bytes().chunks(64);
        let body: String = lines
            .map(|line| String::from_utf8_lossy(line).into_owned() + "\n")
            .collect();
        let text = format!("-----BEGIN PRIVATE KEY-----\n{body}-----END PRIVATE KEY-----\n");
        std::fs::write(&file, text).expect("the directory is ours");
        let path = file.to_str().expect("a path of text");
        let named = ["--label", label, "--id", id, "--pin", PIN];
        let import = ["--import", path, "--token", "doorward"];
        self.tool(&[&import[..], &named].concat());
        std::fs::remove_file(&file).expect("the file is ours");
    }

    /// The address of a key; the PIN is in a file at `pin`.
    pub fn uri(&self, label: &str, pin: &Path) -> String {
        format!(
            "pkcs11:token=doorward;object={label};type=private?module-path={}&pin-source=file:{}",
            self.module.display(),
            pin.display()
        )
    }

    fn tool(&self, arguments: &[&str]) {
        let output = Command::new("softhsm2-util")
            .args(arguments)
            .arg("--module")
            .arg(&self.module)
            .env("SOFTHSM2_CONF", self.configuration())
            .output()
            .expect("softhsm2-util runs");
        assert!(output.status.success(), "{output:?}");
    }
}
