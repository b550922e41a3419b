package dev.carillon.webhook.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Event;
import dev.carillon.webhook.attempt.Tls.Pair;
import dev.carillon.webhook.target.Cidr;
import dev.carillon.webhook.target.TargetGuard;
import dev.carillon.webhook.vault.KeyRing;
import dev.carillon.webhook.vault.Vault;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every kind of server that means harm, or is broken, all at the same time: each attempt ends in time and as
/// it should, and nothing of it is left.
class HostileReceiversIT {

    private static final Duration DEADLINE = Duration.ofSeconds(4);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int AT_ONCE = 4;
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static final Map<String, List<Answer>> ANSWERS = new ConcurrentHashMap<>();
    private static final Map<String, RawServer> SERVERS = new ConcurrentHashMap<>();

    @TempDir
    static Path folder;

    private static Vertx vertx;
    private static HttpSender sender;
    private static Attempter attempter;
    private static Pair good;
    private static Pair other;
    private static Pair untrusted;
    private static long heapBefore;

    @BeforeAll
    static void meetThemAll() {
        var tls = new Tls(folder);
        good = tls.make("good", "dns:good.example.com", "ip:127.0.0.1");
        other = tls.make("other", "dns:other.example.com");
        untrusted = tls.make("untrusted", "dns:good.example.com");
        vertx = Vertx.vertx();
        sender = new HttpSender(
                vertx,
                new SenderSettings(
                        16 * 1024, DEADLINE, null, tls.trusted(good, other).toString()));
        attempter = new Attempter(guard(), sender, new KeyRing(Vault.plain()), Clock.systemUTC(), DEADLINE);
        heapBefore = heap();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var hostile : hostile().toList()) {
                var server = serve(hostile);
                SERVERS.put(hostile.name(), server);
                ANSWERS.put(hostile.name(), new java.util.concurrent.CopyOnWriteArrayList<>());
                for (int i = 0; i < AT_ONCE; i++) {
                    threads.submit(() -> ANSWERS.get(hostile.name()).add(attempt(hostile, server)));
                }
            }
        }
    }

    @AfterAll
    static void close() {
        SERVERS.values().forEach(RawServer::close);
        sender.close();
        vertx.close();
    }

    static Stream<Hostile> hostile() {
        return Hostile.all().stream();
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void endsInTimeAndAsItShould(Hostile hostile) {
        var answers = ANSWERS.get(hostile.name());

        assertThat(answers).hasSize(AT_ONCE);
        assertThat(answers).allMatch(hostile::isRight);
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.took()).isLessThan(DEADLINE.plusSeconds(10)));
        assertThat(answers).allSatisfy(answer -> assertThat(answer.body().length())
                .isLessThanOrEqualTo(16 * 1024));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void leavesNoConnectionBehind(Hostile hostile) {
        var server = SERVERS.get(hostile.name());

        await().atMost(LONG).untilAsserted(() -> assertThat(server.open()).isZero());
    }

    @Test
    void leavesNoMemoryBehind() {
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(heap() - heapBefore).isLessThan(64L << 20));
    }

    @Test
    void knowsEnoughOfThem() {
        assertThat(hostile().map(Hostile::name)).doesNotHaveDuplicates().hasSizeGreaterThan(50);
    }

    private static RawServer serve(Hostile hostile) {
        return switch (hostile.over()) {
            case PLAIN, BROKEN_TLS -> RawServer.plain(hostile.behaviour());
            case TLS -> RawServer.tls(Tls.server(good), hostile.behaviour());
            case WRONG_HOST -> RawServer.tls(Tls.server(other), hostile.behaviour());
            case UNTRUSTED -> RawServer.tls(Tls.server(untrusted), hostile.behaviour());
            case HTTP2 -> RawServer.tls(Tls.server(good), hostile.behaviour(), "h2");
        };
    }

    private static Answer attempt(Hostile hostile, RawServer server) {
        var scheme = hostile.over() == Hostile.Over.PLAIN ? "http" : "https";
        return attempter.attempt(
                endpoint(scheme + "://good.example.com:" + server.port() + "/hook"), event());
    }

    private static Endpoint endpoint(String url) {
        return new Endpoint(
                "ep",
                Endpoint.Settings.of(url),
                new Endpoint.Keys(List.of(new Endpoint.Secret(SECRET, Instant.EPOCH, null)), null),
                Endpoint.State.initial(Instant.EPOCH, Endpoint.Standing.VERIFIED));
    }

    private static Event event() {
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

    private static TargetGuard guard() {
        return new TargetGuard(
                _ -> List.of(InetAddress.getLoopbackAddress()), List.of(Cidr.parse("127.0.0.0/8")), Set.of());
    }

    private static long heap() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
