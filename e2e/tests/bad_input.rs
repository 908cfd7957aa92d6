//! What cannot work says so: one clear message, a non-zero exit, and nothing
//! half-made.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    missing_docs,
    reason = "a test may fail loudly"
)]

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use e2e::binary;
use tempfile::TempDir;

/// A free port for each role; freed again when this returns, so a test that
/// starts a server may in principle lose the race and then fails loudly.
fn free_ports() -> [u16; 3] {
    let listeners = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners
        .each_ref()
        .map(|listener| listener.local_addr().unwrap().port())
}

/// A fresh installation with ports of its own.
fn installation() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let home = directory.path().join("doorward");
    let output = Command::new(binary("doorward"))
        .arg("init")
        .arg(&home)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", told(&output));
    let config = home.join("doorward.toml");
    let mut text = fs::read_to_string(&config).unwrap();
    for (default, port) in ["7000", "7001", "7002"].into_iter().zip(free_ports()) {
        text = text.replace(
            &format!("listen = \"127.0.0.1:{default}\""),
            &format!("listen = \"127.0.0.1:{port}\""),
        );
    }
    fs::write(&config, text).unwrap();
    (directory, config)
}

fn serve(config: &Path) -> Output {
    Command::new(binary("doorward"))
        .args(["serve", "--config"])
        .arg(config)
        .output()
        .unwrap()
}

fn told(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn refused(output: &Output, expected: &str) {
    let told = told(output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains(expected), "{expected:?} in {told}");
    assert!(told.contains("fix:"), "it says what to do: {told}");
    assert!(!told.contains("panicked"), "{told}");
}

#[test]
fn an_unreadable_configuration_is_shown_at_its_place() {
    let (_directory, config) = installation();
    let good = fs::read_to_string(&config).unwrap();
    let wrong = [
        (good.replace("[gate]", "[gate"), "doorward.toml:"),
        (
            good.replace("class = \"production\"", "class = \"prod\""),
            "class",
        ),
        (good.replace("[gate]", "[gate]\nlisten_on = 1"), "listen_on"),
        (good.replace("[store]", "[stor]"), "stor"),
        (
            good.replace(
                "url = \"http://127.0.0.1:7001\"",
                "url = \"http://login.example.com\"",
            ),
            "https",
        ),
        (
            good.replace("\"file:secrets/digest.key\"", "\"0123456789abcdef\""),
            "a secret source starts with file:, env:, vault:",
        ),
        (
            good.replacen("listen = \"127.0.0.1:", "listen = \"0.0.0.0:", 1),
            "TLS",
        ),
    ];
    for (text, expected) in wrong {
        assert_ne!(text, good, "{expected}: the case changes something");
        fs::write(&config, &text).unwrap();
        let output = serve(&config);
        refused(&output, expected);
        assert!(
            !told(&output).contains("0123456789abcdef"),
            "a secret is not echoed"
        );
    }
    refused(&serve(Path::new("nowhere.toml")), "nowhere.toml");
}

#[test]
fn an_occupied_port_is_named() {
    let (_directory, config) = installation();
    let text = fs::read_to_string(&config).unwrap();
    // Of the settings that are there, not of those that a comment shows.
    let mut listens = text.lines().filter_map(|line| line.strip_prefix("listen"));
    let second = listens.nth(1).unwrap();
    let port = second.rsplit(':').next().unwrap().trim_end_matches('"');
    let port: u16 = port.parse().unwrap();
    let _other = TcpListener::bind(("127.0.0.1", port)).unwrap();
    refused(&serve(&config), &format!("127.0.0.1:{port}"));
}

#[test]
fn a_missing_or_corrupt_store_is_refused_and_left_as_it_is() {
    let (_directory, config) = installation();
    let store = config.parent().unwrap().join("data/doorward.db");
    let good = fs::read(&store).unwrap();

    let mut torn = good.clone();
    torn.truncate(good.len() / 2);
    let cases = [
        b"not a database, but long enough to be read as one".repeat(40),
        torn,
        Vec::new(),
    ];
    for bytes in cases {
        fs::write(&store, &bytes).unwrap();
        refused(&serve(&config), "doorward.db");
        assert_eq!(
            fs::read(&store).unwrap(),
            bytes,
            "a store that is not understood is not touched"
        );
    }
    fs::remove_file(&store).unwrap();
    refused(&serve(&config), "doorward.db");
    assert!(!store.exists(), "serve never makes a store");
}

#[test]
fn a_missing_altered_or_readable_key_is_refused() {
    for (key, expected) in [("digest.key", "digest.key"), ("sealing.key", "sealing.key")] {
        let (_directory, config) = installation();
        let path = config.parent().unwrap().join("secrets").join(key);
        let good = fs::read_to_string(&path).unwrap();

        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        refused(&serve(&config), "read by others");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "hunter2").unwrap();
        let output = serve(&config);
        refused(&output, expected);
        assert!(!told(&output).contains("hunter2"));
        if key == "sealing.key" {
            fs::write(&path, "0".repeat(64)).unwrap();
            refused(&serve(&config), "does not open");
        }
        fs::remove_file(&path).unwrap();
        refused(&serve(&config), expected);
        fs::write(&path, good).unwrap();
    }
}

