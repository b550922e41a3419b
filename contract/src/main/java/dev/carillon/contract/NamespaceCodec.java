package dev.carillon.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.Namespace.Access;
import dev.carillon.contract.Namespace.History;
import dev.carillon.contract.Namespace.Rates;
import dev.carillon.contract.Namespace.Who;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;

/// Namespaces as rows of [Topics#NAMESPACE_STATE]: JSON, durations as ISO 8601 (or a number of seconds), enums
/// by name. Members that nobody knows are passed over, absent ones have the value of [Namespace#defaults]. Safe
/// for use by many threads.
public final class NamespaceCodec {

    private static final String WHAT = "namespace";

    private NamespaceCodec() {}

    public static byte[] write(Namespace namespace) {
        var row = RowJson.object().put("name", namespace.name());
        row.putObject("history")
                .put("size", namespace.history().size())
                .put("ttl", namespace.history().ttl().toString());
        row.put("recovery", namespace.recovery().name())
                .put("positioning", namespace.positioning())
                .put("presence", namespace.presence().name())
                .put("joinLeave", namespace.joinLeave())
                .put("delta", namespace.delta())
                .put("tagsFilter", namespace.tagsFilter())
                .put("ephemeral", namespace.ephemeral());
        var access = row.putObject("access");
        who(access, "subscribe", namespace.access().subscribe());
        who(access, "publish", namespace.access().publish());
        who(access, "history", namespace.access().history());
        who(access, "presence", namespace.access().presence());
        row.put("maxEventSize", namespace.maxEventSize());
        var pattern = namespace.channelPattern();
        if (pattern != null) {
            row.put("channelPattern", pattern);
        }
        row.putObject("rates").put("publishes", namespace.rates().publishes());
        return RowJson.bytes(row.put("revision", namespace.revision()));
    }

    /// @throws IllegalArgumentException when it cannot be read; the message names the member, never a value
    public static Namespace read(byte[] row) {
        var tree = RowJson.tree(WHAT, row);
        if (!tree.path("name").isTextual()) {
            throw new IllegalArgumentException("namespace has no name");
        }
        var name = tree.path("name").asText();
        var other = Namespace.defaults(name);
        return new Namespace(
                name,
                history(tree.path("history"), other.history()),
                RowJson.choice(WHAT, Namespace.Recovery.class, tree, "recovery", other.recovery()),
                flag(tree, "positioning", other.positioning()),
                RowJson.choice(WHAT, Namespace.Presence.class, tree, "presence", other.presence()),
                flag(tree, "joinLeave", other.joinLeave()),
                flag(tree, "delta", other.delta()),
                flag(tree, "tagsFilter", other.tagsFilter()),
                flag(tree, "ephemeral", other.ephemeral()),
                access(tree.path("access"), other.access()),
                number(tree, "maxEventSize", other.maxEventSize()),
                tree.hasNonNull("channelPattern") ? tree.path("channelPattern").asText() : null,
                rates(tree.path("rates"), other.rates()),
                number(tree, "revision", 0));
    }

    private static void who(ObjectNode access, String name, Set<Who> who) {
        var array = access.putArray(name);
        new TreeSet<>(who).forEach(kind -> array.add(kind.name()));
    }

    private static History history(JsonNode tree, History other) {
        long size = number(tree, "size", other.size());
        if (size > Integer.MAX_VALUE) {
            throw unreadable("history.size");
        }
        return new History((int) size, duration(tree.path("ttl"), other.ttl()));
    }

    private static Rates rates(JsonNode tree, Rates other) {
        long publishes = number(tree, "publishes", other.publishes());
        if (publishes > Integer.MAX_VALUE) {
            throw unreadable("rates.publishes");
        }
        return new Rates((int) publishes);
    }

    private static Duration duration(JsonNode ttl, Duration other) {
        if (ttl.isMissingNode() || ttl.isNull()) {
            return other;
        }
        try {
            return ttl.isIntegralNumber() ? Duration.ofSeconds(ttl.asLong()) : Duration.parse(ttl.asText());
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException("namespace has an unreadable history.ttl", e);
        }
    }

    private static Access access(JsonNode tree, Access other) {
        return new Access(
                who(tree, "subscribe", other.subscribe()),
                who(tree, "publish", other.publish()),
                who(tree, "history", other.history()),
                who(tree, "presence", other.presence()));
    }

    private static Set<Who> who(JsonNode access, String name, Set<Who> other) {
        var array = access.path(name);
        if (!array.isArray()) {
            if (array.isMissingNode() || array.isNull()) {
                return other;
            }
            throw unreadable("access." + name);
        }
        var who = EnumSet.noneOf(Who.class);
        array.forEach(kind -> who.add(RowJson.choice(WHAT, Who.class, "access." + name, kind.asText())));
        return who;
    }

    private static boolean flag(JsonNode tree, String name, boolean other) {
        var flag = tree.path(name);
        if (flag.isMissingNode() || flag.isNull()) {
            return other;
        }
        if (!flag.isBoolean()) {
            throw unreadable(name);
        }
        return flag.asBoolean();
    }

    private static long number(JsonNode tree, String name, long other) {
        var number = tree.path(name);
        if (number.isMissingNode() || number.isNull()) {
            return other;
        }
        if (!number.isIntegralNumber() || !number.canConvertToLong()) {
            throw unreadable(name);
        }
        return number.asLong();
    }

    private static IllegalArgumentException unreadable(String member) {
        return new IllegalArgumentException("namespace has an unreadable " + member);
    }
}
