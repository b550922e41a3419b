package dev.carillon.webhook.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Endpoint.OnHeadExhausted;
import dev.carillon.contract.Topics;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Owners that die at any step, endpoints that fail, pause, overflow and are disabled: every delivery is
/// decided exactly once, nothing is lost, ordered endpoints see first successes in order.
class BacklogTest {

    private static final List<String> ENDPOINTS = List.of("ordered", "plain", "toggled", "ordered-toggled");

    /// Lives in which passes that had not come to their ends passed for read.
    @Example
    void keepsTheOrderInLivesThatWentWrong() {
        LongStream.of(
                        167133L,
                        311799491488592531L,
                        2169442173296629986L,
                        2209593737900794530L,
                        4672979836528699240L,
                        6069446778401345774L,
                        -3886181781263585524L,
                        -8862910147987085640L)
                .forEach(seed -> live(seed, Long.MAX_VALUE));
    }

    @Property(tries = 150)
    void losesNothingAndKeepsTheOrder(@ForAll long seed) {
        live(seed, Long.MAX_VALUE);
    }

    @Property(tries = 50)
    void losesNothingWithRoomForAFewOnly(@ForAll long seed) {
        live(seed, 8_000);
    }

    /// @param queueBytes how much may wait in memory
    private static void live(long seed, long queueBytes) {
        var random = new Random(seed);
        var world = new World(queueBytes);
        ENDPOINTS.forEach(id -> world.endpoints.put(id, endpoint(id)));
        var counts = new HashMap<String, Integer>();
        int repeatable = 0;
        int lives = 1 + random.nextInt(6);
        for (int i = 0; i < lives; i++) {
            var life = new Life(world, random);
            for (int step = random.nextInt(400); step > 0; step--) {
                if (random.nextInt(6) == 0) {
                    produce(world, random, counts);
                }
                if (random.nextInt(60) == 0) {
                    toggle(world, random.nextBoolean() ? "toggled" : "ordered-toggled");
                }
                life.step();
            }
            life.die();
            repeatable += uncommitted(world);
        }

        // When: all is well from now on.
        world.endpoints.replaceAll(
                (_, endpoint) -> endpoint.with(endpoint.state().asEnabled()));
        var life = new Life(world, random);
        life.heal();
        int all = counts.values().stream().mapToInt(Integer::intValue).sum();
        for (int step = 0; step < 60_000 && !isOver(world, life, all); step++) {
            life.step();
        }

        // Then
        assertThat(world.delivered).doesNotHaveDuplicates().hasSize(all);
        assertThat(world.rows).isEmpty();
        assertThat(life.held()).isZero();
        assertThat(world.topic(Topics.DELIVERY_DEAD)).isEmpty();
        assertThat(world.succeeded.size() - all).isLessThanOrEqualTo(repeatable);
        for (var id : List.of("ordered", "ordered-toggled")) {
            assertThat(world.succeeded.stream()
                            .filter(key -> key.startsWith(id + " "))
                            .distinct())
                    .extracting(key -> Integer.parseInt(key.substring(id.length() + 1)))
                    .isSorted();
        }
    }

    private static boolean isOver(World world, Life life, int all) {
        return world.delivered.size() >= all && world.rows.isEmpty() && life.held() == 0;
    }

    /// What receivers have, but Kafka does not know of: a new owner repeats it.
    private static int uncommitted(World world) {
        Set<String> known = new HashSet<>(world.delivered);
        return (int) world.succeeded.stream()
                .distinct()
                .filter(key -> !known.contains(key))
                .count();
    }

    private static void produce(World world, Random random, Map<String, Integer> counts) {
        var id = ENDPOINTS.get(random.nextInt(ENDPOINTS.size()));
        for (int i = random.nextInt(12); i > 0; i--) {
            int number = counts.merge(id, 1, Integer::sum);
            world.append(Deliveries.delivery(id, Integer.toString(number), number));
        }
    }

    private static void toggle(World world, String id) {
        world.endpoints.computeIfPresent(
                id,
                (_, endpoint) -> endpoint.with(
                        endpoint.state().enabled()
                                ? endpoint.state().asDisabled("manual")
                                : endpoint.state().asEnabled()));
    }

    private static Endpoint endpoint(String id) {
        var endpoint = Deliveries.endpoint(id, URI.create("http://127.0.0.1/" + id));
        return id.startsWith("ordered") ? Deliveries.ordered(endpoint, OnHeadExhausted.SKIP) : endpoint;
    }
}
