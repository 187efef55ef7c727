//! Which addresses are public: what IANA has given to nobody's own use.
//!
//! <https://www.iana.org/assignments/iana-ipv4-special-registry>, <https://www.iana.org/assignments/iana-ipv6-special-registry>
//! and <https://www.iana.org/assignments/ipv6-unicast-address-assignments>.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// IPv4 blocks that are not public: address and length of the prefix.
const SPECIAL_V4: [([u8; 4], u32); 16] = [
    // This network.
    ([0, 0, 0, 0], 8),
    // Private.
    ([10, 0, 0, 0], 8),
    ([172, 16, 0, 0], 12),
    ([192, 168, 0, 0], 16),
    // Shared by carriers, and by some clouds for their metadata.
    ([100, 64, 0, 0], 10),
    // Loopback.
    ([127, 0, 0, 0], 8),
    // Link-local, with the metadata of most clouds.
    ([169, 254, 0, 0], 16),
    // Protocol assignments, documentation, benchmarks, the former 6to4 relays.
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    // Azure's metadata and DNS, at a public address.
    ([168, 63, 129, 16], 32),
    // Multicast; reserved, with broadcast.
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

/// IPv6 blocks inside of global unicast (`2000::/3`) that are not public.
const SPECIAL_V6: [([u16; 8], u32); 4] = [
    // Protocol assignments, with Teredo and ORCHID.
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    // Documentation.
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
    // 6to4: an IPv4 address is inside.
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
];

/// Whether an address is one of the public Internet. All of IPv6 but global unicast is not: loopback, ULA, link-local,
/// multicast, and every form that has an IPv4 address inside.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let bits = address.to_bits();
    !SPECIAL_V4.iter().any(|(block, length)| {
        let shift = 32 - length;
        bits >> shift == Ipv4Addr::from(*block).to_bits() >> shift
    })
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let bits = address.to_bits();
    let within = |block: &[u16; 8], length: u32| {
        let shift = 128 - length;
        bits >> shift == Ipv6Addr::from(*block).to_bits() >> shift
    };
    bits >> 125 == 1 && !SPECIAL_V6.iter().any(|(block, length)| within(block, *length))
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::is_public;

    fn is(text: &str) -> bool {
        is_public(text.parse().unwrap())
    }

    #[test]
    fn what_everybody_can_reach_is_public() {
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450:4001::1",
            "2001:200::1",
            "2003::1",
            "3ffe::1",
        ] {
            assert!(is(public), "{public}");
        }
    }

    #[test]
    fn what_is_inside_of_a_network_or_cloud_is_not() {
        for inside in [
            "0.0.0.0",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.0",
            "100.100.100.200",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "169.254.170.2",
            "172.16.0.0",
            "172.31.255.255",
            "192.0.0.192",
            "192.168.1.1",
            "198.18.0.0",
            "198.19.255.255",
            "203.0.113.7",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "::",
            "::1",
            "::ffff:1.1.1.1",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "fc00::1",
            "fd00:ec2::254",
            "fdff::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:0:7f00:1::",
            "2001:1ff:ffff::",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "3fff:fff::1",
            "4000::1",
            "5f00::1",
        ] {
            assert!(!is(inside), "{inside}");
        }
    }

    /// Another way of saying the same, from the standard library where it is stable.
    fn is_plainly_inside(address: Ipv4Addr) -> bool {
        address.is_private()
            || address.is_loopback()
            || address.is_link_local()
            || address.is_multicast()
            || address.is_broadcast()
            || address.is_documentation()
            || address.is_unspecified()
            || (address.octets()[0] == 100 && (64..128).contains(&address.octets()[1]))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn no_address_inside_of_a_network_is_public(bits in any::<u32>()) {
            let address = Ipv4Addr::from_bits(bits);
            prop_assert!(!(is_plainly_inside(address) && is_public(address.into())), "{}", address);
        }

        #[test]
        fn private_blocks_are_refused_to_their_last_address(low in any::<u32>()) {
            for (block, length) in [([10, 0, 0, 0], 8), ([172, 16, 0, 0], 12), ([192, 168, 0, 0], 16), ([127, 0, 0, 0], 8),
                                    ([169, 254, 0, 0], 16), ([100, 64, 0, 0], 10), ([224, 0, 0, 0], 3)] {
                let address = Ipv4Addr::from_bits(Ipv4Addr::from(block).to_bits() | (low >> length));
                prop_assert!(!is_public(address.into()), "{}", address);
            }
        }

        /// However an IPv4 address is put into one of IPv6, the latter is not called.
        #[test]
        fn an_ipv4_address_does_not_hide_in_one_of_ipv6(bits in any::<u32>(), rest in any::<u64>()) {
            let v4 = Ipv4Addr::from_bits(bits);
            let [a, b, c, d] = v4.octets().map(u128::from);
            let low = (a << 24) | (b << 16) | (c << 8) | d;
            for v6 in [
                low,
                0xffff << 32 | low,
                0x64_ff9b << 96 | low,
                0x2002 << 112 | low << 80 | u128::from(rest),
                0x2001_0000 << 96 | low << 64 | u128::from(rest),
            ] {
                let address = Ipv6Addr::from_bits(v6);
                prop_assert!(!is_public(IpAddr::V6(address)), "{}", address);
            }
        }

        #[test]
        fn of_ipv6_only_global_unicast_is_public(bits in any::<u128>()) {
            let address = Ipv6Addr::from_bits(bits);
            let local = address.is_loopback() || address.is_multicast() || address.is_unique_local()
                || address.is_unicast_link_local() || address.to_ipv4().is_some();
            prop_assert!(!(local && is_public(address.into())), "{}", address);
            prop_assert!(bits >> 125 == 1 || !is_public(address.into()), "{}", address);
        }
    }
}
