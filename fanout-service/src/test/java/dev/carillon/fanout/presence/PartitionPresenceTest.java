package dev.carillon.fanout.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Member;
import dev.carillon.contract.Presence;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PartitionPresenceTest {

    private static final Channel ROOM = new Channel("room");

    private final PartitionPresence presence =
            new PartitionPresence(0, 1, new PartitionPresence.Rules(2, Duration.ofSeconds(3), Presence::announced));
    private long now = 1000;
    private long offset;

    @Test
    void aLeaveIsToldAfterTheDelay() {
        // Given
        came("anna", "c1");

        // When
        went("c1");

        // Then
        assertThat(presence.find(ROOM)).isNotNull();
        assertThat(clients()).isZero();
        pass(2999);
        assertThat(due()).isZero();
        pass(1);
        assertThat(due()).isOne();
        assertThat(presence.find(ROOM)).isNull();
    }

    @Test
    void aReconnectOfTheSameUserIsNeitherALeaveNorAJoin() {
        // Given
        came("anna", "c1");
        went("c1");
        pass(2000);

        // When
        var coming = came("anna", "c2");

        // Then
        assertThat(coming).isInstanceOf(PartitionPresence.Coming.Back.class);
        pass(10_000);
        assertThat(due()).isZero();
        assertThat(clients()).isOne();
    }

    @Test
    void anotherUserIsNoReconnect() {
        // Given
        came("anna", "c1");
        went("c1");

        // Then
        assertThat(came("bert", "c2")).isInstanceOf(PartitionPresence.Coming.Joined.class);
        pass(3000);
        assertThat(due()).isOne();
    }

    @Test
    void nobodyKnowsWhetherAnAnonymousClientIsTheSame() {
        // Given
        came("", "c1");
        went("c1");

        // Then
        assertThat(came("", "c2")).isInstanceOf(PartitionPresence.Coming.Joined.class);
        assertThat(came("", "c1")).isInstanceOf(PartitionPresence.Coming.Back.class);
    }

    @Test
    void aRowThatIsWrittenAgainIsNoJoin() {
        // Given
        came("anna", "c1");

        // Then
        assertThat(came("anna", "c1")).isInstanceOf(PartitionPresence.Coming.Quiet.class);
        assertThat(clients()).isOne();
    }

    @Test
    void aTombstoneOfOursEndsNoRowThatIsNewer() {
        // Given
        came("anna", "c1");
        presence.end("n", 1, now);
        came("anna", "c1");

        // When
        var going = presence.went(key("c1"), offset++, 0, now, nanos(), null);

        // Then
        assertThat(going).isInstanceOf(PartitionPresence.Going.Outdated.class);
        assertThat(clients()).isOne();
    }

    @Test
    void membersOfADeadNodeStayUntilTheirTombstonesAreRead() {
        // Given
        came("anna", "c1");

        // When
        var dead = presence.end("n", 1, nanos());

        // Then
        assertThat(dead).extracting(Membership::offset).containsExactly(0L);
        assertThat(presence.end("n", 1, nanos())).isEmpty();
        assertThat(clients()).isOne();
        now += 10_001;
        assertThat(presence.overdue(nanos() - TimeUnit.SECONDS.toNanos(10), nanos()))
                .isEqualTo(dead);
        went("c1");
        now += 10_001;
        assertThat(presence.overdue(nanos() - TimeUnit.SECONDS.toNanos(10), nanos()))
                .isEmpty();
    }

    @Test
    void membersOfANewIncarnationOutliveTheOld() {
        came("anna", "c1");

        assertThat(presence.end("n", 0, now)).isEmpty();
    }

    @Test
    void membersAboveTheCapAreCountedSilently() {
        // Given
        came("anna", "c1");
        came("bert", "c2");

        // When
        var third = came("carl", "c3");

        // Then
        assertThat(third).isInstanceOf(PartitionPresence.Coming.Quiet.class);
        var members = Objects.requireNonNull(presence.find(ROOM));
        assertThat(members.clients()).isEqualTo(3);
        assertThat(members.users()).isEqualTo(3);
        assertThat(members.isComplete()).isFalse();
        assertThat(went("c3")).isInstanceOf(PartitionPresence.Going.Quiet.class);
        assertThat(members.isComplete()).isTrue();
    }

    @Test
    void answersWaitUntilEverythingIsRead() {
        // Given
        presence.loaded(0, 1);

        // Then
        assertThat(presence.isRead(0)).isFalse();
        came("anna", "c1");
        assertThat(presence.isRead(0)).isTrue();
        assertThat(presence.isRead(2)).isFalse();
        presence.skipTo(2);
        assertThat(presence.isRead(2)).isTrue();
    }

    @Test
    void aRowInTheWrongPartitionIsRefused() {
        var other =
                new PartitionPresence(0, 2, new PartitionPresence.Rules(2, Duration.ofSeconds(3), Presence::announced));
        var rows = Stream.of("a", "b", "c", "d", "e", "f")
                .map(name -> new Presence(new Channel(name), member("anna", "c1"), "n", 1, false, true))
                .toList();

        assertThatThrownBy(() -> rows.forEach(row -> other.came(row, 0, now)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private PartitionPresence.Coming came(String user, String client) {
        return presence.came(new Presence(ROOM, member(user, client), "n", 1, false, true), offset++, now);
    }

    private PartitionPresence.Going went(String client) {
        return presence.went(key(client), offset++, -1, now, nanos(), null);
    }

    private static Presence.Key key(String client) {
        return new Presence.Key(ROOM, client);
    }

    private static Member member(String user, String client) {
        return new Member(user, client, ByteString.EMPTY, ByteString.EMPTY);
    }

    private int clients() {
        return Objects.requireNonNull(presence.find(ROOM)).clients();
    }

    private int due() {
        return presence.due(nanos()).size();
    }

    private void pass(long millis) {
        now += millis;
    }

    private long nanos() {
        return TimeUnit.MILLISECONDS.toNanos(now);
    }
}
