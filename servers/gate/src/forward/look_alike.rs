//! Headers that an upstream might believe, and that only the gate may write.
//!
//! A CGI-style upstream reads `X_User` and `X-User` as one; some servers do
//! the same with a dot. So a name is compared with `_` and `.` read as `-`.

/// Whole names, in order.
const NAMES: &[&str] = &[
    "authorization",
    "cf-connecting-ip",
    "cf-connecting-ipv6",
    "client-cert",
    "client-cert-chain",
    "client-ip",
    "doorward-on-behalf-of",
    "fastly-client-ip",
    "forwarded",
    "proxy-authorization",
    "remote-addr",
    "remote-email",
    "remote-groups",
    "remote-name",
    "remote-user",
    "true-client-ip",
    "x-access-token",
    "x-api-key",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-email",
    "x-groups",
    "x-host",
    "x-http-host-override",
    "x-http-method",
    "x-http-method-override",
    "x-id-token",
    "x-method-override",
    "x-original-forwarded-for",
    "x-original-host",
    "x-original-method",
    "x-original-uri",
    "x-original-url",
    "x-real-ip",
    "x-request-id",
    "x-rewrite-url",
    "x-roles",
    "x-subject",
    "x-user",
    "x-userinfo",
    "x-username",
];

/// Beginnings of names.
const PREFIXES: &[&str] = &[
    "cf-access-",
    "ssl-client-",
    "x-amzn-oidc-",
    "x-anonymous-consumer",
    "x-auth-",
    "x-authenticated-",
    "x-authentik-",
    "x-client-cert",
    "x-consumer-",
    "x-credential-",
    "x-doorward-",
    "x-envoy-",
    "x-forwarded-",
    "x-goog-authenticated-",
    "x-goog-iap-",
    "x-jwt-",
    "x-ms-client-principal",
    "x-ms-token-",
    "x-oauth-",
    "x-pomerium-",
    "x-remote-",
    "x-ssl-client-",
    "x-user-email",
    "x-user-group",
    "x-user-id",
    "x-user-name",
    "x-user-role",
    "x-vouch-",
    "x-webauth-",
];

/// The longest name that can be a look-alike whole or by its beginning.
const LONGEST: usize = 32;

/// Whether a header with this lower-case name is a credential, an identity or
/// a statement about the route that only the gate may make.
pub fn is_look_alike(name: &str) -> bool {
    // Every listed name starts with one of these; most headers do not.
    if !matches!(
        name.as_bytes().first(),
        Some(b'a' | b'c' | b'd' | b'f' | b'p' | b'r' | b's' | b't' | b'x')
    ) {
        return false;
    }
    if !name.bytes().any(|byte| matches!(byte, b'_' | b'.')) {
        return is_listed(name);
    }
    let mut plain = [0; LONGEST];
    for (place, byte) in plain.iter_mut().zip(name.bytes()) {
        *place = match byte {
            b'_' | b'.' => b'-',
            other => other,
        };
    }
    let length = name.len().min(LONGEST);
    let start = plain.get(..length).unwrap_or_default();
    let Ok(start) = std::str::from_utf8(start) else {
        return true;
    };
    if name.len() <= LONGEST {
        is_listed(start)
    } else {
        has_listed_beginning(start)
    }
}

fn is_listed(name: &str) -> bool {
    NAMES.binary_search(&name).is_ok() || has_listed_beginning(name)
}

fn has_listed_beginning(name: &str) -> bool {
    let first = name.as_bytes().first();
    PREFIXES
        .iter()
        .any(|prefix| prefix.as_bytes().first() == first && name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_are_known_in_every_spelling() {
        for name in NAMES {
            assert!(is_look_alike(name), "{name}");
            for spelling in [
                name.replace('-', "_"),
                name.replace('-', "."),
                name.replacen('-', "_", 1),
            ] {
                assert!(is_look_alike(&spelling), "{spelling}");
            }
        }
        for prefix in PREFIXES {
            let name = format!("{prefix}{}", "x".repeat(40));
            for spelling in [prefix.replace('-', "_"), name.replace('-', "."), name] {
                assert!(is_look_alike(&spelling), "{spelling}");
            }
        }
    }

    #[test]
    fn headers_that_applications_need_are_not_taken() {
        for name in [
            "accept",
            "content-type",
            "content-length",
            "x-requested-with",
            "x-csrf-token",
            "x-trace",
            "traceparent",
            "tracestate",
            "user-agent",
            "idempotency-key",
            "if-match",
            "x-user-agent",
            "range",
            "referer",
            "sec-fetch-mode",
            "prefer",
            "te",
            "x",
            "x-forward",
            "authority",
        ] {
            assert!(!is_look_alike(name), "{name}");
        }
    }

    #[test]
    fn the_names_are_in_order() {
        assert!(NAMES.is_sorted());
    }

    #[test]
    fn no_listed_name_is_longer_than_what_is_compared() {
        assert!(
            NAMES
                .iter()
                .chain(PREFIXES)
                .all(|name| name.len() < LONGEST)
        );
    }
}
