package dev.carillon.webhook.gate;

/// A token bucket: how fast an endpoint may be attempted. Full at the start; it holds a tenth of a second's
/// tokens and one more, so that a limit is kept to within that. Pure: time is told. Guarded by the gate's lock.
final class Pace {

    private static final double MINUTE = 60_000;
    private static final double DEPTH = 600;

    private long rate;
    private double tokens = 1;
    private long at;

    /// @param perMinute 0 for no limit
    /// @param now milliseconds of any clock that does not go back
    void limit(long perMinute, long now) {
        if (perMinute != rate) {
            fill(now);
            tokens = rate == 0 ? 1 : Math.min(tokens, 1 + perMinute / DEPTH);
            rate = perMinute;
            at = now;
        }
    }

    boolean hasToken(long now) {
        fill(now);
        return rate == 0 || tokens >= 1;
    }

    /// Takes a token; there must be one.
    void take() {
        if (rate > 0) {
            tokens--;
        }
    }

    /// When there will be a token.
    long nextAt() {
        return rate == 0 || tokens >= 1 ? at : at + (long) Math.ceil((1 - tokens) * MINUTE / rate);
    }

    /// When nobody can tell any more that tokens were taken.
    long fullAt() {
        return rate == 0 ? at : at + (long) Math.ceil((capacity() - tokens) * MINUTE / rate);
    }

    private void fill(long now) {
        if (rate > 0 && now > at) {
            tokens = Math.min(capacity(), tokens + (now - at) * rate / MINUTE);
        }
        at = Math.max(at, now);
    }

    private double capacity() {
        return 1 + rate / DEPTH;
    }
}
