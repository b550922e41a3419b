package dev.carillon.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.kit.ProblemException.FieldFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Reads what somebody asks for, member by member: everything that is wrong is found in one go. A member that
/// is `null` counts as absent; what nobody reads is passed over.
///
/// Confined to one request.
public final class JsonMembers {

    private static final int MAX_ITEMS = 100;

    private final ObjectNode tree;
    private final String pointer;
    private final List<FieldFault> faults;

    private JsonMembers(ObjectNode tree, String pointer, List<FieldFault> faults) {
        this.tree = tree;
        this.pointer = pointer;
        this.faults = faults;
    }

    public static JsonMembers of(ObjectNode tree) {
        return new JsonMembers(tree, "", new ArrayList<>());
    }

    /// The members of a member; what is wrong with them is found here too.
    public JsonMembers object(String name) {
        var node = tree.path(name);
        if (node instanceof ObjectNode object) {
            return new JsonMembers(object, pointer + "/" + name, faults);
        }
        if (!isAbsent(node)) {
            fault("/" + name, "must be an object");
        }
        return new JsonMembers(tree.objectNode(), pointer + "/" + name, faults);
    }

    public JsonNode node(String name) {
        return tree.path(name);
    }

    /// What was wrong up to now.
    public List<FieldFault> faults() {
        return faults;
    }

    public void fault(String below, String detail) {
        faults.add(new FieldFault(pointer + below, detail));
    }

    public boolean isFaulty(String below) {
        return faults.stream().anyMatch(fault -> fault.pointer().startsWith(pointer + below));
    }

    public String text(String name, int longest) {
        var node = tree.path(name);
        if (isAbsent(node)) {
            return "";
        }
        if (!node.isTextual() || node.asText().length() > longest) {
            fault("/" + name, "must be a text of at most " + longest + " characters");
            return "";
        }
        return node.asText();
    }

    public boolean flag(String name, boolean otherwise) {
        var node = tree.path(name);
        if (!isAbsent(node) && !node.isBoolean()) {
            fault("/" + name, "must be true or false");
        }
        return node.asBoolean(otherwise);
    }

    public long number(String name, long least, long most, long otherwise) {
        var node = tree.path(name);
        if (isAbsent(node)) {
            return otherwise;
        }
        boolean fits = node.isIntegralNumber() && node.canConvertToLong();
        if (!fits || node.asLong() < least || node.asLong() > most) {
            fault("/" + name, "must be a whole number from " + least + " to " + most);
            return otherwise;
        }
        return node.asLong();
    }

    public <E extends Enum<E>> E choice(Class<E> type, String name, E otherwise) {
        var node = tree.path(name);
        return isAbsent(node) ? otherwise : choice(type, node, "/" + name, otherwise);
    }

    /// One of several names in a place.
    public <E extends Enum<E>> E choice(Class<E> type, JsonNode node, String below, E otherwise) {
        var names = new ArrayList<String>();
        for (var choice : type.getEnumConstants()) {
            var text = text(choice);
            if (node.isTextual() && text.equals(node.asText())) {
                return choice;
            }
            names.add(text);
        }
        fault(below, "must be one of " + String.join(", ", names));
        return otherwise;
    }

    public List<String> texts(String name) {
        var node = tree.path(name);
        var texts = new ArrayList<String>();
        if (isAbsent(node)) {
            return texts;
        }
        if (!node.isArray() || node.size() > MAX_ITEMS) {
            fault("/" + name, "must be a list of at most " + MAX_ITEMS + " texts");
            return texts;
        }
        for (int i = 0; i < node.size(); i++) {
            if (!node.path(i).isTextual()) {
                fault("/" + name + "/" + i, "must be a text");
            }
            texts.add(node.path(i).asText());
        }
        return texts;
    }

    /// A name among others, as JSON shows it: `ce-binary`.
    public static String text(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    /// A name as a part of a JSON pointer.
    public static String pointer(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    /// Puts changes on top; `null` takes a member away (JSON merge patch, RFC 7396).
    public static void merge(ObjectNode target, ObjectNode patch) {
        for (Map.Entry<String, JsonNode> change : patch.properties()) {
            var before = target.get(change.getKey());
            if (change.getValue().isNull()) {
                target.remove(change.getKey());
            } else if (change.getValue() instanceof ObjectNode more && before instanceof ObjectNode object) {
                merge(object, more);
            } else {
                target.set(change.getKey(), change.getValue());
            }
        }
    }
}
