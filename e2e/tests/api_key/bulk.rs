//! A batch that is cut in the middle and begun again: each key exactly once, and
//! every text that was written down works.

use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use e2e::raw::Client;
use e2e::weather::{Weather, printed, request, text};
use e2e::{Process, binary};
use serde_json::{Value, json};

const KEYS: usize = 3_000;
const PATIENCE: Duration = Duration::from_secs(120);

struct Batch {
    weather: Weather,
    input: PathBuf,
    output: PathBuf,
}

impl Batch {
    fn of(keys: usize) -> Self {
        let weather = Weather::start();
        let rows: Vec<Value> = (0..keys)
            .map(|number| request(&format!("team-{number}")))
            .collect();
        let input = weather.lines("keys.jsonl", &rows);
        let output = weather.installation.home().join("secrets.jsonl");
        Self {
            weather,
            input,
            output,
        }
    }

    fn arguments(&self) -> Vec<String> {
        let path = |path: &Path| path.to_str().unwrap().to_owned();
        let (input, output) = (path(&self.input), path(&self.output));
        [
            "key",
            "create",
            "--bulk",
            &input,
            "--out",
            &output,
            "--batch=partners",
            "--json",
        ]
        .map(str::to_owned)
        .to_vec()
    }

    fn begin(&self) -> Process {
        Process::start(
            Command::new(binary("doorward"))
                .args(self.arguments())
                .env("DOORWARD_ADMIN", &self.weather.served.admin)
                .env(
                    "DOORWARD_OPERATOR_TOKEN",
                    &self.weather.installation.operator_token,
                )
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        )
    }

    /// Runs it to its end: what it says, and the ids of those without a text.
    fn finish(&self) -> (Value, Vec<String>) {
        let arguments = self.arguments();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = self.weather.served.doorward(&arguments);
        let told: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error} {output:?}"));
        let lost: Vec<String> = serde_json::from_value(told["without_text"].clone()).unwrap();
        let code = if lost.is_empty() { 0 } else { 2 };
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        for id in &lost {
            assert!(printed(&output).contains(id.as_str()));
        }
        (told, lost)
    }

    fn written(&self) -> String {
        std::fs::read_to_string(&self.output).unwrap_or_default()
    }

    /// Waits until so many texts are written down.
    fn until_written(&self, lines: usize) {
        let deadline = Instant::now() + PATIENCE;
        while self.written().lines().count() < lines {
            assert!(Instant::now() < deadline, "it does not get on");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// The ids of the live keys of the batch.
    fn live(&self) -> BTreeSet<String> {
        let listed = self.weather.json(&["key", "list", "--batch=partners"]);
        let items = listed["items"].as_array().unwrap().iter();
        let live = items.filter(|item| item["revocation"].is_null());
        live.map(|item| text(item, "id")).collect()
    }

    /// Each row has one key, each key one row, and every text opens the gate as
    /// the key of its row.
    fn check(&self, keys: usize, lost: &[String]) {
        let mode = std::fs::metadata(&self.output)
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        let written = self.written();
        let lines: Vec<Value> = written
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let rows: Vec<u64> = lines
            .iter()
            .map(|line| line["line"].as_u64().unwrap())
            .collect();
        let every: Vec<u64> = (1..=keys as u64).collect();
        assert_eq!(rows, every);
        let ids: BTreeSet<String> = lines.iter().map(|line| text(line, "id")).collect();
        assert_eq!(ids.len(), keys);
        for id in lost {
            assert!(!ids.contains(id), "{id} has a text");
            let path = format!("/admin/v1/api_key/{id}/revoke");
            let reason = json!({"reason": "nobody has it"});
            self.weather.served.ask("POST", &path, Some(&reason));
        }
        assert_eq!(self.live(), ids);
        let mut gate = Client::new(&self.weather.served.gate);
        for line in lines.iter().step_by(7) {
            let reply = gate.send(format!(
                "GET /v1/forecast HTTP/1.1\r\nHost: gw.test\r\nX-API-Key: {}\r\n\r\n",
                text(line, "secret")
            ));
            assert_eq!(reply.status, 200, "{}", reply.text());
            let owner = format!("team-{}", line["line"].as_u64().unwrap() - 1);
            assert_eq!(
                self.weather.upstream.last().all("x-doorward-owner"),
                [owner]
            );
        }
        // Begun once more it makes nothing.
        let (told, left) = self.finish();
        assert_eq!(
            (&told["created"], &told["already_there"], left.len()),
            (&json!(0), &json!(keys), 0)
        );
        assert_eq!(self.written(), written);
        let whole = self.weather.told(&["audit", "verify"]);
        assert!(whole.starts_with("The audit is whole"), "{whole}");
    }
}

fn moment() -> Duration {
    // Each `RandomState` has keys of its own.
    Duration::from_micros(RandomState::new().build_hasher().finish() % 400_000)
}

#[test]
fn killed_at_any_moment_the_command_goes_on_where_it_stopped() {
    let batch = Batch::of(KEYS);
    let mut cut = 0;
    for _ in 0..4 {
        let mut process = batch.begin();
        std::thread::sleep(moment());
        if !process.has_ended() {
            process.signal("KILL");
            cut += 1;
        }
        process.ended();
    }
    // And once with something written down, whatever the moments were.
    let mut process = batch.begin();
    batch.until_written(1);
    process.signal("KILL");
    process.ended();
    assert!(cut > 0, "it was never cut");
    let (_, lost) = batch.finish();
    batch.check(KEYS, &lost);
}

#[test]
fn a_server_killed_in_the_middle_of_it_loses_no_text_that_was_written_down() {
    let mut batch = Batch::of(KEYS);
    for lines in [1, 1_001] {
        let mut process = batch.begin();
        batch.until_written(lines);
        std::thread::sleep(moment() / 4);
        batch.weather.served.process.signal("KILL");
        batch.weather.served.process.ended();
        process.ended();
        batch.weather.start_again();
        // What is written down is there, before anything is begun again.
        let live = batch.live();
        for line in batch.written().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            assert!(live.contains(&text(&line, "id")), "{}", line["line"]);
        }
    }
    let (_, lost) = batch.finish();
    batch.check(KEYS, &lost);
}

