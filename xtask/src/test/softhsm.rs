//! SoftHSM, the PKCS#11 module that the tests speak to: a package of the
//! system, installed where that is allowed.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::part::{answers, run};

/// Where distributions put the module.
const MODULES: [&str; 4] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/lib/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
];

/// The module, or why there is none.
pub(crate) fn prepare() -> Result<PathBuf, String> {
    if let Some(module) = found() {
        println!("SoftHSM is there");
        return Ok(module);
    }
    if !answers("apt-get") {
        return Err("softhsm2 is not installed".to_owned());
    }
    println!("installing softhsm2");
    // Only the superuser may; anybody else is told what is left out.
    run(Command::new("apt-get")
        .args(["install", "--yes", "--quiet", "--no-install-recommends"])
        .arg("softhsm2")
        .env("DEBIAN_FRONTEND", "noninteractive"))
    .map_err(|why| format!("softhsm2 is not installed, and apt-get cannot: {why}"))?;
    found().ok_or_else(|| "softhsm2 is installed and has no module".to_owned())
}

fn found() -> Option<PathBuf> {
    let known = MODULES.iter().find(|module| Path::new(module).exists())?;
    Some(PathBuf::from(known))
}
