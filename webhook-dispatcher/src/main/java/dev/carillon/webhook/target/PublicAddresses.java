package dev.carillon.webhook.target;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/// Tells addresses that belong to the public Internet (global unicast) from all others, by the registries of
/// special addresses (RFC 6890 and what came after it).
final class PublicAddresses {

    private static final List<Cidr> NOT_PUBLIC_4 = cidrs(
            "0.0.0.0/8", // this network
            "10.0.0.0/8", // private
            "100.64.0.0/10", // carrier-grade NAT
            "127.0.0.0/8", // loopback
            "169.254.0.0/16", // link-local, metadata services of clouds
            "168.63.129.16/32", // services of one cloud, for machines in it
            "172.16.0.0/12", // private
            "192.0.0.0/24", // protocol assignments
            "192.0.2.0/24", // documentation
            "192.31.196.0/24", // AS112
            "192.52.193.0/24", // AMT
            "192.88.99.0/24", // 6to4 relays
            "192.168.0.0/16", // private
            "192.175.48.0/24", // AS112
            "198.18.0.0/15", // benchmarks
            "198.51.100.0/24", // documentation
            "203.0.113.0/24", // documentation
            "224.0.0.0/4", // multicast
            "240.0.0.0/4"); // reserved, broadcast

    /// The only IPv6 block that is given out. What is not in it, is not public: loopback, IPv4-mapped and
    /// -compatible, NAT64, unique local, link-local, site-local, multicast.
    private static final Cidr GIVEN_OUT_6 = Cidr.parse("2000::/3");

    private static final List<Cidr> NOT_PUBLIC_6 = cidrs(
            "2001::/23", // protocol assignments: Teredo, benchmarks, ORCHID
            "2001:db8::/32", // documentation
            "2002::/16", // 6to4
            "2620:4f:8000::/48", // AS112
            "3fff::/20"); // documentation

    private PublicAddresses() {}

    static boolean contains(InetAddress address) {
        var bytes = address.getAddress();
        if (bytes.length == 4) {
            return NOT_PUBLIC_4.stream().noneMatch(block -> block.contains(bytes));
        }
        return GIVEN_OUT_6.contains(bytes) && NOT_PUBLIC_6.stream().noneMatch(block -> block.contains(bytes));
    }

    private static List<Cidr> cidrs(String... texts) {
        return Stream.of(texts).map(Cidr::parse).toList();
    }
}
