//! An endpoint with what its requests need.

use base::Name;
use boundary::{Api, Endpoint, Record, Segment};
use credential::Audience;

use crate::identity::EndpointValues;

/// A listed endpoint, with its API's part of it.
#[derive(Debug)]
pub(crate) struct Route {
    api: Name,
    audience: Audience,
    upstream: String,
    endpoint: Endpoint,
    owner_segment: Option<usize>,
    identity_values: EndpointValues,
}

impl Route {
    pub(super) fn new(api: &Api, endpoint: &Endpoint) -> Self {
        let owner = endpoint.demand.owner_param.as_deref();
        let names_owner = |segment: &Segment| match segment {
            Segment::Param(name) => Some(name.as_str()) == owner,
            Segment::Literal(_) => false,
        };
        let segments = endpoint.matches.path.segments();
        Self {
            api: api.name.clone(),
            audience: api.audience.clone(),
            upstream: api.upstream.clone(),
            owner_segment: segments.iter().position(names_owner),
            identity_values: EndpointValues::of(endpoint),
            endpoint: endpoint.clone(),
        }
    }

    pub(crate) fn api(&self) -> &Name {
        &self.api
    }

    pub(crate) fn audience(&self) -> &Audience {
        &self.audience
    }

    pub(crate) fn upstream(&self) -> &str {
        &self.upstream
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub(crate) fn identity_values(&self) -> &EndpointValues {
        &self.identity_values
    }

    /// The place, from 0, of the segment that must be the subject.
    pub(crate) fn owner_segment(&self) -> Option<usize> {
        self.owner_segment
    }

    pub(crate) fn records_permits(&self) -> bool {
        self.endpoint.demand.record == Record::Every
    }
}
