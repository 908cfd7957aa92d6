//! How long it takes to start on an empty store.

use std::path::Path;
use std::time::Duration;

use crate::bench::doorward::Installation;
use crate::bench::tools::Tools;
use crate::fault::Fault;

/// Starts as many new installations as asked, one after the other; gives the
/// times from the start of each until all its roles answered.
pub(crate) fn measure(
    binary: &Path,
    tools: &Tools,
    count: usize,
    directory: &Path,
) -> Result<Vec<Duration>, Fault> {
    (0..count)
        .map(|number| {
            let home = directory.join(format!("start-{number}"));
            let installation = Installation::make(binary, "ES256", &home)?;
            installation.start(tools, None).map(|(_, ready)| ready)
        })
        .collect()
}
