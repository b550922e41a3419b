package dev.carillon.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MessageCodecTest {

    @Property
    void inboxMessageSurvivesItsWayThroughKafka(@ForAll("inboxMessages") InboxMessage message) {
        assertThat(InboxCodec.decode(InboxCodec.encode(message))).isEqualTo(message);
    }

    @Property
    void interestRowSurvivesItsWayThroughKafka(
            @ForAll("channels") Channel channel,
            @ForAll @LongRange(min = 0) long incarnation,
            @ForAll @LongRange(min = 0) long followId,
            @ForAll("positionsOrNull") @Nullable Position since) {
        var row = new Interest(new Interest.Key(channel, "node-1"), incarnation, followId, since);

        var key = Interest.Key.fromBytes(row.key().toBytes());

        assertThat(Interest.fromBytes(key, row.toBytes())).isEqualTo(row);
    }

    @Property
    void querySurvivesItsWayThroughKafka(
            @ForAll("channels") Channel channel,
            @ForAll @LongRange(min = 0) long queryId,
            @ForAll("positionsOrNull") @Nullable Position after,
            @ForAll boolean reverse) {
        var query = new ChannelQuery.History(queryId, "node-1", channel, after, 100, reverse);

        assertThat(ChannelQuery.fromBytes(query.toBytes())).isEqualTo(query);
    }

    @Property
    void junkIsRefusedAndNothingElse(@ForAll byte[] junk) {
        try {
            assertThat(InboxCodec.decode(junk)).isNotNull();
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
        try {
            assertThat(ChannelQuery.fromBytes(junk)).isNotNull();
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }

    @Test
    void unknownKindOfMessageIsRefused() {
        var fromTheFuture = new byte[] {(byte) (9 << 3 | 2), 0};

        assertThatThrownBy(() -> InboxCodec.decode(fromTheFuture)).isInstanceOf(IllegalArgumentException.class);
    }

    @Provide
    Arbitrary<Channel> channels() {
        return ContractArbitraries.channels();
    }

    @Provide
    Arbitrary<@Nullable Position> positionsOrNull() {
        return ContractArbitraries.positions().injectNull(0.3);
    }

    @Provide
    Arbitrary<InboxMessage> inboxMessages() {
        var offsets = Arbitraries.longs().between(0, Long.MAX_VALUE);
        var entries = ContractArbitraries.entries();
        Arbitrary<List<LogEntry>> lists = entries.list().ofMaxSize(3);
        var flags = Arbitraries.of(true, false);
        Arbitrary<Map<Channel, Long>> tops =
                Arbitraries.maps(channels(), offsets).ofMaxSize(5);
        return Arbitraries.oneOf(
                Combinators.combine(offsets, entries)
                        .as((previous, entry) -> new InboxMessage.Live("e1", previous, entry)),
                Combinators.combine(channels(), offsets, offsets, offsets, flags, lists)
                        .as((channel, id, from, upTo, more, list) ->
                                new InboxMessage.Followed("e1", channel, id, from, upTo, more, list)),
                tops.map(some -> new InboxMessage.Tops("e1", some)),
                Combinators.combine(channels(), offsets, flags, offsets, flags, lists)
                        .as((channel, id, complete, upTo, more, list) ->
                                new InboxMessage.HistoryPage("e1", channel, id, complete, upTo, more, list)),
                Combinators.combine(
                                Arbitraries.strings().alpha(),
                                offsets,
                                Arbitraries.bytes().array(byte[].class))
                        .as((session, number, bytes) ->
                                new InboxMessage.Commands("n1", number, session, ByteString.copyFrom(bytes))));
    }
}
