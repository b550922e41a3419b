package dev.carillon.connection.tags;

import dev.carillon.contract.client.FilterNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A subscriber's choice of publications, checked once and then applied to each. Bounded: a client cannot make
/// it costly.
///
/// Immutable; applying it allocates nothing, unless it compares numbers that are not plain.
public sealed interface TagsFilter {

    /// The most nodes of one filter.
    int MAX_NODES = 64;

    /// How deep they may be nested.
    int MAX_DEPTH = 8;

    /// The most values of all nodes together.
    int MAX_VALUES = 256;

    /// The longest key or value, in characters.
    int MAX_TEXT = 256;

    /// The tags of one publication.
    @FunctionalInterface
    interface Tags {
        /// @return null when there is no such tag
        @Nullable
        String get(String key);
    }

    /// Whether the subscriber wants a publication with such tags.
    boolean matches(Tags tags);

    /// The filter that a client asks for.
    ///
    /// @throws IllegalArgumentException when it makes no sense or is too large
    static TagsFilter of(FilterNode node) {
        return new Checked().filter(node, 1);
    }

    record All(List<TagsFilter> filters) implements TagsFilter {
        @Override
        public boolean matches(Tags tags) {
            for (int i = 0; i < filters.size(); i++) {
                if (!filters.get(i).matches(tags)) {
                    return false;
                }
            }
            return true;
        }
    }

    record Any(List<TagsFilter> filters) implements TagsFilter {
        @Override
        public boolean matches(Tags tags) {
            for (int i = 0; i < filters.size(); i++) {
                if (filters.get(i).matches(tags)) {
                    return true;
                }
            }
            return false;
        }
    }

    record Not(TagsFilter filter) implements TagsFilter {
        @Override
        public boolean matches(Tags tags) {
            return !filter.matches(tags);
        }
    }

    record Exists(String key) implements TagsFilter {
        @Override
        public boolean matches(Tags tags) {
            return tags.get(key) != null;
        }
    }

    /// The tag has one of these values.
    record In(String key, Set<String> values) implements TagsFilter {
        @Override
        public boolean matches(Tags tags) {
            var tag = tags.get(key);
            return tag != null && values.contains(tag);
        }
    }

    /// The tag is there and has this text in it somewhere.
    record Text(String key, Place place, String text) implements TagsFilter {
        /// Where.
        enum Place {
            START,
            END,
            ANYWHERE
        }

        @Override
        public boolean matches(Tags tags) {
            var tag = tags.get(key);
            return tag != null
                    && switch (place) {
                        case START -> tag.startsWith(text);
                        case END -> tag.endsWith(text);
                        case ANYWHERE -> tag.contains(text);
                    };
        }
    }

    /// The tag is a number, and compares so with another one.
    record Compare(String key, Order order, Decimal number) implements TagsFilter {
        /// How the tag is to stand to the number.
        enum Order {
            LESS,
            AT_MOST,
            MORE,
            AT_LEAST
        }

        @Override
        public boolean matches(Tags tags) {
            var tag = tags.get(key);
            if (tag == null || !Decimal.isNumber(tag)) {
                return false;
            }
            int comparison = -number.compareTo(tag);
            return switch (order) {
                case LESS -> comparison < 0;
                case AT_MOST -> comparison <= 0;
                case MORE -> comparison > 0;
                case AT_LEAST -> comparison >= 0;
            };
        }
    }

    /// Checks a tree while it is turned into a filter.
    final class Checked {
        private int nodes;
        private int values;

        private Checked() {}

        private TagsFilter filter(FilterNode node, int depth) {
            require(++nodes <= MAX_NODES, "too many nodes");
            require(depth <= MAX_DEPTH, "nested too deeply");
            return switch (node.op()) {
                case "" -> leaf(node);
                case "and" -> new All(children(node, depth));
                case "or" -> new Any(children(node, depth));
                case "not" -> {
                    require(node.nodes().size() == 1, "not takes one node");
                    yield new Not(filter(node.nodes().getFirst(), depth + 1));
                }
                default -> throw new IllegalArgumentException("unknown op");
            };
        }

        private List<TagsFilter> children(FilterNode node, int depth) {
            require(!node.nodes().isEmpty(), "an inner node without nodes");
            var children = new ArrayList<TagsFilter>(node.nodes().size());
            for (var child : node.nodes()) {
                children.add(filter(child, depth + 1));
            }
            return List.copyOf(children);
        }

        private TagsFilter leaf(FilterNode node) {
            require(node.nodes().isEmpty(), "a leaf with nodes");
            var key = text(node.key());
            require(!key.isEmpty(), "a leaf without key");
            return switch (node.cmp()) {
                case "eq" -> new In(key, Set.of(text(node.val())));
                case "neq" -> new Not(new In(key, Set.of(text(node.val()))));
                case "in" -> new In(key, values(node));
                case "nin" -> new Not(new In(key, values(node)));
                case "ex" -> new Exists(key);
                case "nex" -> new Not(new Exists(key));
                case "sw" -> new Text(key, Text.Place.START, text(node.val()));
                case "ew" -> new Text(key, Text.Place.END, text(node.val()));
                case "ct" -> new Text(key, Text.Place.ANYWHERE, text(node.val()));
                case "lt" -> new Compare(key, Compare.Order.LESS, number(node));
                case "lte" -> new Compare(key, Compare.Order.AT_MOST, number(node));
                case "gt" -> new Compare(key, Compare.Order.MORE, number(node));
                case "gte" -> new Compare(key, Compare.Order.AT_LEAST, number(node));
                default -> throw new IllegalArgumentException("unknown cmp");
            };
        }

        private Set<String> values(FilterNode node) {
            values += node.vals().size();
            require(!node.vals().isEmpty() && values <= MAX_VALUES, "no values, or too many");
            node.vals().forEach(Checked::text);
            return Set.copyOf(node.vals());
        }

        private static Decimal number(FilterNode node) {
            require(Decimal.isNumber(node.val()), "not a number");
            return Decimal.of(node.val());
        }

        private static String text(String text) {
            require(text.length() <= MAX_TEXT, "too long");
            return text;
        }

        private static void require(boolean condition, String otherwise) {
            if (!condition) {
                throw new IllegalArgumentException(otherwise);
            }
        }
    }
}
