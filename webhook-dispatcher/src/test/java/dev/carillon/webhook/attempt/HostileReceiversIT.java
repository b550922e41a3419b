package dev.carillon.webhook.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.webhook.attempt.Tls.Pair;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
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

    private static final Duration LONG = Duration.ofSeconds(60);
    /// How many of them are met at the same time.
    private static final int AT_ONCE = 8;

    private static final Map<String, List<Answer>> ANSWERS = new ConcurrentHashMap<>();
    private static final Map<String, RawServer> SERVERS = new ConcurrentHashMap<>();

    @TempDir
    static Path folder;

    private static Attempting attempting;
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
        attempting = Attempting.here(null, tls.trusted(good, other).toString());
        heapBefore = heap();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var turns = new Semaphore(AT_ONCE);
            for (var hostile : hostile().toList()) {
                turns.acquireUninterruptibly();
                var _ = threads.submit(() -> meet(hostile, turns));
            }
        }
    }

    @AfterAll
    static void close() {
        SERVERS.values().forEach(RawServer::close);
        attempting.close();
    }

    static Stream<Hostile> hostile() {
        return Hostile.all().stream();
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void endsInTimeAndAsItShould(Hostile hostile) {
        var answers = ANSWERS.getOrDefault(hostile.name(), List.of());

        assertThat(answers).hasSize(hostile.attempts());
        assertThat(answers).allMatch(hostile::isRight);
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.took()).isLessThan(Attempting.DEADLINE.plusSeconds(10)));
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.body().length()).isLessThanOrEqualTo(16 * 1024));
    }

    @Test
    void leavesNoConnectionBehind() {
        await().atMost(LONG).untilAsserted(() -> assertThat(SERVERS.entrySet())
                .filteredOn(server -> server.getValue().open() > 0)
                .extracting(Map.Entry::getKey)
                .isEmpty());
    }

    @Test
    void leavesNoMemoryBehind() {
        await().atMost(LONG).untilAsserted(() -> assertThat(heap() - heapBefore).isLessThan(64L << 20));
    }

    @Test
    void knowsEnoughOfThem() {
        assertThat(hostile().map(Hostile::name)).doesNotHaveDuplicates().hasSizeGreaterThan(50);
    }

    private static void meet(Hostile hostile, Semaphore turns) {
        var server = serve(hostile);
        SERVERS.put(hostile.name(), server);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var attempts = Collections.nCopies(hostile.attempts(), (Callable<Answer>) () -> attempt(hostile, server));
            ANSWERS.put(
                    hostile.name(),
                    threads.invokeAll(attempts).stream().map(Future::resultNow).toList());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            turns.release();
        }
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
        return attempting.attempt(scheme + "://good.example.com:" + server.port() + "/hook");
    }

    private static long heap() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
