//! A file with one JSON object a line, and what is said about its lines.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use admin::row::Row;
use serde_json::Value;

use crate::admin_api::Session;
use crate::answer::Fault;

/// How many lines that are no rows are told of.
const MOST_TOLD: usize = 100;

/// A row of the file, with its line from 1.
pub(super) type Item = (usize, Value);

/// The lines with something on them. All that are no rows are told at once.
pub(super) fn read_items(path: &Path) -> Result<Vec<Item>, Fault> {
    let shown = path.display();
    let fix = "write one JSON object a line, with the fields of a key";
    let unreadable =
        |error: std::io::Error| Fault::new(format!("{shown} cannot be read: {error}"), fix);
    let file = File::open(path).map_err(unreadable)?;
    let (mut items, mut wrong) = (Vec::new(), Vec::new());
    for (index, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(unreadable)?;
        let number = index.saturating_add(1);
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Row>(&line) {
            Ok(Row(item)) => items.push((number, Value::Object(item))),
            Err(_) => wrong.push(number),
        }
    }
    if wrong.is_empty() {
        return Ok(items);
    }
    let mut message = format!("{shown} has lines that are no rows: {}", wrong.len());
    for number in wrong.iter().take(MOST_TOLD) {
        // The line is not repeated: a key may stand in it.
        message.push_str(&format!(
            "\n  line {number}: it is no JSON object, or has a name twice"
        ));
    }
    Err(Fault::new(message, fix))
}

/// Sends rows. A refusal names them by their lines.
pub(super) fn send(
    session: &Session,
    path: &str,
    body: &Value,
    items: &[Item],
) -> Result<Value, Fault> {
    session.post_naming(path, body, |pointer| place(pointer, items))
}

/// The line and the field that a JSON pointer leads to: `/items/3/owner` to
/// `line 4, owner`.
fn place(pointer: &str, items: &[Item]) -> Option<String> {
    let rest = pointer.strip_prefix("/items/")?;
    let (index, field) = rest.split_once('/').unwrap_or((rest, ""));
    let (line, _) = items.get(index.parse::<usize>().ok()?)?;
    Some(match field {
        "" => format!("line {line}"),
        field => format!("line {line}, {}", crate::table::plain(field)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_leads_to_its_line() {
        let items = [(2, Value::Null), (7, Value::Null)];
        for (pointer, expected) in [
            ("/items/0/owner", Some("line 2, owner")),
            (
                "/items/1/secret_path/level",
                Some("line 7, secret_path/level"),
            ),
            ("/items/1", Some("line 7")),
            ("/items/1/", Some("line 7")),
            ("/items/2/owner", None),
            ("/items/-1/owner", None),
            ("/items/x", None),
            ("/items", None),
            ("/batch", None),
        ] {
            assert_eq!(place(pointer, &items).as_deref(), expected, "{pointer}");
        }
    }
}
