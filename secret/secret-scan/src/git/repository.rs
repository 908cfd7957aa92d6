//! A git directory: where its objects are.

use std::fs;
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::part::is_pack;
use super::{Pack, Visitor, loose};

/// No file that points to a directory is longer.
const LONGEST_POINTER: u64 = 16 << 10;

/// How many directories may point on to each other.
const POINTERS: usize = 8;

/// One object database, under the name that it is told by.
#[derive(Debug, Clone)]
pub(crate) struct Repository {
    /// The git directory, or the object directory that another borrows from.
    pub(crate) path: PathBuf,
    /// The directory of its objects.
    pub(crate) objects: PathBuf,
}

impl Repository {
    /// Whether a directory with these names in it is a git directory.
    pub(crate) fn has<'n>(names: impl Iterator<Item = &'n [u8]>) -> bool {
        let (mut head, mut objects, mut refs) = (false, false, false);
        for name in names {
            head |= name == b"HEAD";
            objects |= name == b"objects";
            refs |= name == b"refs";
        }
        head && objects && refs
    }

    /// The git directory itself.
    pub(crate) fn at(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            objects: path.join("objects"),
        }
    }

    /// The git directory that a `.git` file points to: of a work tree or of a
    /// submodule (gitrepository-layout(5)).
    pub(crate) fn pointed_to(file: &Path) -> io::Result<Option<Self>> {
        let Some(text) = pointer(file)? else {
            return Ok(None);
        };
        let Some(target) = text.strip_prefix("gitdir:") else {
            return Ok(None);
        };
        let parent = file.parent().unwrap_or(Path::new("."));
        let git = parent.join(target.trim());
        // A work tree has its own HEAD, and everything else in common.
        let git = match pointer(&git.join("commondir")) {
            Ok(Some(common)) => git.join(common.trim()),
            _ => git,
        };
        let git = git.canonicalize()?;
        Ok(Some(Self::at(&git)))
    }

    /// The databases that this one borrows from, and those that these do.
    pub(crate) fn borrowed(&self) -> Vec<Self> {
        let mut all: Vec<PathBuf> = Vec::new();
        let mut from = vec![self.objects.clone()];
        for _ in 0..POINTERS {
            let mut next = Vec::new();
            for objects in &from {
                let Ok(Some(text)) = pointer(&objects.join("info/alternates")) else {
                    continue;
                };
                for line in text
                    .lines()
                    .filter(|line| !line.starts_with('#') && !line.is_empty())
                {
                    if let Ok(path) = objects.join(line).canonicalize()
                        && !all.contains(&path)
                    {
                        all.push(path.clone());
                        next.push(path);
                    }
                }
            }
            from = next;
        }
        let borrowed = |objects: PathBuf| Self {
            path: objects.clone(),
            objects,
        };
        all.into_iter().map(borrowed).collect()
    }

    /// Its packs.
    pub(crate) fn packs(&self) -> io::Result<Vec<PathBuf>> {
        let mut packs = Vec::new();
        match fs::read_dir(self.objects.join("pack")) {
            Ok(entries) => {
                for entry in entries {
                    let entry = entry?;
                    if is_pack(entry.file_name().as_bytes()) {
                        packs.push(entry.path());
                    }
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        packs.sort();
        Ok(packs)
    }

    /// Opens one of them.
    pub(crate) fn pack(path: &Path) -> Result<Pack, String> {
        Pack::open(path)
    }

    /// The directories of its loose objects, with the byte that ids in it
    /// begin with.
    pub(crate) fn loose_directories(&self) -> Vec<(u8, PathBuf)> {
        (0..=u8::MAX)
            .map(|first| (first, self.objects.join(format!("{first:02x}"))))
            .filter(|(_, path)| path.is_dir())
            .collect()
    }

    /// Shows the visitor the loose objects of a directory.
    pub(crate) fn visit_loose(
        first: u8,
        directory: &Path,
        visitor: &mut dyn Visitor,
    ) -> io::Result<()> {
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            let name = entry.file_name();
            if let Some(rest) = name.to_str().and_then(from_hex) {
                let id = [&[first], rest.as_slice()].concat();
                loose::visit(&entry.path(), &id, visitor);
            }
        }
        Ok(())
    }

    /// Shows the visitor every object, one after the other.
    pub(crate) fn visit(&self, visitor: &mut dyn Visitor) -> io::Result<()> {
        for path in self.packs()? {
            if let Ok(pack) = Self::pack(&path) {
                pack.visit(0..pack.len(), visitor);
            }
        }
        for (first, directory) in self.loose_directories() {
            Self::visit_loose(first, &directory, visitor)?;
        }
        Ok(())
    }
}

/// A short text file; nothing if it is not there.
fn pointer(path: &Path) -> io::Result<Option<String>> {
    let opened = match crate::file::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        other => other?,
    };
    let Some((file, _)) = opened else {
        return Ok(None);
    };
    let mut text = String::new();
    file.take(LONGEST_POINTER).read_to_string(&mut text)?;
    Ok(Some(text))
}

/// The rest of an id: 38 or 62 hexadecimal digits.
pub(super) fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !matches!(text.len(), 38 | 40 | 62 | 64) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = text.as_bytes().chunks_exact(2);
    pairs
        .map(|pair| match pair {
            [high, low] => u8::try_from((digit(*high)? << 4) | digit(*low)?).ok(),
            _ => None,
        })
        .collect()
}
