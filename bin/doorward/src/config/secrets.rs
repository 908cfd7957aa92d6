//! `[secrets]`: where the two keys come from that protect everything at rest,
//! and where the places are that they come from.

use std::path::{Path, PathBuf};

use base::Entropy;
use ephemeral::key_file::{self, Key};
use secret_source::SourceUri;
use serde::Deserialize;

use super::key_source::KeySource;
use super::secret_place::{AwsSection, AzureSection, GcpSection, PlaceSections, VaultSection};
use crate::answer::Fault;

/// How many digest keys may stand behind the current one: each is tried on a
/// text that names no id.
const MOST_PREVIOUS: usize = 8;

/// The two keys.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Written")]
pub(crate) struct SecretsSection {
    /// Seals the private halves of the signing keys.
    pub(crate) sealing_key: KeySource,
    /// Digests API keys, client secrets and operator tokens.
    pub(crate) digest_key: KeySource,
    /// The digest keys before it, under which some still stand.
    pub(crate) previous_digest_keys: Vec<KeySource>,
    /// Where the places are.
    pub(crate) places: PlaceSections,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    sealing_key: KeySource,
    digest_key: KeySource,
    #[serde(default)]
    previous_digest_keys: Vec<KeySource>,
    vault: Option<VaultSection>,
    aws: Option<AwsSection>,
    azure: Option<AzureSection>,
    gcp: Option<GcpSection>,
}

impl TryFrom<Written> for SecretsSection {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, &'static str> {
        if written.sealing_key == written.digest_key {
            return Err("sealing_key and digest_key are two keys: give each a source of its own");
        }
        if written.previous_digest_keys.len() > MOST_PREVIOUS {
            return Err(
                "previous_digest_keys has more than 8: rotate what stands under the oldest",
            );
        }
        let before = written.previous_digest_keys.iter();
        if before
            .clone()
            .any(|key| *key == written.digest_key || *key == written.sealing_key)
        {
            return Err(
                "previous_digest_keys are the keys before digest_key, and neither it nor the sealing key",
            );
        }
        Ok(Self {
            sealing_key: written.sealing_key,
            digest_key: written.digest_key,
            previous_digest_keys: written.previous_digest_keys,
            places: PlaceSections {
                vault: written.vault,
                aws: written.aws,
                azure: written.azure,
                gcp: written.gcp,
            },
        })
    }
}

/// Where a private key of another format is: `file:PATH`.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct PrivateKeyFile(PathBuf);

impl PrivateKeyFile {
    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl TryFrom<String> for PrivateKeyFile {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        match text.parse() {
            Ok(SourceUri::File(path)) => Ok(Self(path)),
            // The text is not echoed: somebody may have put the secret itself here.
            _ => Err("a private key is written file:PATH"),
        }
    }
}

/// Makes a key and writes it; a file that is there is never overwritten.
pub(crate) fn write_key(path: &Path, entropy: &mut dyn Entropy) -> Result<Key, Fault> {
    key_file::create_key(path, entropy).map_err(|error| {
        Fault::new(
            format!("the key file {} cannot be written: {error}", path.display()),
            "check the directory and the space on its disk",
        )
    })
}
