//! What contradicts between endpoints: an id used twice, and a request that
//! would match two of them. Paths are matched across all APIs, because one
//! gate answers for all.

use std::collections::HashMap;
use std::ops::Range;

use base::Name;

use super::document::Document;
use crate::{Match, Rule};

/// Where an endpoint stands in the document.
pub(super) struct Site {
    pub(super) label: Option<String>,
    pub(super) id: Option<(Name, Range<usize>)>,
    pub(super) matches: Option<(Match, Range<usize>)>,
}

/// Reports each endpoint that contradicts one before it, once per kind.
pub(super) fn report(sites: &[Site], document: &mut Document<'_>) {
    duplicate_ids(sites, document);
    ambiguous_matches(sites, document);
    document.subject = None;
}

fn duplicate_ids(sites: &[Site], document: &mut Document<'_>) {
    let mut seen = HashMap::new();
    for site in sites {
        let Some((id, span)) = &site.id else { continue };
        if seen.insert(id, span).is_some() {
            document.subject.clone_from(&site.label);
            document.error(
                Rule::DuplicateId,
                span.clone(),
                format!("another endpoint has the id {id}"),
                "give each endpoint of the inventory an id of its own",
            );
        }
    }
}

fn ambiguous_matches(sites: &[Site], document: &mut Document<'_>) {
    // Only patterns of one method and one length can share a request.
    let mut groups: HashMap<_, Vec<(&Match, &Site)>> = HashMap::new();
    for site in sites {
        let Some((matches, span)) = &site.matches else {
            continue;
        };
        let key = (matches.method, matches.path.segments().len());
        let group = groups.entry(key).or_default();
        let rival = group.iter().find(|(other, _)| is_ambiguous(matches, other));
        if let Some((other, rival)) = rival {
            document.subject.clone_from(&site.label);
            let name = rival.label.as_deref().unwrap_or("another endpoint");
            document.error(
                Rule::AmbiguousMatch,
                span.clone(),
                format!("{matches} and {other} of {name} match the same request, and neither is narrower"),
                "make one of them literal wherever the other is, or change a path; paths are matched across all APIs",
            );
        }
        group.push((matches, site));
    }
}

fn is_ambiguous(one: &Match, two: &Match) -> bool {
    one.path.overlaps(&two.path)
        && !one.path.is_narrower_than(&two.path)
        && !two.path.is_narrower_than(&one.path)
}
