package dev.carillon.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node that follows one channel, and does what the chain rule says and nothing else.
final class ChainNode {

    private final List<Long> delivered = new ArrayList<>();
    private Chain chain;
    private long begin;
    private boolean broken;
    private @Nullable Position asks;

    ChainNode(String epoch) {
        chain = new Chain(epoch, 0);
    }

    /// From where it wants to follow again, or null while it misses nothing that it knows of.
    @Nullable
    Position asks() {
        return asks;
    }

    boolean isBroken() {
        return broken;
    }

    /// What it delivers is everything after this.
    long begin() {
        return begin;
    }

    List<Long> deliveredSinceBreak() {
        return delivered.stream().filter(offset -> offset > begin).toList();
    }

    void hear(List<InboxMessage> messages) {
        messages.forEach(this::hear);
    }

    void assertOrderedWithoutRepeats() {
        assertThat(delivered).isSorted().doesNotHaveDuplicates();
    }

    private void hear(InboxMessage message) {
        switch (message) {
            case InboxMessage.Live live ->
                judge(
                        chain.publication(
                                live.epoch(), live.previous(), live.entry().offset()),
                        live.entry());
            case InboxMessage.Tops tops ->
                tops.tops().values().forEach(top -> judge(chain.top(tops.epoch(), top), null));
            case InboxMessage.Followed answer -> resume(answer);
            case InboxMessage.Removed _,
                    InboxMessage.HistoryPage _,
                    InboxMessage.Answered _,
                    InboxMessage.AboutMembers _,
                    InboxMessage.Commands _ -> {}
        }
    }

    private void judge(Chain.Verdict verdict, @Nullable LogEntry entry) {
        switch (verdict) {
            case Chain.Verdict.Next(Chain next) -> {
                chain = next;
                if (entry != null) {
                    delivered.add(entry.offset());
                }
            }
            case Chain.Verdict.Seen _ -> {}
            case Chain.Verdict.Gap(Position since) -> asks = since;
        }
    }

    private void resume(InboxMessage.Followed answer) {
        asks = null;
        switch (chain.answer(answer.epoch(), answer.from(), answer.upTo(), answer.entries())) {
            case Chain.Resumed.Complete(Chain next, List<LogEntry> entries) -> {
                chain = next;
                entries.forEach(entry -> delivered.add(entry.offset()));
            }
            case Chain.Resumed.Broken(Chain next) -> {
                chain = next;
                begin = next.last();
                broken = true;
            }
        }
    }
}
