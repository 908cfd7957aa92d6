//! What a drill came to, for people.

use std::fmt::Write as _;

use admin::answer::DrillAnswer;
use authority::drill::{DrillOutcome, DrillStepKind};

use crate::table::plain;

/// A line for each step, and what it means.
pub(super) fn drill_text(drill: &DrillAnswer) -> String {
    let mut out = format!("drill {} of {}\n", drill.id, plain(&drill.credential));
    for step in &drill.steps {
        let in_force = match step.in_force_ms {
            Some(ms) => format!("in force after {ms} ms"),
            None => "no gate confirmed it".to_owned(),
        };
        let what = match step.step {
            DrillStepKind::Stage => "a newer secret was made; both were accepted",
            DrillStepKind::CutOver => "the older secret was refused",
            DrillStepKind::RollBack => "the older secret was accepted again",
            DrillStepKind::RollForward => "the older secret was refused once more",
            DrillStepKind::Withdraw => "the newer secret was withdrawn",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "  {:<13} {what} (call {} ms, {in_force})",
            step.step.as_str(),
            step.call_ms
        );
    }
    for network in &drill.networks {
        let _ = writeln!(out, "  used from     {}", plain(network));
    }
    out.push_str(match drill.outcome {
        DrillOutcome::Completed => {
            "completed: the newer secret is the one to use; the older one ends by itself, and \
             until then `doorward key rollback` brings it back."
        }
        DrillOutcome::Rehearsed => {
            "rehearsed: nothing changed for holders. The cut-over was not rehearsed."
        }
        DrillOutcome::OlderInUse => {
            "not cut over: the key was used with the older secret until the end, so the newer one \
             was withdrawn. Give its holders the newer secret first, and wait longer (--wait)."
        }
        DrillOutcome::Unconfirmed => {
            "broken off: no gate confirmed a step in time. `doorward key show` says how the key \
             stands; see whether a gate follows this store."
        }
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use admin::answer::DrillStepAnswer;

    #[test]
    fn a_rehearsal_says_what_it_did_not_rehearse() {
        let step = |step| DrillStepAnswer {
            step,
            call_ms: 14,
            in_force_ms: Some(3),
        };
        let drill = DrillAnswer {
            id: "d0123456789abcde".to_owned(),
            kind: "api_key".to_owned(),
            credential: "k0123456789abcde".to_owned(),
            by: "o0123456789abcde".to_owned(),
            started_at: "2027-01-15T08:00:00Z".to_owned(),
            recorded_at: "2027-01-15T08:00:01Z".to_owned(),
            outcome: DrillOutcome::Rehearsed,
            steps: vec![step(DrillStepKind::Stage), step(DrillStepKind::Withdraw)],
            networks: Vec::new(),
            notes: String::new(),
        };
        let told = drill_text(&drill);
        assert!(told.contains("cut-over was not rehearsed"), "{told}");
        assert!(told.contains("(call 14 ms, in force after 3 ms)"), "{told}");
    }
}
