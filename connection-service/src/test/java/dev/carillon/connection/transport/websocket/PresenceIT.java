package dev.carillon.connection.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.connection.namespace.Namespaces;
import dev.carillon.contract.Channel;
import dev.carillon.contract.InboxCodec;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Lifecycle;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.Presence;
import dev.carillon.contract.Topics;
import dev.carillon.contract.client.ClientInfo;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Push;
import dev.carillon.contract.client.Result;
import dev.carillon.contract.client.StreamPosition;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who is in a channel, as clients and backends see it; a [TestOwner] stands in for the owner.
@QuarkusTest
@TestProfile(PresenceIT.Told.class)
@WithTestResource(InVmKafkaResource.class)
class PresenceIT {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String KEY = "key-of-the-backend";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static @Nullable TestOwner owner;

    /// Tokens and keys count, and it is told when clients come and go.
    public static final class Told implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "carillon.connection.insecure",
                    "false",
                    "carillon.connection.token-hmac-secret",
                    SECRET,
                    "carillon.connection.api-key",
                    KEY,
                    "carillon.connection.lifecycle-events",
                    "true");
        }
    }

    @Inject
    Namespaces namespaces;

    private final KafkaProbe kafka = KafkaProbe.shared();
    private final HttpProbe http = new HttpProbe();
    private final String unique = UUID.randomUUID().toString().substring(0, 8);
    private final String room = "room:" + unique;

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
        Ready.await(http);
        namespaces.put(namespace("room", Namespace.Presence.MEMBERS, true));
        namespaces.put(namespace("quiet", Namespace.Presence.MEMBERS, false));
        namespaces.put(namespace("counted", Namespace.Presence.COUNTS, false));
    }

    @Test
    void aClientFindsItselfAndOthersAsSoonAsItIsSubscribed() throws JoseException {
        try (var anna = client("anna", "{\"name\":\"Anna\"}");
                var bert = client("bert", "")) {
            for (int i = 0; i < 20; i++) {
                // Given
                var channel = room + i;
                anna.subscribe(channel);

                // When
                bert.send(
                        Method.Subscribe.to(channel), new Method.Presence(channel), new Method.PresenceStats(channel));

                // Then
                var stats = (Result.PresenceStats) bert.success(bert.lastId());
                var presence = (Result.Presence) bert.success(bert.lastId() - 1);
                assertThat(presence.presence().values())
                        .extracting(ClientInfo::user)
                        .containsExactlyInAnyOrder("anna", "bert");
                assertThat(presence.presence().values())
                        .extracting(info -> info.connInfo().toStringUtf8())
                        .containsExactlyInAnyOrder("{\"name\":\"Anna\"}", "");
                assertThat(stats).isEqualTo(new Result.PresenceStats(2, 2));
            }
        }
    }

    @Test
    void whoeverAskedIsToldWhoComesAndGoes() throws JoseException {
        try (var anna = client("anna", "");
                var deaf = client("deaf", "")) {
            // Given
            anna.call(askingForChanges(room));
            deaf.subscribe(room);
            String joined;

            // When
            try (var bert = client("bert", "{}")) {
                bert.subscribe(room);
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(changes(anna, room))
                        .containsExactly("+anna", "+deaf", "+bert"));
                joined = changed(anna.changes(room).getLast()).client();
                assertThat(read("/v1/channels/" + HttpProbe.encode(room) + "/presence")
                                .json()
                                .at("/items/2/client")
                                .asText())
                        .isEqualTo(joined);
            }

            // Then
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(changes(anna, room)).last().isEqualTo("-bert"));
            assertThat(changed(anna.changes(room).getLast()))
                    .isEqualTo(new ClientInfo("bert", joined, ByteString.copyFromUtf8("{}"), ByteString.EMPTY));
            assertThat(deaf.changes(room)).isEmpty();
        }
    }

    @Test
    void changesKeepTheirPlaceAmongPublications() throws JoseException {
        try (var anna = client("anna", "");
                var bert = client("bert", "")) {
            // Given
            anna.call(askingForChanges(room));
            bert.subscribe(room);
            await().atMost(PATIENCE).until(() -> changes(anna, room).contains("+bert"));

            // When
            for (int i = 0; i < 20; i++) {
                bert.publish(room, Integer.toString(i));
            }
            bert.call(new Method.Unsubscribe(room));

            // Then
            await().atMost(PATIENCE).until(() -> changes(anna, room).contains("-bert"));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(anna.data(room)).hasSize(20));
        }
    }

    @Test
    void aServersOwnSubscriptionIsToldWithoutAsking() throws JoseException {
        try (var served = RawClient.open();
                var bert = client("bert", "")) {
            // Given
            var token = token("{\"sub\":\"anna\",\"channels\":[\"" + room + "\"]}");
            var connected = (Result.Connect) served.call(Method.Connect.EMPTY.withToken(token));
            assertThat(connected.subs()).containsKey(room);

            // When
            bert.subscribe(room);

            // Then
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(changes(served, room)).containsExactly("+anna", "+bert"));
        }
    }

    @Test
    void unsubscribingAndDisconnectingEndRows() throws JoseException {
        var channel = new Channel(room);
        try (var anna = client("anna", "");
                var bert = client("bert", "")) {
            // Given
            anna.subscribe(room);
            bert.subscribe(room);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(rows(channel)).hasSize(2));

            // When
            anna.call(new Method.Unsubscribe(room));

            // Then
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(rows(channel))
                    .singleElement()
                    .extracting(row -> row.member().user())
                    .isEqualTo("bert"));
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(rows(channel)).isEmpty());
    }

    @Test
    void aSubscriptionThatIsRefusedLeavesNoRow() throws JoseException {
        try (var anna = client("anna", "")) {
            // When
            var unrecoverable = new Method.Subscribe(
                    room,
                    "",
                    true,
                    new StreamPosition(7, "another"),
                    ByteString.EMPTY,
                    false,
                    false,
                    false,
                    "",
                    null,
                    Method.Subscribe.REJECT_UNRECOVERED,
                    0);
            assertThat(anna.refused(unrecoverable)).isEqualTo(112);
            anna.subscribe(room + "-other");

            // Then
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(rows(new Channel(room + "-other")))
                    .hasSize(1));
            assertThat(rows(new Channel(room))).isEmpty();
        }
    }

    @Test
    void rowsThatOwnersEndedAreWrittenAgain() throws JoseException {
        var channel = new Channel(room);
        try (var anna = client("anna", "")) {
            // Given
            anna.subscribe(room);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(rows(channel)).hasSize(1));
            var row = rows(channel).getFirst();
            kafka.produce(new ProducerRecord<>(
                    Topics.PRESENCE_STATE, partition(channel), row.key().toBytes(), null));

            // When
            var ended = new InboxMessage.RowsEnded("e", row.incarnation());
            kafka.produce(
                    new ProducerRecord<>(Topics.NODE_INBOX_PREFIX + row.node(), 0, null, InboxCodec.encode(ended)));

            // Then
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(rows(channel)).containsExactly(row));
        }
    }

    @Test
    void onlyCountsAreKeptWhereThatIsWanted() throws JoseException {
        var counted = "counted:" + unique;
        try (var anna = client("anna", "{\"secret\":1}")) {
            // When
            anna.call(askingForChanges(counted));

            // Then
            assertThat(anna.refused(new Method.Presence(counted))).isEqualTo(108);
            assertThat(anna.call(new Method.PresenceStats(counted))).isEqualTo(new Result.PresenceStats(1, 1));
            assertThat(rows(new Channel(counted))).singleElement().satisfies(row -> {
                assertThat(row.counted()).isTrue();
                assertThat(row.announced()).isFalse();
                assertThat(row.member().connectionInfo()).isEqualTo(ByteString.EMPTY);
            });
        }
    }

    @Test
    void presenceIsRefusedToWhoeverIsNotSubscribedAndWhereItIsNotKept() throws JoseException {
        try (var anna = client("anna", "")) {
            anna.subscribe("plain:" + unique);

            assertThat(anna.refused(new Method.Presence(room))).isEqualTo(103);
            assertThat(anna.refused(new Method.PresenceStats(room))).isEqualTo(103);
            assertThat(anna.refused(new Method.Presence("plain:" + unique))).isEqualTo(108);
            assertThat(anna.refused(new Method.PresenceStats("plain:" + unique)))
                    .isEqualTo(108);
            assertThat(anna.refused(new Method.Presence(""))).isEqualTo(107);
        }
    }

    @Test
    void backendsReadPresenceOverHttp() throws JoseException {
        try (var anna = client("anna", "{\"name\":\"Anna\"}")) {
            // Given
            anna.subscribe("quiet:" + unique);
            var path = "/v1/channels/" + HttpProbe.encode("quiet:" + unique);

            // When
            var presence = read(path + "/presence");
            var stats = read(path + "/presence-stats");

            // Then
            assertThat(presence.status()).isEqualTo(200);
            assertThat(presence.at("/items/0/user")).isEqualTo("anna");
            assertThat(presence.at("/items/0/connectionInfo/name")).isEqualTo("Anna");
            assertThat(presence.at("/clients")).isEqualTo("1");
            assertThat(presence.at("/complete")).isEqualTo("true");
            assertThat(stats.json().toString()).isEqualTo("{\"clients\":1,\"users\":1}");
            var none = read("/v1/channels/plain/presence");
            assertThat(none.status()).isEqualTo(409);
            assertThat(none.header("Content-Type")).startsWith("application/problem+json");
            assertThat(read("/v1/channels/plain/presence-stats").status()).isEqualTo(409);
        }
    }

    @Test
    void itIsPublishedThatClientsComeAndGo() throws JoseException {
        try (var listener = RawClient.open()) {
            // Given
            var claims = "{\"sub\":\"ops\",\"channels\":[\"" + Lifecycle.CONNECTIONS.name() + "\"]}";
            listener.call(Method.Connect.EMPTY.withToken(token(claims)));

            // When
            String client;
            try (var anna = RawClient.open()) {
                client = ((Result.Connect) anna.call(Method.Connect.EMPTY.withToken(token("{\"sub\":\"anna\"}"))))
                        .client();
            }

            // Then
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(listener.publications(Lifecycle.CONNECTIONS.name()))
                    .filteredOn(one -> one.data().toStringUtf8().contains(client))
                    .extracting(one -> one.tags().get("ce_type"))
                    .containsExactly("connection.opened", "connection.closed"));
        }
    }

    private HttpProbe.Answer read(String path) {
        return http.get(path, "X-API-Key", KEY);
    }

    private static Namespace namespace(String name, Namespace.Presence presence, boolean joinLeave) {
        var plain = Namespace.DEFAULT;
        return new Namespace(
                name,
                plain.history(),
                plain.recovery(),
                plain.positioning(),
                presence,
                joinLeave,
                plain.delta(),
                plain.tagsFilter(),
                plain.ephemeral(),
                plain.access(),
                plain.maxEventSize(),
                null,
                1);
    }

    private static Method.Subscribe askingForChanges(String channel) {
        return new Method.Subscribe(
                channel, "", false, StreamPosition.NONE, ByteString.EMPTY, false, false, true, "", null, 0, 0);
    }

    private static List<String> changes(RawClient client, String channel) {
        return client.changes(channel).stream()
                .map(change -> (change instanceof Push.Join ? "+" : "-")
                        + changed(change).user())
                .toList();
    }

    private static ClientInfo changed(Push.Body change) {
        return switch (change) {
            case Push.Join(var info) -> Objects.requireNonNull(info);
            case Push.Leave(var info) -> Objects.requireNonNull(info);
            default -> throw new AssertionError("neither join nor leave: " + change);
        };
    }

    private int partition(Channel channel) {
        return kafka.read(Topics.PRESENCE_STATE).stream()
                .filter(row -> Presence.Key.fromBytes(row.key()).channel().equals(channel))
                .findFirst()
                .orElseThrow()
                .partition();
    }

    private List<Presence> rows(Channel channel) {
        var rows = new LinkedHashMap<Presence.Key, Presence>();
        for (var row : kafka.read(Topics.PRESENCE_STATE)) {
            var key = Presence.Key.fromBytes(row.key());
            rows.remove(key);
            if (row.value() != null && key.channel().equals(channel)) {
                rows.put(key, Presence.fromBytes(key, row.value()));
            }
        }
        return List.copyOf(rows.values());
    }

    private static RawClient client(String user, String info) throws JoseException {
        var client = RawClient.open();
        var claims = "{\"sub\":\"" + user + "\"" + (info.isEmpty() ? "" : ",\"info\":" + info) + "}";
        client.call(Method.Connect.EMPTY.withToken(token(claims)));
        return client;
    }

    private static String token(String claims) throws JoseException {
        var token = new JsonWebSignature();
        token.setPayload(claims);
        token.setAlgorithmHeaderValue("HS256");
        token.setKey(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return token.getCompactSerialization();
    }
}
