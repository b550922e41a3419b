package dev.carillon.webhook.intake;

import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/// Randomness for many threads, without a seed of its own to be frozen into a native image.
final class Chance {

    private Chance() {}

    static RandomGenerator threadLocal() {
        return () -> ThreadLocalRandom.current().nextLong();
    }
}
