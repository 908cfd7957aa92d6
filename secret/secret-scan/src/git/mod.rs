//! Git histories: every object of an object database, reachable or not.
//!
//! The formats are read here and no program is run, for a repository's
//! configuration can name programs. Other than a library for repositories we
//! need no index of them, read what is broken as far as it goes, never hold a
//! large file, and bound what a hostile pack may cost.

mod delta;
mod family;
mod inflater;
mod loose;
mod objects;
mod origin;
mod pack;
mod pack_header;
mod pack_index;
mod part;
mod repository;

pub(crate) use objects::Objects;
pub(crate) use origin::attribute;
pub(crate) use pack::Pack;
pub(crate) use part::Part;
pub(crate) use repository::Repository;

use std::io::Read;

/// The kind of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ObjectKind {
    Commit,
    Tree,
    Blob,
    Tag,
}

impl ObjectKind {
    /// By the number that a pack writes.
    fn of_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Commit),
            2 => Some(Self::Tree),
            3 => Some(Self::Blob),
            4 => Some(Self::Tag),
            _ => None,
        }
    }

    /// By the word that a loose object writes.
    fn of_word(word: &[u8]) -> Option<Self> {
        match word {
            b"commit" => Some(Self::Commit),
            b"tree" => Some(Self::Tree),
            b"blob" => Some(Self::Blob),
            b"tag" => Some(Self::Tag),
            _ => None,
        }
    }
}

/// What an object holds.
pub(crate) enum Body<'b> {
    /// All of it.
    Whole(&'b [u8]),
    /// It is large: to be read once.
    Stream(&'b mut dyn Read),
}

/// Whoever looks at objects.
pub(crate) trait Visitor {
    /// Whether objects of that kind are of interest.
    fn wants(&self, kind: ObjectKind) -> bool;
    /// An object.
    fn object(&mut self, kind: ObjectKind, id: &[u8], body: Body<'_>);
    /// An object that cannot be read, and why.
    fn broken(&mut self, id: &[u8], why: &str);
}

#[cfg(test)]
mod tests;
