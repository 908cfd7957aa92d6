//! The checks of a signed token, in their order.

use crate::header::Header;
use crate::mac_key::Hs256;
use crate::unverified::Segments;
use crate::{
    AcceptedTypes, AllowList, KeySet, MacKey, TokenError, TokenType, VerificationKey, base64url,
};

/// How many keys are tried when the token names none (RFC 8725 section 3.10).
const MAX_TRIALS: usize = 4;

/// Claims that can be read from a payload.
pub trait Claims: Sized {
    /// Reads them, strictly, from a payload whose signature is good.
    fn parse(payload: &[u8]) -> Result<Self, TokenError>;
}

/// The claims of one type of token: each use of a JWT that is ours has its own
/// (RFC 8725 section 3.11).
pub trait TypedClaims: Claims {
    /// The `typ` of tokens with these claims.
    const TYPE: TokenType;
}

/// Claims whose signature or MAC was good. Only [`verify`], [`verify_typed`] and
/// [`verify_mac`] build one. That they are
/// meant for the acceptor (issuer, audience) and hold now is for their own
/// methods to say.
///
/// ```compile_fail
/// let forged = jose::Verified("claims");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<T>(T);

impl<T> Verified<T> {
    /// The claims.
    pub const fn claims(&self) -> &T {
        &self.0
    }

    /// The claims, without the mark that they are verified.
    pub fn into_claims(self) -> T {
        self.0
    }
}

impl<T> std::ops::Deref for Verified<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

/// Verifies `token` as one of the type of `C`, with one of `keys`, whose
/// algorithm must be on the list `allow`. RFC 7515 section 5.2, RFC 8725
/// section 3.
///
/// The order: what is cheap and needs no key comes first; the payload is not
/// even decoded before the signature is good.
pub fn verify<C: TypedClaims>(
    token: &str,
    keys: &KeySet,
    allow: &AllowList,
) -> Result<Verified<C>, TokenError> {
    verify_typed(token, keys, allow, AcceptedTypes::only(C::TYPE))
}

/// Verifies `token` like [`verify`], as one of the `types` that the acceptor is
/// configured to accept: for the tokens of issuers that are not ours, whose
/// claims have no type of their own.
///
/// ```compile_fail
/// struct Foreign;
/// impl jose::Claims for Foreign {
///     fn parse(_: &[u8]) -> Result<Self, jose::TokenError> {
///         Ok(Self)
///     }
/// }
/// // No type is accepted unless somebody names it.
/// let _ = jose::verify::<Foreign>;
/// ```
pub fn verify_typed<C: Claims>(
    token: &str,
    keys: &KeySet,
    allow: &AllowList,
    types: AcceptedTypes,
) -> Result<Verified<C>, TokenError> {
    let segments = Segments::split(token)?;
    let header = base64url::decode(segments.header).map_err(|_| TokenError::Malformed)?;
    let header: Header<'_> = Header::parse(&header)?;
    // RFC 8725 section 3.1: before any cryptography.
    if !allow.allows(header.algorithm) {
        return Err(TokenError::Algorithm);
    }
    header.check_type(types)?;
    let signature = base64url::decode(segments.signature).map_err(|_| TokenError::Malformed)?;
    check_signature(&header, keys, segments.signed.as_bytes(), &signature)?;
    let payload = base64url::decode(segments.payload).map_err(|_| TokenError::Malformed)?;
    C::parse(&payload).map(Verified)
}

/// Verifies `token`, one of the `types`, with the secret `key` and `HS256` alone:
/// for what two parties that share a secret say to each other, such as a client
/// that proves its own. Whoever calls it has named the algorithm by it. The
/// order of the checks is that of [`verify`].
///
/// A `kid` that is not the key's id is refused, if the key has one.
///
/// ```
/// # use jose::{AcceptedTypes, AccessTokenClaims, MacKey, TokenError, TokenType};
/// let types = AcceptedTypes::only(TokenType::AccessToken);
/// let key = MacKey::new(&[7; 32]).unwrap();
/// let verified = jose::verify_mac::<AccessTokenClaims>("not.a.token", &key, types);
/// assert_eq!(verified, Err(TokenError::Malformed));
/// ```
/// ```compile_fail
/// # use jose::{AcceptedTypes, AccessTokenClaims, KeySet, TokenType};
/// # fn forget(token: &str, keys: &KeySet) {
/// # let types = AcceptedTypes::only(TokenType::AccessToken);
/// // Public keys are no secret.
/// let _ = jose::verify_mac::<AccessTokenClaims>(token, keys, types);
/// # }
/// ```
pub fn verify_mac<C: Claims>(
    token: &str,
    key: &MacKey,
    types: AcceptedTypes,
) -> Result<Verified<C>, TokenError> {
    let segments = Segments::split(token)?;
    let header = base64url::decode(segments.header).map_err(|_| TokenError::Malformed)?;
    let header: Header<'_, Hs256> = Header::parse(&header)?;
    header.check_type(types)?;
    let mac = base64url::decode(segments.signature).map_err(|_| TokenError::Malformed)?;
    let named = header.key_id.as_deref();
    if named.is_some_and(|named| key.key_id().is_some_and(|id| id.as_str() != named)) {
        return Err(TokenError::KeyUnknown);
    }
    if !key.verify_mac(segments.signed.as_bytes(), &mac) {
        return Err(TokenError::Signature);
    }
    let payload = base64url::decode(segments.payload).map_err(|_| TokenError::Malformed)?;
    C::parse(&payload).map(Verified)
}

fn check_signature(
    header: &Header<'_>,
    keys: &KeySet,
    signed: &[u8],
    signature: &[u8],
) -> Result<(), TokenError> {
    let good = |key: &VerificationKey| key.verify_signature(signed, signature);
    if let Some(key_id) = &header.key_id {
        let key = keys.by_id(key_id).ok_or(TokenError::KeyUnknown)?;
        // RFC 8725 section 3.1: one key, one algorithm.
        if key.algorithm() != header.algorithm {
            return Err(TokenError::Algorithm);
        }
        return if good(key) {
            Ok(())
        } else {
            Err(TokenError::Signature)
        };
    }
    let mut candidates = keys
        .keys()
        .iter()
        .filter(|key| key.algorithm() == header.algorithm)
        .peekable();
    if candidates.peek().is_none() {
        return Err(TokenError::KeyUnknown);
    }
    if candidates.take(MAX_TRIALS).any(good) {
        Ok(())
    } else {
        Err(TokenError::Signature)
    }
}
