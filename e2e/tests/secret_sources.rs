//! The keys of an installation come from where they are: variables, files,
//! secret managers. The real binary, a real OpenBao, and moto for AWS.
#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::allow_attributes,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use e2e::{Process, binary, http, openbao};
use serde_json::{Value, json};

const SEALING: &str = "6a09e667f3bcc908b2fb1366ea957d3e3adec17512775099da2f590b0667322a";
const DIGEST: &str = "bb67ae8584caa73b2574d4cf2b1dc6a7e6b8a8c1f5c6d1e0a4d5f60718293a4b";

/// `doorward` with these arguments, and only these variables beside the usual.
fn doorward(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(binary("doorward"));
    command.args(arguments).stdin(Stdio::null()).env_clear();
    command.envs(variables.iter().copied());
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    let text = [&output.stdout[..], &output.stderr].concat();
    String::from_utf8(text).unwrap()
}

fn done(output: &Output) {
    assert!(output.status.success(), "{}", said(output));
}

/// It ended with a fault that says all of `words`, and no key.
fn fault(output: &Output, words: &[&str]) {
    let said = said(output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for word in words {
        assert!(said.contains(word), "{word}: {said}");
    }
    for secret in [SEALING, DIGEST, "hunter2"] {
        assert!(!said.contains(secret), "{said}");
    }
}

fn secret_file(path: &Path, content: &str) {
    std::fs::write(path, content).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

fn made_keys(home: &Path) -> usize {
    std::fs::read_dir(home.join("secrets")).unwrap().count()
}

#[test]
fn keys_are_taken_from_a_variable_and_a_file_and_none_is_made() {
    let directory = tempfile::tempdir().unwrap();
    let home = directory.path().join("doorward");
    let digest = directory.path().join("digest.key");
    secret_file(&digest, DIGEST);
    let digest = format!("file:{}", digest.display());
    let (home, config) = (home.to_str().unwrap(), home.join("doorward.toml"));
    let config = config.to_str().unwrap();
    let variables = [("DW_SEALING", SEALING)];
    let init = [
        "init",
        home,
        "--sealing-key",
        "env:DW_SEALING",
        "--digest-key",
        &digest,
    ];
    fault(&doorward(&init, &[]), &["env:DW_SEALING", "no variable"]);
    assert!(!Path::new(home).exists(), "a fault leaves nothing behind");
    done(&doorward(&init, &variables));
    let text = std::fs::read_to_string(config).unwrap();
    assert!(text.contains("sealing_key = \"env:DW_SEALING\""), "{text}");
    assert_eq!(made_keys(Path::new(home)), 0);
    let create = [
        "operator-token",
        "create",
        "--config",
        config,
        "--owner",
        "o",
    ];
    done(&doorward(&create, &[]));
    let served = doorward(&["serve", "--config", config], &[]);
    fault(&served, &["sealing key from env:DW_SEALING", "fix:"]);
    // One that others can read is refused however it is reached.
    let exposed = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(directory.path().join("digest.key"), exposed).unwrap();
    fault(&doorward(&create, &[]), &["digest.key", "mode 640", "fix:"]);
}

#[test]
fn what_may_be_a_key_is_not_echoed_from_the_command_line() {
    let directory = tempfile::tempdir().unwrap();
    let home = directory.path().join("doorward");
    let (home, out) = (home.to_str().unwrap(), directory.path().join("out"));
    let out = out.to_str().unwrap();
    for arguments in [
        &["init", home, "--sealing-key", "hunter2"][..],
        &["init", home, "--digest-key", SEALING],
        &[
            "init",
            home,
            "--sealing-key",
            "env:A",
            "--sealing-key-wrapped-by",
            "hunter2",
        ],
        &["secret", "wrap", "--by", "hunter2", "--out", out],
        &["secret", "wrap", "--by", "env:A", "--out", out],
    ] {
        fault(&doorward(arguments, &[]), &[":"]);
    }
    let one = [
        "init",
        home,
        "--sealing-key",
        "env:A",
        "--digest-key",
        "env:A",
    ];
    fault(&doorward(&one, &[("A", SEALING)]), &["two keys"]);
    assert!(!Path::new(home).exists() && !Path::new(out).exists());
}

#[test]
fn a_secret_manager_that_is_down_is_a_fault_and_not_an_empty_key() {
    let directory = tempfile::tempdir().unwrap();
    let home = directory.path().join("doorward");
    let home = home.to_str().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let init = [
        "init",
        home,
        "--sealing-key",
        "vault:secret/doorward#sealing",
    ];
    let variables = [("VAULT_ADDR", address.as_str()), ("VAULT_TOKEN", "hunter2")];
    fault(
        &doorward(&init, &variables),
        &["cannot be reached", &address],
    );
    fault(&doorward(&init, &[]), &["[secrets.vault]", "VAULT_ADDR"]);
    assert!(!Path::new(home).exists());
}

/// The Python whose environment has the programs of these tests.
fn python() -> Option<PathBuf> {
    let python = openbao::python();
    if python.is_none() {
        println!("left out: OpenBao and moto (cargo xtask test installs them)");
    }
    python
}

#[test]
fn keys_are_taken_from_a_real_openbao() {
    let Some(python) = python() else { return };
    let directory = tempfile::tempdir().unwrap();
    let (_process, address) = development_openbao(&python, directory.path());
    let write = |path: &str, body: Value| {
        let request = http().post(format!("{address}/v1/{path}"));
        let request = request.header("x-vault-token", "root-token").json(&body);
        assert!(request.send().unwrap().status().is_success(), "{path}");
    };
    write(
        "secret/data/doorward",
        json!({"data": {"sealing": SEALING, "digest": DIGEST, "short": "6a09"}}),
    );
    let home = directory.path().join("doorward");
    let config = home.join("doorward.toml");
    let (home, config) = (home.to_str().unwrap(), config.to_str().unwrap());
    let init = |sealing: &'static str| {
        [
            "init",
            home,
            "--sealing-key",
            sealing,
            "--digest-key",
            "vault:secret/doorward#digest",
        ]
    };
    let variables = [
        ("VAULT_ADDR", address.as_str()),
        ("VAULT_TOKEN", "root-token"),
    ];
    let short = doorward(&init("vault:secret/doorward#short"), &variables);
    fault(&short, &["64 lower-case hexadecimal"]);
    let absent = doorward(&init("vault:secret/doorward#absent"), &variables);
    fault(&absent, &["no field absent"]);
    done(&doorward(
        &init("vault:secret/doorward#sealing"),
        &variables,
    ));
    assert_eq!(made_keys(Path::new(home)), 0);
    // From here on the configuration says where Vault is, and a file has the token.
    secret_file(
        &directory.path().join("doorward/vault.token"),
        "root-token\n",
    );
    let section =
        format!("\n[secrets.vault]\naddress = \"{address}\"\ntoken = \"file:vault.token\"\n");
    let text = std::fs::read_to_string(config).unwrap();
    std::fs::write(config, text + &section).unwrap();
    let create = [
        "operator-token",
        "create",
        "--config",
        config,
        "--owner",
        "o",
    ];
    done(&doorward(&create, &[]));
    secret_file(&directory.path().join("doorward/vault.token"), "hunter2\n");
    fault(
        &doorward(&create, &[]),
        &["refuses us", "vault:secret/doorward#digest"],
    );
}

#[test]
fn a_wrapped_key_is_made_and_unwrapped_by_kms() {
    let Some(python) = python() else { return };
    let (_process, address) = moto(&python);
    let request = http()
        .post(&address)
        .header("x-amz-target", "TrentService.CreateKey")
        .header("content-type", "application/x-amz-json-1.1")
        .header(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=a/20260101/eu-central-1/kms/aws4_request",
        )
        .body("{}");
    let made: Value = request.send().unwrap().json().unwrap();
    let key = made["KeyMetadata"]["KeyId"].as_str().unwrap();
    let by = format!("aws-kms:{key}");
    let directory = tempfile::tempdir().unwrap();
    let (home, out) = (
        directory.path().join("doorward"),
        directory.path().join("wrapped"),
    );
    let (config, source) = (
        home.join("doorward.toml"),
        format!("file:{}", out.display()),
    );
    let (home, out) = (home.to_str().unwrap(), out.to_str().unwrap());
    let config = config.to_str().unwrap();
    let variables = [
        ("AWS_ENDPOINT_URL", address.as_str()),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "hunter2"),
    ];
    let wrap = ["secret", "wrap", "--by", &by, "--out", out];
    done(&doorward(&wrap, &variables));
    fault(&doorward(&wrap, &variables), &["cannot be written"]);
    let init = [
        "init",
        home,
        "--digest-key",
        &source,
        "--digest-key-wrapped-by",
        &by,
    ];
    done(&doorward(&init, &variables));
    let text = std::fs::read_to_string(config).unwrap();
    assert!(text.contains(&format!("by = \"{by}\"")), "{text}");
    assert_eq!(made_keys(Path::new(home)), 1);
    let create = [
        "operator-token",
        "create",
        "--config",
        config,
        "--owner",
        "o",
    ];
    done(&doorward(&create, &variables));
    // What was altered does not open.
    let wrapped = std::fs::read_to_string(out).unwrap();
    let altered = wrapped.replacen(
        &wrapped[60..61],
        if &wrapped[60..61] == "A" { "B" } else { "A" },
        1,
    );
    secret_file(Path::new(out), &altered);
    fault(&doorward(&create, &variables), &["wrapped by aws-kms:"]);
}

