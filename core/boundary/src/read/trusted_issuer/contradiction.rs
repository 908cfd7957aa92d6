//! What contradicts within a trusted issuer, and between two of them.

use std::ops::Range;

use credential::EnvironmentClass;

use crate::read::document::Document;
use crate::{Api, ForeignType, KeySource, Preset, Rule, Severity, TrustedIssuer};

pub(super) fn report(
    issuers: &[(TrustedIssuer, Range<usize>)],
    apis: &[Api],
    document: &mut Document<'_>,
) {
    for (place, (issuer, span)) in issuers.iter().enumerate() {
        let before: Vec<&TrustedIssuer> = issuers
            .iter()
            .take(place)
            .map(|(issuer, _)| issuer)
            .collect();
        taken(issuer, &before, span, document);
        contested_paths(issuer, &before, apis, (span, document));
        ambiguous_tenant(issuer, span, document);
        key_url(issuer, span, document);
        doubtful(issuer, span, document);
    }
}

/// A token names its issuer by the URL, a record by the name: each is one's own.
fn taken(
    issuer: &TrustedIssuer,
    before: &[&TrustedIssuer],
    span: &Range<usize>,
    document: &mut Document<'_>,
) {
    if before.iter().any(|other| other.name == issuer.name) {
        document.error(
            Rule::DuplicateId,
            span.clone(),
            format!("another trusted issuer has the name {}", issuer.name),
            "give each trusted issuer a name of its own",
        );
    }
    if let Some(other) = before.iter().find(|other| other.issuer == issuer.issuer) {
        document.error(
            Rule::DuplicateId,
            span.clone(),
            format!("{} is trusted as {} already", issuer.issuer, other.name),
            "write one [[trusted_issuer]] for each issuer, with all its apis",
        );
    }
}

/// `alice` of one issuer is not `alice` of another: a path can belong to the
/// subjects of one of them.
fn contested_paths(
    issuer: &TrustedIssuer,
    before: &[&TrustedIssuer],
    apis: &[Api],
    (span, document): (&Range<usize>, &mut Document<'_>),
) {
    if !issuer.owns_paths {
        return;
    }
    let binds = |api: &&Api| {
        api.endpoints
            .iter()
            .any(|endpoint| endpoint.demand.owner_param.is_some())
    };
    for api in apis.iter().filter(binds) {
        let rival = before
            .iter()
            .find(|other| other.owns_paths && other.apis.contains_key(&api.name));
        let Some(rival) = rival.filter(|_| issuer.apis.contains_key(&api.name)) else {
            continue;
        };
        document.error(
            Rule::TrustedIssuer,
            span.clone(),
            format!(
                "paths of {} would belong to subjects of {} and of {}, whatever they have in common but the name",
                api.name, rival.name, issuer.name
            ),
            "let owns_paths be true for one issuer of an api at most",
        );
    }
}

/// An issuer that stands for many tenants is in no token's `iss`.
fn ambiguous_tenant(issuer: &TrustedIssuer, span: &Range<usize>, document: &mut Document<'_>) {
    let many = ["common", "organizations", "consumers"];
    let tenant = issuer.issuer.target().split('/').nth(1).unwrap_or_default();
    if issuer.preset == Preset::Entra && many.contains(&tenant) {
        document.error(
            Rule::TrustedIssuer,
            span.clone(),
            format!(
                "{} stands for every tenant, and no token names it",
                issuer.issuer
            ),
            "write the issuer of one tenant: https://login.microsoftonline.com/TENANT-ID/v2.0",
        );
    }
}

/// What is fetched without TLS is anybody's, unless the issuer is this machine.
fn key_url(issuer: &TrustedIssuer, span: &Range<usize>, document: &mut Document<'_>) {
    let KeySource::Url(url) = &issuer.keys else {
        return;
    };
    if url.is_loopback() && !issuer.issuer.is_loopback() {
        document.error(
            Rule::TrustedIssuer,
            span.clone(),
            format!("{} is this machine, and {} is not", url, issuer.issuer),
            "write the issuer's own URL, or keys = { file = \"...\" }",
        );
    }
}

/// What is accepted, and worth a second look.
fn doubtful(issuer: &TrustedIssuer, span: &Range<usize>, document: &mut Document<'_>) {
    let severity = match document.environment.class {
        EnvironmentClass::Production => Severity::Warning,
        EnvironmentClass::Sandbox => Severity::Note,
    };
    let plain = |one: &ForeignType| *one != ForeignType::AccessToken;
    if issuer.preset == Preset::Openid && issuer.token_types.iter().any(plain) {
        document.report(
            severity,
            Rule::TrustedIssuer,
            span.clone(),
            format!("ID tokens of {} could be taken for access tokens: their typ does not tell them apart", issuer.name),
            "let it issue at+jwt (RFC 9068), or name a preset that knows its tokens",
        );
    }
    let mut values: Vec<&String> = issuer.apis.values().flatten().collect();
    values.sort_unstable();
    if let Some([audience, _]) = values.array_windows().find(|[one, next]| one == next) {
        document.report(
            severity,
            Rule::TrustedIssuer,
            span.clone(),
            format!("one token for {audience:.80?} opens several apis"),
            "give each api an audience of its own",
        );
    }
    if issuer.allow_private_network {
        document.report(
            Severity::Note,
            Rule::TrustedIssuer,
            span.clone(),
            format!(
                "the keys of {} may be fetched from a private network",
                issuer.name
            ),
            "remove allow_private_network where the issuer has a public address",
        );
    }
}
