//! `doorward register gaps`.

use std::fmt::Write as _;

use admin::answer::GapAnswer;

use super::PATH;
use super::walk::{read, walk};
use crate::admin_api::Connection;
use crate::answer::{Exit, Fault, print};
use crate::table::plain;

pub(super) fn run(connection: &Connection) -> Result<Exit, Fault> {
    let session = connection.open()?;
    let is_json = session.is_json();
    let mut told = String::new();
    let count = walk(&session, &format!("{PATH}/gaps"), "", |item| {
        if !is_json {
            tell(&mut told, &read(item)?);
        }
        Ok(())
    })?;
    if !is_json {
        print(match count {
            0 => "The register has no gap.",
            _ => told.trim_end(),
        })?;
    }
    Ok(if count == 0 {
        Exit::Done
    } else {
        Exit::Finding
    })
}

fn tell(told: &mut String, gap: &GapAnswer) {
    let [kind, id, rule, detail, fix] =
        [&gap.kind, &gap.id, &gap.rule, &gap.detail, &gap.fix].map(|text| plain(text));
    // Writing to a string cannot fail.
    let _ = writeln!(told, "{kind} {id}: {rule}\n  {detail}\n  fix: {fix}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_told_with_its_fix() {
        let mut told = String::new();
        let gap = GapAnswer {
            rule: "owner_gone".to_owned(),
            kind: "api_key".to_owned(),
            id: "k0123456789abcde".to_owned(),
            detail: "Its owner team-a is no longer there.".to_owned(),
            fix: "transfer it\u{1b}[2J".to_owned(),
        };
        tell(&mut told, &gap);
        let expected = "api_key k0123456789abcde: owner_gone\n  Its owner team-a is no longer \
                        there.\n  fix: transfer it\u{fffd}[2J\n";
        assert_eq!(told, expected);
    }
}