/// An OpenBao in memory, and its address.
fn development_openbao(python: &Path, home: &Path) -> (Process, String) {
    let program = openbao::program(python);
    for _ in 0..5 {
        // A free port may be taken before the program has it: then the next one.
        let free = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let mut command = Command::new(&program);
        command
            .args([
                "server",
                "-dev",
                "-dev-root-token-id=root-token",
                "-dev-no-store-token",
            ])
            .arg(format!("-dev-listen-address={free}"))
            .env("HOME", home)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let process = Process::start(&mut command);
        let address = format!("http://{free}");
        for _ in 0..600 {
            // The KV engine is the last thing that a server of this kind makes.
            let config = http().get(format!("{address}/v1/secret/config"));
            let answer = config.header("x-vault-token", "root-token").send();
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return (process, address);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    panic!("OpenBao does not start");
}

/// A moto server, and its address.
fn moto(python: &Path) -> (Process, String) {
    let (reader, writer) = std::io::pipe().unwrap();
    let mut command = Command::new(python);
    command
        .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(writer);
    let process = Process::start(&mut command);
    drop(command);
    let mut lines = BufReader::new(reader).lines();
    let address = lines.find_map(|line| {
        let line = line.unwrap();
        Some(line.split_once("Running on ")?.1.trim().to_owned())
    });
    // It goes on to say each request; somebody has to listen.
    std::thread::spawn(move || lines.for_each(drop));
    (process, address.unwrap())
}
