//! `doorward secret`: keys that a key-encryption key keeps.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use base::Entropy as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Subcommand;
use ephemeral::SystemEntropy;
use secret_source::{InvalidSourceUri, Key256, KeyWrap as _, SourceUri};
use zeroize::Zeroizing;

use crate::answer::{self, Exit, Fault};
use crate::config::{Config, PlaceSections};
use crate::secret::{Places, about};

/// Make keys that a key-encryption key keeps.
#[derive(Subcommand)]
pub(crate) enum Secret {
    /// Make a fresh key of 256 bits and write it wrapped; nobody sees it.
    Wrap {
        /// What wraps it: vault-transit:, aws-kms: or azure-kv:.../keys/...
        #[arg(long, value_name = "SOURCE")]
        by: String,
        /// The file to write; one that is there is never overwritten.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// The configuration whose [secrets.*] say where that is; without it the
        /// environment says so.
        #[arg(long, value_name = "FILE", env = "DOORWARD_CONFIG")]
        config: Option<PathBuf>,
    },
}

impl Secret {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        let Self::Wrap { by, out, config } = self;
        // Parsed here, since the command line's parser would echo it.
        let by: SourceUri = by.parse().map_err(|why: InvalidSourceUri| {
            Fault::new("--by is no secret source", why.to_string())
        })?;
        let places = match config {
            Some(config) => Places::of(&Config::read(&config)?),
            None => Places::new(PathBuf::new(), PlaceSections::default()),
        };
        super::runtime()?.block_on(wrap(&places, &by, &out))?;
        let name = out.display();
        answer::print(&format!(
            "Wrote {name}: a fresh key, wrapped by {by}.\n\nNext, in [secrets]:\n\n    sealing_key = {{ wrapped = \"file:{name}\", by = \"{by}\" }}"
        ))?;
        Ok(Exit::Done)
    }
}

async fn wrap(places: &Places, by: &SourceUri, out: &Path) -> Result<(), Fault> {
    let what = format!("a key wrapped by {by}");
    let fault = |fault| about(&what, &fault);
    let wrap = places.open_wrap(by).await.map_err(fault)?;
    let mut key: Key256 = Zeroizing::new([0; 32]);
    SystemEntropy.fill(key.as_mut_slice());
    let wrapped = wrap.wrap(key.as_slice()).await.map_err(fault)?;
    // A key that cannot be had back is found out now and not at the next start.
    let opened = wrap.unwrap(&wrapped).await.map_err(fault)?;
    if !base::Digest::new(*key).matches(&base::Digest::new(
        <[u8; 32]>::try_from(opened.as_slice()).unwrap_or_default(),
    )) {
        return Err(Fault::new(
            format!("{by} does not open what it has wrapped"),
            "nothing was written; see what kind of key it is",
        ));
    }
    write(out, &wrapped).map_err(|error| {
        Fault::new(
            format!("{} cannot be written: {error}", out.display()),
            "name a file that is not there in a directory that is yours",
        )
    })
}

fn write(out: &Path, wrapped: &[u8]) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(out)?;
    writeln!(file, "{}", STANDARD.encode(wrapped))?;
    file.sync_all()
}
