//! `doorward drill rotate`: a rotation and its way back, tried under the live
//! traffic. The older secret is refused only once nobody uses it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use admin::answer::{
    ApiKeyAnswer, ChangedApiKeyAnswer, DrillStepAnswer, InForce, RotatedApiKeyAnswer,
};
use authority::drill::{DrillOutcome, DrillStepKind};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::PATH;
use super::report::drill_text;
use super::secret_file::SecretFile;
use crate::admin_api::{Connection, Session, record_path};
use crate::answer::{Exit, Fault, print_once};
use crate::table::plain;

const KEYS: &str = "/admin/v1/api_key";

/// How often the use of the older secret is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// The shortest silence that means anything.
const SHORTEST_QUIET: Duration = Duration::from_secs(5);

/// The arguments of `drill rotate`.
#[derive(clap::Args)]
pub(crate) struct Rotate {
    #[command(flatten)]
    connection: Connection,
    /// The public id of the API key.
    id: String,
    /// How long both secrets are accepted, such as 7d [default: 7d].
    #[arg(long, value_name = "TIME")]
    overlap: Option<String>,
    /// How long the older secret must not have been used before it is refused:
    /// at least 5s.
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = quiet)]
    quiet: Duration,
    /// How long to wait for that.
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = lifetime)]
    wait: Duration,
    /// What there is to say about it; kept with the drill.
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
    /// A new file for the newer secret, which its owner alone can read.
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// Withdraw the newer secret at once: nothing changes for holders.
    #[arg(long)]
    rehearse: bool,
}

fn lifetime(text: &str) -> Result<Duration, String> {
    base::parse_lifetime(text).ok_or_else(|| "write it like 10s or 5m".to_owned())
}

/// Gates report use every other second: less time without a report says nothing.
fn quiet(text: &str) -> Result<Duration, String> {
    let quiet = lifetime(text)?;
    match quiet < SHORTEST_QUIET {
        true => Err("gates report use every other second: at least 5s".to_owned()),
        false => Ok(quiet),
    }
}

/// A drill that is going on.
struct Course<'a> {
    session: &'a Session,
    key: String,
    steps: Vec<DrillStepAnswer>,
    networks: Vec<String>,
}

impl Rotate {
    /// Does it.
    pub(super) fn run(self) -> Result<Exit, Fault> {
        let session = self.connection.open()?;
        if session.is_json() && self.secret_file.is_none() && !self.rehearse {
            return Err(Fault::new(
                "the newer secret would have no place: JSON comes when the drill is over",
                "name a file with --secret-file, or only --rehearse",
            ));
        }
        let mut course = Course {
            session: &session,
            key: record_path(KEYS, &self.id)?,
            steps: Vec::new(),
            networks: Vec::new(),
        };
        let file = self.secret_file.as_deref().map(SecretFile::create);
        let file = file.transpose()?;
        let staged = match course.stage(self.overlap.as_deref()) {
            Ok(staged) => staged,
            Err(fault) => {
                if let Some(file) = file {
                    file.discard();
                }
                return Err(fault);
            }
        };
        let outcome = self.after_stage(&mut course, &staged, file)?;
        let rotation = staged.api_key.rotation.as_ref();
        let body = json!({
            "api_key": self.id,
            "started_at": rotation.map(|rotation| &rotation.staged_at),
            "outcome": outcome,
            "steps": course.steps,
            "networks": course.networks,
            "notes": self.notes.unwrap_or_default(),
        });
        session.tell(session.post(PATH, &body)?, drill_text)?;
        Ok(match outcome {
            DrillOutcome::Completed | DrillOutcome::Rehearsed => Exit::Done,
            DrillOutcome::OlderInUse => Exit::Finding,
            DrillOutcome::Unconfirmed => Exit::Incomplete,
        })
    }

