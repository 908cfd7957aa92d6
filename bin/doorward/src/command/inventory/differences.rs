//! What an inventory would change, in words.

use admin::answer::DifferenceAnswer;

use crate::table::plain;

/// One line for each difference; what loosens is marked.
pub(super) fn text(differences: &[DifferenceAnswer]) -> String {
    if differences.is_empty() {
        return "Nothing changes.".to_owned();
    }
    let mut lines = Vec::new();
    for difference in differences {
        let subject = match (&difference.trusted_issuer, &difference.endpoint) {
            (Some(issuer), _) => format!("trusted issuer {issuer}"),
            (None, Some(endpoint)) => format!("{}: {endpoint}", difference.api),
            (None, None) => format!("{}: the API itself", difference.api),
        };
        let sign = match difference.change.as_str() {
            "added" => '+',
            "removed" => '-',
            _ => '~',
        };
        // What is added loosens nothing, save one more issuer that is trusted.
        let mark = match difference.change.as_str() {
            "added" if difference.loosens => "  LOOSENED",
            _ => "",
        };
        let line = format!("{sign} {subject} {}{mark}", difference.change);
        lines.push(plain(&line));
        for field in &difference.fields {
            let direction = match field.direction.as_str() {
                "loosened" => "  LOOSENED",
                "tightened" => "  tightened",
                _ => "",
            };
            let shown = |value: &str| {
                if value.is_empty() {
                    "nothing".to_owned()
                } else {
                    value.to_owned()
                }
            };
            let (from, to) = (shown(&field.from), shown(&field.to));
            lines.push(plain(&format!(
                "    {}: {from} -> {to}{direction}",
                field.field
            )));
        }
    }
    let loosened = differences
        .iter()
        .filter(|difference| difference.loosens)
        .count();
    if loosened > 0 {
        lines.push(String::new());
        lines.push(format!(
            "{loosened} of them demand less than before: look at each LOOSENED line."
        ));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use admin::answer::FieldChangeAnswer;

    use super::*;

    #[test]
    fn what_loosens_is_marked() {
        let difference = |endpoint: Option<&str>, change: &str, fields| DifferenceAnswer {
            api: "payments".to_owned(),
            endpoint: endpoint.map(str::to_owned),
            trusted_issuer: None,
            change: change.to_owned(),
            loosens: change == "changed",
            fields,
        };
        let field = |field: &str, from: &str, to: &str, direction: &str| FieldChangeAnswer {
            field: field.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            direction: direction.to_owned(),
        };
        let fields = vec![
            field("max_token_age", "45s", "5m", "loosened"),
            field("scopes", "", "write:payouts", "tightened"),
            field("owner", "a", "b", "changed"),
        ];
        let told = text(&[
            difference(None, "removed", Vec::new()),
            difference(Some("payouts.create"), "changed", fields),
        ]);
        let expected = "\
- payments: the API itself removed
~ payments: payouts.create changed
    max_token_age: 45s -> 5m  LOOSENED
    scopes: nothing -> write:payouts  tightened
    owner: a -> b

1 of them demand less than before: look at each LOOSENED line.";
        assert_eq!(told, expected);
        assert_eq!(text(&[]), "Nothing changes.");
    }
}
