package dev.carillon.fanout.source;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A source as this instance sees it, for operators.
///
/// @param group its consumer group
/// @param topics which it is to read; or the pattern
/// @param detail what it waits for or why it fails, for people; absent when all is well
/// @param partitions those that this instance reads
/// @param lag records that this instance has still to read; of partitions whose lag is known
/// @param mapped events made since this instance started
/// @param deadLettered records dead-lettered since this instance started
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SourceView(
        String name,
        String group,
        List<String> topics,
        State state,
        @Nullable String detail,
        List<Reading> partitions,
        long lag,
        long mapped,
        long deadLettered) {

    /// How a source is.
    public enum State {
        /// It joins its group.
        STARTING,
        /// It is read, as far as this instance is concerned.
        RUNNING,
        /// A topic is not there; those that are, are read.
        WAITING,
        /// It could not be read or written, and is tried again.
        FAILING,
        /// The instance stops.
        STOPPED;

        @JsonValue
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// A partition that this instance reads.
    ///
    /// @param position the offset of the next record; -1 when nothing was read yet
    /// @param lag records after it; -1 when not known
    public record Reading(String topic, int partition, long position, long lag) {}

    public SourceView {
        topics = List.copyOf(topics);
        partitions = List.copyOf(partitions);
    }
}
