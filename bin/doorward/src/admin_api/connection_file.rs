//! The file that says where the admin API is: `admin` and `operator_token_file`.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use base::Secret;
use serde::Deserialize;

use crate::answer::Fault;

/// More than any token, so that a wrong file is not read whole.
const LARGEST_TOKEN_FILE: u64 = 4096;

/// A connection file that was read.
#[derive(Debug)]
pub(super) struct ConnectionFile {
    pub(super) path: PathBuf,
    pub(super) admin: String,
    token_file: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    admin: String,
    operator_token_file: PathBuf,
}

/// Reads it. A relative `operator_token_file` lies beside it.
pub(super) fn read(path: &Path) -> Result<ConnectionFile, Fault> {
    let fix = "write admin = \"URL\" and operator_token_file = \"PATH\" in it";
    let fault = |detail: String| Fault::new(format!("{}: {detail}", path.display()), fix);
    let text = std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
    let written: Written = toml::from_str(&text).map_err(|error| fault(error.to_string()))?;
    let directory = path.parent().unwrap_or(Path::new("."));
    Ok(ConnectionFile {
        path: path.to_owned(),
        admin: written.admin,
        token_file: directory.join(written.operator_token_file),
    })
}

impl ConnectionFile {
    /// The token, if nobody but its owner can reach it.
    pub(super) fn token(&self) -> Result<Secret, Fault> {
        let path = self.token_file.display();
        let fault = |error: std::io::Error| {
            let fix = format!("see operator_token_file in {}", self.path.display());
            Fault::new(format!("{path}: {error}"), fix)
        };
        let file = File::open(&self.token_file).map_err(fault)?;
        // The opened file is asked, not the path: nobody can swap it in between.
        let metadata = file.metadata().map_err(fault)?;
        if !metadata.is_file() {
            return Err(Fault::new(
                format!("{path} is no file"),
                "name the file with the token",
            ));
        }
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(Fault::new(
                format!("others can reach the operator token in {path}"),
                format!("chmod 600 {path}, and make a new token if somebody may have read it"),
            ));
        }
        let mut text = String::new();
        file.take(LARGEST_TOKEN_FILE)
            .read_to_string(&mut text)
            .map_err(fault)?;
        match text.trim() {
            "" => Err(Fault::new(
                format!("{path} is empty"),
                "write the operator token in it",
            )),
            token => Ok(Secret::new(token.to_owned())),
        }
    }
}
