//! One request names one authority.

use http::Version;
use http::header::HOST;
use http::request::Parts;
use http::uri::Scheme;

use super::Malformed;

pub(super) fn check(parts: &Parts, secure: bool) -> Result<(), Malformed> {
    let mut hosts = parts.headers.get_all(HOST).iter();
    let (host, more) = (hosts.next(), hosts.next());
    // RFC 9112 section 3.2
    if more.is_some() {
        return Err(Malformed::Host);
    }
    let host = match host.map(|host| host.to_str()) {
        Some(Ok(host)) if is_authority(host) => Some(host),
        Some(_) => return Err(Malformed::Host),
        None => None,
    };
    let target = parts.uri.authority().map(http::uri::Authority::as_str);
    if target.is_some_and(|target| !is_authority(target)) {
        return Err(Malformed::AbsoluteTarget);
    }
    let http2 = parts.version >= Version::HTTP_2;
    match (host, target) {
        // RFC 9112 section 3.2 demands Host of HTTP/1.1; here 1.0 gives it too.
        (None, _) if !http2 => return Err(Malformed::Host),
        (None, None) => return Err(Malformed::Host),
        // RFC 9113 section 8.3.1, RFC 9112 section 3.2.2
        (Some(host), Some(target)) if !host.eq_ignore_ascii_case(target) => {
            return Err(Malformed::Authority);
        }
        _ => {}
    }
    check_scheme(parts, secure)
}

/// An HTTP/2 client behind a proxy that ends TLS says `https`; nothing here
/// depends on which of the two it is. An HTTP/1 target with another scheme than
/// the connection's is a detour for a proxy.
fn check_scheme(parts: &Parts, secure: bool) -> Result<(), Malformed> {
    let own = if secure { Scheme::HTTPS } else { Scheme::HTTP };
    let fits = match parts.uri.scheme() {
        None => true,
        // RFC 9113 section 8.3.1: one valid value; other schemes are not ours
        // to translate.
        Some(said) if parts.version >= Version::HTTP_2 => {
            *said == Scheme::HTTP || *said == Scheme::HTTPS
        }
        Some(said) => *said == own,
    };
    if fits {
        Ok(())
    } else {
        Err(Malformed::AbsoluteTarget)
    }
}

/// `host` or `host:port`: a name, an IPv4 address or a bracketed IPv6 address.
pub(crate) fn is_authority(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let Some((inside, port)) = rest.split_once(']') else {
                return false;
            };
            if inside.parse::<std::net::Ipv6Addr>().is_err() {
                return false;
            }
            ("v6", port)
        }
        None => text
            .find(':')
            .map_or((text, ""), |colon| text.split_at(colon)),
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let port_is_one = port.is_empty()
        || port.strip_prefix(':').is_some_and(|digits| {
            digits.bytes().all(|byte| byte.is_ascii_digit())
                && digits.parse::<u16>().is_ok_and(|port| port > 0)
        });
    !host.is_empty() && host.len() <= 253 && host.bytes().all(plain) && port_is_one
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_is_a_host_and_maybe_a_port() {
        for good in [
            "a",
            "gw.test",
            "GW.TEST",
            "gw.test.",
            "127.0.0.1:80",
            "[::1]",
            "[::1]:65535",
            "a_b",
        ] {
            assert!(is_authority(good), "{good:?}");
        }
        let long = "a".repeat(8192);
        for wrong in [
            "",
            ":80",
            "gw:",
            "gw:0",
            "gw:99999",
            "gw:+80",
            "gw:8 0",
            "gw@evil",
            "u:p@gw",
            "gw/x",
            "gw?x",
            "gw#",
            "a b",
            "[::1",
            "::1",
            "[x]",
            "[::1]x",
            "gw,evil",
            "gẃ",
            "gw:80:80",
            long.as_str(),
        ] {
            assert!(!is_authority(wrong), "{wrong:?}");
        }
    }
}