#[test]
fn init_overwrites_nothing_and_leaves_nothing_half_made() {
    let (_directory, config) = installation();
    let home = config.parent().unwrap();
    let before = fs::read(home.join("data/doorward.db")).unwrap();
    refused(
        &Command::new(binary("doorward"))
            .arg("init")
            .arg(home)
            .output()
            .unwrap(),
        "is there already",
    );
    assert_eq!(fs::read(home.join("data/doorward.db")).unwrap(), before);

    let directory = tempfile::tempdir().unwrap();
    let home = directory.path().join("half");
    fs::create_dir(&home).unwrap();
    // In the way of the store's directory.
    fs::write(home.join("data"), "a file").unwrap();
    let output = Command::new(binary("doorward"))
        .arg("init")
        .arg(&home)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let left: Vec<_> = fs::read_dir(&home)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["data"], "what was made is removed again");
}

#[test]
fn what_init_writes_keeps_its_secrets_to_its_owner() {
    let (_directory, config) = installation();
    let home = config.parent().unwrap();
    for name in [
        "secrets/sealing.key",
        "secrets/digest.key",
        "data/doorward.db",
    ] {
        let mode = fs::metadata(home.join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name} has mode {mode:o}");
    }
    assert!(
        fs::read_to_string(home.join(".gitignore"))
            .unwrap()
            .contains("secrets/")
    );
    assert!(home.join(".env.example").is_file());
}

#[test]
fn an_operator_token_is_made_and_ended_at_the_store() {
    let (_directory, config) = installation();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(binary("doorward"));
        command
            .arg("operator-token")
            .args(arguments)
            .arg("--config")
            .arg(&config);
        command.output().unwrap()
    };
    let made = run(&["create", "--owner", "alice", "--scope", "read:audit"]);
    assert!(made.status.success(), "{}", told(&made));
    let id = told(&made).split_whitespace().nth(2).unwrap().to_owned();
    assert!(told(&made).contains("dwa_live_"));
    assert!(told(&run(&["list"])).contains("alice"));
    let revoked = run(&["revoke", &id]);
    assert!(revoked.status.success(), "{}", told(&revoked));
    refused(&run(&["revoke", &id]), "was revoked before");
    refused(
        &run(&["create", "--owner", "bob", "--scope", "write:everything"]),
        "no scope",
    );
    refused(&run(&["revoke", "o0123456789abcde"]), "no operator token");
}

#[test]
fn a_secret_that_nobody_could_see_is_a_fault_and_init_leaves_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let home = directory.path().join("doorward");
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let status = Command::new(binary("doorward"))
        .arg("init")
        .arg(&home)
        .stdout(full)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(1));
    assert!(!home.exists(), "nobody could ever administer it");
}
