//! Who depends on whom, as cargo resolves it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, Package};

use crate::fault::Fault;

/// The dependency graph: the members of the workspace with what they declare,
/// and what every package uses once it is built.
///
/// Packages are told apart by name alone. Two versions of one crate are one
/// node, which can only make more chains appear, never hide one.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    /// The members of the workspace.
    pub(crate) members: Vec<Member>,
    uses: BTreeMap<String, BTreeSet<String>>,
}

/// One crate of the workspace.
#[derive(Debug)]
pub(crate) struct Member {
    /// The package's name.
    pub(crate) name: String,
    /// Its directory from the workspace root, with `/` between its parts.
    pub(crate) directory: String,
    /// What its manifest declares, optional and platform-specific included.
    pub(crate) declares: Vec<Edge>,
}

/// One dependency as a manifest declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edge {
    /// The package depended on, under its own name and not its alias.
    pub(crate) to: String,
    /// When it is needed.
    pub(crate) need: Need,
    /// Whether the manifest takes it from a directory of this workspace.
    pub(crate) by_path: bool,
}

/// When a dependency is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// By the crate itself.
    Normal,
    /// By its build script.
    Build,
    /// By its tests, benches and examples alone.
    Test,
}

impl Need {
    /// How a manifest calls the table.
    pub(crate) fn table(self) -> &'static str {
        match self {
            Self::Normal => "dependencies",
            Self::Build => "build-dependencies",
            Self::Test => "dev-dependencies",
        }
    }
}

impl Graph {
    /// Asks cargo for the workspace of `manifest`, every feature on, so that
    /// no feature opens a way that the default build does not have.
    pub(crate) fn of(manifest: &Path) -> Result<Self, Fault> {
        let metadata = MetadataCommand::new()
            .manifest_path(manifest)
            .features(CargoOpt::AllFeatures)
            .exec()
            .map_err(|error| Fault::new("cargo metadata failed", error))?;
        Ok(Self::from_metadata(&metadata))
    }

    /// The graph that `metadata` describes.
    pub(crate) fn from_metadata(metadata: &Metadata) -> Self {
        let mut graph = Self::default();
        for package in metadata.workspace_packages() {
            graph.add(member(package, metadata.workspace_root.as_std_path()));
        }
        let names: BTreeMap<_, _> = metadata
            .packages
            .iter()
            .map(|package| (&package.id, package.name.to_string()))
            .collect();
        for node in metadata.resolve.iter().flat_map(|resolve| &resolve.nodes) {
            for dependency in &node.deps {
                let built = dependency
                    .dep_kinds
                    .iter()
                    .any(|kind| need(kind.kind) != Need::Test);
                if let (true, Some(from), Some(to)) =
                    (built, names.get(&node.id), names.get(&dependency.pkg))
                {
                    graph.connect(from, to);
                }
            }
        }
        graph
    }

    /// Adds a member and the edges that it declares.
    pub(crate) fn add(&mut self, member: Member) {
        for edge in &member.declares {
            if edge.need != Need::Test {
                self.connect(&member.name, &edge.to);
            }
        }
        self.members.push(member);
    }

    /// Says that the package `from` uses the package `to` when it is built.
    pub(crate) fn connect(&mut self, from: &str, to: &str) {
        self.uses
            .entry(from.to_owned())
            .or_default()
            .insert(to.to_owned());
    }

    /// Every package that uses `to` directly.
    pub(crate) fn users_of<'a>(&'a self, to: &'a str) -> impl Iterator<Item = &'a str> {
        self.uses
            .iter()
            .filter(move |(_, uses)| uses.contains(to))
            .map(|(from, _)| from.as_str())
    }

    /// The shortest chain from `from` to `to`, both ends included.
    pub(crate) fn chain<'a>(&'a self, from: &'a str, to: &str) -> Option<Vec<&'a str>> {
        let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
        let mut queue = VecDeque::from([from]);
        while let Some(here) = queue.pop_front() {
            for next in self.uses.get(here).into_iter().flatten() {
                if next != from && !came_from.contains_key(next.as_str()) {
                    came_from.insert(next, here);
                    queue.push_back(next);
                }
            }
        }
        let (end, _) = came_from.get_key_value(to)?;
        let mut chain = vec![*end];
        let mut step = *end;
        while let Some(before) = came_from.get(step) {
            chain.push(before);
            step = before;
        }
        chain.reverse();
        Some(chain)
    }
}

fn member(package: &Package, root: &Path) -> Member {
    let directory = package.manifest_path.as_std_path().parent();
    let directory = directory.and_then(|directory| directory.strip_prefix(root).ok());
    Member {
        name: package.name.to_string(),
        directory: directory
            .map(|directory| directory.to_string_lossy().replace('\\', "/"))
            .unwrap_or_default(),
        declares: package
            .dependencies
            .iter()
            .map(|dependency| Edge {
                to: dependency.name.clone(),
                need: need(dependency.kind),
                by_path: dependency.path.is_some(),
            })
            .collect(),
    }
}

fn need(kind: DependencyKind) -> Need {
    match kind {
        DependencyKind::Development => Need::Test,
        DependencyKind::Build => Need::Build,
        // A kind that a later cargo adds counts as built: judged, not skipped.
        _ => Need::Normal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_chain_is_found_and_a_cycle_ends() {
        let mut graph = Graph::default();
        for (from, to) in [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("b", "d")] {
            graph.connect(from, to);
        }
        assert_eq!(graph.chain("a", "d"), Some(vec!["a", "b", "d"]));
        assert_eq!(graph.chain("d", "a"), None);
    }

    #[test]
    fn a_dependency_of_tests_is_no_way() {
        let mut graph = Graph::default();
        graph.add(Member {
            name: "gate".to_owned(),
            directory: "servers/gate".to_owned(),
            declares: vec![Edge {
                to: "store".to_owned(),
                need: Need::Test,
                by_path: true,
            }],
        });
        assert_eq!(graph.chain("gate", "store"), None);
    }
}