    fn after_stage(
        &self,
        course: &mut Course<'_>,
        staged: &RotatedApiKeyAnswer,
        file: Option<SecretFile>,
    ) -> Result<DrillOutcome, Fault> {
        if staged.in_force.is_none() {
            if let Some(file) = file {
                file.discard();
            }
            course.step(DrillStepKind::Withdraw, "rollback")?;
            return Ok(DrillOutcome::Unconfirmed);
        }
        if self.rehearse {
            if let Some(file) = file {
                file.discard();
            }
            course.step(DrillStepKind::Withdraw, "rollback")?;
            return Ok(DrillOutcome::Rehearsed);
        }
        match file {
            Some(file) => file.keep(&staged.secret)?,
            None => print_once(&format!(
                "The newer secret, shown this once. Give it to the key's holders now:\n\n  {}\n",
                plain(&staged.secret)
            ))?,
        }
        if !course.is_quiet(self.quiet, self.wait.max(self.quiet.saturating_add(LOOK)))? {
            course.step(DrillStepKind::Withdraw, "rollback")?;
            return Ok(DrillOutcome::OlderInUse);
        }
        if course.step(DrillStepKind::CutOver, "cut_over")?.is_none() {
            // Whoever still has the older secret is not left outside.
            course.step(DrillStepKind::RollBack, "rollback")?;
            return Ok(DrillOutcome::Unconfirmed);
        }
        for (step, act) in [
            (DrillStepKind::RollBack, "rollback"),
            (DrillStepKind::RollForward, "cut_over"),
        ] {
            if course.step(step, act)?.is_none() {
                return Ok(DrillOutcome::Unconfirmed);
            }
        }
        Ok(DrillOutcome::Completed)
    }
}

impl Course<'_> {
    fn stage(&mut self, overlap: Option<&str>) -> Result<RotatedApiKeyAnswer, Fault> {
        let path = format!("{}/rotate", self.key);
        let (call_ms, answer) = self.timed(&path, &json!({ "overlap": overlap }))?;
        let staged: RotatedApiKeyAnswer = read(answer)?;
        self.note(DrillStepKind::Stage, call_ms, staged.in_force);
        Ok(staged)
    }

    /// One step. Gives since when it is in force, if a gate confirmed it.
    fn step(&mut self, step: DrillStepKind, act: &str) -> Result<Option<InForce>, Fault> {
        let path = format!("{}/{act}", self.key);
        let broken_off = |fault: Fault| {
            let what = step.as_str();
            Fault::new(
                format!("the drill broke off at {what}: {}", fault.message),
                "`doorward key show ID` says how the key stands; its secrets stay as they are",
            )
        };
        let (call_ms, answer) = self.timed(&path, &json!({})).map_err(broken_off)?;
        let changed: ChangedApiKeyAnswer = read(answer)?;
        self.note(step, call_ms, changed.in_force);
        Ok(changed.in_force)
    }

    fn timed(&self, path: &str, body: &Value) -> Result<(u64, Value), Fault> {
        let begun = Instant::now();
        let answer = self.session.post(path, body)?;
        Ok((millis(begun.elapsed()), answer))
    }

    fn note(&mut self, step: DrillStepKind, call_ms: u64, in_force: Option<InForce>) {
        self.steps.push(DrillStepAnswer {
            step,
            call_ms,
            in_force_ms: in_force.map(|in_force| in_force.after_ms),
        });
    }

    /// Whether the older secret was not used for so long, before `wait` is over.
    fn is_quiet(&mut self, quiet: Duration, wait: Duration) -> Result<bool, Fault> {
        let begun = Instant::now();
        loop {
            let shown: ApiKeyAnswer = read(self.session.get(&self.key)?)?;
            let rotation = shown.rotation.ok_or_else(|| {
                Fault::new(
                    "somebody else has ended the rotation of this key",
                    "see who, with `doorward audit list`",
                )
            })?;
            let seconds = rotation.older_quiet_seconds.unwrap_or(0);
            if Duration::from_secs(seconds) >= quiet {
                return Ok(true);
            }
            if begun.elapsed() >= wait {
                self.networks = rotation.used_from;
                return Ok(false);
            }
            std::thread::sleep(LOOK);
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn read<T: DeserializeOwned>(answer: Value) -> Result<T, Fault> {
    serde_json::from_value(answer).map_err(|_| {
        Fault::new(
            "the admin API's answer is not what this version understands",
            "use the doorward of the same version as the server",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_shorter_than_a_report_is_none() {
        assert_eq!(quiet("5s"), Ok(SHORTEST_QUIET));
        for wrong in ["4s", "0s", "10", ""] {
            assert!(quiet(wrong).is_err(), "{wrong}");
        }
    }
}
