package dev.carillon.webhook.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.webhook.decide.Outcome;
import dev.carillon.webhook.decide.Outcome.Fault;
import dev.carillon.webhook.target.PooledResolver;
import dev.carillon.webhook.target.RefusedTargets;
import dev.carillon.webhook.target.Resolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Nobody gets where nobody may go, whatever an endpoint's row says: on deliveries, tests and retries, on
/// challenges and handshakes.
class RefusedTargetsIT {

    /// All names of the list lead to this machine.
    private static final Resolver HERE = _ -> List.of(InetAddress.getLoopbackAddress());

    @Test
    void dialsNoneOfThem() {
        try (var attempting = Attempting.strict(HERE)) {
            var attempter = attempting.attempter();
            for (var url : RefusedTargets.all().toList()) {
                var endpoint = Attempting.endpoint("ep", url, null);
                var answers = List.of(
                        attempter.attempt(endpoint, Attempting.event()),
                        attempter.challenge(endpoint, Attempting.event()),
                        attempter.handshake(endpoint, Map.of()).answer());

                assertThat(answers).as(url).allSatisfy(answer -> assertThat(answer.outcome())
                        .isInstanceOfSatisfying(
                                Outcome.Unreachable.class,
                                unreachable -> assertThat(unreachable.fault()).isEqualTo(Fault.FORBIDDEN)));
            }
        }
    }

    @Test
    void dialsWhatWasVettedThoughTheNameChangesAllTheTime() {
        // Given: a name that is public when it is looked at, and this machine when it is looked at again.
        var lookups = new AtomicInteger();
        Resolver rebinding =
                _ -> List.of(InetAddress.ofLiteral(lookups.getAndIncrement() % 2 == 0 ? "240.0.0.1" : "127.0.0.1"));
        Resolver turned =
                _ -> List.of(InetAddress.ofLiteral(lookups.getAndIncrement() % 2 == 0 ? "192.0.9.1" : "127.0.0.1"));
        try (var server = RawServer.plain(_ -> {});
                var refused = Attempting.strict(rebinding);
                var dialled = Attempting.strict(turned)) {
            // When
            for (int i = 0; i < 4; i++) {
                refused.attempt("http://rebinding.example.com:" + server.port() + "/");
            }
            dialled.attempt("http://rebinding.example.com:" + server.port() + "/");

            // Then: one look for each attempt, and nothing ever came here.
            assertThat(lookups.get()).isEqualTo(5);
            assertThat(server.accepted()).isZero();
        }
    }

    @Test
    void followsNoRedirectToTheInside() {
        try (var inside = RawServer.plain(_ -> {});
                var server = RawServer.plain(socket -> {
                    RawServer.readRequest(socket.getInputStream());
                    RawServer.write(
                            socket,
                            "HTTP/1.1 307 Moved\r\nContent-Length: 0\r\nLocation: http://127.0.0.1:" + inside.port()
                                    + "/\r\n\r\n");
                });
                var attempting = Attempting.here(null, null)) {
            var answer = attempting.attempt("http://outside.example.com:" + server.port() + "/");

            assertThat(answer.status()).isEqualTo(307);
            assertThat(inside.accepted()).isZero();
        }
    }

    @Test
    void namesThatAreNeverFoundHoldNobodyElseUp() throws Exception {
        // Given: as many silent names as there are threads of ours, and then some virtual ones.
        var release = new CountDownLatch(1);
        Resolver silent = host -> {
            try {
                if (host.startsWith("silent")) {
                    release.await();
                }
            } catch (InterruptedException e) {
                throw new UnknownHostException(host);
            }
            return List.of(InetAddress.getLoopbackAddress());
        };
        try (var resolver = new PooledResolver(silent, Duration.ofMillis(500));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                var host = "silent-" + i;
                var _ = threads.submit(() -> resolver.resolve(host));
            }

            // When
            var found = CompletableFuture.supplyAsync(() -> lookUp(resolver, "quick"), threads);
            var unknown = CompletableFuture.supplyAsync(() -> lookUp(resolver, "silent-1"), threads);

            // Then
            assertThat(found.get(30, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(unknown.get(30, java.util.concurrent.TimeUnit.SECONDS)).isZero();
            release.countDown();
        }
    }

    private static int lookUp(Resolver resolver, String host) {
        try {
            return resolver.resolve(host).size();
        } catch (UnknownHostException e) {
            return 0;
        }
    }
}
