//! The status of a denial.

/// The status of a denial: a closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// 400: the request has no one meaning.
    BadRequest,
    /// 401: no credential, or one that does not count.
    Unauthorized,
    /// 403: a good credential, and not for this.
    Forbidden,
    /// 404: no such endpoint.
    NotFound,
    /// 429: a good credential, too often (RFC 6585 section 4).
    TooManyRequests,
    /// 503: it cannot be judged now.
    ServiceUnavailable,
}

impl Status {
    /// The status code (RFC 9110 section 15).
    pub const fn as_u16(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::TooManyRequests => 429,
            Self::ServiceUnavailable => 503,
        }
    }
}
