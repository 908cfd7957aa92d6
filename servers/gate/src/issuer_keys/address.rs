//! Which addresses keys may be fetched from.
//!
//! A name in a URL says nothing about where a connection goes; its addresses
//! do. They are judged after they are resolved, all of them, and the connection
//! goes to one that was judged and to no other.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far a fetch may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The internet.
    Public,
    /// The internet, and the private networks that the inventory allows.
    Private,
    /// This machine, where a URL says so in so many words.
    Loopback,
}

impl Reach {
    /// Whether that address is within reach.
    pub(super) fn allows(self, address: IpAddr) -> bool {
        let place = place(address);
        match self {
            Self::Public => place == Place::Public,
            Self::Private => matches!(place, Place::Public | Place::Private),
            Self::Loopback => place == Place::Loopback,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Public,
    Private,
    Loopback,
    /// Nobody's, everybody's, or this link's: where a cloud keeps the
    /// credentials of its machines, too.
    Never,
}

fn place(address: IpAddr) -> Place {
    match address {
        IpAddr::V4(address) => place_v4(address),
        IpAddr::V6(address) => place_v6(address),
    }
}

fn place_v4(address: Ipv4Addr) -> Place {
    match address.octets() {
        [127, ..] => Place::Loopback,
        // RFC 1918 section 3; RFC 6598 section 7.
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => Place::Private,
        // RFC 6890 section 2.2.2 and RFC 5771 section 3: this network, this
        // link, protocols, examples, relays, benchmarks, groups, the future.
        [0, ..]
        | [169, 254, ..]
        | [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _]
        | [224..=255, ..] => Place::Never,
        _ => Place::Public,
    }
}

fn place_v6(address: Ipv6Addr) -> Place {
    let embedded = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] => Place::Loopback,
        // RFC 4291 section 2.5.5.2: an IPv4 address in another dress.
        [0, 0, 0, 0, 0, 0xffff, high, low] => place_v4(embedded(high, low)),
        // RFC 6052 section 2.1: what a translator makes of it. Only what is
        // public is worth translating.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => match place_v4(embedded(high, low)) {
            Place::Public => Place::Public,
            Place::Private | Place::Loopback | Place::Never => Place::Never,
        },
        // RFC 4193 section 3.
        [0xfc00..=0xfdff, ..] => Place::Private,
        // RFC 6890 section 2.2.3, RFC 9637 section 3, RFC 3056 section 2:
        // protocols and tunnels, examples, and whatever hides an IPv4 address.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x2002, ..] | [0x3fff, 0..=0xfff, ..] => {
            Place::Never
        }
        // RFC 4291 section 2.5.4: what is given out as global unicast.
        [0x2000..=0x3fff, ..] => Place::Public,
        _ => Place::Never,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reached_by(text: &str) -> Vec<Reach> {
        let address = text.parse().unwrap();
        [Reach::Public, Reach::Private, Reach::Loopback]
            .into_iter()
            .filter(|reach| reach.allows(address))
            .collect()
    }

    #[test]
    fn an_address_is_judged_by_where_it_is() {
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450::1",
            "2001:200::1",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
        ] {
            assert_eq!(
                reached_by(public),
                [Reach::Public, Reach::Private],
                "{public}"
            );
        }
        for private in [
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "100.127.255.255",
            "fc00::1",
            "fd12:3456::1",
            "::ffff:10.0.0.1",
        ] {
            assert_eq!(reached_by(private), [Reach::Private], "{private}");
        }
        for loopback in ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(reached_by(loopback), [Reach::Loopback], "{loopback}");
        }
        for never in [
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "169.254.0.1",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::2",
            "::127.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:0.0.0.0",
            "64:ff9b::169.254.169.254",
            "64:ff9b::10.0.0.1",
            "64:ff9b::127.0.0.1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:1ff::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff::1",
            "4000::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(reached_by(never).is_empty(), "{never}");
        }
    }

    /// What is not reserved is public: every /8 and every /16 of IPv6's first
    /// segment is looked at once.
    #[test]
    fn no_block_is_forgotten() {
        for first in 0..=255_u8 {
            let address = IpAddr::V4(Ipv4Addr::new(first, 1, 1, 1));
            let known = !matches!(first, 0 | 10 | 127 | 224..);
            assert_eq!(Reach::Public.allows(address), known, "{address}");
        }
        for first in 0..=u16::MAX {
            let address = IpAddr::V6(Ipv6Addr::new(first, 0x4000, 0, 0, 0, 0, 0, 1));
            let known = (0x2000..=0x3fff).contains(&first) && first != 0x2002;
            assert_eq!(Reach::Public.allows(address), known, "{address}");
        }
    }
}
