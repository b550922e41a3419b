package dev.carillon.contract.client;

import java.util.List;

/// One node of the tree by which a subscriber chooses publications by their tags.
///
/// A leaf compares one tag (`key`, `cmp` and `val` or `vals`); an inner node combines others (`op` and
/// `nodes`). The codecs only carry the tree; whether it makes sense is judged by whoever applies it.
///
/// @param op `and`, `or`, `not`; empty for a leaf
/// @param key the tag that a leaf looks at
/// @param cmp `eq`, `neq`, `in`, `nin`, `ex`, `nex`, `sw`, `ew`, `ct`, `lt`, `lte`, `gt` or `gte`
/// @param val what to compare with
/// @param vals the same for `in` and `nin`
/// @param nodes what an inner node combines
public record FilterNode(String op, String key, String cmp, String val, List<String> vals, List<FilterNode> nodes) {
    public FilterNode {
        vals = List.copyOf(vals);
        nodes = List.copyOf(nodes);
    }

    /// A leaf that compares a tag with one value.
    public static FilterNode leaf(String key, String cmp, String val) {
        return new FilterNode("", key, cmp, val, List.of(), List.of());
    }

    /// A node that combines others.
    public static FilterNode inner(String op, List<FilterNode> nodes) {
        return new FilterNode(op, "", "", "", List.of(), nodes);
    }
}
