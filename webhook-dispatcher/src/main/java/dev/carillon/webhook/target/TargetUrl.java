package dev.carillon.webhook.target;

import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A URL that may be a webhook's, read strictly: what two parsers could read differently is refused.
///
/// @param isTls whether it is `https`
/// @param host a name or an address, without brackets, in lower case
/// @param address the address when the host is one, else null
/// @param port given or implied
/// @param path path and query as they were written, beginning with `/`
public record TargetUrl(
        boolean isTls, String host, @Nullable InetAddress address, int port, String path) {

    private static final int MAX_LENGTH = 2048;
    private static final String NOT_IN_URLS = "\"<>\\^`{|}#";

    /// @throws IllegalArgumentException when it is not acceptable; the message says why and quotes nothing
    public static TargetUrl parse(String url) {
        requireCharacters(url);
        var lower = url.toLowerCase(Locale.ROOT);
        boolean isTls = lower.startsWith("https://");
        if (!isTls && !lower.startsWith("http://")) {
            throw new IllegalArgumentException("must begin with https:// or http://");
        }
        int start = isTls ? 8 : 7;
        int end = authorityEnd(url, start);
        var authority = lower.substring(start, end);
        if (authority.indexOf('@') >= 0) {
            throw new IllegalArgumentException("must not contain a user name or password");
        }
        int hostEnd = hostEnd(authority);
        var host = authority.substring(0, hostEnd);
        int port = port(authority.substring(hostEnd), isTls ? 443 : 80);
        var path = url.substring(end);
        requireEscapes(path);
        var rooted = path.startsWith("/") ? path : "/" + path;
        if (host.startsWith("[")) {
            var inner = host.substring(1, host.length() - 1);
            return new TargetUrl(isTls, inner, address6(inner), port, rooted);
        }
        return new TargetUrl(isTls, host, address4OrName(host), port, rooted);
    }

    /// Scheme, host and port: what logs and people may see.
    public String origin() {
        var shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return (isTls ? "https://" : "http://") + shown + ":" + port;
    }

    /// What the header `Host` says: the port only where it is not implied.
    public String authority() {
        var shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (isTls ? 443 : 80) ? shown : shown + ":" + port;
    }

    private static void requireCharacters(String url) {
        if (url.isEmpty() || url.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("must have 1 to " + MAX_LENGTH + " characters");
        }
        for (int i = 0; i < url.length(); i++) {
            char c = url.charAt(i);
            if (c <= ' ' || c >= 127) {
                throw new IllegalArgumentException("must be printable ASCII without spaces (use punycode and escapes)");
            }
            if (NOT_IN_URLS.indexOf(c) >= 0) {
                throw new IllegalArgumentException("must not contain " + c);
            }
        }
    }

    private static int authorityEnd(String url, int start) {
        for (int i = start; i < url.length(); i++) {
            if (url.charAt(i) == '/' || url.charAt(i) == '?') {
                return i;
            }
        }
        return url.length();
    }

    private static int hostEnd(String authority) {
        if (authority.startsWith("[")) {
            int close = authority.indexOf(']');
            if (close < 0) {
                throw new IllegalArgumentException("has an address without its closing bracket");
            }
            return close + 1;
        }
        int colon = authority.indexOf(':');
        return colon < 0 ? authority.length() : colon;
    }

    private static int port(String text, int otherwise) {
        if (text.isEmpty()) {
            return otherwise;
        }
        var digits = text.substring(1);
        if (text.charAt(0) != ':'
                || digits.isEmpty()
                || digits.length() > 5
                || !digits.chars().allMatch(TargetUrl::isDigit)) {
            throw new IllegalArgumentException("has a port that is no number");
        }
        int port = Integer.parseInt(digits);
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("has a port that is not between 1 and 65535");
        }
        return port;
    }

    private static void requireEscapes(String path) {
        for (int i = path.indexOf('%'); i >= 0; i = path.indexOf('%', i + 1)) {
            if (i + 2 >= path.length() || !isHex(path.charAt(i + 1)) || !isHex(path.charAt(i + 2))) {
                throw new IllegalArgumentException("has a % that begins no escape");
            }
        }
    }

    private static InetAddress address6(String text) {
        if (text.indexOf('%') >= 0) {
            throw new IllegalArgumentException("must not name a zone");
        }
        if (text.indexOf(':') < 0) {
            throw new IllegalArgumentException("has brackets around what is no IPv6 address");
        }
        if (text.indexOf('.') >= 0) {
            throw new IllegalArgumentException("must not hide an IPv4 address in an IPv6 address");
        }
        var address = literal6(text);
        // Mapped addresses (::ffff:808:808) are read as IPv4, and others may read them otherwise.
        if (address.getAddress().length != 16) {
            throw new IllegalArgumentException("must not hide an IPv4 address in an IPv6 address");
        }
        return address;
    }

    private static InetAddress literal6(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("has brackets around what is no IPv6 address", e);
        }
    }

    private static @Nullable InetAddress address4OrName(String host) {
        requireName(host);
        var last = host.substring(host.lastIndexOf('.') + 1);
        boolean isNumber = last.chars().allMatch(TargetUrl::isDigit) || last.startsWith("0x");
        if (!isNumber) {
            return null;
        }
        if (!isDottedQuad(host)) {
            throw new IllegalArgumentException("has an IPv4 address that is not four plain decimal numbers");
        }
        return InetAddress.ofLiteral(host);
    }

    private static void requireName(String host) {
        if (host.isEmpty() || host.length() > 253) {
            throw new IllegalArgumentException("must have a host of at most 253 characters");
        }
        for (var label : host.split("\\.", -1)) {
            boolean isGood = !label.isEmpty()
                    && label.length() <= 63
                    && label.chars().allMatch(c -> isDigit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_')
                    && !label.startsWith("-")
                    && !label.endsWith("-");
            if (!isGood) {
                throw new IllegalArgumentException("has a host that is no name");
            }
        }
    }

    private static boolean isDottedQuad(String host) {
        var parts = host.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (var part : parts) {
            boolean isGood = part.length() <= 3
                    && part.chars().allMatch(TargetUrl::isDigit)
                    && (part.length() == 1 || part.charAt(0) != '0')
                    && Integer.parseInt(part) <= 255;
            if (!isGood) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isHex(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }
}
