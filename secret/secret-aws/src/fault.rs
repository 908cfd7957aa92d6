//! What a refusal of AWS means.

use aws_config::SdkConfig;
use aws_sdk_kms::error::{ProvideErrorMetadata, SdkError};
use secret_source::SourceFault;

/// The codes that we know, with what they mean; others are not echoed.
const CODES: &[(&str, Meaning)] = &[
    ("AccessDenied", Meaning::Denied),
    ("AccessDeniedException", Meaning::Denied),
    ("DisabledException", Meaning::Denied),
    ("ExpiredTokenException", Meaning::Denied),
    ("IncompleteSignature", Meaning::Denied),
    ("InvalidClientTokenId", Meaning::Denied),
    ("InvalidSignatureException", Meaning::Denied),
    ("KMSInvalidStateException", Meaning::Denied),
    ("KeyUnavailableException", Meaning::Unreachable),
    ("MissingAuthenticationToken", Meaning::Denied),
    ("MissingAuthenticationTokenException", Meaning::Denied),
    ("NotAuthorized", Meaning::Denied),
    ("OptInRequired", Meaning::Denied),
    ("SignatureDoesNotMatch", Meaning::Denied),
    ("UnrecognizedClientException", Meaning::Denied),
    ("NotFoundException", Meaning::Missing),
    ("ResourceNotFoundException", Meaning::Missing),
    ("DependencyTimeoutException", Meaning::Unreachable),
    ("InternalFailure", Meaning::Unreachable),
    ("InternalServiceError", Meaning::Unreachable),
    ("KMSInternalException", Meaning::Unreachable),
    ("RequestThrottled", Meaning::Unreachable),
    ("ServiceUnavailable", Meaning::Unreachable),
    ("Throttling", Meaning::Unreachable),
    ("ThrottlingException", Meaning::Unreachable),
    ("IncorrectKeyException", Meaning::Malformed),
    ("InvalidCiphertextException", Meaning::Malformed),
    ("InvalidKeyUsageException", Meaning::Malformed),
    ("InvalidParameterException", Meaning::Malformed),
    ("InvalidRequestException", Meaning::Missing),
    ("ValidationException", Meaning::Malformed),
];

#[derive(Clone, Copy)]
enum Meaning {
    Denied,
    Missing,
    Unreachable,
    Malformed,
}

/// The fault for `what` was asked for.
pub(crate) fn about<E, R>(what: &str, config: &SdkConfig, error: &SdkError<E, R>) -> SourceFault
where
    E: ProvideErrorMetadata,
{
    let place = config.endpoint_url().map_or_else(
        || {
            let region = config
                .region()
                .map_or("no region", |region| region.as_ref());
            format!("AWS in {region}")
        },
        |endpoint| format!("AWS at {endpoint}"),
    );
    match error {
        SdkError::ConstructionFailure(_) => {
            SourceFault::Malformed(format!("{place} cannot be asked for {what}"))
        }
        SdkError::TimeoutError(_) => {
            SourceFault::Unreachable(format!("{place} did not answer in time for {what}"))
        }
        SdkError::DispatchFailure(failure) if failure.is_io() || failure.is_timeout() => {
            SourceFault::Unreachable(format!("no answer from {place} for {what}"))
        }
        SdkError::DispatchFailure(_) => SourceFault::Denied(format!(
            "no request to {place} for {what}: there are no credentials, or TLS failed; write access_key_id and secret_access_key in [secrets.aws], or give the process a role"
        )),
        SdkError::ServiceError(refused) => {
            let code = refused.err().code().unwrap_or_default();
            let known = CODES.iter().find(|(known, _)| *known == code);
            let (code, meaning) = known
                .copied()
                .unwrap_or(("an unknown error", Meaning::Malformed));
            let said = format!("{place} answered {code} for {what}");
            match meaning {
                Meaning::Denied => SourceFault::Denied(said),
                Meaning::Missing => SourceFault::Missing(said),
                Meaning::Unreachable => SourceFault::Unreachable(said),
                Meaning::Malformed => SourceFault::Malformed(said),
            }
        }
        _ => SourceFault::Unreachable(format!("{place} answered without sense for {what}")),
    }
}
