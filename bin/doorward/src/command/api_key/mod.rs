//! `doorward key`: API keys, one subcommand a file.

mod arguments;
mod batch_file;
mod bulk;
mod create;
mod cut_over;
mod exposure;
mod import;
mod in_force;
mod items;
mod list;
mod record;
mod renew;
mod resume;
mod review;
mod review_queue;
mod revoke;
mod rollback;
mod rotate;
mod rotation;
mod secret_path;
mod self_revoke;
mod show;
mod suspend;
mod transfer;
mod why;

use crate::answer::{Exit, Fault};

pub(super) use in_force::in_force_text;

const PATH: &str = "/admin/v1/api_key";

/// What can be done with API keys.
#[derive(clap::Subcommand)]
pub(crate) enum Key {
    /// Create an API key; its text is shown once.
    Create(Box<create::Create>),
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
    /// Refuse an API key until it is resumed.
    Suspend(suspend::Suspend),
    /// Take a suspension back.
    Resume(resume::Resume),
    /// Say that an API key is still needed: its next review is due later.
    Review(review::Review),
    /// List the API keys that wait for a review, the most urgent first.
    ReviewQueue(review_queue::ReviewQueue),
    /// Accept keys of another system for a while, by the SHA-256 of each.
    Import(import::Import),
    /// Revoke the key that standard input has: for its holder.
    SelfRevoke(self_revoke::SelfRevoke),
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
            Self::Why(why) => why.run(),
            Self::Exposure(exposure) => exposure.run(),
            Self::SecretPath(secret_path) => secret_path.run(),
            Self::Suspend(suspend) => suspend.run(),
            Self::Resume(resume) => resume.run(),
            Self::Review(review) => review.run(),
            Self::ReviewQueue(review_queue) => review_queue.run(),
            Self::Import(import) => import.run(),
            Self::SelfRevoke(self_revoke) => self_revoke.run(),
            Self::Renew(renew) => renew.run(),
            Self::Transfer(transfer) => transfer.run(),
            Self::Revoke(revoke) => revoke.run(),
        }
    }
}
