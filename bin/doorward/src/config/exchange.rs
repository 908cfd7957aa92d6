//! `[issuer.exchange]`: a listener of its own for the exchange of API keys, to
//! keep them off the public internet.

use std::path::Path;

use super::{Config, report};
use crate::answer::Fault;

const SECTION: &str = "issuer.exchange";

/// Refuses an exchange listener without TLS, or one at an address that another
/// role listens on: it would not keep the keys away from that one's callers.
pub(super) fn check(config: &Config, path: &Path, text: &str) -> Result<(), Fault> {
    let Some(exchange) = &config.issuer.exchange else {
        return Ok(());
    };
    let listener = exchange.get_ref();
    let placed = |fault: &Fault| report::placed(path, text, exchange.span(), fault);
    listener
        .check(SECTION, path)
        .map_err(|fault| placed(&fault))?;
    let mut others = config.listeners();
    match others.find(|(_, other)| other.listen == listener.listen && listener.listen.port() != 0) {
        None => Ok(()),
        Some((section, _)) => Err(placed(&Fault::new(
            format!(
                "[{SECTION}] listens on {}, as [{section}] does",
                listener.listen
            ),
            "write an address of its own, such as a private one; or remove [issuer.exchange], and the issuer exchanges keys at its own listener",
        ))),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use crate::config::Config;

    const GOOD: &str = r#"
[environment]
name = "production"
class = "production"

[store]
path = "data/doorward.db"

[secrets]
sealing_key = "file:secrets/sealing.key"
digest_key = "file:secrets/digest.key"

[issuer]
url = "https://login.example.com"
listen = "127.0.0.1:7001"

[gate]
listen = "127.0.0.1:7000"
"#;

    fn read(exchange: &str) -> Result<Config, String> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        write!(file, "{GOOD}\n{exchange}\n").unwrap();
        Config::read(file.path()).map_err(|fault| fault.to_string())
    }

    #[test]
    fn it_is_a_listener_like_every_other_one() {
        assert!(read("").unwrap().issuer.exchange().is_none());
        for good in [
            "[issuer.exchange]\nlisten = \"127.0.0.1:8446\"",
            "[issuer.exchange]\nlisten = \"127.0.0.1:0\"",
            "[issuer.exchange]\nlisten = \"10.0.0.5:8446\"\ntrusted_proxies = [\"10.0.0.6/32\"]",
            "[issuer.exchange]\nlisten = \"10.0.0.5:8446\"\ntls = { certificate = \"c.pem\", key = \"k.pem\" }",
        ] {
            let config = read(good).unwrap_or_else(|fault| panic!("{good}: {fault}"));
            assert!(config.issuer.exchange().is_some());
        }
    }

    #[test]
    fn what_is_wrong_is_shown_at_its_line_and_column() {
        for (wrong, said) in [
            (
                "[issuer.exchange]\nlisten = \"10.0.0.5:8446\"",
                "without TLS",
            ),
            (
                "[issuer.exchange]\nlisten = \"0.0.0.0:8446\"",
                "without TLS",
            ),
            (
                "[issuer.exchange]\nlisten = \"127.0.0.1:7001\"",
                "as [issuer] does",
            ),
            (
                "[issuer.exchange]\nlisten = \"127.0.0.1:7000\"",
                "as [gate] does",
            ),
            (
                "[issuer.exchange]\nlisten = \"somewhere\"",
                "invalid socket address",
            ),
            (
                "[issuer.exchange]\nlisten = \"127.0.0.1:1\"\nport = 1",
                "unknown field",
            ),
            ("[issuer.exchange]", "missing field"),
            ("[issuer.exchange]\nlisten = 8446", "invalid type"),
        ] {
            let Err(fault) = read(wrong) else {
                panic!("{wrong} is accepted");
            };
            assert!(fault.contains(said), "{wrong}: {fault}");
            // The section starts at line 22 of the file.
            let line = fault
                .split_once(":2")
                .and_then(|(_, rest)| rest.chars().next());
            assert!(
                line.is_some_and(|digit| digit.is_ascii_digit()),
                "{wrong}: {fault}"
            );
        }
    }
}
