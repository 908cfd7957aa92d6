//! What is used and not described is nobody's, and nobody will cut it off.

use snapshot::UsageReport;

use super::{Finding, Gap, GapRule};
use crate::{Field, Row};

/// The gap of a credential that gates have seen; `row` is what the register has
/// of it.
pub fn unregistered(report: &UsageReport, row: Option<&Row>) -> Option<Gap> {
    let missing = row.map(Row::missing);
    let (why, fix) = match missing.as_deref() {
        Some([]) => return None,
        Some(missing) => {
            let names: Vec<&str> = missing.iter().map(|field: &Field| field.as_str()).collect();
            (
                format!("and its row has no {}", names.join(", no ")),
                "complete its row: see row_incomplete",
            )
        }
        None => (
            "and no row describes it".to_owned(),
            "find out who uses it: doorward audit, doorward trace; then cut off what accepts it",
        ),
    };
    let seen = report.usage.seen.map_or_else(String::new, |seen| {
        format!(" in {} requests, last at {}", seen.requests, seen.last_at)
    });
    Some(Gap {
        rule: GapRule::Unregistered,
        kind: report.credential.kind.as_str(),
        id: report.credential.id.clone(),
        finding: Finding::new(format!("Gates have seen it{seen}, {why}."), fix),
    })
}
