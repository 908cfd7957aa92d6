//! What a scan says.

use std::path::{Path, PathBuf};

use credential::{CredentialKind, EnvironmentClass, scan};

use crate::bound;

/// Where something lies.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file; of a git history the git directory, of standard input `-`.
    pub path: PathBuf,
    /// The way inside it: entries of archives, joined with `!`; of a git
    /// history the path of the file, if it could be had cheaply.
    pub entry: Option<String>,
    /// A commit that has it, if one was found.
    pub commit: Option<String>,
    /// The git object that has it.
    pub object: Option<String>,
    /// Where its first byte is, in the innermost file, counted from 0.
    pub offset: u64,
    /// Its line, counted from 1, if that file is text.
    pub line: Option<u64>,
    /// Its column in bytes, counted from 1, if that file is text.
    pub column: Option<u64>,
    /// Whether it is in the name and not in the file.
    pub in_name: bool,
}

/// One credential at one place. It does not hold the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// What it is.
    pub kind: CredentialKind,
    /// For which class of environment.
    pub class: EnvironmentClass,
    /// Its public id, if its kind has one.
    pub id: Option<String>,
}

/// What was not read, or not to its end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotRead {
    /// The file and the way inside it.
    pub place: String,
    /// Why.
    pub why: String,
}

/// How much was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files.
    pub files: u64,
    /// Bytes that were looked at; what was compressed counts as inflated.
    pub bytes: u64,
    /// Objects of git histories.
    pub objects: u64,
}

/// What was found, read and not read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// What was found, by place.
    pub findings: Vec<Finding>,
    /// How many more were found than are listed.
    pub unlisted: u64,
    /// How much was read.
    pub read: Counts,
    /// What was not.
    pub not_read: Vec<NotRead>,
    /// How many more were not read than are listed.
    pub not_read_unlisted: u64,
}

impl Report {
    /// Puts it in order, and takes out of every place what is a secret: a file
    /// can be named after one.
    pub(crate) fn finish(&mut self) {
        for finding in &mut self.findings {
            let place = &mut finding.place;
            place.path = without_secrets_path(&place.path);
            place.entry = place.entry.take().map(|entry| without_secrets(&entry));
        }
        for not_read in &mut self.not_read {
            not_read.place = without_secrets(&not_read.place);
            not_read.why = without_secrets(&not_read.why);
        }
        self.findings
            .sort_by(|one, other| (&one.place, &one.id).cmp(&(&other.place, &other.id)));
        self.findings.dedup();
        self.not_read.sort();
        self.not_read.dedup();
        let surplus = self.not_read.len().saturating_sub(bound::LISTED);
        self.not_read_unlisted += surplus as u64;
        self.not_read.truncate(bound::LISTED);
    }
}

fn without_secrets_path(path: &Path) -> PathBuf {
    match path.to_str() {
        Some(text) => without_secrets(text).into(),
        None => without_secrets(&path.to_string_lossy()).into(),
    }
}

/// The text with a description instead of each credential in it: a path or a
/// message can hold one.
pub fn without_secrets(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut from = 0;
    for found in scan::find(text.as_bytes()) {
        let start = usize::try_from(found.offset).unwrap_or(usize::MAX);
        clean.push_str(text.get(from..start).unwrap_or_default());
        clean.push_str(&format!(
            "[{} {}]",
            found.kind,
            found.id.unwrap_or_default()
        ));
        from = start + found.length;
    }
    clean.push_str(text.get(from..).unwrap_or_default());
    clean
}
