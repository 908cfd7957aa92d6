//! `doorward key`: API keys, one subcommand a file.

mod arguments;
mod create;
mod cut_over;
mod in_force;
mod list;
mod record;
mod renew;
mod resume;
mod review;
mod revoke;
mod rollback;
mod rotate;
mod rotation;
mod show;
mod suspend;
mod transfer;

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
    /// Refuse an API key until it is resumed.
    Suspend(suspend::Suspend),
    /// Take a suspension back.
    Resume(resume::Resume),
    /// Say that an API key is still needed: its next review is due later.
    Review(review::Review),
    /// Let the secret of an API key live longer.
    Renew(renew::Renew),
    /// Give an API key to another owner.
    Transfer(transfer::Transfer),
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
            Self::Suspend(suspend) => suspend.run(),
            Self::Resume(resume) => resume.run(),
            Self::Review(review) => review.run(),
            Self::Renew(renew) => renew.run(),
            Self::Transfer(transfer) => transfer.run(),
            Self::Revoke(revoke) => revoke.run(),
        }
    }
}
