use proptest::prelude::*;

use super::*;

/// One of each form, and everything that stands at an edge of its grammar.
const GOOD: &[&str] = &[
    "file:secrets/sealing.key",
    "file:/run/credentials/doorward.service/sealing",
    "file:a b/ä",
    "env:DOORWARD_SEALING_KEY",
    "env:_1",
    "vault:secret/doorward#sealing",
    "vault:kv-v2/team.a/doorward/prod#key.1",
    "vault-transit:transit/doorward",
    "vault-transit:team/transit/doorward_1",
    "aws-sm:doorward/prod/sealing",
    "aws-sm:doorward#sealing_key",
    "aws-sm:arn:aws:secretsmanager:eu-central-1:123456789012:secret:doorward-a1B2c3#k",
    "aws-kms:1234abcd-12ab-34cd-56ef-1234567890ab",
    "aws-kms:mrk-1234abcd12ab34cd56ef1234567890ab",
    "aws-kms:alias/doorward",
    "aws-kms:alias/team/doorward",
    "aws-kms:arn:aws:kms:eu-central-1:123456789012:alias/doorward",
    "gcp-sm:projects/p-1/secrets/S_1-x/versions/17",
    "gcp-sm:projects/123456/secrets/s/versions/latest",
    "azure-kv:my-vault/secrets/sealing",
    "azure-kv:my-vault/keys/doorward/0123456789abcdef0123456789abcdef",
    "azure-kv:https://my-vault.vault.azure.cn/secrets/sealing",
    "azure-kv:https://my-vault.managedhsm.azure.net/keys/doorward",
    "azure-kv:http://127.0.0.1:8443/secrets/sealing",
    "azure-kv:http://[::1]:8443/keys/k",
    "pkcs11:token=doorward;object=signing;type=private?module-path=/usr/lib/m.so&pin-source=file:/etc/pin",
    "pkcs11:serial=0123;id=%00%ff;type=secret-key?pin-source=env:PIN&module-path=/m.so",
    "pkcs11:token=The%20Software%20PKCS%2311;object=a;manufacturer=M;model=N?module-path=/m.so&pin-source=/etc/pin",
    "pkcs11:object=a;token=b?module-path=/m.so",
];

/// What looks like one and is none; each could be or hold a secret.
const BAD: &[&str] = &[
    "",
    "hunter2",
    ":",
    "file:",
    "file://host/path",
    "file:a\nb",
    "FILE:a",
    " file:a",
    "env:",
    "env:lower",
    "env:1A",
    "env:A-B",
    "env:A B",
    "vault:",
    "vault:secret/doorward",
    "vault:secret/doorward#",
    "vault:secret#field",
    "vault:/doorward#field",
    "vault:secret//doorward#field",
    "vault:secret/../sys/raw#field",
    "vault:secret/%2e%2e/x#field",
    "vault:secret/a?version=1#field",
    "vault:secret/doorward#a b",
    "vault:secret/doorward/#field",
    "vault-transit:key",
    "vault-transit:transit/",
    "vault-transit:/key",
    "vault-transit:transit/../sys",
    "vault-transit:transit/key#field",
    "aws-sm:",
    "aws-sm:a b",
    "aws-sm:a#",
    "aws-sm:a:b",
    "aws-sm:#field",
    "aws-kms:",
    "aws-kms:alias/",
    "aws-kms:alias:a",
    "aws-kms:name/x",
    "aws-kms:a b",
    "gcp-sm:projects/p/secrets/s",
    "gcp-sm:projects/p/secrets/s/versions/0",
    "gcp-sm:projects/p/secrets/s/versions/",
    "gcp-sm:projects/p/secrets/s/versions/LATEST",
    "gcp-sm:projects/p/secrets/s/versions/1/x",
    "gcp-sm:projects/../secrets/s/versions/1",
    "gcp-sm:projects/p/locations/l/secrets/s/versions/1",
    "azure-kv:",
    "azure-kv:my-vault/secrets/",
    "azure-kv:my-vault/certificates/a",
    "azure-kv:my.vault/secrets/a",
    "azure-kv:ab/secrets/a",
    "azure-kv:my-vault/secrets/a/short",
    "azure-kv:my-vault/secrets/a_b",
    "azure-kv:http://example.com/secrets/a",
    "azure-kv:http://localhost/secrets/a",
    "azure-kv:https://user:hunter2@example.com/secrets/a",
    "azure-kv:https://example.com/x/secrets/a",
    "azure-kv:https://example.com?x=/secrets/a",
    "pkcs11:",
    "pkcs11:token=a;object=b",
    "pkcs11:token=a?module-path=/m.so",
    "pkcs11:object=b?module-path=/m.so",
    "pkcs11:token=a;object=b?module-path=m.so",
    "pkcs11:token=a;object=b?module-path=/m.so&pin-value=hunter2",
    "pkcs11:token=a;object=b?module-path=/m.so&pin-source=hunter2",
    "pkcs11:token=a;object=b?module-path=/m.so&pin-source=vault:s/p%23f",
    "pkcs11:token=a;token=a;object=b?module-path=/m.so",
    "pkcs11:token=a;object=b?module-path=/m.so&module-path=/m.so",
    "pkcs11:token=a;object=b;x-vendor=1?module-path=/m.so",
    "pkcs11:token=a;object=b?module-name=softhsm2",
    "pkcs11:token=a;object=b;type=cert?module-path=/m.so",
    "pkcs11:token=a;object=b;type=public?module-path=/m.so",
    "pkcs11:token=%a;object=b?module-path=/m.so",
    "pkcs11:token=%zz;object=b?module-path=/m.so",
    "pkcs11:token=a%0a;object=b?module-path=/m.so",
    "pkcs11:token=;object=b?module-path=/m.so",
    "pkcs11:token;object=b?module-path=/m.so",
    "https://example.com/secret",
    "gcp-kms:projects/p",
    "keyring:a",
];

