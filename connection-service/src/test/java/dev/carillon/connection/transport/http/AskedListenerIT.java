package dev.carillon.connection.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.testkit.HttpReceiver;
import dev.carillon.testkit.HttpReceiver.Answer;
import dev.carillon.testkit.HttpReceiver.Received;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Streams, polls and reads where the application decides who listens.
@QuarkusTest
@WithTestResource(InVmKafkaResource.class)
@WithTestResource(AskedListenerIT.Application.class)
class AskedListenerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpProbe HTTP = new HttpProbe();
    private static final String KEY = "a-key";

    private static @Nullable TestOwner owner;

    @SuppressWarnings("NullAway.Init") // injected
    HttpReceiver application;

    private final String channel = "asked:" + UUID.randomUUID();
    private final String cookie = "session=" + UUID.randomUUID();
    private final String stream = "/v1/stream?channel=" + HttpProbe.encode(channel);

    /// The application's server, and a service that knows it.
    public static final class Application implements QuarkusTestResourceLifecycleManager {
        private final HttpReceiver server = HttpReceiver.start();

        @Override
        public Map<String, String> start() {
            var config = new HashMap<String, String>();
            config.put("carillon.connection.insecure", "false");
            config.put("carillon.connection.api-key", KEY);
            config.put("carillon.connection.namespaces.\"asked\".access.subscribe", "hook");
            config.put("carillon.connection.namespaces.\"asked\".access.history", "subscriber");
            config.put("carillon.connection.hooks.concurrency", "8");
            config.put("carillon.connection.hooks.breaker-failures", "1000");
            config.put("carillon.connection.hooks.memory", "30s");
            config.put("carillon.connection.hooks.timeout", "5s");
            for (var hook : List.of("connect", "subscribe")) {
                config.put(
                        "carillon.connection.hooks." + hook,
                        server.url("/" + hook).toString());
            }
            return config;
        }

        @Override
        public void inject(TestInjector injector) {
            injector.injectIntoFields(server, field -> field.getType().equals(HttpReceiver.class));
        }

        @Override
        public void stop() {
            server.close();
        }
    }

    @BeforeAll
    static void own() {
        owner = TestOwner.start(InVmKafka.sharedBootstrapServers()).awaitReady();
    }

    @AfterAll
    static void disown() {
        if (owner != null) {
            owner.close();
        }
    }

    @BeforeEach
    void awaitReady() {
        answer(Map.of());
        Ready.await(HTTP);
        application.forget();
    }

    @Test
    void aStreamIsOpenedWhenTheApplicationSaysSo() {
        // When
        try (var client =
                SseProbe.open(stream, "Cookie", cookie, "X-Private", "mine").awaitOpen()) {
            // Then
            publish("{\"n\":1}");
            client.awaitNumbers(1, 2);
            var who = application.received("/connect").getFirst();
            assertThat(who.header("Cookie")).isEqualTo(cookie);
            assertThat(who.header("X-Private")).isNull();
            var question = application.received("/subscribe").getFirst();
            assertThat(question.header("Cookie")).isEqualTo(cookie);
            assertThat(json(question).path("user").asText()).isEqualTo("anna");
            assertThat(json(question).path("channel").asText()).isEqualTo(channel);
            assertThat(json(question).path("meta").path("plan").asText()).isEqualTo("gold");
        }
    }

    @Test
    void refusesAsTheApplicationDoes() {
        answer(Map.of("/subscribe", "{'error':{'code':1000,'message':'members only'}}"));
        for (var path : List.of(stream, HttpProbe.events(channel))) {
            var refused = HTTP.get(path, "Cookie", cookie);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.at("/detail")).isEqualTo("members only");
        }
        assertThat(poll(cookie).status()).isEqualTo(403);

        answer(Map.of("/subscribe", "{'error':{'code':1001,'message':'wait','temporary':true}}"));
        assertThat(poll(cookie).status()).isEqualTo(503);
        assertThat(poll(cookie).header("Retry-After")).isEqualTo("1");

        answer(Map.of("/subscribe", "{'disconnect':{'code':4501,'reason':'banned'}}"));
        assertThat(poll(cookie).at("/detail")).isEqualTo("banned");

        answer(Map.of("/connect", "{'result':null}"));
        assertThat(poll(cookie + "2").status()).isEqualTo(401);
        assertThat(HTTP.get(stream, "Cookie", cookie + "2").header("WWW-Authenticate"))
                .isEqualTo("Bearer");
    }

    @Test
    void anApplicationThatFailsIsTriedAgain() {
        application.answer(_ -> Answer.of(500));

        assertThat(poll(cookie).status()).isEqualTo(503);
        answer(Map.of());
        assertThat(poll(cookie).status()).isEqualTo(200);
    }

    @Test
    void aStreamEndsWhenTheApplicationSaysSo() {
        answer(Map.of(
                "/subscribe",
                "{'result':{'expire_at':%d}}".formatted(Instant.now().getEpochSecond() + 4)));

        // This returns only because the stream ends.
        var answer = HTTP.get(stream, "Cookie", cookie);

        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void aYesHoldsForFurtherPollsAndReadsOfTheSameClient() {
        assertThat(poll(cookie).status()).isEqualTo(200);
        assertThat(poll(cookie).status()).isEqualTo(200);
        assertThat(HTTP.get(HttpProbe.events(channel), "Cookie", cookie).status())
                .isEqualTo(200);
        assertThat(application.received("/connect")).hasSize(1);
        assertThat(application.received("/subscribe")).hasSize(1);

        // Not for others, nor for whoever opens a stream, nor for who is nobody in particular
        assertThat(poll(cookie + "other").status()).isEqualTo(200);
        assertThat(application.received("/connect")).hasSize(2);
        SseProbe.open(stream, "Cookie", cookie).close();
        assertThat(application.received("/subscribe")).hasSize(3);
        answer(Map.of("/connect", "{'result':{'user':''}}"));
        assertThat(poll("").status()).isEqualTo(200);
        assertThat(poll("").status()).isEqualTo(200);
        assertThat(application.received("/subscribe")).hasSize(5);
    }

    @Test
    void aNoHoldsForNothing() {
        answer(Map.of("/subscribe", "{'error':{'code':1000,'message':'not yet'}}"));
        assertThat(poll(cookie).status()).isEqualTo(403);

        answer(Map.of());
        assertThat(poll(cookie).status()).isEqualTo(200);
    }

    @Test
    void asksAboutManyChannelsAFewAtATime() {
        var open = new AtomicInteger();
        var most = new AtomicInteger();
        var first = new CountDownLatch(4);
        application.answer(request -> {
            if (request.path().equals("/subscribe")) {
                most.accumulateAndGet(open.incrementAndGet(), Math::max);
                first.countDown();
                pause(first);
                open.decrementAndGet();
            }
            return json("{'result':{'user':'anna'}}");
        });
        var names = IntStream.range(0, 30)
                .mapToObj(n -> "\"" + channel + n + "\":null")
                .collect(Collectors.joining(","));

        var answer = HTTP.post("/v1/poll", "{\"channels\":{" + names + "},\"wait\":0}", "Cookie", cookie);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("channels").size()).isEqualTo(30);
        assertThat(most).hasValue(4);
    }

    @Test
    void slowAnswersCostTheirAskersOnly() {
        var hold = new CountDownLatch(1);
        application.answer(request -> {
            if (request.text().contains("slow")) {
                pause(hold);
            }
            return json("{'result':{'user':'anna'}}");
        });
        try {
            // When: as many as may be open
            var held = IntStream.range(0, 12)
                    .mapToObj(n -> HTTP.postLater(
                            "/v1/poll", "{\"channels\":{\"asked:slow" + n + "\":null},\"wait\":0}", "Cookie", cookie))
                    .toList();

            // Then: the rest is told to come again, and others go on
            await().atMost(PATIENCE)
                    .until(() -> held.stream().filter(one -> one.isDone()).count() >= 4);
            assertThat(held.stream().filter(one -> one.isDone()))
                    .allSatisfy(one -> assertThat(one.join().status()).isEqualTo(503));
            assertThat(HTTP.get(HttpProbe.events(channel), "X-API-Key", KEY).status())
                    .isEqualTo(200);
            hold.countDown();
            assertThat(held).anySatisfy(one -> assertThat(one.join().status()).isEqualTo(200));
        } finally {
            hold.countDown();
        }
    }

    @Test
    void nobodyIsAskedAboutABackendOrWhatMakesNoSense() {
        var body = "{\"channels\":{\"" + channel + "\":null},\"wait\":0}";

        assertThat(HTTP.post("/v1/poll", body, "X-API-Key", KEY).status()).isEqualTo(200);
        assertThat(HTTP.post("/v1/poll", "[]", "Cookie", cookie).status()).isEqualTo(400);
        assertThat(HTTP.get("/v1/stream", "Cookie", cookie).status()).isEqualTo(400);
        assertThat(application.received()).isEmpty();
    }

    private HttpProbe.Answer poll(String cookies) {
        var body = "{\"channels\":{\"" + channel + "\":null},\"wait\":0}";
        return cookies.isEmpty() ? HTTP.post("/v1/poll", body) : HTTP.post("/v1/poll", body, "Cookie", cookies);
    }

    private void publish(String json) {
        assertThat(HTTP.post(HttpProbe.events(channel), json, "X-API-Key", KEY, "Content-Type", "application/json")
                        .status())
                .isEqualTo(202);
    }

    /// Answers these paths with that, and all others as for a good client. Apostrophes are quotes.
    private void answer(Map<String, String> answers) {
        application.answer(request ->
                json(answers.getOrDefault(request.path(), "{'result':{'user':'anna','meta':{'plan':'gold'}}}")));
    }

    private static Answer json(String text) {
        return Answer.of(200).header("Content-Type", "application/json").body(text.replace('\'', '"'));
    }

    private static JsonNode json(Received request) {
        try {
            return HttpProbe.JSON.readTree(request.text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void pause(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
