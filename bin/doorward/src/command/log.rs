//! The log: lines for people on a terminal, JSON for machines elsewhere, always
//! on standard error. `DOORWARD_LOG` says how much, such as `debug`.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// Starts the log of this process. A second start is ignored.
pub(crate) fn start() {
    start_at("info");
}

/// The same, for the demo: only what needs attention.
pub(crate) fn start_quiet() {
    start_at("warn");
}

fn start_at(level: &str) {
    let filter = EnvFilter::try_from_env("DOORWARD_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let _ = if std::io::stderr().is_terminal() {
        log.with_target(false).try_init()
    } else {
        log.json().try_init()
    };
}
