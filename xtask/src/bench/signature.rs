//! What one bare signature costs on this machine, now: the physical limit that
//! a fresh token and an issued one are held against.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use super::tools::Tools;
use crate::fault::Fault;

/// Microseconds of one operation, without anything around it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Bare {
    /// Verifying ES256.
    pub(crate) verify_es256: f64,
    /// Verifying EdDSA.
    pub(crate) verify_eddsa: f64,
    /// Verifying RS256.
    pub(crate) verify_rs256: f64,
    /// Signing ES256.
    pub(crate) sign_es256: f64,
}

/// Measures them with the bench of `core/jose`, on `core`.
pub(crate) fn measure(
    bench: &Path,
    (tools, core): (&Tools, usize),
    seconds: u64,
    directory: &Path,
) -> Result<Bare, Fault> {
    let fault = |why: String| Fault::new("cannot measure bare signatures", why);
    let home = directory.join("criterion");
    let output = tools
        .pinned(bench, core)
        .args([
            "--bench",
            "--noplot",
            "--warm-up-time",
            "1",
            "--measurement-time",
        ])
        .arg(seconds.to_string())
        .arg("^(verify/.*|sign/ES256)/bare$")
        .env("CRITERION_HOME", &home)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| fault(error.to_string()))?;
    if !output.status.success() {
        return Err(fault(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let median = |group: &str| {
        let file = home.join(group).join("bare/new/estimates.json");
        let text = fs::read_to_string(&file).map_err(|error| fault(error.to_string()))?;
        median_microseconds(&text).ok_or_else(|| fault(format!("{group} has no median")))
    };
    Ok(Bare {
        verify_es256: median("verify_ES256")?,
        verify_eddsa: median("verify_EdDSA")?,
        verify_rs256: median("verify_RS256")?,
        sign_es256: median("sign_ES256")?,
    })
}

fn median_microseconds(estimates: &str) -> Option<f64> {
    let estimates: Value = serde_json::from_str(estimates).ok()?;
    let nanoseconds = estimates.pointer("/median/point_estimate")?.as_f64()?;
    Some(nanoseconds / 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_read_in_microseconds() {
        let estimates = r#"{"mean":{"point_estimate":1.0},"median":{"point_estimate":54100.0}}"#;
        assert_eq!(median_microseconds(estimates), Some(54.1));
        assert_eq!(median_microseconds("{}"), None);
    }
}
