//! Edges are planted; each must be found.

use std::fs;
use std::path::Path;

use cargo_metadata::MetadataCommand;

use super::graph::{Edge, Graph, Member, Need};
use super::table::TABLE;
use super::{Finding, findings};

/// A house in which every crate of the table uses all that its row allows,
/// with one third-party crate behind each door.
fn sound_house() -> Vec<Member> {
    let mut members: Vec<Member> = TABLE
        .iter()
        .map(|row| Member {
            name: row.name().to_owned(),
            directory: row.path.to_owned(),
            declares: TABLE
                .iter()
                .map(super::table::Row::name)
                .filter(|name| *name != row.name() && row.allows(name))
                .map(|name| edge(name, Need::Normal))
                .collect(),
        })
        .collect();
    plant(&mut members, "store-sqlite", edge("rusqlite", Need::Normal));
    plant(&mut members, "issuer", edge("axum", Need::Normal));
    plant(&mut members, "gate", edge("hyper", Need::Normal));
    members
}

fn edge(to: &str, need: Need) -> Edge {
    Edge {
        to: to.to_owned(),
        need,
        by_path: super::table::row(to).is_some(),
    }
}

fn plant(members: &mut [Member], from: &str, edge: Edge) {
    let member = members.iter_mut().find(|member| member.name == from);
    member.unwrap().declares.push(edge);
}

fn graph(members: Vec<Member>) -> Graph {
    let mut graph = Graph::default();
    for member in members {
        graph.add(member);
    }
    // What the third-party crates bring along.
    graph.connect("rusqlite", "libsqlite3-sys");
    graph.connect("axum", "hyper");
    graph.connect("hyper", "tokio");
    graph
}

fn findings_with(from: &str, edge: Edge) -> Vec<Finding> {
    let mut members = sound_house();
    plant(&mut members, from, edge);
    findings(&graph(members))
}

fn names(findings: &[Finding], edge: &str) -> bool {
    findings.iter().any(|finding| finding.edge == edge)
}

#[test]
fn a_house_that_uses_all_that_its_rows_allow_has_no_finding() {
    assert_eq!(findings(&graph(sound_house())), []);
}

#[test]
fn every_edge_outside_the_table_is_found_and_explained() {
    let mut planted = 0;
    for from in TABLE {
        for to in TABLE {
            if from.name() == to.name() || from.allows(to.name()) {
                continue;
            }
            for need in [Need::Normal, Need::Build] {
                let found = findings_with(from.name(), edge(to.name(), need));
                let wanted = format!("{} -> {} ({})", from.name(), to.name(), need.table());
                let finding = found
                    .iter()
                    .find(|finding| finding.edge == wanted)
                    .unwrap_or_else(|| panic!("{wanted} was not found"));
                assert!(finding.row.starts_with(from.path), "{finding}");
                assert!(finding.fix.contains(to.name()), "{finding}");
                planted += 1;
            }
        }
    }
    assert!(planted > 100, "only {planted} edges were planted");
}

#[test]
fn tests_may_use_what_the_crate_may_not() {
    let found = findings_with("gate", edge("store", Need::Test));
    assert_eq!(found, []);
}

#[test]
fn a_core_crate_may_not_test_with_a_store_a_server_or_a_program() {
    for to in ["store", "issuer", "doorward"] {
        let found = findings_with("authority", edge(to, Need::Test));
        assert!(names(
            &found,
            &format!("authority -> {to} (dev-dependencies)")
        ));
    }
    assert_eq!(findings_with("access", edge("authority", Need::Test)), []);
}

#[test]
fn a_crate_outside_the_table_is_found_with_the_edges_to_it() {
    let mut members = sound_house();
    members.push(Member {
        name: "shortcut".to_owned(),
        directory: "core/shortcut".to_owned(),
        declares: vec![],
    });
    plant(&mut members, "access", edge("shortcut", Need::Normal));
    let found = findings(&graph(members));
    assert!(names(&found, "shortcut (core/shortcut)"), "{found:?}");
    assert!(
        names(&found, "access -> shortcut (dependencies)"),
        "{found:?}"
    );
}

#[test]
fn a_crate_in_the_wrong_ring_is_found() {
    let mut members = sound_house();
    let jose = members.iter_mut().find(|member| member.name == "jose");
    jose.unwrap().directory = "store/jose".to_owned();
    assert!(names(&findings(&graph(members)), "jose (store/jose)"));
}

#[test]
fn a_namesake_from_a_registry_is_found() {
    let mut namesake = edge("base", Need::Normal);
    namesake.by_path = false;
    let found = findings_with("jose", namesake);
    assert!(names(&found, "jose -> base (dependencies)"), "{found:?}");
}

#[test]
fn the_gate_does_not_reach_the_store_through_a_third_party() {
    let mut graph = graph(sound_house());
    graph.connect("hyper", "middleware");
    graph.connect("middleware", "sqlx");
    let found = findings(&graph);
    let chain = "doorward-gate -> gate -> hyper -> middleware -> sqlx";
    assert!(names(&found, chain), "{found:?}");
}

#[test]
fn core_does_not_reach_an_async_runtime_through_a_third_party() {
    let mut members = sound_house();
    plant(&mut members, "jose", edge("fetcher", Need::Normal));
    let mut graph = graph(members);
    graph.connect("fetcher", "reqwest");
    let found = findings(&graph);
    for chain in [
        "jose -> fetcher -> reqwest",
        "access -> jose -> fetcher -> reqwest",
    ] {
        assert!(names(&found, chain), "{found:?}");
    }
}

