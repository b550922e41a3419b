package dev.carillon.connection.session;

import dev.carillon.connection.tags.TagsFilter;
import dev.carillon.contract.Event;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.client.Method;
import org.jspecify.annotations.Nullable;

/// What a subscription comes to: what its client asks for, as far as its namespace offers it.
///
/// @param recovery what the client gets when it comes back
/// @param positioned whether the client is told when publications are lost
/// @param patches whether publications come as changes
/// @param filter which publications the client wants; all when null
record Terms(
        Namespace.Recovery recovery,
        boolean positioned,
        boolean patches,
        @Nullable TagsFilter filter) {

    private static final String FOSSIL = "fossil";

    /// @return null when the client asks for what it cannot have
    static @Nullable Terms of(Namespace namespace, Method.Subscribe request) {
        var recovery = namespace.ephemeral() ? Namespace.Recovery.OFF : namespace.recovery();
        boolean watched = request.positioned() || request.recoverable() || namespace.positioning();
        boolean positioned = recovery != Namespace.Recovery.OFF || (watched && !namespace.ephemeral());
        boolean patches = namespace.delta() && request.delta().equals(FOSSIL);
        var tree = request.filter();
        if (tree == null) {
            return new Terms(recovery, positioned, patches, null);
        }
        if (!namespace.tagsFilter() || !request.delta().isEmpty()) {
            return null;
        }
        try {
            return new Terms(recovery, positioned, false, TagsFilter.of(tree));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    boolean recoverable() {
        return recovery != Namespace.Recovery.OFF;
    }

    /// Whether the client wants that event.
    boolean wants(Event event) {
        return filter == null || filter.matches(key -> tag(event, key));
    }

    /// A tag as clients see it.
    private static @Nullable String tag(Event event, String key) {
        return switch (key) {
            case Pushes.ID_TAG -> event.id().value();
            case Pushes.TYPE_TAG -> event.type();
            default -> event.tags().get(key);
        };
    }
}
