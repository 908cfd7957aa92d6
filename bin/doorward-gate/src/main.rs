//! The data plane alone. It judges and forwards; it has no store, no signing
//! key and no rule about issuing, as its `Cargo.toml` proves. What it knows
//! comes over the admin API's feed, and what it decides is reported there.

mod config;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use ephemeral::{SystemClock, SystemEntropy};
use gate::feed::{HttpFeed, Knowledge};
use gate::issuer_keys::KeyKeeper;
use gate::journal::Recorder;
use gate::{Gate, Settings};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use config::Config;

/// How long requests under way may take to finish when the process stops.
const GRACE: Duration = Duration::from_secs(5);

/// Doorward's gate: enforcement in front of APIs, and nothing else.
#[derive(Parser)]
#[command(name = "doorward-gate", version)]
struct Arguments {
    /// The configuration.
    #[arg(long, value_name = "FILE", env = "DOORWARD_GATE_CONFIG")]
    config: PathBuf,
}

/// Why the gate does not run: one sentence, without a secret.
#[derive(Debug)]
pub(crate) struct Fault(pub(crate) String);

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("DOORWARD_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Fault(message)) => {
            tracing::error!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Fault> {
    if rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .is_err()
    {
        return Err(Fault(
            "the cryptographic provider was installed twice".to_owned(),
        ));
    }
    ephemeral::open_files::raise_limit();
    let config = Config::read(&arguments.config)?;
    let bound = config
        .listen()?
        .bind()
        .map_err(|error| Fault(error.to_string()))?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Fault(error.to_string()))?;
    let address = bound.address();
    let (gate, stopped) = runtime.block_on(async { (gate(&config), stop_signal()) });
    let gate = gate?;
    let recorder = gate.recorder().clone();
    let serving = bound
        .serve(move |_| gate.door(Box::new(SystemEntropy)))
        .map_err(|error| Fault(error.to_string()))?;
    tracing::info!(%address, "listening; everything is denied until the first snapshot");
    runtime
        .block_on(stopped)
        .map_err(|error| Fault(format!("signals cannot be awaited: {error}")))?;
    serving.stop(GRACE);
    runtime.block_on(recorder.report_use());
    Ok(())
}

fn gate(config: &Config) -> Result<Gate, Fault> {
    let trust = config.trust()?;
    let feed = HttpFeed::start(config.admin(), &config.operator_token()?, trust.clone())
        .map_err(|error| Fault(error.to_string()))?;
    let feed = match config.api_keys_in_memory() {
        Some(most) => feed.with_api_keys_at_most(most),
        None => feed,
    };
    let clock = Arc::new(SystemClock::new());
    let settings = Settings {
        trusted_proxies: config.trusted_proxies(),
        trust: trust.clone(),
        decryption_keys: Arc::new(config.decryption_keys()?),
        ..Settings::new(config.digest_keys()?)
    };
    let knowledge = Knowledge::follow(
        Arc::new(feed.clone()),
        Arc::clone(&clock) as Arc<dyn base::Clock>,
    );
    let keeper = KeyKeeper::start(
        &knowledge,
        trust,
        Arc::clone(&clock) as Arc<dyn base::Clock>,
        &mut SystemEntropy,
    );
    let gate = Gate::new(knowledge, Recorder::start(Arc::new(feed)), clock, settings);
    Ok(gate.keeping(keeper))
}

/// Waits for SIGINT or SIGTERM.
async fn stop_signal() -> std::io::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
