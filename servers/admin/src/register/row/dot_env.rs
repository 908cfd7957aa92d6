//! What credentials of ours lie in a `.env` file. They are recognised by their
//! form and checksum; only their ids are kept.

use std::path::{Path, PathBuf};

use credential::{CredentialKind, scan};
use posture::{DotEnvFile, RowKind};
use tokio::io::AsyncReadExt as _;
use zeroize::Zeroizing;

/// The longest `.env` file that is read, in bytes.
const LONGEST: u64 = 256 * 1024;

pub(in super::super) async fn look(paths: &[PathBuf]) -> Vec<DotEnvFile> {
    let mut files = Vec::new();
    for path in paths {
        if let Some(text) = read(path).await {
            files.push(DotEnvFile {
                path: path.display().to_string(),
                holds: recognised(&text),
            });
        }
    }
    files
}

/// What is not there or cannot be read holds nothing that could be named.
async fn read(path: &Path) -> Option<Zeroizing<Vec<u8>>> {
    let metadata = tokio::fs::metadata(path).await.ok()?;
    if !metadata.is_file() {
        return None;
    }
    let file = tokio::fs::File::open(path).await.ok()?;
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(LONGEST).read_to_end(&mut bytes).await.ok()?;
    Some(bytes)
}

fn recognised(bytes: &[u8]) -> Vec<(RowKind, String)> {
    let found = scan::find(bytes).into_iter();
    found
        .filter_map(|found| {
            let kind = match found.kind {
                CredentialKind::ApiKey => RowKind::ApiKey,
                CredentialKind::OperatorToken => RowKind::OperatorToken,
                // A client's secret does not say whose it is.
                _ => return None,
            };
            Some((kind, found.id?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use base::SeededEntropy;
    use credential::{DigestKey, EnvironmentClass, MintedApiKey, MintedOperatorToken};

    use super::*;

    #[test]
    fn our_credentials_are_recognised_and_nothing_else() {
        let (key, entropy) = (DigestKey::new([7; 32]), &mut SeededEntropy::new(1));
        let api_key = MintedApiKey::mint(EnvironmentClass::Production, &key, entropy);
        let operator = MintedOperatorToken::mint(EnvironmentClass::Production, &key, entropy);
        let text = format!(
            "# local\nDOORWARD_OPERATOR_TOKEN=\"{}\"\nexport WEATHER='{}'\nOTHER=dw_live_x\nURL=https://a/b\n",
            operator.secret.expose(),
            api_key.secret.expose(),
        );
        let expected = [
            (RowKind::OperatorToken, operator.id.to_string()),
            (RowKind::ApiKey, api_key.id.to_string()),
        ];
        assert_eq!(recognised(text.as_bytes()), expected);
    }
}
