//! `doorward scan`, the real binary: a leaked credential is found where it
//! leaked to, nothing else is reported, and the secret is never printed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::allow_attributes,
    missing_docs,
    reason = "a test may fail loudly"
)]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use base::SeededEntropy;
use credential::{
    DigestKey, EnvironmentClass, MintedApiKey, MintedClientSecret, MintedOperatorToken,
};
use e2e::binary;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::Value;
use tempfile::TempDir;

struct Planted {
    api_key: (String, String),
    operator_token: (String, String),
    client_secret: String,
}

impl Planted {
    fn new(seed: u64) -> Self {
        let digest_key = DigestKey::new([1; 32]);
        let entropy = &mut SeededEntropy::new(seed);
        let class = EnvironmentClass::Production;
        let api_key = MintedApiKey::mint(class, &digest_key, entropy);
        let operator_token = MintedOperatorToken::mint(class, &digest_key, entropy);
        let client_secret =
            MintedClientSecret::mint(EnvironmentClass::Sandbox, &digest_key, entropy);
        Self {
            api_key: (api_key.secret.expose().to_owned(), api_key.id.to_string()),
            operator_token: (
                operator_token.secret.expose().to_owned(),
                operator_token.id.to_string(),
            ),
            client_secret: client_secret.secret.expose().to_owned(),
        }
    }

    fn secrets(&self) -> [&str; 3] {
        [&self.api_key.0, &self.operator_token.0, &self.client_secret]
    }
}

/// Scans with nothing around: no configuration, no environment, another
/// directory. Nothing may be said on standard error.
fn scan(arguments: &[&str], input: Option<&[u8]>) -> Output {
    let elsewhere = TempDir::new().unwrap();
    let mut child = Command::new(binary("doorward"))
        .arg("scan")
        .args(arguments)
        .env_clear()
        .current_dir(elsewhere.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.unwrap_or_default()).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap()
}

/// The same as JSON, with its exit status; every secret is looked for in it.
fn scanned(path: &Path, planted: &Planted) -> (i32, Value) {
    let output = scan(&["--json", path.to_str().unwrap()], None);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    let text = String::from_utf8(output.stdout).unwrap();
    hides(&text, planted);
    let answer = serde_json::from_str(&text).unwrap();
    (output.status.code().unwrap(), answer)
}

/// That no eight characters of any secret stand in the text.
fn hides(text: &str, planted: &Planted) {
    for secret in planted.secrets() {
        let tail = secret.rsplit('_').next().unwrap();
        for start in 0..tail.len() - 8 {
            assert!(!text.contains(&tail[start..start + 8]), "it is printed");
        }
    }
}

