//! What proves that a form was sent from our own page, by the browser that got
//! it (RFC 9700 section 4.7): a keyed digest over what the browser holds in a
//! cookie and what the form is about; and that the browser says so itself.

use axum::http::{HeaderMap, header};
use credential::DigestKeys;
use snapshot::IssuerUrl;

const LABEL: &str = "form token";

/// The token for a form: `about` is what else must not be changed.
pub(crate) fn write(digest_keys: &DigestKeys, holder: &str, about: &[&str]) -> String {
    let digest = digest_keys.current();
    digest
        .digest_labelled(LABEL, &input(holder, about))
        .to_hex()
}

/// Whether a form has the token that [`write`] gave.
pub(crate) fn is_right(
    digest_keys: &DigestKeys,
    token: &str,
    holder: &str,
    about: &[&str],
) -> bool {
    let Ok(presented) = base::Digest::try_from(token.to_owned()) else {
        return false;
    };
    let input = input(holder, about);
    let mut keys = digest_keys.in_use();
    keys.any(|key| key.digest_labelled(LABEL, &input).matches(&presented))
}

/// Each part with its length, so that no two lists run together.
fn input(holder: &str, about: &[&str]) -> Vec<u8> {
    let mut input = Vec::new();
    for part in std::iter::once(&holder).chain(about) {
        input.extend_from_slice(&part.len().to_be_bytes());
        input.extend_from_slice(part.as_bytes());
    }
    input
}

/// Whether the browser says that the form is from a page of the issuer. A
/// browser that says nothing is an old one; the token judges it alone. Our pages
/// have no referrer, and so their forms have the origin `null` (Fetch standard,
/// section 3.2): then it counts that the browser says "same-origin" itself, which
/// no page can make it say.
pub(crate) fn is_same_origin(headers: &HeaderMap, issuer: &IssuerUrl) -> bool {
    let origin = headers.get(header::ORIGIN).map(|value| value.as_bytes());
    let own = issuer.as_str().strip_suffix(issuer.path()).unwrap_or("");
    let site = headers.get("sec-fetch-site").map(|value| value.as_bytes());
    let is_same_site = site.map(|site| site == b"same-origin");
    match origin {
        Some(b"null") => is_same_site == Some(true),
        Some(origin) => origin == own.as_bytes() && is_same_site != Some(false),
        None => is_same_site != Some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use credential::DigestKey;

    #[test]
    fn a_token_is_for_one_browser_and_one_form() {
        let keys = DigestKeys::only(DigestKey::new([1; 32]));
        let token = write(&keys, "browser", &["login", "request"]);
        assert!(is_right(&keys, &token, "browser", &["login", "request"]));
        for (holder, about) in [
            ("other", &["login", "request"][..]),
            ("browser", &["login", "request2"]),
            ("browser", &["loginrequest"]),
            ("browser", &["login"]),
            ("browserlogin", &["request"]),
        ] {
            assert!(
                !is_right(&keys, &token, holder, about),
                "{holder} {about:?}"
            );
        }
        let retired = [(keys.current().id(), base::Timestamp::EPOCH)];
        let retired = keys.refusing(&retired.into_iter().collect()).into_owned();
        let about = &["login", "request"];
        assert!(
            !is_right(&retired, &token, "browser", about),
            "others have the key"
        );
        for wrong in ["", "00", &token.to_uppercase()] {
            assert!(!is_right(&keys, wrong, "browser", &["login", "request"]));
        }
    }

    #[test]
    fn rfc9700_4_7_a_form_from_elsewhere_is_seen() {
        let issuer: IssuerUrl = "https://login.example.com/eu".parse().unwrap();
        let all_judged = |fields: &[(&str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in fields {
                headers.insert(
                    header::HeaderName::try_from(*name).unwrap(),
                    value.parse().unwrap(),
                );
            }
            is_same_origin(&headers, &issuer)
        };
        let judged = |name: &str, value: &str| all_judged(&[(name, value)]);
        let own = ("origin", "https://login.example.com");
        let null = ("origin", "null");
        // What browsers send for a page without a referrer.
        assert!(all_judged(&[null, ("sec-fetch-site", "same-origin")]));
        assert!(all_judged(&[own, ("sec-fetch-site", "same-origin")]));
        for site in ["cross-site", "same-site", "none", "", "Same-Origin"] {
            for origin in [own, null] {
                assert!(!all_judged(&[origin, ("sec-fetch-site", site)]), "{site}");
            }
        }
        let evil = ("origin", "https://evil.example");
        assert!(!all_judged(&[evil, ("sec-fetch-site", "same-origin")]));
        assert!(is_same_origin(&HeaderMap::new(), &issuer));
        assert!(judged("origin", "https://login.example.com"));
        assert!(judged("sec-fetch-site", "same-origin"));
        for (name, value) in [
            ("origin", "null"),
            ("origin", "https://evil.example"),
            ("origin", "http://login.example.com"),
            ("origin", "https://login.example.com:444"),
            ("origin", "https://login.example.com/eu"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", "none"),
        ] {
            assert!(!judged(name, value), "{name}: {value}");
        }
    }
}
