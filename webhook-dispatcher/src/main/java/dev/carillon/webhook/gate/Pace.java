package dev.carillon.webhook.gate;

/// A token bucket: how fast an endpoint may be attempted. Full at the start; it holds a tenth of a second's
/// tokens and one more, so that a limit is kept to within that. Pure: time is told. Guarded by the gate's lock.
final class Pace {

    private int rate;
    private double tokens = 1;
    private long at;

    /// @param perSecond 0 for no limit
    /// @param now milliseconds of any clock that does not go back
    void limit(int perSecond, long now) {
        if (perSecond != rate) {
            fill(now);
            tokens = rate == 0 ? 1 : Math.min(tokens, 1 + perSecond / 10.0);
            rate = perSecond;
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
        return rate == 0 || tokens >= 1 ? at : at + (long) Math.ceil((1 - tokens) * 1000 / rate);
    }

    /// When nobody can tell any more that tokens were taken.
    long fullAt() {
        return rate == 0 ? at : at + (long) Math.ceil((capacity() - tokens) * 1000 / rate);
    }

    private void fill(long now) {
        if (rate > 0 && now > at) {
            tokens = Math.min(capacity(), tokens + (now - at) * rate / 1000.0);
        }
        at = Math.max(at, now);
    }

    private double capacity() {
        return 1 + rate / 10.0;
    }
}
