package dev.carillon.contract.client;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// One field of a [Message]: its number in Protobuf, its name in JSON, its kind, and how to get it from a `T`.
///
/// Zero values stay off the wire, except that JSON always shows the few fields that are `always` there, because
/// client libraries read them unasked.
sealed interface Field<T> {
    int number();

    String name();

    static <T> Text<T> text(int number, String name, Function<T, String> get) {
        return new Text<>(number, name, false, get);
    }

    static <T> Raw<T> raw(int number, String name, Function<T, ByteString> get) {
        return new Raw<>(number, name, get);
    }

    static <T> Flag<T> flag(int number, String name, Predicate<T> get) {
        return new Flag<>(number, name, get);
    }

    static <T> Whole<T> uint32(int number, String name, ToLongFunction<T> get) {
        return new Whole<>(number, name, false, 0, Limits.UINT32, get);
    }

    static <T> Whole<T> int32(int number, String name, ToLongFunction<T> get) {
        return new Whole<>(number, name, false, Integer.MIN_VALUE, Integer.MAX_VALUE, get);
    }

    /// An unsigned 32-bit number that fits a Java `int`: codes.
    static <T> Whole<T> code(int number, String name, ToLongFunction<T> get) {
        return new Whole<>(number, name, false, 0, Integer.MAX_VALUE, get);
    }

    static <T> Whole<T> int64(int number, String name, ToLongFunction<T> get) {
        return new Whole<>(number, name, false, Long.MIN_VALUE, Long.MAX_VALUE, get);
    }

    /// An unsigned 64-bit number of which we take the lower half: offsets.
    static <T> Whole<T> uint64(int number, String name, ToLongFunction<T> get) {
        return new Whole<>(number, name, false, 0, Long.MAX_VALUE, get);
    }

    static <T, V> One<T, V> one(int number, String name, Function<T, @Nullable V> get, Message<V> message) {
        return new One<>(number, name, get, message);
    }

    static <T, V> Many<T, V> many(int number, String name, Function<T, List<V>> get, Supplier<Message<V>> message) {
        return new Many<>(number, name, false, get, message);
    }

    static <T> Texts<T> texts(int number, String name, Function<T, List<String>> get) {
        return new Texts<>(number, name, get);
    }

    static <T> TextMap<T> textMap(int number, String name, Function<T, Map<String, String>> get) {
        return new TextMap<>(number, name, get);
    }

    static <T, V> MessageMap<T, V> messageMap(
            int number, String name, Function<T, Map<String, V>> get, Message<V> message) {
        return new MessageMap<>(number, name, false, get, message);
    }

    record Text<T>(int number, String name, boolean always, Function<T, String> get) implements Field<T> {
        Text<T> shownAlways() {
            return new Text<>(number, name, true, get);
        }
    }

    /// A payload: bytes in Protobuf, embedded JSON in JSON.
    record Raw<T>(int number, String name, Function<T, ByteString> get) implements Field<T> {}

    record Flag<T>(int number, String name, Predicate<T> get) implements Field<T> {}

    /// An integer between two bounds, both included; in Protobuf always a plain varint.
    record Whole<T>(int number, String name, boolean always, long min, long max, ToLongFunction<T> get)
            implements Field<T> {
        Whole<T> shownAlways() {
            return new Whole<>(number, name, true, min, max, get);
        }

        long checked(long value) {
            if (value < min || value > max) {
                throw new MalformedFrameException("number out of range");
            }
            return value;
        }
    }

    record One<T, V>(int number, String name, Function<T, @Nullable V> get, Message<V> message) implements Field<T> {}

    /// The message is supplied late, because a filter's nodes are filters.
    record Many<T, V>(int number, String name, boolean always, Function<T, List<V>> get, Supplier<Message<V>> message)
            implements Field<T> {
        Many<T, V> shownAlways() {
            return new Many<>(number, name, true, get, message);
        }
    }

    record Texts<T>(int number, String name, Function<T, List<String>> get) implements Field<T> {}

    record TextMap<T>(int number, String name, Function<T, Map<String, String>> get) implements Field<T> {}

    record MessageMap<T, V>(
            int number, String name, boolean always, Function<T, Map<String, V>> get, Message<V> message)
            implements Field<T> {
        MessageMap<T, V> shownAlways() {
            return new MessageMap<>(number, name, true, get, message);
        }
    }
}
