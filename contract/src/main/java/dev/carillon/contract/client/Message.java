package dev.carillon.contract.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How a `T` looks on the wire: its fields, in the order in which they are written, and how to make one of what
/// was read. Both codecs work from this alone.
final class Message<T> {
    private final List<Field<T>> fields;
    private final Map<String, Field<T>> byName = new HashMap<>();
    private final Map<Integer, Field<T>> byNumber = new HashMap<>();
    private final Function<Values, T> maker;

    private Message(Function<Values, T> maker, List<Field<T>> fields) {
        this.fields = List.copyOf(fields);
        this.maker = maker;
        for (var field : fields) {
            byName.put(field.name(), field);
            byNumber.put(field.number(), field);
        }
    }

    @SafeVarargs
    static <T> Message<T> of(Function<Values, T> maker, Field<T>... fields) {
        var list = new ArrayList<Field<T>>();
        for (var field : fields) {
            list.add(field);
        }
        return new Message<>(maker, list);
    }

    List<Field<T>> fields() {
        return fields;
    }

    /// The field, or null for one that we do not know and skip.
    @Nullable
    Field<T> named(String name) {
        return byName.get(name);
    }

    /// The field, or null for one that we do not know and skip.
    @Nullable
    Field<T> numbered(int number) {
        return byNumber.get(number);
    }

    /// @throws MalformedFrameException when no `T` can have such values
    T make(Values values) {
        try {
            return maker.apply(values);
        } catch (IllegalArgumentException e) {
            throw new MalformedFrameException("value out of range", e);
        }
    }
}
