//! A key of the Transit engine of OpenBao.

use e2e::installed::Installation;
use e2e::openbao::{self, OpenBao};

use super::house::{House, LEDGER, REPORTS, id, signed_by};

/// What Doorward may do there: read every public half, and sign with some.
const POLICY: &str = r#"
path "transit/keys/*" { capabilities = ["read"] }
path "transit/sign/signing-*" { capabilities = ["update"] }
path "transit/sign/wrapping" { capabilities = ["update"] }
"#;

/// An OpenBao with keys in it, and an installation that knows where it is.
fn furnished() -> Option<(OpenBao, House)> {
    let Some(python) = openbao::python() else {
        println!("left out: OpenBao (cargo xtask test installs it)");
        return None;
    };
    let bao = OpenBao::start(&python);
    for (name, kind) in [
        ("signing-1", "ed25519"),
        ("signing-2", "ed25519"),
        ("signing-3", "ed25519"),
        ("readable", "ed25519"),
        ("other", "ecdsa-p256"),
        ("wrapping", "aes256-gcm96"),
    ] {
        bao.key(name, kind);
    }
    let installation = Installation::with(&["--sandbox"]);
    installation.secret("vault.token", &bao.token(POLICY));
    installation.configure(&format!(
        "\n[secrets.vault]\naddress = \"{}\"\ntoken = \"file:vault.token\"\n",
        bao.address
    ));
    Some((bao, House::furnished(installation, &[])))
}

const ADD: [&str; 4] = ["add", "--algorithm", "EdDSA", "--key"];
const ROTATE: [&str; 3] = ["rotate", "--algorithm", "EdDSA"];

fn add(address: &str) -> [&str; 5] {
    let [add, option, lane, key] = ADD;
    [add, option, lane, key, address]
}

fn rotate(address: &str) -> [&str; 5] {
    let [rotate, option, lane] = ROTATE;
    [rotate, option, lane, "--key", address]
}

#[test]
fn a_transit_key_signs_and_while_it_is_away_only_its_lane_issues_nothing() {
    let Some((mut bao, house)) = furnished() else {
        return;
    };
    let sealed = house.token(REPORTS);
    let keys = house.keys(&add("vault-transit:transit/signing-1"));
    let first = id(&keys, "EdDSA", "active");
    house.keys(&["default", "--algorithm", "EdDSA"]);
    let listed = house.keys(&["list"]);
    let key = listed.iter().find(|key| key["key_id"] == *first).unwrap();
    assert_eq!(key["custody"], "vault-transit", "{key}");
    assert_eq!(key["default"], true, "{key}");
    assert!(!key.to_string().contains("signing-1"), "{key}");
    let token = house.token(REPORTS);
    assert_eq!(signed_by(&token), ("EdDSA".to_owned(), first.clone()));
    let published = house.published(&first).unwrap();
    assert_eq!(published["alg"], "EdDSA", "{published}");
    assert_eq!(published.get("d"), None);
    house.accepts(REPORTS, &sealed);

    bao.stop();
    house.issues_nothing(REPORTS);
    house.accepts(REPORTS, &token);
    let (lane, _) = signed_by(&house.token(LEDGER));
    assert_eq!(lane, "ES256");
    assert!(house.published(&first).is_some());
    house.refuses(
        &add("vault-transit:transit/signing-2"),
        &["cannot be reached", "ask again"],
    );
    // A process that starts meanwhile waits for the place at each token.
    let house = house.restart(&[]);
    house.issues_nothing(REPORTS);
    house.accepts(REPORTS, &token);
    house.token(LEDGER);

    bao.run();
    bao.unseal();
    assert_eq!(signed_by(&house.token(REPORTS)).1, first);
    // The key is held open now; the place goes and comes once more.
    bao.stop();
    house.issues_nothing(REPORTS);
    bao.run();
    bao.unseal();
    assert_eq!(signed_by(&house.token(REPORTS)).1, first);
}

