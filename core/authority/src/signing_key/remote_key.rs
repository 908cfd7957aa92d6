//! A signing key that another place holds.

use base::Timestamp;
use credential::Environment;
use jose::VerificationKey;
use snapshot::KeyStage;

use super::schedule::LONGEST_LIFE;
use super::{Custody, KeyRing, SigningKeyRecord};
use crate::{FieldFinding, Refusal};

/// The kinds of place that can sign.
const PLACES: [&str; 4] = ["vault-transit", "aws-kms", "azure-kv", "pkcs11"];

/// The longest address of a key.
const LONGEST_URI: usize = 512;

/// A key whose private half never leaves its place. The public half was read
/// there, with the key id under which it will be published.
#[derive(Clone)]
pub struct RemoteKey {
    /// The place and the key.
    pub uri: String,
    /// The public half.
    pub key: VerificationKey,
}

impl std::fmt::Debug for RemoteKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RemoteKey").field(&self.key).finish()
    }
}

impl RemoteKey {
    /// Whether `uri` can be the address of a key that signs. The address is
    /// kept in the store, so it must not hold a PIN.
    ///
    /// # Errors
    ///
    /// What is wrong; the text is not part of it, since it may be a secret.
    pub fn check_uri(uri: &str) -> Result<(), Refusal> {
        let place = uri.split_once(':').map(|(place, _)| place);
        if !place.is_some_and(|place| PLACES.contains(&place)) {
            let places = PLACES.join(":, ");
            return Err(wrong(
                "it is no place that can sign",
                &format!("begin it with one of {places}:"),
            ));
        }
        let plain = uri.len() <= LONGEST_URI && uri.bytes().all(|byte| byte.is_ascii_graphic());
        // RFC 7512 section 2.4: a PIN may stand in the address itself.
        let has_secret = uri.to_ascii_lowercase().contains("pin-value");
        match (plain, has_secret) {
            (true, false) => Ok(()),
            (false, _) => Err(wrong(
                "it is longer than 512 characters, or not printable ASCII",
                "write the address without spaces",
            )),
            (true, true) => Err(wrong(
                "a PIN stands in it, and addresses are kept and shown",
                "name the PIN's place in the configuration instead; change the PIN",
            )),
        }
    }

    /// The record of this key, not yet active.
    ///
    /// # Errors
    ///
    /// If the ring has the same key already: under two names one of them could
    /// be retired and the key still sign.
    pub(super) fn into_record(
        self,
        ring: &KeyRing,
        environment: &Environment,
        now: Timestamp,
    ) -> Result<SigningKeyRecord, Refusal> {
        Self::check_uri(&self.uri)?;
        let thumbprint = self.key.thumbprint();
        let known = ring.keys.iter().find(|record| {
            VerificationKey::from_jwk(&record.public)
                .is_ok_and(|known| known.thumbprint() == thumbprint)
        });
        if let Some(known) = known {
            return Err(wrong(
                &format!("it is the key {}, which is {}", known.key_id, known.stage),
                "make a new key in its place and name that one",
            ));
        }
        let Some(key_id) = self.key.key_id().cloned() else {
            return Err(wrong("it was read without a key id", "report this"));
        };
        Ok(SigningKeyRecord {
            key_id,
            environment: environment.name.clone(),
            algorithm: self.key.algorithm(),
            stage: KeyStage::Next,
            public: self.key.to_jwk(),
            custody: Custody::Remote { uri: self.uri },
            created_at: now,
            expires_at: now.after(LONGEST_LIFE),
            published_at: Some(now),
            activated_at: None,
            retiring_since: None,
            retired_at: None,
            retired_because: None,
        })
    }
}

fn wrong(detail: &str, fix: &str) -> Refusal {
    Refusal::Invalid(vec![FieldFinding {
        field: "key",
        detail: detail.to_owned(),
        fix: fix.to_owned(),
    }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_place_that_signs_and_holds_no_secret() {
        for good in [
            "vault-transit:transit/doorward",
            "aws-kms:alias/doorward",
            "azure-kv:https://v.vault.azure.net/keys/k",
            "pkcs11:token=t;object=k",
        ] {
            assert!(RemoteKey::check_uri(good).is_ok(), "{good}");
        }
        let long = format!("aws-kms:{}", "canary".repeat(99));
        for wrong in [
            "",
            "canary",
            "file:canary",
            "vault:canary",
            "AWS-KMS:canary",
            "aws-kms:canary canary",
            "aws-kms:canary\u{e9}",
            "pkcs11:object=k?pin-value=canary",
            "pkcs11:object=k?PIN-Value=canary",
            &long,
        ] {
            let refusal = RemoteKey::check_uri(wrong).unwrap_err();
            assert!(!format!("{refusal:?}").contains("canary"), "{refusal:?}");
        }
    }
}
