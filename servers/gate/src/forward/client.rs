//! Who is at the other end, also behind a proxy that we trust.

use std::net::IpAddr;

use http::HeaderMap;
use ipnet::IpNet;

/// A trusted proxy forwarded a request without saying for whom, or in a way
/// that cannot be read. Unverifiable means refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UntrustedForwarding;

/// The other end of a request, beyond the proxies that we trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    /// The address that CIDR lists and limits judge.
    pub address: IpAddr,
    /// Whether it spoke TLS.
    pub tls: bool,
    /// Whether nobody on the way could read it: TLS or loopback.
    pub private: bool,
}

/// Who sent a request. A peer that is a trusted proxy speaks for another: the
/// last address in `X-Forwarded-For` that is not a trusted proxy's, and TLS if
/// `X-Forwarded-Proto` says `https`. Anyone else's statements are not looked
/// at. IPv4-mapped addresses count as IPv4.
pub fn client(
    peer: IpAddr,
    tls: bool,
    headers: &HeaderMap,
    trusted: &[IpNet],
) -> Result<Client, UntrustedForwarding> {
    let peer = peer.to_canonical();
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(&peer) {
        return Ok(Client {
            address: peer,
            tls,
            private: tls || peer.is_loopback(),
        });
    }
    let tls = forwarded_over_tls(headers)?;
    let lines: Vec<_> = headers.get_all("x-forwarded-for").iter().collect();
    for line in lines.iter().rev() {
        let line = line.to_str().map_err(|_| UntrustedForwarding)?;
        for hop in line.rsplit(',') {
            let hop: IpAddr = hop.trim().parse().map_err(|_| UntrustedForwarding)?;
            let address = hop.to_canonical();
            if !is_trusted(&address) {
                return Ok(Client {
                    address,
                    tls,
                    private: tls,
                });
            }
        }
    }
    Err(UntrustedForwarding)
}

fn forwarded_over_tls(headers: &HeaderMap) -> Result<bool, UntrustedForwarding> {
    let mut schemes = headers.get_all("x-forwarded-proto").iter();
    match (schemes.next(), schemes.next()) {
        (Some(scheme), None) if scheme == "https" => Ok(true),
        (Some(scheme), None) if scheme == "http" => Ok(false),
        _ => Err(UntrustedForwarding),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn judged(peer: &str, lines: &[&'static str]) -> Result<String, UntrustedForwarding> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_static(line));
        }
        headers.insert("x-forwarded-proto", HeaderValue::from_static("https"));
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        client(peer.parse().unwrap(), false, &headers, &trusted)
            .map(|client| client.address.to_string())
    }

    #[test]
    fn a_stranger_cannot_say_where_it_is() {
        assert_eq!(judged("8.8.8.8", &["10.0.0.1"]).unwrap(), "8.8.8.8");
        assert_eq!(judged("::ffff:8.8.8.8", &[]).unwrap(), "8.8.8.8");
    }

    #[test]
    fn behind_trusted_proxies_the_last_stranger_counts() {
        assert_eq!(
            judged("10.1.1.1", &["1.1.1.1, 9.9.9.9, 10.2.2.2"]).unwrap(),
            "9.9.9.9"
        );
        assert_eq!(
            judged("::ffff:10.1.1.1", &["1.1.1.1", "9.9.9.9"]).unwrap(),
            "9.9.9.9"
        );
        assert_eq!(judged("10.1.1.1", &["::ffff:9.9.9.9"]).unwrap(), "9.9.9.9");
    }

    #[test]
    fn what_a_trusted_proxy_says_unreadably_is_refused() {
        for lines in [
            &[][..],
            &["10.0.0.1"],
            &["9.9.9.9, x"],
            &["0x0a000001"],
            &["010.0.0.1"],
            &["10.1"],
            &["fe80::1%eth0"],
            &["9.9.9.9:80"],
            &[""],
        ] {
            assert!(judged("10.1.1.1", lines).is_err(), "{lines:?}");
        }
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_about_tls() {
        let said = |peer: &str, lines: &[&'static str]| {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", HeaderValue::from_static("9.9.9.9"));
            for line in lines {
                headers.append("x-forwarded-proto", HeaderValue::from_static(line));
            }
            let trusted = ["10.0.0.0/8".parse().unwrap()];
            client(peer.parse().unwrap(), false, &headers, &trusted)
                .map(|client| (client.tls, client.private))
        };
        assert_eq!(said("8.8.8.8", &["https"]), Ok((false, false)));
        assert_eq!(said("127.0.0.1", &["http"]), Ok((false, true)));
        assert_eq!(said("10.0.0.1", &["https"]), Ok((true, true)));
        assert_eq!(said("10.0.0.1", &["http"]), Ok((false, false)));
        for lines in [&[][..], &["https", "https"], &["HTTPS"], &["https,http"]] {
            assert_eq!(
                said("10.0.0.1", lines),
                Err(UntrustedForwarding),
                "{lines:?}"
            );
        }
    }
}
