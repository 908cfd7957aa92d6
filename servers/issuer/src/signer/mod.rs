//! Who holds the private half of an active key, opened.

mod fault;
mod signers;

use std::sync::Arc;

use jose::{SigningInput, SigningKey, VerificationKey};
use secret_source::RemoteSigner;

pub use fault::SignerFault;
pub use signers::Signers;

/// One active key that can sign.
pub(crate) enum Signer {
    /// Its private half is here, wiped when the signer goes.
    Local(SigningKey),
    /// Another place has it. The public half is the one that we published: what
    /// the place signs is checked against it before it is let out.
    Remote(Arc<dyn RemoteSigner>, VerificationKey),
}

impl Signer {
    /// The whole token.
    pub(crate) async fn sign(&self, input: SigningInput) -> Result<String, SignerFault> {
        match self {
            Self::Local(key) => key.sign_input(input).map_err(SignerFault::Signature),
            Self::Remote(place, published) => {
                let signature = place.sign(input.as_bytes()).await;
                let signature = signature.map_err(SignerFault::Remote)?;
                input
                    .complete(&signature, published)
                    .map_err(SignerFault::Signature)
            }
        }
    }
}
