package dev.carillon.webhook.delivery;

/// That this process owns a partition, until it does not. What is done for a lost ownership counts for nothing.
///
/// Safe for use by many threads; it is lost once and for all.
public final class Ownership {

    private final int partition;
    private volatile boolean lost;

    public Ownership(int partition) {
        this.partition = partition;
    }

    public int partition() {
        return partition;
    }

    public void lose() {
        lost = true;
    }

    public boolean isLost() {
        return lost;
    }
}
