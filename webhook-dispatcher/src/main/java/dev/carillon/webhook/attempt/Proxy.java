package dev.carillon.webhook.attempt;

import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The one way out, where there is one. It is asked for the address that was vetted, never for a name, so it
/// cannot be led elsewhere. Its text form hides who we are to it.
///
/// @param isTunnel whether it carries anything (SOCKS5); one of HTTP carries TLS only, because it would look the
///     names of plain requests up itself
/// @param user empty for none
public record Proxy(boolean isTunnel, String host, int port, String user, String password) {

    /// Reads `http://[user:password@]host:port` or `socks5://…`.
    ///
    /// @throws IllegalArgumentException when it is neither; the message does not repeat it
    public static Proxy parse(String text) {
        var uri = uri(text);
        var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        boolean isKnown = scheme.equals("http") || scheme.equals("socks5");
        if (!isKnown || uri.getHost() == null || uri.getPort() < 1) {
            throw new IllegalArgumentException("the proxy is not http://host:port or socks5://host:port");
        }
        var credentials = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
        int colon = credentials.indexOf(':');
        return new Proxy(
                scheme.equals("socks5"),
                uri.getHost(),
                uri.getPort(),
                decoded(colon < 0 ? credentials : credentials.substring(0, colon)),
                decoded(colon < 0 ? "" : credentials.substring(colon + 1)));
    }

    /// Whether it carries requests to such targets.
    boolean carries(boolean isTls) {
        return isTls || isTunnel;
    }

    ProxyOptions options() {
        var options = new ProxyOptions()
                .setType(isTunnel ? ProxyType.SOCKS5 : ProxyType.HTTP)
                .setHost(host)
                .setPort(port);
        return user.isEmpty() ? options : options.setUsername(user).setPassword(password);
    }

    @Override
    public String toString() {
        return "Proxy[" + host + ":" + port + "]";
    }

    private static URI uri(String text) {
        @Nullable URI uri = null;
        try {
            uri = URI.create(text.strip());
        } catch (IllegalArgumentException _) {
            // Its message would quote the password.
        }
        if (uri == null) {
            throw new IllegalArgumentException("the proxy is no URL");
        }
        return uri;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
