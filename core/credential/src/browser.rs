//! Whether a request comes from a browser, where a key is everyone's.

/// What the `fetch` of Node calls itself, and what it is called by the OAuth
/// libraries that name themselves. None is a browser's name.
const NODE: [&[u8]; 4] = [b"node", b"undici", b"oauth4webapi", b"openid-client"];

/// Whether one of these header fields, name in lower case and value, is one that
/// browsers alone send.
///
/// That is `Origin` (Fetch, section 3.2) and `Sec-Fetch-*` (Fetch Metadata
/// Request Headers, section 2), which scripts cannot take away. One request has
/// such a field and no browser: the `fetch` of Node, where services run, sends
/// `Sec-Fetch-Mode: cors` and no other of them, under a name of its own. A browser
/// sends `Sec-Fetch-Site` with it or none at all (section 3).
pub fn is_from_browser<'a>(fields: impl Iterator<Item = (&'a str, &'a [u8])>) -> bool {
    let mut has_mode = false;
    let mut is_node = false;
    for (name, value) in fields {
        match name {
            "origin" => return true,
            "sec-fetch-mode" if value == b"cors" && !has_mode => has_mode = true,
            // RFC 9110 section 10.1.5: a product, and perhaps its version.
            "user-agent" => {
                let product = value.split(|&byte| byte == b'/').next();
                is_node = product.is_some_and(|product| NODE.contains(&product));
            }
            name if name.starts_with("sec-fetch-") => return true,
            _ => {}
        }
    }
    has_mode && !is_node
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Field = (&'static str, &'static str);

    const SIGNS: &[Field] = &[
        ("origin", "https://app.example.com"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-dest", "empty"),
        ("sec-fetch-user", "?1"),
        ("sec-fetch-storage-access", "none"),
        ("sec-fetch-anything", ""),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-mode", "CORS"),
        ("sec-fetch-mode", ""),
    ];
    const OTHERS: &[Field] = &[
        ("accept", "*/*"),
        ("accept-language", "*"),
        ("x-origin", "https://app.example.com"),
        ("originator", "x"),
        ("sec-fetch", "cors"),
        ("sec-websocket-key", "x"),
        ("referer", "https://app.example.com/"),
    ];
    const MODE: Field = ("sec-fetch-mode", "cors");

    fn judged(fields: &[Field]) -> bool {
        is_from_browser(fields.iter().map(|(name, value)| (*name, value.as_bytes())))
    }

    #[test]
    fn node_alone_sends_the_mode_and_is_no_browser() {
        for name in [
            "node",
            "undici",
            "node/22",
            "oauth4webapi/v3.8.8",
            "openid-client/v6.9.0",
        ] {
            assert!(!judged(&[MODE, ("user-agent", name)]));
            assert!(!judged(&[("user-agent", name), MODE]));
        }
        for name in [
            "Node",
            "node ",
            "nodes",
            "x/node",
            "Mozilla/5.0 node",
            "",
            "curl/8.5",
        ] {
            assert!(judged(&[MODE, ("user-agent", name)]), "{name}");
        }
        assert!(judged(&[MODE]));
        assert!(
            judged(&[MODE, MODE, ("user-agent", "node")]),
            "twice is not Node"
        );
        assert!(judged(&[
            ("user-agent", "node"),
            MODE,
            ("user-agent", "Mozilla/5.0")
        ]));
    }

    proptest! {
        /// Whatever stands beside it, and in whatever order.
        #[test]
        fn one_sign_is_enough_and_without_one_it_is_none(
            others in proptest::sample::subsequence(OTHERS.to_vec(), 0..=OTHERS.len()),
            signs in proptest::sample::subsequence(SIGNS.to_vec(), 0..=SIGNS.len()),
            is_node in any::<bool>(),
            turn in any::<usize>(),
        ) {
            let mut fields = [others, signs.clone()].concat();
            if is_node {
                fields.extend([MODE, ("user-agent", "node")]);
            }
            if !fields.is_empty() {
                let middle = turn % fields.len();
                fields.rotate_left(middle);
            }
            prop_assert_eq!(judged(&fields), !signs.is_empty());
        }
    }
}
