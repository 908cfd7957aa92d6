//! The name that was probably meant.

/// The nearest of `known`, if it is near enough to be a slip.
pub(super) fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let typed: Vec<char> = name.chars().take(65).collect();
    if typed.len() > 64 {
        return None;
    }
    known
        .iter()
        .map(|known| (distance(&typed, known), *known))
        .filter(|(distance, known)| *distance <= known.len().div_ceil(3).min(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// How many letters must be put in, left out or replaced.
fn distance(typed: &[char], known: &str) -> usize {
    let mut row: Vec<usize> = (0..=typed.len()).collect();
    for (index, wanted) in known.chars().enumerate() {
        let mut left = index + 1;
        let mut next = vec![left];
        for (letter, above) in typed.iter().zip(row.windows(2)) {
            let [diagonal, above] = above else { continue };
            let replaced = diagonal + usize::from(!letter.eq_ignore_ascii_case(&wanted));
            left = replaced.min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
        let known = ["owner", "owner_param", "scopes", "data", "max_token_age"];
        for (typed, meant) in [
            ("ownr", Some("owner")),
            ("scope", Some("scopes")),
            ("max_tokn_age", Some("max_token_age")),
            ("Data", Some("data")),
            ("date", Some("data")),
            ("zzz", None),
            ("", None),
            ("hostname", None),
        ] {
            assert_eq!(nearest(typed, &known), meant, "{typed:?}");
        }
        assert_eq!(nearest(&"o".repeat(100_000), &known), None);
    }
}
