//! The last word on a candidate: the parsers of the kinds themselves.

use super::Found;
use crate::checksum;
use crate::{CredentialKind, PresentedApiKey, PresentedClientSecret, PresentedOperatorToken};

/// More characters than any credential has.
pub(super) const ROOM: usize = 96;

/// A text that may be a credential, put together on the stack.
pub(super) struct Candidate {
    text: [u8; ROOM],
    length: usize,
}

impl Candidate {
    /// The text that the parts make.
    pub(super) fn new<const PARTS: usize>(parts: [&[u8]; PARTS]) -> Self {
        let mut candidate = Self {
            text: [0; ROOM],
            length: 0,
        };
        for part in parts {
            let end = candidate.length + part.len();
            if let Some(to) = candidate.text.get_mut(candidate.length..end) {
                to.copy_from_slice(part);
                candidate.length = end;
            }
        }
        candidate
    }

    /// What it is, if it is one. The place is for the caller to say.
    pub(super) fn judged(&self) -> Option<Found> {
        let text = self.text.get(..self.length)?;
        // The cheap half of the judgement: look-alikes end here.
        let (covered, given) = text.split_at_checked(text.len().checked_sub(checksum::LENGTH)?)?;
        if !checksum::is_right(covered, given) {
            return None;
        }
        let text = str::from_utf8(text).ok()?;
        let (kind, class, id) = if let Ok(api_key) = PresentedApiKey::parse(text) {
            let id = Some(api_key.id().to_owned());
            (CredentialKind::ApiKey, api_key.class(), id)
        } else if let Ok(operator_token) = PresentedOperatorToken::parse(text) {
            let id = Some(operator_token.id().to_owned());
            (CredentialKind::OperatorToken, operator_token.class(), id)
        } else {
            let client_secret = PresentedClientSecret::parse(text).ok()?;
            (CredentialKind::ClientSecret, client_secret.class(), None)
        };
        Some(Found {
            offset: 0,
            length: self.length,
            kind,
            class,
            id,
        })
    }
}

impl Drop for Candidate {
    fn drop(&mut self) {
        // What may be a secret does not stay behind on the stack.
        zeroize::Zeroize::zeroize(&mut self.text);
    }
}
