//! The product: runs any role, and the command line that administers it.

mod admin_api;
mod answer;
mod command;
#[cfg_attr(
    not(all(feature = "vault", feature = "aws", feature = "azure", feature = "gcp")),
    expect(
        dead_code,
        reason = "the section of a place that is not built in is parsed and not read"
    )
)]
mod config;
mod secret;
mod table;
mod wire;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;

/// Doorward, the doorkeeper for an organisation's APIs.
///
/// You say who calls each endpoint, on whose authority, what is touched and
/// what a mistake costs; Doorward derives which credential is right, issues
/// it, enforces it at the gate, cuts it off, and can prove what happened.
#[derive(Parser)]
#[command(
    name = "doorward",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
struct Arguments {
    #[command(subcommand)]
    command: command::Command,
}

fn main() -> ExitCode {
    // One provider for the whole process, before anything can ask for it.
    if rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .is_err()
    {
        return answer::fault(&answer::Fault::new(
            "the cryptographic provider was installed twice",
            "report this: it cannot happen in a released build",
        ));
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    match arguments.command.run() {
        Ok(exit) => exit.into(),
        Err(fault) => answer::fault(&fault),
    }
}

/// Help and version are results; everything else that clap has to say is a
/// usage error, which is 1 here as every fault (2 is a finding).
fn usage(error: &clap::Error) -> ExitCode {
    // An argument that is not understood is shown, and may be a credential.
    let told = command::without_credentials(&error.render().to_string());
    // Nobody is left to tell if the stream is closed.
    let _ = match told {
        Some(told) => writeln!(std::io::stderr().lock(), "{told}"),
        None => error.print(),
    };
    ExitCode::from(u8::from(error.use_stderr()))
}
