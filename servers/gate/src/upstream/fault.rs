//! What can go wrong between the gate and an upstream.

use std::fmt;
use std::io;

use http::StatusCode;
use snapshot::UpstreamOutcome;

/// Why an upstream gave no answer. The client learns the kind, never the
/// upstream's name or the words of an error.
#[derive(Debug)]
pub enum UpstreamFault {
    /// No connection within the time for it.
    ConnectTimeout,
    /// The connection was refused or broke before it was usable.
    Connect(io::Error),
    /// An `https` upstream, and nothing to check its certificate with.
    NoTrust,
    /// The answer's head did not arrive in time.
    AnswerTimeout,
    /// The connection ended without an answer, or the answer was not HTTP.
    Broken(hyper::Error),
    /// It switched protocols unasked.
    Switched,
    /// The client stopped sending its body.
    BodyStalled,
    /// The client's body broke off or was malformed.
    BodyBroken,
}

impl UpstreamFault {
    /// 504 for what took too long (RFC 9110 section 15.6.5), 502 for what broke
    /// (RFC 9110 section 15.6.3); for what the client did 408 (RFC 9110 section
    /// 15.5.9) and 400 (RFC 9110 section 15.5.1).
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::ConnectTimeout | Self::AnswerTimeout => StatusCode::GATEWAY_TIMEOUT,
            Self::Connect(_) | Self::NoTrust | Self::Broken(_) | Self::Switched => {
                StatusCode::BAD_GATEWAY
            }
            Self::BodyStalled => StatusCode::REQUEST_TIMEOUT,
            Self::BodyBroken => StatusCode::BAD_REQUEST,
        }
    }

    /// What the audit says about it.
    pub const fn outcome(&self) -> UpstreamOutcome {
        match self {
            Self::ConnectTimeout | Self::Connect(_) | Self::NoTrust => UpstreamOutcome::Unreachable,
            Self::AnswerTimeout => UpstreamOutcome::TimedOut,
            Self::Broken(_) | Self::Switched | Self::BodyStalled | Self::BodyBroken => {
                UpstreamOutcome::Broken
            }
        }
    }
}

impl fmt::Display for UpstreamFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConnectTimeout => f.write_str("the upstream could not be reached in time"),
            Self::Connect(error) => write!(f, "the upstream could not be reached: {error}"),
            Self::NoTrust => f.write_str("an https upstream needs trusted certificates"),
            Self::AnswerTimeout => f.write_str("the upstream did not answer in time"),
            Self::Broken(error) => write!(f, "the upstream gave no answer: {error}"),
            Self::BodyStalled => f.write_str("the client stopped sending its body"),
            Self::BodyBroken => f.write_str("the client's body broke off"),
            Self::Switched => f.write_str("the upstream switched protocols unasked"),
        }
    }
}

impl std::error::Error for UpstreamFault {}
