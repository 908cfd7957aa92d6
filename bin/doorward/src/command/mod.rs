//! The commands, one file each. `init`, `serve`, `demo`, `operator-token`,
//! `encryption-key`, `secret`, `scan` and `inventory lint` work on this machine;
//! all others speak the admin API.

mod api_key;
mod audit;
mod client;
mod demo;
mod digest_key;
mod drill;
mod encryption_key;
mod init;
mod inventory;
mod leak;
mod log;
mod operator_token;
mod owner;
mod register;
mod revoke;
mod scan;
mod secret;
mod serve;
mod signing_key;
mod token;
mod trace;
mod user;

pub(crate) use leak::without_credentials;
pub(crate) use user::generated_password;

use clap::Subcommand;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

use crate::answer::{Exit, Fault};

/// What can be done.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// See it work: a sample API behind Doorward, on this machine alone.
    Demo(demo::Demo),
    /// Make a configuration, its keys and an empty store.
    Init(init::Init),
    /// Run the roles that a configuration names.
    Serve(serve::Serve),
    /// Create, list and revoke operator tokens, with the server stopped.
    #[command(subcommand)]
    OperatorToken(operator_token::OperatorToken),
    /// Create a key for encrypted tokens, and show its public half.
    #[command(subcommand)]
    EncryptionKey(encryption_key::EncryptionKey),
    /// Say how much stands under each digest key.
    #[command(subcommand)]
    DigestKey(digest_key::DigestKey),
    /// Make keys that a key-encryption key keeps.
    #[command(subcommand)]
    Secret(secret::Secret),
    /// Say what each endpoint is, and put its demands in force.
    #[command(subcommand)]
    Inventory(inventory::Inventory),
    /// The life of API keys, from creation to revocation.
    #[command(subcommand)]
    Key(api_key::Key),
    /// Try rotations and their way back, and list such drills.
    #[command(subcommand)]
    Drill(drill::Drill),
    /// Say which owner is gone, and which is back.
    #[command(subcommand)]
    Owner(owner::Owner),
    /// Create, list, show and revoke clients.
    #[command(subcommand)]
    Client(client::Client),
    /// Create, list and disable the accounts of people, and log them out.
    #[command(subcommand)]
    User(user::User),
    /// List, add, rotate, roll back and retire signing keys.
    #[command(subcommand)]
    SigningKey(signing_key::SigningKey),
    /// Show every credential and how it is cut off; find the gaps.
    Register(register::Register),
    /// Cut off a credential of any kind, or say who would stop.
    Revoke(revoke::Revoke),
    /// Say what a token is, and whether it is accepted.
    #[command(subcommand)]
    Token(token::Token),
    /// Report a leaked credential: what it reaches, and cutting it off.
    #[command(subcommand)]
    Leak(leak::Leak),
    /// Show what happened to one request.
    Trace(trace::Trace),
    /// Read and verify the audit.
    #[command(subcommand)]
    Audit(audit::Audit),
    Scan(scan::Scan),
}

impl Command {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        match self {
            Self::Demo(demo) => demo.run(),
            Self::Init(init) => init.run(),
            Self::Serve(serve) => serve.run(),
            Self::OperatorToken(operator_token) => operator_token.run(),
            Self::EncryptionKey(encryption_key) => encryption_key.run(),
            Self::DigestKey(digest_key) => digest_key.run(),
            Self::Secret(secret) => secret.run(),
            Self::Inventory(inventory) => inventory.run(),
            Self::Key(key) => key.run(),
            Self::Drill(drill) => drill.run(),
            Self::Owner(owner) => owner.run(),
            Self::Client(client) => client.run(),
            Self::User(user) => user.run(),
            Self::SigningKey(signing_key) => signing_key.run(),
            Self::Register(register) => register.run(),
            Self::Revoke(revoke) => revoke.run(),
            Self::Token(token) => token.run(),
            Self::Leak(leak) => leak.run(),
            Self::Trace(trace) => trace.run(),
            Self::Audit(audit) => audit.run(),
            Self::Scan(scan) => scan.run(),
        }
    }
}

/// The runtime of a process that serves. The gate's workers have their own.
fn runtime() -> Result<Runtime, Fault> {
    ephemeral::open_files::raise_limit();
    Runtime::new().map_err(|error| {
        Fault::new(
            format!("no threads can be started: {error}"),
            "see what the machine is short of",
        )
    })
}

/// Waits for SIGINT, SIGTERM or SIGHUP (the terminal was closed).
async fn until_told_to_stop() -> Result<(), Fault> {
    let fault = |error: std::io::Error| {
        Fault::new(format!("signals cannot be awaited: {error}"), "report this")
    };
    let mut interrupt = signal(SignalKind::interrupt()).map_err(fault)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(fault)?;
    let mut hangup = signal(SignalKind::hangup()).map_err(fault)?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = hangup.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
