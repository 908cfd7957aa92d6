//! Whether a request comes from a browser, where a key is everyone's.

/// Whether one of these names of header fields, in lower case, is one that
/// browsers alone send.
///
/// That is `Origin` (Fetch, section 3.2) and `Sec-Fetch-*` (Fetch Metadata
/// Request Headers, section 2), which scripts cannot take away. `Sec-Fetch-Mode`
/// alone is no sign: browsers send it with `Sec-Fetch-Site` or not at all
/// (section 3), and the `fetch` of Node, where services run, sends it alone.
pub fn is_from_browser<'a>(mut names: impl Iterator<Item = &'a str>) -> bool {
    names.any(|name| match name {
        "origin" => true,
        "sec-fetch-mode" => false,
        name => name.starts_with("sec-fetch-"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIGNS: &[&str] = &[
        "origin",
        "sec-fetch-site",
        "sec-fetch-dest",
        "sec-fetch-user",
        "sec-fetch-storage-access",
        "sec-fetch-anything",
    ];
    const OTHERS: &[&str] = &[
        "sec-fetch-mode",
        "accept",
        "accept-language",
        "user-agent",
        "x-origin",
        "originator",
        "sec-fetch",
        "sec-websocket-key",
        "referer",
    ];

    proptest! {
        /// Whatever stands beside it, and in whatever order.
        #[test]
        fn one_sign_is_enough_and_without_one_it_is_none(
            others in proptest::sample::subsequence(OTHERS.to_vec(), 0..=OTHERS.len()),
            signs in proptest::sample::subsequence(SIGNS.to_vec(), 0..=SIGNS.len()),
            turn in any::<usize>(),
        ) {
            let mut names = [others, signs.clone()].concat();
            if !names.is_empty() {
                let middle = turn % names.len();
                names.rotate_left(middle);
            }
            prop_assert_eq!(is_from_browser(names.into_iter()), !signs.is_empty());
        }
    }
}
