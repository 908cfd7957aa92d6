//! A gate in a process of its own: it follows the feed, reports what it
//! decides, and keeps judging when everything else is gone.
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
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::time::{Duration, Instant};

use e2e::standalone::{self, ControlPlane};
use e2e::{Demo, Process, binary, http};

const PATIENCE: Duration = Duration::from_secs(20);

/// A gate beside a demo: same feed, same digest key, own port.
struct StandaloneGate(standalone::StandaloneGate);

impl StandaloneGate {
    fn beside(demo: &Demo) -> Self {
        let home = std::path::Path::new(demo.text("/config")).parent().unwrap();
        let plane = ControlPlane {
            admin: demo.text("/admin"),
            operator_token: demo.text("/operator_token"),
            digest_key: home.join("secrets/digest.key"),
        };
        let gate = Self(standalone::StandaloneGate::start(&plane, ""));
        gate.until(|status| status == 200, demo);
        gate
    }

    fn url(&self) -> &str {
        &self.0.url
    }

    fn status(&self, demo: &Demo) -> u16 {
        let request = http()
            .get(format!("{}/v1/forecast", self.url()))
            .header("X-API-Key", demo.text("/api_key/secret"));
        request
            .send()
            .map_or(0, |response| response.status().as_u16())
    }

    /// Asks until the answer is as wanted; gives how long that took.
    fn until(&self, wanted: impl Fn(u16) -> bool, demo: &Demo) -> Duration {
        let started = Instant::now();
        loop {
            let status = self.status(demo);
            if wanted(status) {
                return started.elapsed();
            }
            assert!(started.elapsed() < PATIENCE, "still {status}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn a_revocation_reaches_it_and_its_decisions_reach_the_audit() {
    let demo = Demo::start();
    let gate = StandaloneGate::beside(&demo);
    let answer = http()
        .get(format!("{}/v1/forecast", gate.url()))
        .send()
        .unwrap();
    assert_eq!(answer.status(), 401);
    let request_id = answer.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();

    let output = demo.doorward(&[
        "key",
        "revoke",
        demo.text("/api_key/id"),
        "--reason",
        "drill",
    ]);
    assert!(output.status.success(), "{output:?}");
    gate.until(|status| status == 401, &demo);

    let deadline = Instant::now() + PATIENCE;
    loop {
        let output = demo.doorward(&["trace", &request_id, "--json"]);
        if output.status.success() {
            assert!(String::from_utf8_lossy(&output.stdout).contains("credential_missing"));
            break;
        }
        assert!(
            Instant::now() < deadline,
            "the decision never reached the audit: {output:?}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(demo.doorward(&["audit", "verify"]).status.success());
}

#[test]
fn it_judges_on_with_everything_else_gone_and_denies_what_needs_a_record() {
    let demo = Demo::start();
    let gate = StandaloneGate::beside(&demo);
    let token = demo.token("write:payments");
    let pay = || {
        let request = http()
            .post(format!("{}/v1/payments", gate.url()))
            .bearer_auth(&token)
            .body("{}");
        request.send().unwrap().status().as_u16()
    };
    assert_eq!(pay(), 200, "control before");

    demo.process.signal("STOP");
    // A denial needs nobody; a write is not given without a durable record.
    let answer = http()
        .get(format!("{}/v1/profile", gate.url()))
        .header("X-API-Key", "dw_test_wrong")
        .send()
        .unwrap();
    assert_eq!(answer.status(), 401);
    let answer = http()
        .get(format!("{}/v1/unlisted", gate.url()))
        .send()
        .unwrap();
    assert_eq!(answer.status(), 404);
    assert_eq!(pay(), 503);
    demo.process.signal("CONT");
    let deadline = Instant::now() + PATIENCE;
    while pay() != 200 {
        assert!(Instant::now() < deadline, "it does not recover");
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(gate);
}

#[test]
fn it_denies_everything_before_its_first_snapshot() {
    let demo = Demo::start();
    let url = {
        let gate = StandaloneGate::beside(&demo);
        gate.url().to_owned()
    };
    demo.stop("TERM");
    // The same configuration with nobody at the feed.
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = directory.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    };
    write("operator.token", "dwa_test_x");
    write("digest.key", &"0".repeat(64));
    let address = url.strip_prefix("http://").unwrap();
    let config = format!(
        "[gate]\nlisten = \"{address}\"\n[feed]\nadmin = \"http://127.0.0.1:9\"\noperator_token_file = \"operator.token\"\n[secrets]\ndigest_key_file = \"digest.key\"\n"
    );
    let path = write("gate.toml", &config);
    let _process = Process::start(
        Command::new(binary("doorward-gate"))
            .arg("--config")
            .arg(path),
    );
    let deadline = Instant::now() + PATIENCE;
    loop {
        match http().get(format!("{url}/v1/forecast")).send() {
            Ok(answer) => {
                assert_eq!(answer.status(), 503);
                break;
            }
            Err(_) => assert!(Instant::now() < deadline, "it does not listen"),
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}
