package dev.carillon.webhook.attempt;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Endpoint.ClientCertificate;
import dev.carillon.contract.Event;
import dev.carillon.webhook.target.Cidr;
import dev.carillon.webhook.target.Resolver;
import dev.carillon.webhook.target.TargetGuard;
import dev.carillon.webhook.vault.KeyRing;
import dev.carillon.webhook.vault.Vault;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Attempts without a dispatcher around them.
final class Attempting implements AutoCloseable {

    static final Duration DEADLINE = Duration.ofSeconds(12);

    /// So short that a test can see pools being renewed.
    private static final Duration RENEWAL = Duration.ofSeconds(8);

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private final Vertx vertx = Vertx.vertx();
    private final HttpSender sender;
    private final Attempter attempter;

    private Attempting(SenderSettings settings, TargetGuard guard) {
        this.sender = new HttpSender(vertx, settings, RENEWAL);
        this.attempter =
                new Attempter(guard, sender, new KeyRing(Vault.plain()), Clock.systemUTC(), settings.deadline());
    }

    /// Every name is this machine, which may be dialled.
    static Attempting here(@Nullable Proxy proxy, @Nullable String trusted) {
        return new Attempting(
                new SenderSettings(16 * 1024, DEADLINE, proxy, trusted),
                new TargetGuard(
                        _ -> List.of(InetAddress.getLoopbackAddress()), List.of(Cidr.parse("127.0.0.0/8")), Set.of()));
    }

    /// Nothing that is not public may be dialled.
    static Attempting strict(Resolver resolver) {
        return new Attempting(
                SenderSettings.of(1024, DEADLINE), new TargetGuard(resolver, List.of(), TargetGuard.ownAddresses()));
    }

    Attempter attempter() {
        return attempter;
    }

    Answer attempt(String url) {
        return attempter.attempt(endpoint("ep", url, null), event());
    }

    Answer attempt(Endpoint endpoint) {
        return attempter.attempt(endpoint, event());
    }

    static Endpoint endpoint(String id, String url, @Nullable ClientCertificate certificate) {
        return new Endpoint(
                id,
                Endpoint.Settings.of(url),
                new Endpoint.Keys(List.of(new Endpoint.Secret(SECRET, Instant.EPOCH, null)), certificate),
                Endpoint.State.initial(Instant.EPOCH, Endpoint.Standing.VERIFIED));
    }

    static Event event() {
        return new Event(
                Event.Id.random(),
                "order.created",
                "/shop",
                Instant.EPOCH,
                new Channel("orders"),
                "application/json",
                ByteString.copyFromUtf8("{\"n\":1}"),
                Map.of(),
                null);
    }

    @Override
    public void close() {
        sender.close();
        vertx.close();
    }
}
