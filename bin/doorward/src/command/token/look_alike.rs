//! What is handed in for a token and is another credential.

/// What it is, if it is no token but a secret of ours. It is told by its first
/// characters alone and looked up nowhere.
pub(super) fn of(text: &str) -> Option<&'static str> {
    let rest = text.strip_prefix("dw")?;
    let (kind, rest) = rest.split_once('_')?;
    if !(rest.starts_with("live_") || rest.starts_with("test_")) {
        return None;
    }
    Some(match kind {
        "" => {
            "This is an API key of Doorward and no token: `doorward key show ID` tells of it, \
             with the ID that follows the second underscore."
        }
        "a" => {
            "This is an operator token of Doorward: `doorward operator-token list` tells of it. \
             Whoever reads it administers what it may."
        }
        "s" => {
            "This is the secret of a client and no token: the token endpoint gives a token for it."
        }
        _ if kind.len() == 1 => "This is a secret of Doorward and no access token.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_of_ours_is_recognised_and_not_repeated() {
        for (text, word) in [
            ("dw_live_k0123456789abcde_canary", "API key"),
            ("dw_test_canary", "API key"),
            ("dwa_live_canary", "operator token"),
            ("dws_test_canary", "client"),
            ("dwr_live_canary", "secret"),
        ] {
            let sentence = of(text).unwrap();
            assert!(sentence.contains(word), "{sentence}");
            assert!(!sentence.contains("canary"), "{sentence}");
        }
        for other in ["", "eyJ.e30.x", "dw_prod_x", "dwab_live_x", "DW_live_x"] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
