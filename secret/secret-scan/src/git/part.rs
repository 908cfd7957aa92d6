//! Which files of a directory hold the objects of a git directory: these are
//! looked at as objects, and everything that lies beside them as a file.

use std::collections::HashSet;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt as _;

use super::repository::from_hex;

/// What a directory is to an object database (gitrepository-layout(5)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// It belongs to none.
    None,
    /// It is the object directory itself.
    Database,
    /// It has loose objects.
    Loose,
    /// It has packs.
    Packs,
}

impl Part {
    /// What the directory `name` in this one is. In a git directory `objects`
    /// is the object directory.
    pub(crate) fn directory(self, name: &[u8], in_repository: bool) -> Self {
        let is_byte = |name: &[u8]| {
            name.len() == 2
                && name
                    .iter()
                    .all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
        };
        match (self, name) {
            (_, b"objects") if in_repository => Self::Database,
            (Self::Database, b"pack") => Self::Packs,
            (Self::Database, name) if is_byte(name) => Self::Loose,
            _ => Self::None,
        }
    }

    /// Takes away the files that are read, or named as not read, as objects:
    /// also the index of a pack, if its pack is there.
    pub(crate) fn leave_out(self, files: &mut Vec<OsString>) {
        match self {
            Self::None | Self::Database => {}
            Self::Loose => files.retain(|name| !is_loose(name.as_bytes())),
            Self::Packs => {
                let stem = |name: &[u8], end: &[u8]| Some(name.strip_suffix(end)?.to_owned());
                let packs = files.iter().map(|name| name.as_bytes());
                let packs = packs.filter(|name| is_pack(name));
                let stems: HashSet<_> = packs.filter_map(|name| stem(name, b".pack")).collect();
                files.retain(|name| {
                    let name = name.as_bytes();
                    let is_index = stem(name, b".idx").is_some_and(|it| stems.contains(&it));
                    !is_pack(name) && !is_index
                });
            }
        }
    }
}

/// Whether a file in a directory of packs is one.
pub(super) fn is_pack(name: &[u8]) -> bool {
    name.strip_suffix(b".pack")
        .is_some_and(|stem| !stem.is_empty())
}

/// Whether a file in a directory of loose objects is one.
fn is_loose(name: &[u8]) -> bool {
    str::from_utf8(name).ok().and_then(from_hex).is_some()
}
