//! The token as it is handed in.

use std::io::{IsTerminal as _, Read as _};

use base::Secret;

use crate::answer::Fault;

/// More than any token has: what is longer is refused for its length, and
/// need not be read to its end.
const LONGEST: u64 = 64 * 1024;

/// Reads it, without the white space around it.
pub(super) fn read(argument: Option<String>) -> Result<Secret, Fault> {
    let text = match argument {
        Some(argument) if argument != "-" => Secret::new(argument),
        Some(_) | None => read_stdin()?,
    };
    Ok(Secret::new(text.expose().trim().to_owned()))
}

fn read_stdin() -> Result<Secret, Fault> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return Err(Fault::new(
            "there is no token on standard input",
            "pipe it in, such as `doorward token inspect < FILE`",
        ));
    }
    let mut bytes = Vec::new();
    stdin
        .lock()
        .take(LONGEST)
        .read_to_end(&mut bytes)
        .map_err(|error| {
            Fault::new(
                format!("standard input cannot be read: {error}"),
                "see where it comes from",
            )
        })?;
    // What is not text is no token; it is judged as the text that it is not.
    Ok(Secret::new(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }))
}
