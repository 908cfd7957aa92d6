//! The prepared Node packages are the pinned ones, and load.
#![allow(
    clippy::unwrap_used,
    clippy::allow_attributes,
    missing_docs,
    reason = "a test may fail loudly"
)]

use serde_json::Value;

#[test]
fn the_node_packages_load_and_have_the_pinned_versions() {
    let Some(mut node) = e2e::other_languages::node("packages.mjs") else {
        return;
    };
    let output = node.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let manifest: Value = serde_json::from_str(include_str!("../node/package.json")).unwrap();
    let pinned: String = manifest["dependencies"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, version)| format!("{name} {}\n", version.as_str().unwrap()))
        .collect();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), pinned);
}
