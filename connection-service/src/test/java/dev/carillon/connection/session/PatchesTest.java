package dev.carillon.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.ProtobufCodec;
import dev.carillon.contract.client.ProtocolCodec;
import dev.carillon.contract.client.Publication;
import dev.carillon.contract.client.Result;
import dev.carillon.contract.client.StreamPosition;
import dev.carillon.testkit.FossilPatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PatchesTest {

    private static final JsonMapper JSON = new JsonMapper();

    private final SessionWorld world = new SessionWorld();
    private int version;

    static Stream<ProtocolCodec> codecs() {
        return Stream.of(JsonCodec.INSTANCE, ProtobufCodec.INSTANCE);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void sendsTheFirstWholeAndThenChanges(ProtocolCodec codec) {
        // Given
        var client = world.client(codec).connect("");
        var subscribed = (Result.Subscribe) client.call(wantsPatches("doc"));

        // When
        var all = publishVersions(5);

        // Then
        assertThat(subscribed.delta()).isTrue();
        var publications = client.publications("doc");
        assertThat(publications).extracting(Publication::delta).containsExactly(false, true, true, true, true);
        assertThat(publications.getLast().data().size()).isLessThan(150);
        assertThat(applied(codec, publications)).isEqualTo(all);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void sendsTheWholeWhereAPatchIsNotSmaller(ProtocolCodec codec) {
        // Given
        var client = world.client(codec).connect("");
        client.call(wantsPatches("doc"));

        // When
        var all = new ArrayList<String>();
        for (var data : List.of(document(1), "{\"another\":true}", document(2), "[1]", "", document(3))) {
            world.publish("doc", data, Map.of());
            all.add(data);
        }
        world.run();

        // Then
        assertThat(client.publications("doc")).extracting(Publication::delta).containsOnly(false);
        assertThat(applied(codec, client.publications("doc")))
                .isEqualTo(all.stream()
                        .map(data -> data.isEmpty() && codec instanceof JsonCodec ? "null" : data)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void goesOnFromWhatWasRecovered(ProtocolCodec codec) {
        // Given
        var seen = publishVersions(1);
        var missed = publishVersions(4);
        var client = world.client(codec).connect("");

        // When
        var result = (Result.Subscribe)
                client.call(wantsPatches("doc").recovering(new StreamPosition(3, SessionWorld.EPOCH)));
        var live = publishVersions(2);

        // Then
        assertThat(seen).hasSize(1);
        assertThat(result.publications()).extracting(Publication::delta).containsExactly(false, true, true, true);
        assertThat(client.publications("doc")).extracting(Publication::delta).containsExactly(true, true);
        var got = new ArrayList<>(result.publications());
        got.addAll(client.publications("doc"));
        var all = new ArrayList<>(missed);
        all.addAll(live);
        assertThat(applied(codec, got)).isEqualTo(all);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void framesAPatchOnceForAll(ProtocolCodec codec) {
        // Given
        var first = world.client(codec).connect("");
        var second = world.client(codec).connect("");
        var late = world.client(codec).connect("");
        first.call(wantsPatches("doc"));
        second.call(wantsPatches("doc"));
        publishVersions(1);
        late.call(wantsPatches("doc"));

        // When
        publishVersions(1);

        // Then
        assertThat(first.frames().getLast()).isSameAs(second.frames().getLast());
        assertThat(late.publications("doc")).extracting(Publication::delta).containsExactly(false);
    }

    @Test
    void leavesOtherSubscriptionsAsTheyAre() {
        // Given
        var client = world.client(JsonCodec.INSTANCE).connect("");
        var subscribed = (Result.Subscribe) client.call(Method.Subscribe.to("doc"));

        // When
        var all = publishVersions(2);

        // Then
        assertThat(subscribed.delta()).isFalse();
        assertThat(client.data("doc"))
                .isEqualTo(all.stream().map(data -> data.replace("\n", "")).toList());
    }

    @Test
    void givesNoPatchesToWhomTheNamespaceForbidsThemOrWhoWantsAnotherKind() {
        world.with(TestNamespace.named("plain").withDelta(false).make());
        var client = world.client(JsonCodec.INSTANCE).connect("");

        assertThat(((Result.Subscribe) client.call(wantsPatches("plain:doc"))).delta())
                .isFalse();
        assertThat(((Result.Subscribe)
                                client.call(Requested.of("doc").delta("xdelta").make()))
                        .delta())
                .isFalse();
    }

    @Test
    void cutsOffAJsonClientWhenTheChangedDataIsNotJson() {
        // Given
        var json = world.client(JsonCodec.INSTANCE).connect("");
        var protobuf = world.client(ProtobufCodec.INSTANCE).connect("");
        json.call(wantsPatches("doc"));
        protobuf.call(wantsPatches("doc"));
        publishVersions(1);

        // When
        var broken = document(1) + " oh";
        world.publish("doc", broken, Map.of());
        world.run();

        // Then
        assertThat(json.closed()).isEqualTo(CloseCode.INAPPROPRIATE_PROTOCOL);
        assertThat(protobuf.closed()).isNull();
        assertThat(applied(ProtobufCodec.INSTANCE, protobuf.publications("doc")))
                .last()
                .isEqualTo(broken);
    }

    private List<String> publishVersions(int count) {
        var versions =
                IntStream.range(0, count).mapToObj(_ -> document(++version)).toList();
        versions.forEach(data -> world.publish("doc", data, Map.of()));
        world.run();
        return versions;
    }

    private static String document(int version) {
        var fields = IntStream.range(0, 40)
                .mapToObj(n -> "\"feld \u00e9 %d\":\"%s \ud83d\udd14\""
                        .formatted(n, n == version % 40 ? "r\u00e4ng" + version : "still"))
                .toList();
        return "{" + String.join(",\n", fields) + "}";
    }

    private static Method.Subscribe wantsPatches(String channel) {
        return Requested.of(channel).delta("fossil").make();
    }

    /// What a client library makes of publications.
    private static List<String> applied(ProtocolCodec codec, List<Publication> publications) {
        var all = new ArrayList<String>();
        var last = ByteString.EMPTY;
        for (var publication : publications) {
            var data = codec instanceof JsonCodec ? text(publication.data()) : publication.data();
            last = publication.delta() ? FossilPatch.apply(last, data) : data;
            all.add(last.toStringUtf8());
        }
        return all;
    }

    private static ByteString text(ByteString json) {
        try {
            var string = JSON.readTree(json.toStringUtf8());
            assertThat(string.isTextual()).isTrue();
            return ByteString.copyFromUtf8(string.textValue());
        } catch (JsonProcessingException e) {
            throw new AssertionError("data is not JSON", e);
        }
    }
}
