package dev.carillon.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
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
            @ForAll("positionsOrNull") @Nullable Position since,
            @ForAll @LongRange(min = 0) long reach) {
        var row = new Interest(new Interest.Key(channel, "node-1"), incarnation, followId, since, reach);

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
    void queryOfATimeSurvivesItsWayThroughKafka(
            @ForAll("channels") Channel channel,
            @ForAll @LongRange(min = 0) long queryId,
            @ForAll @LongRange(min = -1_000_000, max = 253_402_300_799_999L) long millis,
            @ForAll @IntRange(min = 1) int limit) {
        var query = new ChannelQuery.HistorySince(queryId, "node-1", channel, Instant.ofEpochMilli(millis), limit);

        assertThat(ChannelQuery.fromBytes(query.toBytes())).isEqualTo(query);
    }

    @Property
    void removalSurvivesItsWayThroughKafka(
            @ForAll("channels") Channel channel, @ForAll @LongRange(min = 1) long offset) {
        var removal = new Removal(channel, new Position("e1", offset));

        assertThat(Removal.fromKey(removal.key())).isEqualTo(removal);
    }

    @Property
    void queriesForMembersSurviveTheirWayThroughKafka(
            @ForAll("channels") Channel channel,
            @ForAll @LongRange(min = 0) long queryId,
            @ForAll @LongRange(min = 0) long after) {
        var members = new ChannelQuery.Members(queryId, "node-1", channel, after);
        var counts = new ChannelQuery.MemberCounts(queryId, "node-1", channel, after);

        assertThat(ChannelQuery.fromBytes(members.toBytes())).isEqualTo(members);
        assertThat(ChannelQuery.fromBytes(counts.toBytes())).isEqualTo(counts);
    }

    @Property
    void presenceRowSurvivesItsWayThroughKafka(
            @ForAll("channels") Channel channel,
            @ForAll("members") Member member,
            @ForAll @LongRange(min = 0) long incarnation,
            @ForAll boolean counted,
            @ForAll boolean announced) {
        var row = new Presence(channel, member, "node-1", incarnation, counted, announced);

        var key = Presence.Key.fromBytes(row.key().toBytes());

        assertThat(Presence.fromBytes(key, row.toBytes())).isEqualTo(row);
    }

    @Test
    void presenceRowStaysAsItWasWritten() {
        // Given
        var member = new Member("anna", "c1", ByteString.copyFromUtf8("{\"n\":1}"), ByteString.EMPTY);
        var row = new Presence(new Channel("room:1"), member, "n1", 7, false, true);

        // Then
        assertThat(new String(row.key().toBytes(), StandardCharsets.US_ASCII)).isEqualTo("room:1\nc1");
        assertThat(HexFormat.of().formatHex(row.toBytes()))
                .isEqualTo("0a026e3110071a04616e6e6122077b226e223a317d2a0030003801");
    }

    @Test
    void presenceRowOfANewerVersionCanBeRead() {
        // Given
        var key = new Presence.Key(new Channel("room"), "c1");
        var value = HexFormat.of().parseHex("0a026e31" + "1007" + "1a0161" + "7a03616263");

        // Then
        var nobody = new Member("a", "c1", ByteString.EMPTY, ByteString.EMPTY);
        assertThat(Presence.fromBytes(key, value))
                .isEqualTo(new Presence(key.channel(), nobody, "n1", 7, false, false));
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
        try {
            var key = new Presence.Key(new Channel("room"), "c1");
            assertThat(Presence.fromBytes(key, junk)).isNotNull();
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
    Arbitrary<Member> members() {
        return ContractArbitraries.members();
    }

    @Provide
    Arbitrary<InboxMessage> inboxMessages() {
        return Arbitraries.oneOf(publicationMessages(), memberMessages());
    }

    private Arbitrary<InboxMessage> memberMessages() {
        var numbers = Arbitraries.longs().between(0, Long.MAX_VALUE);
        var flags = Arbitraries.of(true, false);
        return Arbitraries.oneOf(
                Combinators.combine(channels(), members())
                        .as((channel, member) -> new InboxMessage.Joined("e1", channel, member)),
                Combinators.combine(channels(), members())
                        .as((channel, member) -> new InboxMessage.Left("e1", channel, member)),
                Combinators.combine(
                                channels(),
                                numbers,
                                numbers,
                                numbers,
                                flags,
                                flags,
                                members().list().ofMaxSize(3))
                        .as((channel, id, clients, users, complete, more, list) -> new InboxMessage.Members(
                                "e1", channel, id, clients, users, complete, more, list, (int) (id % 3))),
                Combinators.combine(channels(), numbers, numbers, numbers)
                        .as((channel, id, clients, users) ->
                                new InboxMessage.MemberCounts("e1", channel, id, clients, users)),
                numbers.map(incarnation -> new InboxMessage.RowsEnded("e1", incarnation)));
    }

    private Arbitrary<InboxMessage> publicationMessages() {
        var offsets = Arbitraries.longs().between(0, Long.MAX_VALUE);
        var entries = ContractArbitraries.entries();
        Arbitrary<List<LogEntry>> lists = entries.list().ofMaxSize(3);
        var flags = Arbitraries.of(true, false);
        Arbitrary<Map<Channel, Long>> tops =
                Arbitraries.maps(channels(), offsets).ofMaxSize(5);
        return Arbitraries.oneOf(
                Combinators.combine(offsets, entries, flags)
                        .as((previous, entry, kept) -> new InboxMessage.Live("e1", previous, entry, kept)),
                Combinators.combine(channels(), offsets, offsets)
                        .as((channel, previous, offset) -> new InboxMessage.Removed("e1", channel, previous, offset)),
                Combinators.combine(channels(), offsets, offsets, offsets, flags, lists, offsets, offsets)
                        .as((channel, id, from, upTo, more, list, removed, end) -> new InboxMessage.Followed(
                                "e1", channel, id, from, upTo, more, list, removed, end, (int) (id % 3))),
                tops.map(some -> new InboxMessage.Tops("e1", some)),
                Combinators.combine(channels(), offsets, flags, offsets, flags, lists)
                        .as((channel, id, complete, upTo, more, list) -> new InboxMessage.HistoryPage(
                                "e1", channel, id, complete, upTo, more, list, (int) (id % 3))),
                Combinators.combine(Arbitraries.strings(), Arbitraries.strings())
                        .as((id, text) -> new InboxMessage.Answered(id, "node-1", ByteString.copyFromUtf8(text))),
                Combinators.combine(
                                Arbitraries.strings().alpha(),
                                offsets,
                                Arbitraries.bytes().array(byte[].class))
                        .as((session, number, bytes) ->
                                new InboxMessage.Commands("n1", number, session, ByteString.copyFrom(bytes))));
    }
}
