//! A key in a token of SoftHSM.

use std::path::{Path, PathBuf};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING};
use aws_lc_rs::signature::{EcdsaKeyPair, EcdsaSigningAlgorithm};
use e2e::installed::Installation;
use e2e::softhsm::{self, PIN, SoftHsm};

use super::house::{House, LEDGER, REPORTS, id, signed_by};

/// A token with keys in it, the variable that says where it is, and the file
/// with its PIN.
struct Hardware {
    token: SoftHsm,
    configuration: PathBuf,
    pin: PathBuf,
}

impl Hardware {
    fn furnished() -> Option<(Self, House)> {
        let Some(module) = softhsm::module() else {
            println!("left out: SoftHSM (cargo xtask test installs softhsm2 where it may)");
            return None;
        };
        let token = SoftHsm::start(module);
        for (label, id) in [
            ("signing-1", "01"),
            ("signing-2", "02"),
            ("signing-3", "03"),
        ] {
            token.key(label, id, &pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING));
        }
        token.key("other", "04", &pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING));
        let installation = Installation::with(&["--sandbox"]);
        let hardware = Self {
            configuration: token.configuration(),
            pin: installation.secret("hsm.pin", PIN),
            token,
        };
        let house = House::furnished(installation, &hardware.variables());
        Some((hardware, house))
    }

    fn variables(&self) -> [(&'static str, &Path); 1] {
        [("SOFTHSM2_CONF", &self.configuration)]
    }

    fn uri(&self, label: &str) -> String {
        self.token.uri(label, &self.pin)
    }
}

fn pkcs8(algorithm: &'static EcdsaSigningAlgorithm) -> Vec<u8> {
    let pair = EcdsaKeyPair::generate(algorithm).unwrap();
    let private = pair.to_pkcs8v1().unwrap();
    private.as_ref().to_vec()
}

#[test]
fn a_key_in_a_token_signs_is_rotated_and_signs_again_after_a_restart() {
    let Some((hardware, house)) = Hardware::furnished() else {
        return;
    };
    let [one, two, three] = ["signing-1", "signing-2", "signing-3"].map(|key| hardware.uri(key));
    let lane = ["--algorithm", "ES384"];
    let act =
        |verb: &'static str, key: &str| house.keys(&[&[verb][..], &lane, &["--key", key]].concat());
    let first = id(&act("add", &one), "ES384", "active");
    house.keys(&[&["default"][..], &lane].concat());
    let listed = house.keys(&["list"]);
    let key = listed.iter().find(|key| key["key_id"] == *first).unwrap();
    assert_eq!(key["custody"], "pkcs11", "{key}");
    let before = house.token(REPORTS);
    assert_eq!(signed_by(&before), ("ES384".to_owned(), first.clone()));
    assert_eq!(house.published(&first).unwrap()["crv"], "P-384");
    assert_eq!(signed_by(&house.token(LEDGER)).0, "ES256");

    let second = id(&act("add", &two), "ES384", "next");
    let keys = act("rotate", &three);
    assert_eq!(id(&keys, "ES384", "active"), second);
    assert_eq!(id(&keys, "ES384", "retiring"), first);
    id(&keys, "ES384", "next");
    assert_eq!(signed_by(&house.token(REPORTS)).1, second);
    house.accepts(REPORTS, &before);

    // Without its PIN a process starts, and has no token of that lane alone.
    std::fs::remove_file(&hardware.pin).unwrap();
    let house = house.restart(&hardware.variables());
    house.issues_nothing(REPORTS);
    house.accepts(REPORTS, &before);
    house.token(LEDGER);
    house.installation.secret("hsm.pin", PIN);
    assert_eq!(signed_by(&house.token(REPORTS)).1, second);
    assert!(!house.audit().contains(PIN));
}

#[test]
fn an_object_that_does_not_sign_is_refused_with_what_is_wrong() {
    let Some((hardware, house)) = Hardware::furnished() else {
        return;
    };
    let good = hardware.uri("signing-1");
    let no_module = good.replace("module-path=/", "module-path=/nonexistent/");
    for (uri, words) in [
        (hardware.uri("other"), &["cannot sign ES384"][..]),
        (hardware.uri("absent"), &["no such key", "make it"]),
        (
            good.replace("token=doorward", "token=else"),
            &["no such key"],
        ),
        (good.replace("type=private", "type=data"), &["type=private"]),
        (no_module, &["cannot be reached", "module"]),
        (format!("{good}&pin-value={PIN}"), &["a PIN stands in it"]),
    ] {
        house.refuses(&["add", "--algorithm", "ES384", "--key", &uri], words);
    }
    assert!(!house.audit().contains(PIN));
    let keys = house.keys(&["add", "--algorithm", "ES384", "--key", &good]);
    id(&keys, "ES384", "active");
}
