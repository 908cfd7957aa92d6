//! A request that may pass. Nothing is forwarded without one.

use base::Name;
use boundary::Endpoint;
use credential::Audience;
use http::{HeaderName, HeaderValue};

use crate::{Conditional, Principal, identity};

/// What may be forwarded, to where, and in whose name. Only
/// [`Conditional::settle`] makes one.
#[derive(Debug, Clone)]
#[must_use = "a permit that is not used forwards nothing"]
pub struct Permit(Conditional);

impl Permit {
    pub(crate) fn of(conditional: Conditional) -> Self {
        Self(conditional)
    }

    /// The endpoint that was judged.
    pub fn endpoint(&self) -> &Endpoint {
        self.0.endpoint()
    }

    /// The API that it belongs to.
    pub fn api(&self) -> &Name {
        self.0.api()
    }

    /// What a token for that API has as `aud`.
    pub fn audience(&self) -> &Audience {
        self.0.route.audience()
    }

    /// Where to forward to: `scheme://host[:port]`.
    pub fn upstream(&self) -> &str {
        self.0.route.upstream()
    }

    /// The path and query that were judged: forward exactly these.
    pub fn target(&self) -> &str {
        &self.0.target
    }

    /// Who is calling.
    pub fn principal(&self) -> &Principal {
        self.0.principal()
    }

    /// The headers that tell the upstream who is calling, after every inbound
    /// look-alike ([`identity::is_identity_header`]) was dropped.
    pub fn identity_headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        identity::headers(self.principal(), self.0.route.identity_values())
    }

    pub(crate) fn conditional(&self) -> &Conditional {
        &self.0
    }
}
