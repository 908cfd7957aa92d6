//! What was found, as it is handed in.

use std::io::{IsTerminal as _, Read as _};

use base::Secret;

use crate::answer::Fault;

/// The longest text, in bytes: `doorward scan` is for whole files.
const LONGEST: u64 = 1024 * 1024;

/// Reads it. The pieces of a line that no quotes held together are one text.
pub(super) fn read(arguments: &[String]) -> Result<Secret, Fault> {
    match arguments {
        [] => read_stdin(),
        [one] if one == "-" => read_stdin(),
        pieces => Ok(Secret::new(pieces.join(" "))),
    }
}

fn read_stdin() -> Result<Secret, Fault> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return Err(Fault::new(
            "there is nothing on standard input",
            "pipe it in, such as `doorward leak report < FILE`",
        ));
    }
    let mut bytes = Vec::new();
    let reading = stdin.lock().take(LONGEST + 1).read_to_end(&mut bytes);
    reading.map_err(|error| {
        Fault::new(
            format!("standard input cannot be read: {error}"),
            "see where it comes from",
        )
    })?;
    if bytes.len() as u64 > LONGEST {
        return Err(Fault::new(
            "there is more than 1 MiB on standard input",
            "pipe in the lines around what was found",
        ));
    }
    // What is not text has no credential in it at that place.
    Ok(Secret::new(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }))
}
