//! Who is at the other end, also behind a proxy that we trust.

use std::net::IpAddr;

use http::HeaderMap;
use ipnet::IpNet;

/// A trusted proxy forwarded a request without saying for whom, or in a way
/// that cannot be read. Unverifiable means refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UntrustedForwarding;

/// The address that CIDR lists and limits judge: the peer, or, if the peer is
/// a trusted proxy, the last address in `X-Forwarded-For` that is not one.
/// IPv4-mapped addresses count as IPv4.
pub fn client_address(
    peer: IpAddr,
    headers: &HeaderMap,
    trusted: &[IpNet],
) -> Result<IpAddr, UntrustedForwarding> {
    let peer = peer.to_canonical();
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(&peer) {
        return Ok(peer);
    }
    let lines: Vec<_> = headers.get_all("x-forwarded-for").iter().collect();
    for line in lines.iter().rev() {
        let line = line.to_str().map_err(|_| UntrustedForwarding)?;
        for hop in line.rsplit(',') {
            let hop: IpAddr = hop.trim().parse().map_err(|_| UntrustedForwarding)?;
            let hop = hop.to_canonical();
            if !is_trusted(&hop) {
                return Ok(hop);
            }
        }
    }
    Err(UntrustedForwarding)
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
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        client_address(peer.parse().unwrap(), &headers, &trusted).map(|address| address.to_string())
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
}
