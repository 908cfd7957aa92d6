//! Why a secret, or a signature, could not be had.

/// Why a place gave nothing. The sentences are ours: what a place answers may
/// hold a secret, so nothing of it is passed on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourceFault {
    /// The place cannot be reached, or did not answer in time.
    Unreachable(String),
    /// The place refuses us: the credential that we present, or its rights.
    Denied(String),
    /// There is no secret or key of that name.
    Missing(String),
    /// Others than its owner can read it.
    Exposed(String),
    /// What is there is not what was asked for: another form, another length,
    /// another kind of key.
    Malformed(String),
}

impl SourceFault {
    /// Whether asking once more may help: nothing was refused, the place was
    /// only not there.
    pub const fn may_pass(&self) -> bool {
        matches!(self, Self::Unreachable(_))
    }
}

impl std::fmt::Display for SourceFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (what, detail) = match self {
            Self::Unreachable(detail) => ("the secret source cannot be reached", detail),
            Self::Denied(detail) => ("the secret source refuses us", detail),
            Self::Missing(detail) => ("the secret source has no such secret", detail),
            Self::Exposed(detail) => ("the secret can be read by others", detail),
            Self::Malformed(detail) => ("the secret has another form", detail),
        };
        write!(f, "{what}: {detail}")
    }
}

impl std::error::Error for SourceFault {}
