package dev.carillon.webhook.delivery;

/// A delivery on its way through this process, which may do it only while it owns the partition. Compared by
/// identity: two tasks are never the same one.
public final class Task {

    private final Delivery delivery;
    private final Ownership ownership;

    public Task(Delivery delivery, Ownership ownership) {
        this.delivery = delivery;
        this.ownership = ownership;
    }

    public Delivery delivery() {
        return delivery;
    }

    public Ownership ownership() {
        return ownership;
    }
}