#[test]
fn a_dependency_with_one_door_is_found_anywhere_else() {
    for (from, to) in [
        ("issuer", "rusqlite"),
        ("doorward", "rusqlite"),
        ("gate", "axum"),
        ("store", "axum"),
    ] {
        let found = findings_with(from, edge(to, Need::Normal));
        assert!(names(&found, &format!("{from} -> {to}")), "{from} {to}");
    }
}

#[test]
fn this_workspace_declares_no_edge_outside_the_table() {
    let metadata = MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .no_deps()
        .exec()
        .unwrap();
    let graph = Graph::from_metadata(&metadata);
    assert!(graph.members.len() > 10, "the workspace was not read");
    assert_eq!(findings(&graph), []);
}

/// A crate on disk: its manifest and an empty library.
fn write_crate(root: &Path, path: &str, tables: &str) {
    let directory = root.join(path);
    fs::create_dir_all(directory.join("src")).unwrap();
    let name = path.rsplit('/').next().unwrap();
    let head = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    fs::write(directory.join("Cargo.toml"), format!("{head}{tables}")).unwrap();
    fs::write(directory.join("src/lib.rs"), "").unwrap();
}

/// A small workspace on disk, read by cargo itself; `gate` and `jose` get the
/// given tables.
fn real_workspace(gate: &str, jose: &str) -> Vec<Finding> {
    let root = tempfile::tempdir().unwrap();
    fs::write(
        root.path().join("Cargo.toml"),
        "[workspace]\nresolver = \"3\"\nmembers = [\"core/*\", \"store/*\", \"servers/*\", \"bin/*\"]\nexclude = [\"outside\"]\n",
    )
    .unwrap();
    let path = |ring: &str, name: &str| format!("{name} = {{ path = \"../../{ring}/{name}\" }}\n");
    let base = path("core", "base");
    write_crate(root.path(), "outside/tokio", "");
    write_crate(root.path(), "outside/rusqlite", "");
    write_crate(
        root.path(),
        "outside/innocent",
        "[dependencies]\ntokio = { path = \"../tokio\" }\n",
    );
    write_crate(root.path(), "core/base", "");
    write_crate(
        root.path(),
        "core/jose",
        &format!("[dependencies]\n{base}{jose}"),
    );
    write_crate(
        root.path(),
        "core/authority",
        &format!("[dependencies]\n{base}"),
    );
    write_crate(
        root.path(),
        "store/store-sqlite",
        &format!("[dependencies]\n{base}{}", path("outside", "rusqlite")),
    );
    write_crate(
        root.path(),
        "servers/gate",
        &format!("[dependencies]\n{base}\n{gate}"),
    );
    write_crate(
        root.path(),
        "bin/doorward-gate",
        &format!("[dependencies]\n{}", path("servers", "gate")),
    );
    let metadata = MetadataCommand::new()
        .manifest_path(root.path().join("Cargo.toml"))
        .features(cargo_metadata::CargoOpt::AllFeatures)
        .other_options(vec!["--offline".to_owned()])
        .exec()
        .unwrap();
    findings(&Graph::from_metadata(&metadata))
}

#[test]
fn cargo_reads_a_sound_workspace_without_a_finding() {
    assert_eq!(real_workspace("", ""), []);
    let tests = "[dev-dependencies]\nauthority = { path = \"../../core/authority\" }\n";
    assert_eq!(real_workspace(tests, ""), []);
}

#[test]
fn an_edge_planted_in_a_real_manifest_is_found() {
    let planted = "authority = { path = \"../../core/authority\" }\n";
    let found = real_workspace(planted, "");
    assert!(
        names(&found, "gate -> authority (dependencies)"),
        "{found:?}"
    );
    assert!(
        names(&found, "doorward-gate -> gate -> authority"),
        "{found:?}"
    );
}

#[test]
fn an_edge_behind_an_alias_a_feature_or_a_platform_is_found() {
    let path = "path = \"../../core/authority\"";
    for planted in [
        format!("plans = {{ package = \"authority\", {path} }}\n"),
        format!("authority = {{ {path}, optional = true }}\n"),
        format!("[target.'cfg(windows)'.dependencies]\nauthority = {{ {path} }}\n"),
    ] {
        let found = real_workspace(&planted, "");
        assert!(
            names(&found, "gate -> authority (dependencies)"),
            "{planted}"
        );
    }
    let found = real_workspace(
        &format!("[build-dependencies]\nauthority = {{ {path} }}\n"),
        "",
    );
    assert!(
        names(&found, "gate -> authority (build-dependencies)"),
        "{found:?}"
    );
}

#[test]
fn a_runtime_behind_an_innocent_crate_is_found_in_a_real_workspace() {
    let innocent = "innocent = { path = \"../../outside/innocent\" }\n";
    let found = real_workspace("", innocent);
    assert!(names(&found, "jose -> innocent -> tokio"), "{found:?}");
    let found = real_workspace("rusqlite = { path = \"../../outside/rusqlite\" }\n", "");
    assert!(names(&found, "gate -> rusqlite"), "{found:?}");
    assert!(
        names(&found, "doorward-gate -> gate -> rusqlite"),
        "{found:?}"
    );
}