fn git(directory: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(directory)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .args(["-c", "user.name=t", "-c", "user.email=t@example.com"])
        .args(arguments)
        .output()
        .expect("git is there: it is an ordinary package");
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn commit(directory: &Path) -> String {
    git(directory, &["add", "-A"]);
    git(directory, &["commit", "-q", "-m", "change"]);
    git(directory, &["rev-parse", "HEAD"])
}

/// An archive with one deflated entry, as an app's package has them.
fn apk(name: &str, content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    let body = encoder.finish().unwrap();
    let mut fields = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    fields.extend_from_slice(&(body.len() as u32).to_le_bytes());
    fields.extend_from_slice(&(content.len() as u32).to_le_bytes());
    fields.extend_from_slice(&(name.len() as u32).to_le_bytes());
    let local = [b"PK\x03\x04", fields.as_slice(), name.as_bytes(), &body].concat();
    let central = [
        b"PK\x01\x02\x14\0",
        fields.as_slice(),
        &[0; 14],
        name.as_bytes(),
    ]
    .concat();
    let mut archive = [
        local.as_slice(),
        &central,
        b"PK\x05\x06\0\0\0\0\x01\0\x01\0",
    ]
    .concat();
    archive.extend_from_slice(&(central.len() as u32).to_le_bytes());
    archive.extend_from_slice(&(local.len() as u32).to_le_bytes());
    archive.extend_from_slice(&[0, 0]);
    archive
}

#[test]
fn a_key_is_found_in_a_history_a_log_and_an_app_package() {
    let planted = Planted::new(1);
    let directory = TempDir::new().unwrap();
    let repository = directory.path().join("repository");
    fs::create_dir_all(repository.join("src")).unwrap();
    git(&repository, &["init", "-q"]);
    fs::write(
        repository.join("src/settings.py"),
        format!("# settings\nKEY = '{}'\n", planted.api_key.0),
    )
    .unwrap();
    let leaked = commit(&repository);
    fs::write(repository.join("src/settings.py"), "# settings\n").unwrap();
    commit(&repository);
    git(&repository, &["gc", "-q"]);

    let log = format!(
        "GET /health 200\nGET /v1?token={}&a=b 401\n",
        planted.operator_token.0.replace('_', "%5F")
    );
    fs::write(directory.path().join("access.log"), log).unwrap();
    let package = apk("assets/config.json", planted.client_secret.as_bytes());
    fs::write(directory.path().join("app.apk"), package).unwrap();

    let (code, answer) = scanned(directory.path(), &planted);
    assert_eq!(code, 2, "{answer:#}");
    let findings = answer["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 3, "{answer:#}");
    let of = |kind: &str| {
        let mut all = findings.iter().filter(|it| it["kind"] == kind);
        all.next().unwrap()
    };

    let api_key = of("api_key");
    assert_eq!(api_key["id"], planted.api_key.1.as_str());
    assert_eq!(api_key["class"], "live");
    assert_eq!(api_key["commit"], leaked.as_str());
    assert_eq!(api_key["entry"], "src/settings.py");
    assert_eq!(
        (&api_key["line"], &api_key["column"]),
        (&2.into(), &8.into())
    );

    let operator_token = of("operator_token");
    assert_eq!(operator_token["id"], planted.operator_token.1.as_str());
    assert!(
        operator_token["path"]
            .as_str()
            .unwrap()
            .ends_with("access.log")
    );
    assert_eq!(operator_token["line"], 2);

    let client_secret = of("client_secret");
    assert_eq!(client_secret["id"], Value::Null);
    assert_eq!(client_secret["class"], "test");
    assert_eq!(client_secret["entry"], "assets/config.json");
    assert_eq!(answer["not_read"], serde_json::json!([]));

    // The same for people.
    let output = scan(&[directory.path().to_str().unwrap()], None);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stdout).unwrap();
    hides(&text, &planted);
    assert!(
        text.contains(&format!("git:{leaked}:src/settings.py:2:8")),
        "{text}"
    );
    assert!(text.contains("app.apk!assets/config.json:1:1"), "{text}");
    assert!(text.contains("access.log:2:15"), "{text}");
}

#[test]
fn a_tree_of_near_misses_has_nothing_of_ours() {
    let planted = Planted::new(2);
    let directory = TempDir::new().unwrap();
    let mut wrong = planted.secrets().map(|secret| {
        let mut wrong = secret.to_owned();
        let last = wrong.pop().unwrap();
        wrong.push(if last == '0' { '1' } else { '0' });
        wrong
    });
    wrong.sort();
    let lines = [
        wrong.join(" "),
        planted.api_key.0.to_uppercase(),
        planted.api_key.0[..70].to_owned(),
        planted.operator_token.0[1..].to_owned(),
        planted.client_secret.replace("_test_", "_live_"),
        planted.client_secret.replace("dws", "dwa"),
        "dw_live_ dwa_test_ dws_ dwarf bandwidth dw_live_k0123".to_owned(),
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a sk_live_4eC39HqLyjWDarjtT1zdp7dc".to_owned(),
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJkd19saXZlXyJ9.c2lnbmF0dXJl".to_owned(),
    ];
    for number in 0..1500_usize {
        let below = directory
            .path()
            .join(format!("{}/{}", number % 30, number % 7));
        fs::create_dir_all(&below).unwrap();
        let line = &lines[number % lines.len()];
        let content = format!("{line}\n").repeat(1 + number % 40);
        fs::write(below.join(format!("{number}.txt")), content).unwrap();
    }
    let (code, answer) = scanned(directory.path(), &planted);
    assert_eq!(answer["findings"], serde_json::json!([]));
    assert_eq!(answer["read"]["files"], 1500);
    assert_eq!(code, 0);
}

#[test]
fn standard_input_is_read_also_when_it_is_an_archive() {
    let planted = Planted::new(3);
    let text = format!("a line\nthe key is {}", planted.api_key.0);
    for (input, place) in [
        (text.clone().into_bytes(), "-:2:12"),
        (apk("entry", text.as_bytes()), "-!entry:2:12"),
    ] {
        let output = scan(&["-"], Some(&input));
        assert_eq!(output.status.code(), Some(2));
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(
            told.contains(place) && told.contains(&planted.api_key.1),
            "{told}"
        );
        hides(&told, &planted);
    }
    assert_eq!(scan(&["-"], Some(b"nothing")).status.code(), Some(0));
}

#[test]
fn what_could_not_be_read_is_said_and_a_finding_outweighs_it() {
    let planted = Planted::new(4);
    let directory = TempDir::new().unwrap();
    fs::write(
        directory.path().join("broken.gz"),
        b"\x1f\x8b\x08\0 no gzip",
    )
    .unwrap();
    let (code, answer) = scanned(directory.path(), &planted);
    assert_eq!(code, 3, "{answer:#}");
    let not_read = &answer["not_read"][0];
    assert!(not_read["place"].as_str().unwrap().contains("broken.gz"));

    fs::write(directory.path().join("leak"), &planted.client_secret).unwrap();
    let (code, answer) = scanned(directory.path(), &planted);
    assert_eq!(code, 2);
    assert_eq!(answer["not_read"].as_array().unwrap().len(), 1);
}

#[test]
fn what_is_not_there_is_a_fault_and_is_told_without_its_secret() {
    let planted = Planted::new(5);
    for arguments in [&["/nowhere/at/all"][..], &[], &["--threads", "0", "/"]] {
        assert_eq!(
            scan(arguments, None).status.code(),
            Some(1),
            "{arguments:?}"
        );
    }
    let output = scan(&[&planted.api_key.0], None);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    hides(&told, &planted);
    assert!(told.contains(&planted.api_key.1), "{told}");
}

#[test]
fn the_rules_for_other_scanners_match_what_is_minted() {
    let planted = Planted::new(6);
    let output = scan(&["--patterns"], None);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    for scanner in ["GitHub", "gitleaks", "trufflehog", "detect-secrets"] {
        assert!(text.contains(scanner), "{scanner}");
    }
    let regexes: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("dw") && line.contains("_(?:"))
        .collect();
    assert_eq!(regexes.len(), 3, "{text}");
    let directory = TempDir::new().unwrap();
    for (regex, secret) in regexes.iter().zip(planted.secrets()) {
        let file = directory.path().join("secret");
        fs::write(&file, secret).unwrap();
        let matched = |regex: &str| {
            let grep = Command::new("grep")
                .args(["-cxP", regex])
                .arg(&file)
                .output();
            String::from_utf8(grep.unwrap().stdout).unwrap().trim() == "1"
        };
        assert!(matched(regex), "{regex}");
        let others = regexes.iter().filter(|other| *other != regex);
        assert!(others.into_iter().all(|other| !matched(other)), "{regex}");
    }
}
