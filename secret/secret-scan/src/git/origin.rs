//! In which commit and under which path a blob stands: asked only when
//! something was found, for that takes a walk over all trees.

use std::collections::HashMap;
use std::io::Read as _;

use super::repository::from_hex;
use super::{Body, ObjectKind, Repository, Visitor};
use crate::report::Finding;
use crate::worker::hex;

/// How deep directories may lie in each other: each level is a walk.
const LEVELS: usize = 24;

/// How many trees a history may have, beyond which the answer is not cheap.
const TREES: usize = 2_000_000;

/// How large a tree or commit may be to be looked at for this.
const LARGEST: u64 = 16 << 20;

type Id = Vec<u8>;

/// Climbs from blobs to trees to commits, a level with each walk.
struct Climb {
    /// What stands where: in which tree, by which name.
    parents: HashMap<Id, (Id, String)>,
    /// A commit of each tree that is the top of one.
    commits: HashMap<Id, Id>,
    /// What is looked for in this walk.
    wanted: HashMap<Id, ()>,
    /// What is to be looked for in the next.
    next: Vec<Id>,
    trees: usize,
}

impl Visitor for Climb {
    fn wants(&self, kind: ObjectKind) -> bool {
        matches!(kind, ObjectKind::Commit | ObjectKind::Tree)
    }

    fn object(&mut self, kind: ObjectKind, id: &[u8], body: Body<'_>) {
        let mut read = Vec::new();
        let bytes = match body {
            Body::Whole(bytes) => bytes,
            Body::Stream(stream) => {
                if stream.take(LARGEST).read_to_end(&mut read).is_err() {
                    return;
                }
                &read
            }
        };
        match kind {
            ObjectKind::Commit => self.commit(id, bytes),
            _ => {
                self.trees += 1;
                self.tree(id, bytes);
            }
        }
    }

    fn broken(&mut self, _: &[u8], _: &str) {}
}

impl Climb {
    fn commit(&mut self, id: &[u8], bytes: &[u8]) {
        let line = bytes
            .split(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default();
        let tree = line.strip_prefix(b"tree ");
        let tree = tree.and_then(|tree| from_hex(str::from_utf8(tree).ok()?));
        if let Some(tree) = tree.filter(|tree| self.wanted.contains_key(tree)) {
            self.commits.entry(tree).or_insert_with(|| id.to_vec());
        }
    }

    /// Entries of `MODE NAME\0ID`.
    fn tree(&mut self, id: &[u8], mut rest: &[u8]) {
        while let Some(end) = memchr::memchr(0, rest) {
            let (head, after) = rest.split_at(end);
            let Some((entry, after)) = after.get(1..).and_then(|it| it.split_at_checked(id.len()))
            else {
                return;
            };
            if self.wanted.contains_key(entry) && !self.parents.contains_key(entry) {
                let name = head
                    .splitn(2, |byte| *byte == b' ')
                    .nth(1)
                    .unwrap_or_default();
                let name = String::from_utf8_lossy(name).into_owned();
                self.parents.insert(entry.to_vec(), (id.to_vec(), name));
                self.next.push(id.to_vec());
            }
            rest = after;
        }
    }

    /// The path and the commit of an object, as far as they are known.
    fn place(&self, id: &[u8]) -> (Option<String>, Option<String>) {
        let mut at = id;
        let mut names = Vec::new();
        for _ in 0..LEVELS {
            let Some((tree, name)) = self.parents.get(at) else {
                break;
            };
            names.push(name.as_str());
            at = tree;
        }
        names.reverse();
        let path = (!names.is_empty()).then(|| names.join("/"));
        (path, self.commits.get(at).map(|commit| hex(commit)))
    }
}

/// Says of the findings in git objects where they stand, as far as that is cheap.
pub(crate) fn attribute(repositories: &[Repository], findings: &mut [Finding]) {
    for repository in repositories {
        let of_it = |finding: &&mut Finding| {
            finding.place.path == repository.path && finding.place.commit.is_none()
        };
        let wanted = findings.iter_mut().filter(of_it);
        let wanted = wanted.filter_map(|finding| from_hex(finding.place.object.as_deref()?));
        let wanted: HashMap<Id, ()> = wanted.map(|id| (id, ())).collect();
        if wanted.is_empty() {
            continue;
        }
        let climb = climbed(repository, wanted);
        for finding in findings.iter_mut().filter(of_it) {
            let id = finding.place.object.as_deref().and_then(from_hex);
            let (path, commit) = climb.place(&id.unwrap_or_default());
            finding.place.commit = commit;
            // What lies in an archive in the history has the way inside it already.
            let inside = finding.place.entry.take();
            finding.place.entry = match (path, inside) {
                (Some(path), Some(inside)) => Some(format!("{path}!{inside}")),
                (path, inside) => path.or(inside),
            };
        }
    }
}

fn climbed(repository: &Repository, wanted: HashMap<Id, ()>) -> Climb {
    let mut climb = Climb {
        parents: HashMap::new(),
        commits: HashMap::new(),
        wanted,
        next: Vec::new(),
        trees: 0,
    };
    let mut databases = vec![repository.clone()];
    databases.extend(repository.borrowed());
    for _ in 0..LEVELS {
        climb.trees = 0;
        for database in &databases {
            // What cannot be read has been told already.
            let _ = database.visit(&mut climb);
        }
        if climb.next.is_empty() || climb.trees > TREES {
            break;
        }
        for id in std::mem::take(&mut climb.next) {
            climb.wanted.insert(id, ());
        }
    }
    climb
}
