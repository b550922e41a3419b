package dev.carillon.webhook.target;

import java.net.InetAddress;

/// A block of addresses: all that share a prefix.
public final class Cidr {

    private final byte[] network;
    private final int bits;

    private Cidr(byte[] network, int bits) {
        this.network = network.clone();
        this.bits = bits;
    }

    /// Reads `10.0.0.0/8`, `fd00::/8`, or an address alone.
    ///
    /// @throws IllegalArgumentException when `text` is none of these
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        var host = slash < 0 ? text : text.substring(0, slash);
        var network = literal(host, text);
        int bits = slash < 0 ? network.length * 8 : number(text.substring(slash + 1), text);
        if (bits < 0 || bits > network.length * 8) {
            throw new IllegalArgumentException("not a network: " + text);
        }
        return new Cidr(network, bits);
    }

    boolean contains(InetAddress address) {
        return contains(address.getAddress());
    }

    boolean contains(byte[] address) {
        if (address.length != network.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((address[bit / 8] & mask) != (network[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    private static byte[] literal(String host, String text) {
        // Short forms (10.1) mean other addresses than people think.
        boolean isShort =
                host.indexOf(':') < 0 && host.chars().filter(c -> c == '.').count() != 3;
        if (isShort) {
            throw new IllegalArgumentException("not a network: " + text);
        }
        try {
            return InetAddress.ofLiteral(host).getAddress();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a network: " + text, e);
        }
    }

    private static int number(String digits, String text) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a network: " + text, e);
        }
    }
}
