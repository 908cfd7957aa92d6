//! Where a gate forwards an API's requests to.

/// Why a text is no upstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InvalidUpstream(&'static str);

impl std::fmt::Display for InvalidUpstream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// Where requests are forwarded to: `http` or `https`, a host, perhaps a port,
/// and nothing more. The path is the request's, in its one canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Upstream {
    /// The text as it was written.
    pub(crate) text: String,
    /// Whether it leaves this machine without TLS.
    pub(crate) is_in_the_clear: bool,
}

impl std::str::FromStr for Upstream {
    type Err = InvalidUpstream;

    fn from_str(text: &str) -> Result<Self, InvalidUpstream> {
        if text.len() > 300 {
            return Err(InvalidUpstream("it has more than 300 characters"));
        }
        let (is_plain, rest) = match text.split_once("://") {
            Some(("http", rest)) => (true, rest),
            Some(("https", rest)) => (false, rest),
            _ => return Err(InvalidUpstream("it starts with http:// or https://")),
        };
        if rest.contains('@') {
            return Err(InvalidUpstream(
                "it has a user or a password: no credential stands in a URL",
            ));
        }
        if rest.contains(['/', '?', '#', '\\']) {
            return Err(InvalidUpstream(
                "it has a path, a query, a fragment or a slash at the end: write only scheme://host:port",
            ));
        }
        let is_loopback = authority(rest)?;
        Ok(Self {
            text: text.to_owned(),
            is_in_the_clear: is_plain && !is_loopback,
        })
    }
}

/// Whether the host is this machine.
pub(crate) fn authority(text: &str) -> Result<bool, InvalidUpstream> {
    const HOST: InvalidUpstream = InvalidUpstream("its host is no name and no address");
    // RFC 3986 section 3.2.2: an IPv6 address stands in brackets.
    if let Some(bracketed) = text.strip_prefix('[') {
        let (address, port) = bracketed.split_once(']').ok_or(HOST)?;
        let address: std::net::Ipv6Addr = address.parse().map_err(|_| HOST)?;
        match port.strip_prefix(':') {
            Some(number) => check_port(number)?,
            None if port.is_empty() => {}
            None => return Err(HOST),
        }
        return Ok(address.is_loopback());
    }
    let host = match text.split_once(':') {
        Some((host, number)) => {
            check_port(number)?;
            host
        }
        None => text,
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x") {
        // What ends like a number is an address in its one usual form: `127.1`
        // and `0x7f.0.0.1` are read differently by different resolvers.
        let address: std::net::Ipv4Addr = host.parse().map_err(|_| HOST)?;
        return Ok(address.is_loopback());
    }
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if host.len() > 253 || !host.split('.').all(label) {
        return Err(HOST);
    }
    Ok(host == "localhost" || host.ends_with(".localhost"))
}

fn check_port(number: &str) -> Result<(), InvalidUpstream> {
    let is_plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    match number.parse::<u16>() {
        Ok(1..) if is_plain && !number.starts_with('0') => Ok(()),
        _ => Err(InvalidUpstream("its port is a number from 1 to 65535")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_is_an_origin_and_nothing_more() {
        for good in [
            "http://127.0.0.1:9000",
            "https://payments.internal",
            "http://localhost:1",
            "http://[::1]:9000",
            "https://[2001:db8::1]",
            "https://a_b.c-d:65535",
            "http://10.0.0.1",
        ] {
            assert_eq!(good.parse::<Upstream>().unwrap().text, good);
        }
        for wrong in [
            "",
            "payments",
            "ftp://a",
            "HTTP://a",
            "http://",
            "http://a/",
            "http://a/b",
            "http://a?b",
            "http://a#b",
            "http://u:p@a",
            "http://u@a",
            "http://a:",
            "http://a:0",
            "http://a:65536",
            "http://a:+1",
            "http://a:01",
            "http://a b",
            "http://é",
            "http://A",
            "http://[::1",
            "http://[::1]x",
            "http://[g]",
            "http://127.1",
            "http://0x7f.0.0.1",
            "http://a..b",
            "http://a.",
            "http://-a",
            "http://1.2.3.256",
            "http://a\\b",
            "http://a\n",
            "http://0x7f",
        ] {
            assert!(wrong.parse::<Upstream>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn what_leaves_the_machine_without_tls_is_known() {
        for (text, clear) in [
            ("http://127.0.0.1:9000", false),
            ("http://[::1]", false),
            ("http://localhost", false),
            ("http://payments.internal", true),
            ("http://10.0.0.1", true),
            ("https://payments.internal", false),
            ("http://localhost.example.com", true),
        ] {
            assert_eq!(
                text.parse::<Upstream>().unwrap().is_in_the_clear,
                clear,
                "{text}"
            );
        }
    }
}
