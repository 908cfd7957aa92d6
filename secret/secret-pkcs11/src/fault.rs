//! What a token's refusal means.

use cryptoki::error::{Error, RvError};
use secret_source::SourceFault;

/// The fault for `what` was tried. The name of a return value is the
/// standard's, so it may be said.
pub(crate) fn about(what: &str, error: &Error) -> SourceFault {
    let Error::Pkcs11(value, _) = error else {
        return match error {
            Error::LibraryLoading(_) | Error::MissingSymbol(_) | Error::NullFunctionPointer => {
                SourceFault::Unreachable(format!("{what}: the module cannot be loaded"))
            }
            _ => SourceFault::Malformed(format!("{what}: the module does not do it")),
        };
    };
    let said = format!("{what}: the token says {value:?}");
    match value {
        RvError::PinIncorrect
        | RvError::PinInvalid
        | RvError::PinLenRange
        | RvError::PinExpired
        | RvError::PinLocked
        | RvError::UserNotLoggedIn
        | RvError::UserPinNotInitialized
        | RvError::KeyFunctionNotPermitted
        | RvError::AttributeSensitive
        | RvError::ActionProhibited => SourceFault::Denied(said),
        RvError::MechanismInvalid
        | RvError::MechanismParamInvalid
        | RvError::KeyTypeInconsistent
        | RvError::KeySizeRange
        | RvError::AttributeTypeInvalid
        | RvError::FunctionNotSupported => SourceFault::Malformed(said),
        _ => SourceFault::Unreachable(said),
    }
}

/// Whether the session, and not the request, is at an end.
pub(crate) const fn is_lost(error: &Error) -> bool {
    matches!(
        error,
        Error::Pkcs11(
            RvError::SessionHandleInvalid
                | RvError::SessionClosed
                | RvError::DeviceRemoved
                | RvError::DeviceError
                | RvError::TokenNotPresent
                | RvError::KeyHandleInvalid
                | RvError::ObjectHandleInvalid
                | RvError::UserNotLoggedIn
                | RvError::CryptokiNotInitialized,
            _
        )
    )
}
