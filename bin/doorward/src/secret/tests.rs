use std::os::unix::fs::PermissionsExt as _;

use jose::Algorithm;
use secret_source::OpenSigner as _;

use super::*;

fn places(directory: &tempfile::TempDir) -> Places {
    Places::new(directory.path().to_path_buf(), PlaceSections::default())
}

fn file(directory: &tempfile::TempDir, name: &str, content: &str, mode: u32) -> KeySource {
    let path = directory.path().join(name);
    std::fs::write(&path, content).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    KeySource::Plain(format!("file:{name}").parse().unwrap())
}

#[tokio::test]
async fn a_key_is_read_from_beside_the_configuration() {
    let directory = tempfile::tempdir().unwrap();
    let hex = file(&directory, "hex", &format!("{}\n", "07".repeat(32)), 0o600);
    let base64 = file(&directory, "base64", &STANDARD.encode([7; 32]), 0o400);
    for source in [hex, base64] {
        let key = places(&directory).key("sealing", &source).await;
        assert_eq!(*key.map_err(|fault| fault.message).unwrap(), [7; 32]);
    }
}

#[tokio::test]
async fn a_fault_names_the_key_and_the_source_and_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let key = "07".repeat(32);
    let wrapped = |by: &str| KeySource::Wrapped {
        wrapped: "file:wrapped".parse().unwrap(),
        by: Box::new(by.parse().unwrap()),
    };
    file(&directory, "wrapped", "AAEC\n", 0o600);
    for (source, said) in [
        (file(&directory, "open", &key, 0o644), "read by others"),
        (file(&directory, "short", "0707", 0o600), "64 lower-case"),
        (
            KeySource::Plain("file:absent".parse().unwrap()),
            "no such secret",
        ),
        (
            KeySource::Plain("env:DOORWARD_NO_SUCH".parse().unwrap()),
            "no such secret",
        ),
        (
            KeySource::Plain("aws-kms:alias/a".parse().unwrap()),
            "wrapped = ",
        ),
        (wrapped("file:open"), "wraps no keys"),
    ] {
        let fault = places(&directory)
            .key("sealing", &source)
            .await
            .unwrap_err();
        assert!(fault.message.contains(said), "{source}: {}", fault.message);
        assert!(
            fault.message.contains(&source.to_string()),
            "{}",
            fault.message
        );
        assert!(!fault.message.contains("0707"), "{}", fault.message);
        assert!(!fault.fix.is_empty());
    }
}

#[tokio::test]
async fn what_signs_nothing_opens_no_signer() {
    let directory = tempfile::tempdir().unwrap();
    for uri in [
        "file:a",
        "env:A",
        "vault:a/b#c",
        "aws-sm:a",
        "azure-kv:abc/secrets/a",
    ] {
        let opened = places(&directory);
        let key_id = "k".parse().unwrap();
        let opened = opened.open_signer(uri, Algorithm::Es256, &key_id).await;
        let fault = opened.map(drop).unwrap_err().to_string();
        assert!(fault.contains("signs nothing"), "{uri}");
    }
}

#[cfg(not(feature = "vault"))]
#[tokio::test]
async fn a_place_that_is_not_built_in_names_its_feature() {
    let directory = tempfile::tempdir().unwrap();
    let source = KeySource::Plain("vault:a/b#c".parse().unwrap());
    let fault = places(&directory)
        .key("sealing", &source)
        .await
        .unwrap_err();
    assert!(fault.message.contains("feature vault"), "{}", fault.message);
}
