//! What is told of a token.

use std::fmt::Write as _;

use admin::answer::{InspectionAnswer, OutcomeAnswer};
use serde_json::json;

use super::says::Says;
use crate::answer::Exit;
use crate::table::{Paper, plain};

/// Who verified it.
#[derive(Debug)]
pub(super) enum By {
    /// Nobody.
    Nobody,
    /// The keys at that place.
    KeySet(String),
    /// The Doorward at that address.
    Admin(String),
}

/// A token, judged or not.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) by: By,
    /// Nothing when nobody judged it.
    pub(super) inspection: Option<InspectionAnswer>,
    pub(super) says: Says,
}

const UNVERIFIED: &str =
    "UNVERIFIED: nobody has checked this token. All of this is only what it says of itself.";

impl Report {
    /// 0 accepted, 2 refused, 3 not verified.
    pub(super) fn exit(&self) -> Exit {
        match &self.inspection {
            None => Exit::Incomplete,
            Some(inspection) if inspection.accepted => Exit::Done,
            Some(_) => Exit::Finding,
        }
    }

    /// For people.
    pub(super) fn text(&self, paper: Paper) -> String {
        let mut out = self.headline(paper);
        // Writing to a string cannot fail.
        let _ = write!(out, "\n\n{}", self.two_lines());
        if let Some(inspection) = &self.inspection {
            out.push_str("\n\nchecks, in their order");
            for check in &inspection.checks {
                let outcome = match check.outcome {
                    OutcomeAnswer::Passed => "passed",
                    OutcomeAnswer::Failed => "FAILED",
                    OutcomeAnswer::NotReached => "not reached",
                };
                let _ = write!(out, "\n  {:14} {outcome}", plain(&check.check));
            }
        }
        for (title, part) in [("header", &self.says.header), ("claims", &self.says.claims)] {
            let _ = write!(out, "\n\nwhat it says: {title}");
            for line in Says::lines(part.as_ref()) {
                let _ = write!(out, "\n  {line}");
            }
        }
        out
    }

    fn headline(&self, paper: Paper) -> String {
        let (colour, text) = match (&self.inspection, &self.by) {
            (None, _) | (_, By::Nobody) => ("1;31", UNVERIFIED.to_owned()),
            (Some(inspection), by) => {
                let by = match by {
                    By::Admin(address) => {
                        let revision = inspection.revision;
                        format!("judged by {} at revision {revision}", plain(address))
                    }
                    By::KeySet(place) => {
                        format!("judged by the keys of {}", plain(place))
                    }
                    By::Nobody => String::new(),
                };
                match (&inspection.rule, inspection.accepted) {
                    (None, true) => ("1;32", format!("ACCEPTED, {by}")),
                    (rule, _) => {
                        let rule = rule.as_deref().unwrap_or("no rule");
                        ("1;31", format!("REFUSED ({}), {by}", plain(rule)))
                    }
                }
            }
        };
        match paper {
            Paper::Coloured => format!("\u{1b}[{colour}m{text}\u{1b}[0m"),
            Paper::Terminal | Paper::Plain => text,
        }
    }

    /// Whether the signature is good, and whether the token is still accepted:
    /// never one for the other.
    fn two_lines(&self) -> String {
        let Some(inspection) = &self.inspection else {
            return "signature       not checked\nstill accepted  not checked".to_owned();
        };
        let signature = match inspection.genuine {
            true => "good",
            false => "not good: nothing shows that the issuer made this token",
        };
        let accepted = match (&inspection.detail, inspection.accepted, &self.by) {
            (_, true, By::KeySet(_)) => {
                "yes, as far as keys can say: ask a running Doorward whether it was revoked"
                    .to_owned()
            }
            (_, true, _) => "yes".to_owned(),
            (Some(detail), false, _) => format!("no: {}", plain(detail)),
            (None, false, _) => "no".to_owned(),
        };
        format!("signature       {signature}\nstill accepted  {accepted}")
    }

    /// For programs.
    pub(super) fn json(&self) -> String {
        let (kind, place) = match &self.by {
            By::Nobody => (None, None),
            By::KeySet(place) => (Some("key_set"), Some(place)),
            By::Admin(place) => (Some("admin_api"), Some(place)),
        };
        let inspection = self.inspection.as_ref();
        let document = json!({
            "verified": inspection.is_some(),
            "by": kind,
            "place": place,
            "signature": inspection.map(|one| if one.genuine { "good" } else { "not_good" }),
            "still_accepted": inspection.map(|one| one.accepted),
            "inspection": inspection,
            "says": {
                "header": Says::bounded(self.says.header.as_ref()),
                "claims": Says::bounded(self.says.claims.as_ref()),
            },
        });
        format!("{document:#}")
    }
}

#[cfg(test)]
mod tests {
    use admin::answer::CheckAnswer;

    use super::*;

    fn judged(accepted: bool, genuine: bool) -> Report {
        Report {
            by: By::Admin("http://127.0.0.1:7002".to_owned()),
            inspection: Some(InspectionAnswer {
                revision: 7,
                genuine,
                accepted,
                rule: (!accepted).then(|| "client_revoked".to_owned()),
                detail: (!accepted).then(|| "The token's client was revoked.".to_owned()),
                checks: vec![CheckAnswer {
                    check: "signature".to_owned(),
                    outcome: OutcomeAnswer::Passed,
                }],
            }),
            says: Says::default(),
        }
    }

    #[test]
    fn what_nobody_checked_says_so_first() {
        let report = Report {
            by: By::Nobody,
            inspection: None,
            says: Says::of("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln"),
        };
        let text = report.text(Paper::Plain);
        assert!(text.starts_with("UNVERIFIED: "), "{text}");
        assert!(text.contains("signature       not checked"), "{text}");
        assert!(
            text.contains("alg  none") && !text.contains("c2ln"),
            "{text}"
        );
        assert_eq!(report.exit(), Exit::Incomplete);
        let coloured = report.text(Paper::Coloured);
        assert!(coloured.starts_with("\u{1b}[1;31mUNVERIFIED"), "{coloured}");
    }

    #[test]
    fn a_good_signature_is_not_acceptance() {
        let report = judged(false, true);
        let text = report.text(Paper::Plain);
        assert!(text.starts_with("REFUSED (client_revoked), judged by http://127.0.0.1:7002"));
        assert!(text.contains("signature       good\n"), "{text}");
        assert!(text.contains("still accepted  no: The token's client was revoked."));
        assert_eq!(report.exit(), Exit::Finding);
        assert_eq!(judged(true, true).exit(), Exit::Done);
    }

    #[test]
    fn a_key_set_does_not_vouch_for_revocation() {
        let report = Report {
            by: By::KeySet("keys.json".to_owned()),
            ..judged(true, true)
        };
        assert!(report.text(Paper::Plain).contains("revoked"));
        let told: serde_json::Value = serde_json::from_str(&report.json()).unwrap();
        assert_eq!(told["by"], "key_set");
        assert_eq!(told["signature"], "good");
        assert_eq!(told["still_accepted"], true);
    }
}
