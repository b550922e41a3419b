package dev.carillon.connection.session;

import dev.carillon.contract.Namespace;

/// The default namespace with some options changed.
record TestNamespace(
        String name,
        Namespace.Recovery recovery,
        boolean positioning,
        boolean delta,
        boolean tagsFilter,
        boolean ephemeral) {

    static TestNamespace named(String name) {
        return new TestNamespace(name, Namespace.Recovery.STREAM, false, true, true, false);
    }

    TestNamespace recovering(Namespace.Recovery changed) {
        return new TestNamespace(name, changed, positioning, delta, tagsFilter, ephemeral);
    }

    TestNamespace withPositioning() {
        return new TestNamespace(name, recovery, true, delta, tagsFilter, ephemeral);
    }

    TestNamespace withDelta(boolean allowed) {
        return new TestNamespace(name, recovery, positioning, allowed, tagsFilter, ephemeral);
    }

    TestNamespace withTagsFilter(boolean allowed) {
        return new TestNamespace(name, recovery, positioning, delta, allowed, ephemeral);
    }

    TestNamespace asEphemeral() {
        return new TestNamespace(name, recovery, positioning, delta, tagsFilter, true);
    }

    Namespace make() {
        var base = Namespace.DEFAULT;
        return new Namespace(
                name,
                base.history(),
                recovery,
                positioning,
                base.presence(),
                base.joinLeave(),
                delta,
                tagsFilter,
                ephemeral,
                base.access(),
                base.maxEventSize(),
                base.channelPattern(),
                base.revision());
    }
}
