//! The two keys of a new installation: made, or taken from where they are.

use std::path::{Path, PathBuf};

use ephemeral::SystemEntropy;
use secret_source::{Key256, SourceUri};

use crate::answer::Fault;
use crate::config::{KeySource, PlaceSections, write_key};
use crate::secret::Places;

/// Where the keys are, when they are not to be made.
#[derive(clap::Args)]
pub(super) struct KeyArguments {
    /// Take the sealing key from this source instead of making one.
    #[arg(long, value_name = "SOURCE")]
    sealing_key: Option<String>,
    /// What unwraps the sealing key, when its source gives it wrapped.
    #[arg(long, value_name = "SOURCE", requires = "sealing_key")]
    sealing_key_wrapped_by: Option<String>,
    /// Take the digest key from this source instead of making one.
    #[arg(long, value_name = "SOURCE")]
    digest_key: Option<String>,
    /// What unwraps the digest key, when its source gives it wrapped.
    #[arg(long, value_name = "SOURCE", requires = "digest_key")]
    digest_key_wrapped_by: Option<String>,
}

/// Both keys.
#[derive(Default)]
pub(crate) struct InitialKeys {
    /// Seals the private halves of the signing keys.
    pub(super) sealing: InitialKey,
    /// Digests what is secret in a credential.
    pub(super) digest: InitialKey,
}

/// One of them.
#[derive(Default)]
pub(super) enum InitialKey {
    /// To be made, in a file of the installation.
    #[default]
    Made,
    /// Read already.
    Taken(Box<KeySource>, Key256),
}

impl KeyArguments {
    /// Reads what is to be taken. Relative files start at `directory`, as they
    /// will in its configuration; other places are found as the environment says.
    pub(super) async fn read(self, directory: &Path) -> Result<InitialKeys, Fault> {
        let sealing = source(
            "--sealing-key",
            self.sealing_key,
            self.sealing_key_wrapped_by,
        )?;
        let digest = source("--digest-key", self.digest_key, self.digest_key_wrapped_by)?;
        if sealing.is_some() && sealing == digest {
            return Err(Fault::new(
                "--sealing-key and --digest-key are one and the same",
                "they are two keys: give each a source of its own",
            ));
        }
        let places = Places::new(directory.to_path_buf(), PlaceSections::default());
        Ok(InitialKeys {
            sealing: InitialKey::read(&places, "sealing", sealing).await?,
            digest: InitialKey::read(&places, "digest", digest).await?,
        })
    }
}

/// The argument is parsed here and not by the command line's parser, which
/// would echo it: somebody may have put the key itself there.
fn source(
    name: &str,
    source: Option<String>,
    wrapped_by: Option<String>,
) -> Result<Option<KeySource>, Fault> {
    let parse = |name: &str, text: String| {
        text.parse::<SourceUri>()
            .map_err(|why| Fault::new(format!("{name} is no secret source"), why.to_string()))
    };
    let Some(source) = source else {
        return Ok(None);
    };
    let source = parse(name, source)?;
    Ok(Some(match wrapped_by {
        None => KeySource::Plain(source),
        Some(by) => KeySource::Wrapped {
            wrapped: source,
            by: Box::new(parse(&format!("{name}-wrapped-by"), by)?),
        },
    }))
}

impl InitialKey {
    async fn read(places: &Places, name: &str, source: Option<KeySource>) -> Result<Self, Fault> {
        Ok(match source {
            None => Self::Made,
            Some(source) => {
                let key = places.key(name, &source).await?;
                Self::Taken(Box::new(source), key)
            }
        })
    }

    /// The key, and the file that was made for it.
    pub(super) fn make(&self, path: PathBuf) -> Result<(Key256, Option<PathBuf>), Fault> {
        match self {
            Self::Made => {
                let key = write_key(&path, &mut SystemEntropy)?;
                Ok((key, Some(path)))
            }
            Self::Taken(_, key) => Ok((key.clone(), None)),
        }
    }

    /// Its source as TOML; `made` is the file that it is made in.
    pub(super) fn to_toml(&self, made: &str) -> String {
        match self {
            Self::Made => format!("\"{made}\""),
            Self::Taken(source, _) => source.to_toml(),
        }
    }
}
