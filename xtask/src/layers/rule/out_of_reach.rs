//! What must not be reached is not reached by a detour either.

use crate::layers::finding::Finding;
use crate::layers::graph::{Graph, Member};
use crate::layers::table::{Forbidden, OUT_OF_REACH};

/// No chain of normal and build dependencies ends at a forbidden crate.
pub(crate) fn check(graph: &Graph) -> Vec<Finding> {
    let mut findings = Vec::new();
    for forbidden in OUT_OF_REACH {
        for member in graph.members.iter().filter(|one| bound(one, forbidden)) {
            for never in forbidden.never {
                if let Some(chain) = graph.chain(&member.name, never) {
                    findings.push(Finding {
                        edge: chain.join(" -> "),
                        row: format!(
                            "{} never reaches {never}: {}",
                            member.directory, forbidden.because
                        ),
                        fix: cut(&chain),
                    });
                }
            }
        }
    }
    findings
}

fn bound(member: &Member, forbidden: &Forbidden) -> bool {
    match forbidden.from.strip_suffix('/') {
        Some(_) => member.directory.starts_with(forbidden.from),
        None => member.directory == forbidden.from,
    }
}

fn cut(chain: &[&str]) -> String {
    match chain {
        [.., before, end] => {
            format!(
                "cut the chain before `{end}`: `{before}` must not use it, or must not be used here"
            )
        }
        _ => "cut the chain".to_owned(),
    }
}
