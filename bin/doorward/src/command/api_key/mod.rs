//! `doorward key`: API keys, one subcommand a file.

mod create;
mod cut_over;
mod exposure;
mod in_force;
mod list;
mod record;
mod revoke;
mod rollback;
mod rotate;
mod rotation;
mod secret_path;
mod show;
mod why;

use crate::answer::{Exit, Fault};

pub(super) use in_force::in_force_text;

const PATH: &str = "/admin/v1/api_key";

/// What can be done with API keys.
#[derive(clap::Subcommand)]
pub(crate) enum Key {
    /// Create an API key; its text is shown once.
    Create(create::Create),
    /// List every API key.
    List(list::List),
    /// Show one API key.
    Show(show::Show),
    /// Give an API key a newer secret, shown once; both are accepted for a while.
    Rotate(rotate::Rotate),
    /// Refuse the older secret of a key that is being rotated.
    CutOver(cut_over::CutOver),
    /// Undo the last step of a rotation.
    Rollback(rollback::Rollback),
    /// Say who owns an API key, what it opens, how to disable it, and how it is used.
    Why(why::Why),
    /// List where an API key was readable for others.
    Exposure(exposure::Exposure),
    /// Say where the secret of an API key lies, for the register.
    SecretPath(secret_path::SecretPath),
    /// Revoke an API key, at once and for good.
    Revoke(revoke::Revoke),
}

impl Key {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        match self {
            Self::Create(create) => create.run(),
            Self::List(list) => list.run(),
            Self::Show(show) => show.run(),
            Self::Rotate(rotate) => rotate.run(),
            Self::CutOver(cut_over) => cut_over.run(),
            Self::Rollback(rollback) => rollback.run(),
            Self::Why(why) => why.run(),
            Self::Exposure(exposure) => exposure.run(),
            Self::SecretPath(secret_path) => secret_path.run(),
            Self::Revoke(revoke) => revoke.run(),
        }
    }
}
