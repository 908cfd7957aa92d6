//! Every way a request can be malformed, and its one answer.

use http::StatusCode;

use super::Shape;

/// Why a request is refused before it is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// Found in the bytes of an HTTP/1 head.
    Shape(Shape),
    /// More than 100 header lines.
    TooManyHeaders,
    /// `Transfer-Encoding` is not exactly `chunked`.
    TransferEncoding,
    /// `Content-Length` is not a number.
    ContentLength,
    /// HTTP/1.0 with a method that has a body, and no length.
    NoLength,
    /// `Expect` is not `100-continue`.
    Expectation,
    /// `CONNECT`, `TRACE` or a method that this gate does not know.
    Method,
    /// `OPTIONS *`, or a target that is neither a path nor an absolute URL.
    Target,
    /// No `Host`, several, or one that is no host and port.
    Host,
    /// The target names another authority than `Host`.
    Authority,
    /// A target with another scheme than the connection's, or with a user.
    AbsoluteTarget,
    /// A header value that is not UTF-8 or has control characters.
    HeaderText,
    /// A trusted proxy does not say for whom it forwards.
    Forwarding,
}

impl Malformed {
    /// The status of the answer.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::TooManyHeaders => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Expectation => StatusCode::EXPECTATION_FAILED,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            // RFC 9110 section 15.5.20
            Self::Authority => StatusCode::MISDIRECTED_REQUEST,
            Self::Shape(_)
            | Self::TransferEncoding
            | Self::ContentLength
            | Self::NoLength
            | Self::Target
            | Self::Host
            | Self::AbsoluteTarget
            | Self::HeaderText
            | Self::Forwarding => StatusCode::BAD_REQUEST,
        }
    }

    /// Whether the connection's framing can no longer be trusted.
    pub const fn closes(self) -> bool {
        !matches!(
            self,
            Self::HeaderText | Self::Expectation | Self::Forwarding
        )
    }

    /// What the client is told. Nothing of the request is repeated.
    pub const fn detail(self) -> &'static str {
        match self {
            Self::Shape(shape) => shape.detail(),
            Self::TooManyHeaders => "The request has more than 100 header lines.",
            Self::TransferEncoding => "Transfer-Encoding must be chunked, once and alone.",
            Self::ContentLength => "Content-Length must be a number.",
            Self::NoLength => "An HTTP/1.0 request with this method needs Content-Length.",
            Self::Expectation => "Only Expect: 100-continue is known.",
            Self::Method => "This method is not offered.",
            Self::Target => "The request target must be a path.",
            Self::Host => {
                "The request needs exactly one Host header with a host and an optional port."
            }
            Self::Authority => "The request target and the Host header name different authorities.",
            Self::AbsoluteTarget => {
                "The request target has a user or another scheme than the connection."
            }
            Self::Forwarding => {
                "The proxy in front must send X-Forwarded-For and X-Forwarded-Proto, each readable."
            }
            Self::HeaderText => "A header value is not UTF-8 or has control characters.",
        }
    }
}
