//! `doorward key self-revoke`: the holder of a key ends it, with nothing but the
//! key.

use std::io::Read as _;
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::redirect::Policy;
use url::Url;

use crate::admin_api::is_loopback;
use crate::answer::{Exit, Fault, print};

const TIMEOUT: Duration = Duration::from_secs(30);

/// The longest text that is read, in bytes.
const LONGEST: u64 = 4096;

/// The arguments of `key self-revoke`.
#[derive(clap::Args)]
pub(crate) struct SelfRevoke {
    /// The issuer, such as `https://login.example.com`. The key is read from
    /// standard input; it is never an argument.
    #[arg(long, value_name = "URL")]
    issuer: String,
    /// Print one JSON document instead of text for people.
    #[arg(long)]
    json: bool,
}

impl SelfRevoke {
    /// Does it.
    pub(super) fn run(self) -> Result<Exit, Fault> {
        let address = address(&self.issuer)?;
        let header = read_key()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| {
                let message = format!("no connection can be prepared: {error}");
                Fault::new(message, "see what the machine is short of")
            })?;
        let status = runtime.block_on(send(address, header))?;
        if status != 200 {
            return Err(Fault::new(
                format!("the issuer answers {status}: nothing is known to be revoked"),
                "try again, or ask who is named as the key's revoker",
            ));
        }
        // The same for every text: an answer must not help who has found one.
        print(match self.json {
            true => "{\"revoked\": true}",
            false => "If this was an API key of theirs, it is refused everywhere from now on.",
        })?;
        Ok(Exit::Done)
    }
}

/// A key goes over TLS, or stays on this machine.
fn address(issuer: &str) -> Result<Url, Fault> {
    let fix = "write the issuer as tokens name it, such as https://login.example.com";
    let text = format!("{}/api_key/self_revoke", issuer.trim_end_matches('/'));
    let url = Url::parse(&text).map_err(|_| Fault::new("the issuer is no URL", fix))?;
    match (url.scheme(), is_loopback(&url)) {
        ("https", _) | ("http", true) => Ok(url),
        _ => Err(Fault::new("a key is not sent in the clear", fix)),
    }
}

fn read_key() -> Result<HeaderValue, Fault> {
    let fix = "write it to standard input, such as: doorward key self-revoke ... < FILE";
    let mut text = String::new();
    let read = std::io::stdin()
        .lock()
        .take(LONGEST)
        .read_to_string(&mut text);
    read.map_err(|error| Fault::new(format!("the key cannot be read: {error}"), fix))?;
    let mut header = HeaderValue::from_str(text.trim())
        .map_err(|_| Fault::new("what standard input has is no key", fix))?;
    if header.is_empty() {
        return Err(Fault::new("standard input has no key", fix));
    }
    header.set_sensitive(true);
    Ok(header)
}

async fn send(address: Url, key: HeaderValue) -> Result<u16, Fault> {
    let mut builder = reqwest::Client::builder()
        // A redirect would carry the key to wherever an answer points.
        .redirect(Policy::none())
        .timeout(TIMEOUT);
    if is_loopback(&address) {
        builder = builder.no_proxy();
    }
    let fault = |error: reqwest::Error| {
        let message = format!("the issuer cannot be reached: {}", error.without_url());
        Fault::new(message, "see whether its address is right and it runs")
    };
    let client = builder.build().map_err(fault)?;
    let request = client.post(address).header("x-api-key", key);
    Ok(request.send().await.map_err(fault)?.status().as_u16())
}
