package dev.carillon.fanout.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.contract.Channel;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Lifecycle;
import dev.carillon.contract.Member;
import dev.carillon.contract.Position;
import dev.carillon.contract.Presence;
import dev.carillon.contract.Topics;
import dev.carillon.fanout.SimulatedNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Who is in a channel, as nodes see it, through topics only.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PresenceIT {

    private static final int PARTITIONS = 2;
    private static final Channel ROOM = new Channel("room");
    private static final Channel ABOUT_ROOM = Objects.requireNonNull(Lifecycle.channelAbout(ROOM));

    private final TestCluster cluster = new TestCluster(PARTITIONS).with("leave-delay", "1s");
    private final List<Engine> engines = new ArrayList<>();
    private long queryId;

    @AfterEach
    void stop() {
        engines.forEach(Engine::crash);
        cluster.close();
    }

    @Test
    void followersHearWhoComesAndWhoGoes() {
        // Given
        start("one");
        try (var node = node("n1");
                var other = node("n2")) {
            follow(node, ROOM);

            // When
            other.enter(ROOM, "anna", "c1");
            other.enter(ROOM, "bert", "c2");
            other.exit(ROOM, "c1");

            // Then
            patiently().untilAsserted(() -> assertThat(told(node)).containsExactly("+anna", "+bert", "-anna"));
            assertThat(who(node)).containsExactly("c2");
            assertThat(howMany(node, 0).users()).isOne();
        }
    }

    @Test
    void aReconnectOfTheSameUserIsNotTold() {
        // Given
        cluster.with("leave-delay", "20s");
        start("one");
        try (var node = node("n1");
                var other = node("n2")) {
            follow(node, ROOM);
            other.enter(ROOM, "anna", "c1");
            other.exit(ROOM, "c1");
            other.enter(ROOM, "bert", "c2");
            patiently().untilAsserted(() -> assertThat(told(node)).containsExactly("+anna", "+bert"));

            // When
            node.enter(ROOM, "anna", "c3");
            node.enter(ROOM, "carl", "c4");

            // Then
            patiently().untilAsserted(() -> assertThat(told(node)).contains("+carl"));
            assertThat(told(node)).containsExactly("+anna", "+bert", "+carl");
            assertThat(who(node)).containsExactlyInAnyOrder("c2", "c3", "c4");
        }
    }

    @Test
    void membersOfAKilledNodeLeaveWhenItsLeaseEnds() {
        // Given
        start("one");
        start("two");
        try (var node = node("n1");
                var victim = node("n2")) {
            follow(node, ROOM);
            node.enter(ROOM, "anna", "c1");
            victim.enter(ROOM, "bert", "c2");
            victim.enter(ROOM, "carl", "c3");
            patiently().untilAsserted(() -> assertThat(told(node)).hasSize(3));

            // When
            victim.fallSilent();

            // Then
            patiently().untilAsserted(() -> assertThat(told(node)).contains("-bert", "-carl"));
            assertThat(told(node)).doesNotContain("-anna").hasSize(5);
            assertThat(who(node)).containsExactly("c1");
            patiently().untilAsserted(() -> assertThat(rows()).containsExactly("c1"));

            // And when it lives after all, it is asked to write its rows again
            victim.beatAgain();
            patiently().untilAsserted(() -> assertThat(victim.heard(InboxMessage.RowsEnded.class))
                    .extracting(InboxMessage.RowsEnded::incarnation)
                    .contains(1L));
            victim.enter(ROOM, "bert", "c2");
            patiently().untilAsserted(() -> assertThat(told(node)).last().isEqualTo("+bert"));
        }
    }

    @Test
    void membersOfAnOldIncarnationLeaveWhenTheNodeStartsAnew() {
        // Given
        start("one");
        var victim = node("n2");
        try (var node = node("n1")) {
            follow(node, ROOM);
            victim.enter(ROOM, "bert", "c2");
            patiently().untilAsserted(() -> assertThat(told(node)).containsExactly("+bert"));
            victim.close();

            // When
            try (var again = new SimulatedNode("n2", 2, PARTITIONS, cluster.probe())) {
                again.enter(ROOM, "carl", "c3");

                // Then
                patiently().untilAsserted(() -> assertThat(told(node))
                        .containsExactlyInAnyOrder("+bert", "+carl", "-bert"));
                assertThat(who(node)).containsExactly("c3");
            }
        }
    }

    @Test
    void aNewOwnerKnowsWhoIsThereAndTellsWhatTheOldOneDidNot() {
        // Given
        cluster.with("leave-delay", "4s").with("lifecycle-events", "*");
        var first = start("one");
        try (var node = node("n1");
                var other = node("n2")) {
            follow(node, ROOM);
            node.follow(ABOUT_ROOM, new Position(cluster.epoch(), 0));
            other.enter(ROOM, "anna", "c1");
            other.enter(ROOM, "bert", "c2");
            patiently().untilAsserted(() -> assertThat(told(node)).containsExactly("+anna", "+bert"));
            other.exit(ROOM, "c2");
            patiently().untilAsserted(() -> assertThat(who(node)).containsExactly("c1"));

            // When
            first.crash();
            start("two");

            // Then
            patiently().untilAsserted(() -> assertThat(told(node)).contains("-bert"));
            assertThat(who(node)).containsExactly("c1");
            patiently().untilAsserted(() -> assertThat(lifecycle(node))
                    .containsExactly(
                            "channel.occupied", "member.joined anna", "member.joined bert", "member.left bert"));

            // And
            other.exit(ROOM, "c1");
            patiently().untilAsserted(() -> assertThat(lifecycle(node)).last().isEqualTo("member.left anna"));
            node.unfollow(ROOM);
            patiently().untilAsserted(() -> assertThat(lifecycle(node)).last().isEqualTo("channel.vacated"));
            assertThat(lifecycle(node)).hasSize(6);
        }
    }

    @Test
    void aCrowdIsCounted() {
        // Given
        cluster.with("max-members", "10");
        start("one");
        try (var node = node("n1")) {
            follow(node, ROOM);

            // When
            for (int i = 0; i < 25; i++) {
                node.enter(ROOM, "user-" + i / 2, "c" + i);
            }

            // Then
            patiently()
                    .untilAsserted(() -> assertThat(howMany(node, 0).clients()).isEqualTo(25));
            assertThat(howMany(node, 0).users()).isEqualTo(13);
            assertThat(told(node)).hasSize(10);
            assertThat(members(node).complete()).isFalse();
        }
    }

    @Test
    void aLongListComesInParts() {
        // Given
        start("one");
        try (var node = node("n1")) {
            for (int i = 0; i < 3000; i++) {
                node.enter(ROOM, "u".repeat(200) + i, "c" + i);
            }

            // When
            patiently()
                    .untilAsserted(() -> assertThat(howMany(node, 0).clients()).isEqualTo(3000));

            // Then
            node.askWho(++queryId, ROOM);
            long asked = queryId;
            patiently().untilAsserted(() -> assertThat(parts(node, asked)).anyMatch(part -> !part.more()));
            assertThat(parts(node, asked)).hasSizeGreaterThan(1);
            assertThat(parts(node, asked).stream()
                            .flatMap(part -> part.members().stream())
                            .distinct())
                    .hasSize(3000);
        }
    }

    @Test
    void anAnswerWaitsForWhatTheNodeWrote() {
        // Given
        start("one");
        try (var node = node("n1")) {
            node.enter(ROOM, "anna", "c1");
            patiently().untilAsserted(() -> assertThat(rows()).containsExactly("c1"));
            node.askHowMany(99, ROOM, rowsEnd() + 1);
            assertThat(howMany(node, rowsEnd()).clients()).isOne();

            // When
            node.enter(ROOM, "bert", "c2");

            // Then
            patiently().untilAsserted(() -> assertThat(node.heard(InboxMessage.MemberCounts.class))
                    .filteredOn(counts -> counts.queryId() == 99)
                    .extracting(InboxMessage.MemberCounts::clients)
                    .containsExactly(2L));
        }
    }

    private Engine start(String instance) {
        var engine = cluster.start(instance);
        engines.add(engine);
        patiently().until(() -> engine.pending().isEmpty());
        return engine;
    }

    private SimulatedNode node(String name) {
        return new SimulatedNode(name, 1, PARTITIONS, cluster.probe());
    }

    private static void follow(SimulatedNode node, Channel channel) {
        int before = node.heard(InboxMessage.Followed.class).size();
        node.ask(channel, (Position) null);
        patiently().until(() -> node.heard(InboxMessage.Followed.class).size() > before);
    }

    /// `+user` for a join, `-user` for a leave, in order.
    private static List<String> told(SimulatedNode node) {
        return node.heard().stream()
                .flatMap(message -> switch (message) {
                    case InboxMessage.Joined joined ->
                        Stream.of("+" + joined.member().user());
                    case InboxMessage.Left left -> Stream.of("-" + left.member().user());
                    default -> Stream.of();
                })
                .toList();
    }

    private List<String> who(SimulatedNode node) {
        return members(node).members().stream().map(Member::client).toList();
    }

    private InboxMessage.Members members(SimulatedNode node) {
        long asked = ++queryId;
        node.askWho(asked, ROOM);
        patiently().until(() -> !parts(node, asked).isEmpty());
        return parts(node, asked).getFirst();
    }

    private static List<InboxMessage.Members> parts(SimulatedNode node, long asked) {
        return node.heard(InboxMessage.Members.class).stream()
                .filter(part -> part.queryId() == asked)
                .toList();
    }

    private InboxMessage.MemberCounts howMany(SimulatedNode node, long after) {
        long asked = ++queryId;
        node.askHowMany(asked, ROOM, after);
        return patiently()
                .until(
                        () -> node.heard(InboxMessage.MemberCounts.class).stream()
                                .filter(counts -> counts.queryId() == asked)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static List<String> lifecycle(SimulatedNode node) {
        return node.delivered(ABOUT_ROOM).stream()
                .map(entry -> entry.event().type()
                        + entry.event()
                                .data()
                                .toStringUtf8()
                                .replaceAll(
                                        "\\{\"channel\":\"room\"(,\"user\":\"(\\w+)\",\"client\":\"\\w+\")?}", " $2"))
                .map(String::strip)
                .toList();
    }

    /// The clients that have a row.
    private List<String> rows() {
        var rows = new LinkedHashSet<String>();
        for (var row : cluster.probe().read(Topics.PRESENCE_STATE)) {
            var client = Presence.Key.fromBytes(row.key()).client();
            rows.remove(client);
            if (row.value() != null) {
                rows.add(client);
            }
        }
        return List.copyOf(rows);
    }

    private long rowsEnd() {
        return cluster.probe().read(Topics.PRESENCE_STATE).stream()
                .mapToLong(row -> row.offset() + 1)
                .max()
                .orElse(0);
    }

    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofSeconds(60));
    }
}