/// A text that was cut off while it was written is no text: its key is named,
/// and its row gets another.
#[test]
fn a_line_that_was_cut_off_is_named_and_made_anew() {
    let batch = Batch::of(3);
    let (_, lost) = batch.finish();
    assert_eq!(lost, [""; 0]);
    let written = batch.written();
    let last = written.lines().last().unwrap();
    let id = text(&serde_json::from_str(last).unwrap(), "id");
    let cut = written.len() - last.len() / 2;
    std::fs::write(&batch.output, &written[..cut]).unwrap();
    let (told, lost) = batch.finish();
    assert_eq!((&told["created"], lost.as_slice()), (&json!(1), &[id][..]));
    batch.check(3, &lost);
}

#[test]
fn what_is_wrong_with_rows_is_told_by_line_and_nothing_is_made() {
    let batch = Batch::of(2);
    let mut rows = vec![request("team-a"); 6];
    rows[1]["owner"] = json!("A B");
    rows[2]["owner"] = json!(7);
    rows[4]["scopes"] = json!([]);
    rows[4]["expires_in"] = json!("91d");
    rows[5]["password"] = json!("canary-0001");
    std::fs::write(
        &batch.input,
        rows.iter()
            .map(|row| format!("{row}\n"))
            .collect::<String>(),
    )
    .unwrap();
    let arguments = batch.arguments();
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    arguments.pop();
    let refusal = batch.weather.refused(&arguments);
    for told in [
        "line 2, owner: ",
        "line 3: ",
        "line 5, scopes: ",
        "line 5, expires_in: ",
        "line 6: there is no field \"password\"",
    ] {
        assert!(refusal.contains(told), "{told} {refusal}");
    }
    for good in ["line 1", "line 4"] {
        assert!(!refusal.contains(good), "{good} {refusal}");
    }
    assert!(!refusal.contains("canary"), "{refusal}");
    assert!(batch.live().is_empty());
    // A file of texts that others could read is not written to.
    std::fs::set_permissions(&batch.output, std::fs::Permissions::from_mode(0o644)).unwrap();
    let refusal = batch.weather.refused(&arguments);
    assert!(refusal.contains("has mode 644"), "{refusal}");
}
