package dev.carillon.connection.api;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.connection.namespace.NamePattern;
import dev.carillon.connection.namespace.NamespaceNames;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.Namespace.Access;
import dev.carillon.contract.Namespace.History;
import dev.carillon.contract.Namespace.Presence;
import dev.carillon.contract.Namespace.Rates;
import dev.carillon.contract.Namespace.Recovery;
import dev.carillon.contract.Namespace.Who;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.Durations;
import dev.carillon.kit.JsonMembers;
import dev.carillon.kit.ProblemException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Namespaces as the REST API shows and takes them.
final class NamespaceJson {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_HISTORY = 1_000_000;
    private static final Duration MAX_TTL = Duration.ofDays(365);
    private static final long MAX_EVENT = 1L << 30;
    private static final int MAX_PATTERN = 1000;
    private static final int MAX_RATE = 1_000_000;

    private NamespaceJson() {}

    static ObjectNode of(Namespace namespace) {
        var view = JSON.createObjectNode().put("name", NamespaceNames.shown(namespace.name()));
        view.setAll(settings(namespace));
        return view.put("revision", namespace.revision());
    }

    /// What can be set, with changes on top.
    static ObjectNode patched(Namespace namespace, ObjectNode patch) {
        var settings = settings(namespace);
        JsonMembers.merge(settings, patch);
        return settings;
    }

    /// @throws ProblemException with one entry per member that is wrong
    static Namespace read(String name, ObjectNode tree, long revision) {
        var members = JsonMembers.of(tree);
        var other = Namespace.defaults(name);
        var presence = members.choice(Presence.class, "presence", other.presence());
        var joinLeave = members.flag("joinLeave", other.joinLeave());
        if (joinLeave && presence == Presence.OFF) {
            members.fault("/joinLeave", "needs presence");
        }
        var namespace = new Namespace(
                name,
                history(members.object("history"), other.history()),
                members.choice(Recovery.class, "recovery", other.recovery()),
                members.flag("positioning", other.positioning()),
                presence,
                joinLeave && presence != Presence.OFF,
                members.flag("delta", other.delta()),
                members.flag("tagsFilter", other.tagsFilter()),
                members.flag("ephemeral", other.ephemeral()),
                access(members.object("access"), other.access()),
                members.number("maxEventSize", 0, MAX_EVENT, other.maxEventSize()),
                pattern(members),
                rates(members.object("rates"), other.rates()),
                revision);
        if (!members.faults().isEmpty()) {
            throw ProblemException.of(ProblemType.BAD_REQUEST, "some of the namespace is not valid", members.faults());
        }
        return namespace;
    }

    private static ObjectNode settings(Namespace namespace) {
        var view = JSON.createObjectNode();
        view.putObject("history")
                .put("size", namespace.history().size())
                .put("ttl", Durations.text(namespace.history().ttl()));
        view.put("recovery", JsonMembers.text(namespace.recovery()))
                .put("positioning", namespace.positioning())
                .put("presence", JsonMembers.text(namespace.presence()))
                .put("joinLeave", namespace.joinLeave())
                .put("delta", namespace.delta())
                .put("tagsFilter", namespace.tagsFilter())
                .put("ephemeral", namespace.ephemeral());
        var access = view.putObject("access");
        who(access, "subscribe", namespace.access().subscribe());
        who(access, "publish", namespace.access().publish());
        who(access, "history", namespace.access().history());
        who(access, "presence", namespace.access().presence());
        view.put("maxEventSize", namespace.maxEventSize());
        var pattern = namespace.channelPattern();
        if (pattern != null) {
            view.put("channelPattern", pattern);
        }
        view.putObject("rates").put("publishes", namespace.rates().publishes());
        return view;
    }

    private static void who(ObjectNode access, String name, Set<Who> who) {
        var array = access.putArray(name);
        new TreeSet<>(who).forEach(kind -> array.add(JsonMembers.text(kind)));
    }

    private static History history(JsonMembers members, History other) {
        long size = members.number("size", 0, MAX_HISTORY, other.size());
        var ttl = other.ttl();
        if (!JsonMembers.isAbsent(members.node("ttl"))) {
            try {
                ttl = Durations.parse(members.node("ttl"));
            } catch (IllegalArgumentException e) {
                members.fault("/ttl", String.valueOf(e.getMessage()));
            }
        }
        if (ttl.isNegative() || ttl.compareTo(MAX_TTL) > 0) {
            members.fault("/ttl", "must be from 0 to " + MAX_TTL.toDays() + " days");
            ttl = other.ttl();
        }
        return new History((int) size, ttl);
    }

    private static Rates rates(JsonMembers members, Rates other) {
        return new Rates((int) members.number("publishes", 0, MAX_RATE, other.publishes()));
    }

    private static Access access(JsonMembers members, Access other) {
        return new Access(
                who(members, "subscribe", other.subscribe()),
                who(members, "publish", other.publish()),
                who(members, "history", other.history()),
                who(members, "presence", other.presence()));
    }

    private static Set<Who> who(JsonMembers members, String name, Set<Who> other) {
        var node = members.node(name);
        if (JsonMembers.isAbsent(node)) {
            return other;
        }
        if (!node.isArray()) {
            members.fault("/" + name, "must be a list");
            return other;
        }
        var who = EnumSet.noneOf(Who.class);
        for (int i = 0; i < node.size(); i++) {
            who.add(members.choice(Who.class, node.path(i), "/" + name + "/" + i, Who.TOKEN));
        }
        return who;
    }

    private static @Nullable String pattern(JsonMembers members) {
        var expression = members.text("channelPattern", MAX_PATTERN);
        if (expression.isEmpty()) {
            return null;
        }
        try {
            new NamePattern(expression);
        } catch (PatternSyntaxException e) {
            members.fault("/channelPattern", "is no regular expression: " + e.getDescription());
        }
        return expression;
    }
}
