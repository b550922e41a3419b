package dev.carillon.contract.client;

/// When a connection or a subscription has to be refreshed.
///
/// @param expires whether it ends by itself at all
/// @param ttl seconds left; 0 when it does not expire
public record Expiry(boolean expires, long ttl) {
    /// It lasts until somebody ends it.
    public static final Expiry NEVER = new Expiry(false, 0);

    public Expiry {
        Limits.requireUint32(ttl, "ttl");
    }

    /// It ends in so many seconds, or in as many as the protocol can say (136 years).
    public static Expiry in(long seconds) {
        return new Expiry(true, Math.min(seconds, Limits.UINT32));
    }
}
