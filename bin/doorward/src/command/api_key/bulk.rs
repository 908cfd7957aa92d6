//! `doorward key create --bulk FILE --out FILE`: many keys from a file with one
//! JSON object a line, their texts into another file, which only its owner can
//! read. Begun again it goes on where it stopped.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, IsTerminal as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use admin::answer::{ApiKeyPage, BulkAnswer};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::PATH;
use crate::admin_api::Session;
use crate::answer::{Fault, print};

/// How many keys one request makes.
const AT_ONCE: usize = 1_000;

/// One line of the file with the texts.
#[derive(Serialize, Deserialize)]
struct Line {
    /// The line of the input that it is for, from 1.
    line: usize,
    /// The key's public id.
    id: String,
    /// Its text.
    secret: String,
}

/// Makes every key of `input` that is not in `output` yet.
pub(super) fn create(
    session: &Session,
    input: &Path,
    output: &Path,
    batch: &str,
) -> Result<(), Fault> {
    let items = read_items(input)?;
    let held = read_output(output)?;
    let done: BTreeSet<usize> = held.iter().map(|line| line.line).collect();
    let ids: BTreeSet<&str> = held.iter().map(|line| line.id.as_str()).collect();
    if !done.is_empty() {
        tell_lost(session, batch, &ids)?;
    }
    let mut file = open_output(output)?;
    let missing: Vec<&(usize, Value)> = items
        .iter()
        .filter(|(line, _)| !done.contains(line))
        .collect();
    let mut made = 0_usize;
    for chunk in missing.chunks(AT_ONCE) {
        let body = json!({
            "batch": batch,
            "items": chunk.iter().map(|(_, item)| item).collect::<Vec<_>>(),
        });
        let answer = session.post(&format!("{PATH}/bulk"), &body)?;
        let answer: BulkAnswer = serde_json::from_value(answer).map_err(|_| interrupted(batch))?;
        if answer.items.len() != chunk.len() {
            return Err(interrupted(batch));
        }
        let mut text = Vec::new();
        for ((line, _), item) in chunk.iter().zip(answer.items) {
            let line = Line {
                line: *line,
                id: item.api_key.id,
                secret: item.secret,
            };
            serde_json::to_writer(&mut text, &line).map_err(|_| interrupted(batch))?;
            text.push(b'\n');
        }
        let written = file.write_all(&text).and_then(|()| file.sync_data());
        written.map_err(|_| interrupted(batch))?;
        made = made.saturating_add(chunk.len());
        progress(made, missing.len());
    }
    let told = json!({
        "batch": batch,
        "created": made,
        "already_there": done.len(),
        "out": output.display().to_string(),
    });
    match session.is_json() {
        true => print(&crate::admin_api::pretty(&told)),
        false => print(&format!(
            "{made} API keys of batch {batch} were created; their texts are in {} and nowhere \
             else.",
            output.display()
        )),
    }
}

/// What was made and could not be written down: its text is lost.
fn interrupted(batch: &str) -> Fault {
    Fault::new(
        format!("keys of batch {batch} were made, and their texts could not be written down"),
        format!(
            "see doorward key list --batch {batch}: revoke those whose id is not in the file, \
             then begin again"
        ),
    )
}

/// Keys of the batch whose texts nobody has: made just before an interruption.
fn tell_lost(session: &Session, batch: &str, ids: &BTreeSet<&str>) -> Result<(), Fault> {
    let filters = [("batch", Some(batch.to_owned()))];
    let answer = session.every_page_of(PATH, &filters)?;
    let Ok(page) = serde_json::from_value::<ApiKeyPage>(answer) else {
        return Ok(());
    };
    let live = page.items.iter().filter(|key| key.revocation.is_none());
    let lost: Vec<&str> = live
        .map(|key| key.id.as_str())
        .filter(|id| !ids.contains(id))
        .collect();
    if !lost.is_empty() {
        let mut stderr = anstream::stderr().lock();
        let _ = writeln!(
            stderr,
            "doorward: nobody has the texts of {} keys of batch {batch}; revoke them: {}",
            lost.len(),
            lost.join(" ")
        );
    }
    Ok(())
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

/// The lines with something on them, each with its number.
pub(super) fn read_items(path: &Path) -> Result<Vec<(usize, Value)>, Fault> {
    let shown = path.display();
    let fix = "write one JSON object a line, with the fields of a key";
    let unreadable =
        |error: std::io::Error| Fault::new(format!("{shown} cannot be read: {error}"), fix);
    let file = File::open(path).map_err(unreadable)?;
    let mut items = Vec::new();
    for (index, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(unreadable)?;
        let number = index.saturating_add(1);
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Value>(&line) {
            Ok(item) if item.is_object() => items.push((number, item)),
            // The line is not repeated: a key may stand in it.
            Ok(_) | Err(_) => {
                let message = format!("{shown}: line {number} is no JSON object");
                return Err(Fault::new(message, fix));
            }
        }
    }
    Ok(items)
}

/// What an earlier run wrote; nothing if there was none.
fn read_output(path: &Path) -> Result<Vec<Line>, Fault> {
    let shown = path.display();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            let message = format!("{shown} cannot be read: {error}");
            return Err(Fault::new(message, "name a file of your own"));
        }
    };
    let lines: Result<Vec<Line>, serde_json::Error> =
        text.lines().map(serde_json::from_str).collect();
    lines.map_err(|_| {
        Fault::new(
            format!("{shown} is there and is not what this command writes"),
            "name another file: nothing is ever overwritten",
        )
    })
}

/// Opens the file to append. A new one is its owner's alone; one that is there
/// has to be: secrets come into it.
fn open_output(path: &Path) -> Result<File, Fault> {
    let opened = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path);
    let unwritable = |error: std::io::Error| {
        Fault::new(
            format!("{} cannot be written: {error}", path.display()),
            "name a file in a directory of your own",
        )
    };
    let file = opened.map_err(unwritable)?;
    let metadata = file.metadata().map_err(unwritable)?;
    let others = metadata.permissions().mode() & 0o077;
    if metadata.is_file() && others != 0 {
        return Err(Fault::new(
            format!("{} is open to others than its owner", path.display()),
            "chmod 600 it, or name another file: secrets are written there",
        ));
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::fs::{Permissions, set_permissions};

    use super::*;

    #[test]
    fn secrets_go_into_a_file_of_ones_own() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys");
        let made = open_output(&path).ok().unwrap();
        assert_eq!(made.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        for mode in 0..0o1000 {
            set_permissions(&path, Permissions::from_mode(0o600 | mode)).unwrap();
            let is_own = mode & 0o077 == 0;
            assert_eq!(open_output(&path).is_ok(), is_own, "{mode:o}");
        }
        assert_eq!(std::fs::read(&path).unwrap(), b"");
    }
}