#[test]
fn every_form_reads_back_as_it_was_written() {
    for text in GOOD {
        let uri: SourceUri = text.parse().unwrap_or_else(|why| panic!("{text}: {why}"));
        assert_eq!(uri.to_string(), *text);
        assert_eq!(uri.to_string().parse(), Ok(uri), "{text}");
    }
}

#[test]
fn what_is_no_source_is_refused_and_not_echoed() {
    for text in BAD {
        let why = text.parse::<SourceUri>().expect_err(text);
        assert!(!format!("{why} {why:?}").contains("hunter2"), "{text}");
        assert!(why.to_string().contains(':'), "{text}: {why}");
    }
    let long = format!("file:{}", "a".repeat(LONGEST_TEXT));
    assert_eq!(long.parse::<SourceUri>(), Err(TOO_LONG));
}

proptest! {
    #[test]
    fn a_refusal_is_one_of_a_few_sentences(text in "[ -~]{0,80}") {
        if let Err(why) = text.parse::<SourceUri>() {
            let known = BAD.iter().filter_map(|bad| bad.parse::<SourceUri>().err());
            prop_assert!(known.into_iter().any(|one| one == why));
        }
    }

    #[test]
    fn one_character_more_never_leaves_its_place(
        at in any::<prop::sample::Index>(),
        good in prop::sample::select(GOOD),
        character in prop::sample::select(&['/', '#', '?', '%', '.', ' ', '\0', '\n', '@', '\\'][..]),
    ) {
        let mut text = good.to_owned();
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        text.insert(places[at.index(places.len())], character);
        // What still parses must mean exactly what it says: it reads back, and
        // no part of it can climb out of its place in a request path.
        if let Ok(uri) = text.parse::<SourceUri>() {
            prop_assert_eq!(uri.to_string(), text);
            match uri {
                SourceUri::Vault(secret) => prop_assert!(is_segment(secret.mount()) && is_path(secret.path())),
                SourceUri::VaultTransit(key) => prop_assert!(is_path(key.mount()) && is_segment(key.name())),
                _ => {}
            }
        }
    }
}

#[test]
fn rfc7512_2_3_attributes_are_percent_decoded_once() {
    let text = "pkcs11:token=The%20Soft%25ware;id=%00%ff%61b;object=x?module-path=/opt/a%20b.so&pin-source=file:/p%2525";
    let SourceUri::Pkcs11(object) = text.parse().unwrap() else {
        panic!("another scheme")
    };
    assert_eq!(object.token(), Some("The Soft%ware"));
    assert_eq!(object.id(), Some(&b"\x00\xffab"[..]));
    assert_eq!(object.module().to_str(), Some("/opt/a b.so"));
    assert_eq!(object.pin(), Some(&SourceUri::File("/p%25".into())));
}
