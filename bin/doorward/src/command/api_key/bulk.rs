//! `doorward key create --bulk FILE --out FILE`: many keys from a file with one
//! JSON object a line, their texts into another file, which only its owner can
//! read. Begun again it goes on where it stopped.

use std::collections::BTreeSet;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use admin::answer::{ApiKeyPage, BulkAnswer};
use serde_json::json;

use super::PATH;
use super::batch_file::{BatchFile, Line};
use super::items::{Item, read_items, send};
use crate::admin_api::Session;
use crate::answer::{Exit, Fault, print};

/// How many keys one request makes.
const AT_ONCE: usize = 1_000;

/// Makes every key of `input` that is not in `output` yet. A finding is a key
/// of the batch whose text nobody has.
pub(super) fn create(
    session: &Session,
    input: &Path,
    output: &Path,
    batch: &str,
) -> Result<Exit, Fault> {
    let items = read_items(input)?;
    let (mut file, held) = BatchFile::open(output)?;
    let done: BTreeSet<usize> = held.iter().map(|line| line.line).collect();
    let ids: BTreeSet<&str> = held.iter().map(|line| line.id.as_str()).collect();
    // Also with nothing in the file: the first request may be what was cut off.
    let lost = lost(session, batch, &ids)?;
    let missing: Vec<Item> = items
        .into_iter()
        .filter(|(line, _)| !done.contains(line))
        .collect();
    let mut made = 0_usize;
    for chunk in missing.chunks(AT_ONCE) {
        let lines = make(session, batch, chunk)?;
        file.append(&lines).map_err(|_| interrupted(batch))?;
        made = made.saturating_add(chunk.len());
        progress(made, missing.len());
    }
    let out = output.display();
    print(&match session.is_json() {
        true => crate::admin_api::pretty(&json!({
            "batch": batch,
            "created": made,
            "already_there": done.len(),
            "without_text": lost,
            "out": out.to_string(),
        })),
        false => format!(
            "{made} API keys of batch {batch} were created; their texts are in {out} and nowhere \
             else."
        ),
    })?;
    if lost.is_empty() {
        return Ok(Exit::Done);
    }
    let mut stderr = anstream::stderr().lock();
    // Nobody is left to tell if standard error is closed.
    let _ = writeln!(
        stderr,
        "doorward: nobody has the texts of {} keys of batch {batch}; revoke them: {}",
        lost.len(),
        lost.join(" ")
    );
    Ok(Exit::Finding)
}

/// The keys of some rows, made in one request.
fn make(session: &Session, batch: &str, items: &[Item]) -> Result<Vec<Line>, Fault> {
    let body = json!({
        "batch": batch,
        "items": items.iter().map(|(_, item)| item).collect::<Vec<_>>(),
    });
    let answer = send(session, &format!("{PATH}/bulk"), &body, items)?;
    let answer: BulkAnswer = serde_json::from_value(answer).map_err(|_| interrupted(batch))?;
    if answer.items.len() != items.len() {
        return Err(interrupted(batch));
    }
    let lines = items
        .iter()
        .zip(answer.items)
        .map(|((line, _), item)| Line {
            line: *line,
            id: item.api_key.id,
            secret: item.secret,
        });
    Ok(lines.collect())
}

/// What was made and could not be written down: its text is lost.
fn interrupted(batch: &str) -> Fault {
    Fault::new(
        format!("keys of batch {batch} were made, and their texts could not be written down"),
        "begin again: it names those whose texts nobody has, to revoke them, and makes them anew",
    )
}

/// Keys of the batch whose texts nobody has: made just before an interruption.
fn lost(session: &Session, batch: &str, ids: &BTreeSet<&str>) -> Result<Vec<String>, Fault> {
    let filters = [("batch", Some(batch.to_owned()))];
    let answer = session.every_page_of(PATH, &filters)?;
    let page: ApiKeyPage = serde_json::from_value(answer).map_err(|_| {
        Fault::new(
            "the admin API's list is not what this version understands",
            "use the doorward of the same version as the server",
        )
    })?;
    let live = page
        .items
        .into_iter()
        .filter(|key| key.revocation.is_none());
    let lost = live.map(|key| key.id);
    Ok(lost.filter(|id| !ids.contains(id.as_str())).collect())
}

fn progress(made: usize, of: usize) {
    let mut stderr = std::io::stderr().lock();
    if stderr.is_terminal() {
        let end = if made == of { "\n" } else { "" };
        // Nobody is left to tell if it is closed.
        let _ = write!(stderr, "\r{made} of {of} keys{end}");
        let _ = stderr.flush();
    }
}
