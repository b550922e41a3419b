package dev.carillon.connection.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.connection.auth.TestKeys;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Publication;
import dev.carillon.contract.client.Result;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The application decides: a real server that the service asks.
@QuarkusTest
@WithTestResource(InVmKafkaResource.class)
@WithTestResource(HookSocketIT.Application.class)
class HookSocketIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final TestKeys ISSUER = TestKeys.signer("EdDSA");
    private static final Map<String, String> COOKIE = Map.of("Cookie", "session=abc", "X-Private", "mine");

    private static final Map<String, String> HEADERS =
            Map.of("authorization", "emulated", "Cookie", "forged", "Origin", "a\r\nX-Private: forged");

    private static @Nullable TestOwner owner;

    @SuppressWarnings("NullAway.Init") // injected
    HttpReceiver application;

    /// The application's server, and a service that knows it.
    public static final class Application implements QuarkusTestResourceLifecycleManager {
        private final HttpReceiver server = HttpReceiver.start();

        @Override
        public Map<String, String> start() {
            var config = new HashMap<String, String>();
            config.put("carillon.connection.insecure", "false");
            config.put("carillon.connection.token-jwks-url", server.url("/jwks").toString());
            config.put("carillon.connection.namespaces.\"asked\".access.subscribe", "hook");
            config.put("carillon.connection.namespaces.\"asked\".access.publish", "hook");
            config.put("carillon.connection.hooks.timeout", "1s");
            config.put("carillon.connection.hooks.concurrency", "8");
            config.put("carillon.connection.hooks.breaker-failures", "4");
            config.put("carillon.connection.hooks.breaker-pause", "1s");
            for (var hook : List.of("connect", "refresh", "subscribe", "publish", "rpc")) {
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
        Ready.await(new HttpProbe());
        // The breakers are closed, whatever the test before did.
        for (var hook : List.of("connect", "rpc")) {
            await().atMost(PATIENCE).until(() -> {
                try (var client = RawClient.open()) {
                    client.send(Method.Connect.EMPTY, new Method.Rpc("x", ByteString.EMPTY));
                    await().atMost(PATIENCE).until(() -> !client.replies().isEmpty() || !client.isOpen());
                    return client.frames().toString().contains(hook.equals("rpc") ? "\"rpc\"" : "\"connect\"");
                }
            });
        }
        application.forget();
    }

    @Test
    void saysWhoAClientIs() {
        // Given
        answer(Map.of(
                "/connect",
                "{'result':{'user':'anna','info':{'name':'Anna'},'data':{'hello':1},'channels':['served'],"
                        + "'subs':{'asked:s':{'data':2}},'meta':{'plan':'gold'}}}"));
        try (var client = RawClient.open(COOKIE, "")) {
            // When
            var connect = new Method.Connect("", data("{\"d\":1}"), Map.of(), "js", "1.2", HEADERS, 0, "", "");
            var connected = (Result.Connect) client.call(connect);

            // Then
            assertThat(connected.data().toStringUtf8()).isEqualTo("{\"hello\":1}");
            assertThat(connected.subs()).containsOnlyKeys("served", "asked:s");
            var question = application.received("/connect").getFirst();
            assertThat(question.method()).isEqualTo("POST");
            assertThat(question.header("Content-Type")).isEqualTo("application/json");
            assertThat(question.header("Cookie")).isEqualTo("session=abc");
            assertThat(question.header("X-Private")).isNull();
            assertThat(question.header("Authorization")).isEqualTo("emulated");
            assertThat(question.header("Origin")).isNull();
            var asked = json(question);
            assertThat(asked.path("client").asText()).isEqualTo(connected.client());
            assertThat(asked.path("data").path("d").asInt()).isOne();
            assertThat(asked.path("name").asText()).isEqualTo("js");
            assertThat(asked.path("protocol").asText()).isEqualTo("json");

            // And others see it, and later questions know it
            client.publish("served", "1");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(client.publications("served"))
                    .singleElement()
                    .extracting(Publication::info)
                    .hasFieldOrPropertyWithValue("user", "anna"));
            client.call(new Method.Rpc("m", ByteString.EMPTY));
            var later = json(application.received("/rpc").getFirst());
            assertThat(later.path("user").asText()).isEqualTo("anna");
            assertThat(later.path("meta").path("plan").asText()).isEqualTo("gold");
            assertThat(application.received("/rpc").getFirst().header("Cookie")).isEqualTo("session=abc");
        }
    }

    @Test
    void keepsAClientOutOrSendsItAway() {
        answer(Map.of("/connect", "{'error':{'code':1000,'message':'full'}}"));
        try (var client = RawClient.open()) {
            assertThat(client.refused(Method.Connect.EMPTY)).isEqualTo(1000);
        }
        answer(Map.of("/connect", "{'disconnect':{'code':4501,'reason':'banned'}}"));
        try (var client = RawClient.open()) {
            client.send(Method.Connect.EMPTY, Method.Subscribe.to("a"));
            assertThat(client.closed()).isEqualTo(new RawClient.Closed(4501, "banned"));
        }
        application.answer(_ -> Answer.of(403));
        try (var client = RawClient.open()) {
            assertThat(client.refused(Method.Connect.EMPTY)).isEqualTo(103);
        }
        answer(Map.of("/connect", "{'result':null}"));
        try (var client = RawClient.open()) {
            assertThat(client.refused(Method.Connect.EMPTY)).isEqualTo(101);
        }
    }

    @Test
    void letsAConnectionStayWhileItSaysSo() {
        // Given
        var asked = new AtomicInteger();
        application.answer(request -> switch (request.path()) {
            case "/connect" -> json("{'result':{'user':'anna','expire_at':%d}}".formatted(in(2)));
            case "/refresh" ->
                asked.incrementAndGet() < 3
                        ? json("{'result':{'expire_at':%d}}".formatted(in(2)))
                        : json("{'result':{'expired':true}}");
            default -> json("{'result':{}}");
        });
        try (var client = RawClient.open()) {
            // When
            var connected = client.connect();

            // Then
            assertThat(connected.expiry().expires()).isFalse();
            assertThat(client.closed().code()).isEqualTo(3005);
            assertThat(asked).hasValue(3);
            assertThat(json(application.received("/refresh").getFirst())
                            .path("user")
                            .asText())
                    .isEqualTo("anna");
        }
    }

    @Test
    void decidesOnSubscriptions() {
        answer(Map.of(
                "/subscribe", "{'result':{'info':{'seat':7},'data':{'welcome':1},'expire_at':%d}}".formatted(in(600))));
        try (var client = RawClient.open(COOKIE, "")) {
            client.connect();

            // When
            var subscribe = new Method.Subscribe(
                    "asked:a",
                    "",
                    false,
                    Method.Subscribe.to("a").since(),
                    data("{\"why\":1}"),
                    false,
                    false,
                    false,
                    "",
                    null,
                    0,
                    0);
            client.send(
                    subscribe,
                    publish("asked:a", "1"),
                    new Method.Unsubscribe("asked:a"),
                    Method.Subscribe.to("asked:a"));

            // Then
            var result = (Result.Subscribe) client.success(2);
            assertThat(result.data().toStringUtf8()).isEqualTo("{\"welcome\":1}");
            assertThat(result.expiry().ttl()).isBetween(500L, 600L);
            client.success(4);
            client.success(5);
            var question = json(application.received("/subscribe").getFirst());
            assertThat(question.path("channel").asText()).isEqualTo("asked:a");
            assertThat(question.path("user").asText()).isEqualTo("anna");
            assertThat(question.path("data").path("why").asInt()).isOne();

            // And what needs no answer is not asked
            client.subscribe("plain");
            assertThat(application.received("/subscribe")).hasSize(2);
        }
    }

    @Test
    void refusesSubscriptions() {
        answer(Map.of("/subscribe", "{'error':{'code':403,'message':'no'}}"));
        try (var client = RawClient.connected()) {
            assertThat(client.refused(Method.Subscribe.to("asked:a"))).isEqualTo(403);
            assertThat(client.refused(Method.Subscribe.to("asked:a"))).isEqualTo(403);

            answer(Map.of("/subscribe", "{'disconnect':{'code':4000,'reason':'bye'}}"));
            client.send(Method.Subscribe.to("asked:a"));
            assertThat(client.closed().code()).isEqualTo(4000);
        }
    }

    @Test
    void forgetsASubscriptionOfAClientThatLeftMeanwhile() {
        var hold = new CountDownLatch(1);
        application.answer(request -> {
            if (request.path().equals("/subscribe")) {
                pause(hold);
            }
            return json("{'result':{'user':'anna'}}");
        });
        try (var other = RawClient.connected()) {
            try (var client = RawClient.connected()) {
                client.send(Method.Subscribe.to("asked:a"));
                await().atMost(PATIENCE)
                        .until(() -> !application.received("/subscribe").isEmpty());
            }
            hold.countDown();
            other.subscribe("plain");
        }
    }

    @Test
    void decidesOnPublishing() {
        answer(Map.of("/publish", "{'result':{'data':{'checked':true}}}"));
        try (var client = RawClient.connected()) {
            client.subscribe("asked:p");
            client.publish("asked:p", "{\"raw\":1}");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(client.data("asked:p")).containsExactly("{\"checked\":true}"));
            var question = json(application.received("/publish").getFirst());
            assertThat(question.path("channel").asText()).isEqualTo("asked:p");
            assertThat(question.path("data").path("raw").asInt()).isOne();

            answer(Map.of("/publish", "{'error':{'code':499,'message':'rude'}}"));
            assertThat(client.refused(publish("asked:p", "1"))).isEqualTo(499);
            assertThat(client.data("asked:p")).hasSize(1);
        }
    }

    @Test
    void answersCalls() {
        answer(Map.of("/rpc", "{'result':{'data':{'sum':3}}}"));
        try (var client = RawClient.connected()) {
            var result = (Result.Rpc) client.call(new Method.Rpc("add", data("[1,2]")));

            assertThat(result.data().toStringUtf8()).isEqualTo("{\"sum\":3}");
            var question = json(application.received("/rpc").getFirst());
            assertThat(question.path("method").asText()).isEqualTo("add");
            assertThat(question.path("data").path(1).asInt()).isEqualTo(2);

            answer(Map.of("/rpc", "{'error':{'code':104,'message':'no such method'}}"));
            assertThat(client.refused(new Method.Rpc("x", ByteString.EMPTY))).isEqualTo(104);
        }
    }

    @Test
    void anApplicationThatFailsIsLeftAloneForAWhile() {
        try (var client = RawClient.connected()) {
            // Given
            application.answer(_ -> Answer.of(500));
            IntStream.range(0, 4).forEach(_ -> assertThat(client.refused(new Method.Rpc("x", ByteString.EMPTY)))
                    .isEqualTo(100));

            // When
            application.forget();
            assertThat(client.refused(new Method.Rpc("x", ByteString.EMPTY))).isEqualTo(100);

            // Then
            assertThat(application.received()).isEmpty();
            answer(Map.of());
            await().atMost(PATIENCE).until(() -> {
                client.send(new Method.Rpc("x", ByteString.EMPTY));
                long id = client.lastId();
                await().atMost(PATIENCE).until(() -> client.frames().toString().contains("\"id\":" + id + ","));
                return client.frames().toString().contains("\"id\":" + id + ",\"rpc\"");
            });
        }
    }

    @Test
    void slowAnswersCostTheirAskersOnly() {
        var hold = new CountDownLatch(1);
        application.answer(request -> {
            if (request.path().equals("/rpc") && request.text().contains("slow")) {
                pause(hold);
            }
            return json("{'result':{'user':'anna'}}");
        });
        try (var client = RawClient.connected();
                var other = RawClient.connected()) {
            // When: more than may be open
            client.send(IntStream.range(0, 10)
                    .mapToObj(_ -> new Method.Rpc("slow", ByteString.EMPTY))
                    .toArray(Method[]::new));

            // Then
            assertThat(client.failure(10)).isEqualTo(111);
            other.subscribe("plain");
            assertThat(client.failure(2)).isEqualTo(100);
        } finally {
            hold.countDown();
        }
    }

    @Test
    void tokensOfAnIssuerWithPublishedKeysNeedNoQuestion() {
        answer(Map.of("/jwks", "{'keys':[%s]}".formatted(ISSUER.jwk("1").replace('"', '\''))));
        await().atMost(PATIENCE).untilAsserted(() -> {
            try (var client = RawClient.open()) {
                var token = ISSUER.sign("{\"sub\":\"anna\"}", "1");
                client.send(Method.Connect.EMPTY.withToken(token));
                await().atMost(PATIENCE).until(() -> !client.replies().isEmpty() || !client.isOpen());
                assertThat(client.frames()).isNotEmpty();
            }
        });
        assertThat(application.received("/connect")).isEmpty();
    }

    /// Answers these paths with that, and all others with an empty result. Apostrophes are quotes.
    private void answer(Map<String, String> answers) {
        application.answer(request -> json(answers.getOrDefault(request.path(), "{'result':{'user':'anna'}}")));
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

    private static long in(int seconds) {
        return Instant.now().plusSeconds(seconds).getEpochSecond();
    }

    private static Method publish(String channel, String json) {
        return new Method.Publish(channel, data(json), 0);
    }

    private static ByteString data(String json) {
        return ByteString.copyFromUtf8(json);
    }
}
