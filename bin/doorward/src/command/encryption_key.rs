//! `doorward encryption-key`: the keys that tokens may be encrypted for, made
//! on the machine of the gate that holds them.

use std::path::PathBuf;

use base::Entropy;
use clap::Subcommand;
use ephemeral::SystemEntropy;
use gate::{DecryptionKey, InvalidEncryptionKey};
use jose::KeyId;
use jose::encryption::{AgreementCurve, KeyManagement};

use crate::answer::{self, Exit, Fault};
use crate::config::{read_decryption_key, write_decryption_key};

/// Create a key for encrypted tokens, and show its public half.
#[derive(Subcommand)]
pub(crate) enum EncryptionKey {
    /// Create one: the private half goes into FILE, the public one is printed.
    Create {
        /// A file that is not there yet; only its owner will be able to read it.
        file: PathBuf,
        /// RSA-OAEP-256, ECDH-ES or ECDH-ES+A256KW.
        #[arg(long, default_value = "ECDH-ES+A256KW")]
        algorithm: KeyManagement,
        /// P-256 or X25519, for the algorithms of the ECDH family.
        #[arg(long, default_value = "P-256")]
        curve: AgreementCurve,
        /// Its key id; a random one by default.
        #[arg(long)]
        id: Option<KeyId>,
    },
    /// Print the public half of one, as a JWK.
    Show {
        /// The file of the private half: a JWK, or PKCS #8 in PEM.
        file: PathBuf,
    },
}

impl EncryptionKey {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        match self {
            Self::Create {
                file,
                algorithm,
                curve,
                id,
            } => {
                let id = id.map_or_else(random_id, Ok)?;
                let key = DecryptionKey::generate(algorithm, curve, id).map_err(unmade)?;
                write_decryption_key(&file, &key.to_jwk().map_err(unmade)?)?;
                answer::print(&format!(
                    "The private half is in {}. Name it under [gate]:\n\n    \
                     decryption_keys = [\"file:{}\"]\n\n\
                     The public half, for whoever encrypts:\n\n    {}",
                    file.display(),
                    file.display(),
                    key.encryption_key().to_jwk()
                ))?;
            }
            Self::Show { file } => {
                answer::print(&read_decryption_key(&file)?.encryption_key().to_jwk())?;
            }
        }
        Ok(Exit::Done)
    }
}

fn random_id() -> Result<KeyId, Fault> {
    let bytes = (&mut SystemEntropy as &mut dyn Entropy).bytes();
    let id = format!("enc-{:016x}", u64::from_be_bytes(bytes));
    id.parse()
        .map_err(|error: jose::InvalidKeyId| Fault::new(error.to_string(), "report this"))
}

fn unmade(error: InvalidEncryptionKey) -> Fault {
    Fault::new(format!("no key was made: {error}"), "report this")
}