#[test]
fn a_transit_key_is_followed_by_a_transit_key_and_its_tokens_end_by_themselves() {
    let Some((_bao, house)) = furnished() else {
        return;
    };
    let keys = house.keys(&add("vault-transit:transit/signing-1"));
    let first = id(&keys, "EdDSA", "active");
    house.keys(&["default", "--algorithm", "EdDSA"]);
    let before = house.token(REPORTS);
    // A rotation needs a key that callers could learn of before it signs.
    house.refuses(
        &rotate("vault-transit:transit/signing-2"),
        &["no next key", "add --algorithm EdDSA --key"],
    );
    let keys = house.keys(&add("vault-transit:transit/signing-2"));
    let second = id(&keys, "EdDSA", "next");
    assert!(house.published(&second).is_some());
    assert_eq!(signed_by(&house.token(REPORTS)).1, first);
    house.refuses(&ROTATE, &["/key", "held by vault-transit"]);
    for known in ["signing-1", "signing-2"] {
        let address = format!("vault-transit:transit/{known}");
        house.refuses(&rotate(&address), &["it is the key", "make a new key"]);
    }
    let keys = house.keys(&rotate("vault-transit:transit/signing-3"));
    assert_eq!(id(&keys, "EdDSA", "retiring"), first);
    assert_eq!(id(&keys, "EdDSA", "active"), second);
    let third = id(&keys, "EdDSA", "next");
    for key in keys.iter().filter(|key| key["algorithm"] == "EdDSA") {
        assert_eq!(key["custody"], "vault-transit", "{key}");
    }
    assert_eq!(signed_by(&house.token(REPORTS)).1, second);
    house.accepts(REPORTS, &before);
    for key_id in [&first, &second, &third] {
        assert!(house.published(key_id).is_some(), "{key_id}");
    }
    let house = house.restart(&[]);
    assert_eq!(signed_by(&house.token(REPORTS)).1, second);
    house.accepts(REPORTS, &before);
    let keys = house.keys(&["rollback", "--algorithm", "EdDSA"]);
    assert_eq!(id(&keys, "EdDSA", "active"), first);
    assert_eq!(signed_by(&house.token(REPORTS)).1, first);
}

#[test]
fn a_rotation_at_the_place_changes_nothing_until_its_new_version_is_named_here() {
    let Some((bao, house)) = furnished() else {
        return;
    };
    let address = "vault-transit:transit/signing-1";
    let first = id(&house.keys(&add(address)), "EdDSA", "active");
    house.keys(&["default", "--algorithm", "EdDSA"]);
    house.refuses(&add(address), &["it is the key", "make a new key"]);
    bao.rotate("signing-1");
    assert_eq!(signed_by(&house.token(REPORTS)).1, first);
    let house = house.restart(&[]);
    let before = house.token(REPORTS);
    assert_eq!(signed_by(&before).1, first);
    // The version after it is a key of its own here, at the same address.
    let second = id(&house.keys(&add(address)), "EdDSA", "next");
    bao.rotate("signing-1");
    let keys = house.keys(&rotate(address));
    assert_eq!(id(&keys, "EdDSA", "active"), second);
    assert_eq!(signed_by(&house.token(REPORTS)).1, second);
    let house = house.restart(&[]);
    assert_eq!(signed_by(&house.token(REPORTS)).1, second);
    house.accepts(REPORTS, &before);
    house.keys(&["rollback", "--algorithm", "EdDSA"]);
    assert_eq!(signed_by(&house.token(REPORTS)).1, first);
}

#[test]
fn an_address_that_does_not_sign_is_refused_with_what_is_wrong() {
    let Some((_bao, house)) = furnished() else {
        return;
    };
    for (address, words) in [
        ("vault-transit:transit/other", &["cannot sign EdDSA"][..]),
        ("vault-transit:transit/wrapping", &["cannot sign EdDSA"]),
        ("vault-transit:transit/absent", &["no such key", "make it"]),
        ("vault-transit:nowhere/signing-1", &["refuses us", "read"]),
        (
            "vault-transit:transit/readable",
            &["does not let us sign", "right to sign"],
        ),
        ("vault-transit:transit", &["/key"]),
        ("vault:secret/doorward#key", &["no place that can sign"]),
        ("file:/etc/hostname", &["no place that can sign"]),
        ("env:HOME", &["no place that can sign"]),
        ("signing-1", &["no place that can sign"]),
    ] {
        house.refuses(&add(address), words);
    }
    let lane = [
        "add",
        "--algorithm",
        "ES384",
        "--key",
        "vault-transit:transit/signing-1",
    ];
    house.refuses(&lane, &["cannot sign ES384"]);
    let keys = house.keys(&add("vault-transit:transit/signing-1"));
    id(&keys, "EdDSA", "active");
}
