//! `doorward inventory diff`.

use std::path::Path;

use admin::answer::{DiffAnswer, PlannedAnswer};

use super::{Document, differences, submit};
use crate::admin_api::Session;
use crate::answer::{Exit, Fault};

pub(super) fn run(session: &Session, from: &Path, to: Option<u64>) -> Result<Exit, Fault> {
    let version = from.to_str().and_then(|text| text.parse::<u64>().ok());
    match (version, to) {
        (Some(version), to) => {
            let to = to.map(|to| format!("&to={to}")).unwrap_or_default();
            let path = format!("/admin/v1/inventory/diff?from={version}{to}");
            session.tell(session.get(&path)?, |diff: &DiffAnswer| {
                let heading = format!("From version {} to version {}:", diff.from, diff.to);
                format!("{heading}\n{}", differences::text(&diff.differences))
            })?;
            Ok(Exit::Done)
        }
        (None, Some(_)) => Err(Fault::new(
            format!("{} is no number of a version", from.display()),
            "give two versions, or one document alone",
        )),
        (None, None) => {
            let planned = submit::planned(session, &Document::read(from)?)?;
            let planned: PlannedAnswer = session.tell(planned, |planned: &PlannedAnswer| {
                match planned.applicable {
                    true => differences::text(&planned.differences),
                    false => "It would be refused: see doorward inventory plan.".to_owned(),
                }
            })?;
            Ok(if planned.applicable {
                Exit::Done
            } else {
                Exit::Finding
            })
        }
    }
}
