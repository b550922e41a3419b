package dev.carillon.webhook.command;

import dev.carillon.webhook.delivery.DeadLetter;
import dev.carillon.webhook.delivery.DeadReason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Chooses the dead letters of a partition that a command is about, while it hears of all of them in their
/// order, marks included. Knows no I/O; confined to one thread.
///
/// What it remembers is bounded: of more letters than [#MOST] it chooses the first ones, and says where the
/// others begin.
public final class LetterChoice {

    /// The most letters that one pass chooses.
    public static final int MOST = 50_000;

    private final LetterFilter filter;
    private final boolean isReplay;
    private final boolean again;
    private final Function<String, @Nullable String> ownerOf;
    private final NavigableMap<Long, String> chosen = new TreeMap<>();
    private final Map<List<String>, Long> newest = new HashMap<>();
    /// One object for each, however many letters there are.
    private final Map<String, String> reasons = new HashMap<>();
    private long end;

    private LetterChoice(
            LetterFilter filter,
            boolean isReplay,
            boolean again,
            long end,
            Function<String, @Nullable String> ownerOf) {
        this.filter = filter;
        this.isReplay = isReplay;
        this.again = again;
        this.end = end;
        this.ownerOf = ownerOf;
    }

    /// @param end letters from here on are not meant
    /// @param ownerOf tells whose an endpoint is, or null when there is none
    public static LetterChoice of(Command.Letters command, long end, Function<String, @Nullable String> ownerOf) {
        return switch (command) {
            case Command.Replay replay -> new LetterChoice(replay.filter(), true, replay.again(), end, ownerOf);
            case Command.Purge purge -> new LetterChoice(purge.filter(), false, true, end, ownerOf);
        };
    }

    /// A letter, or a mark: marks stand after their letters, maybe beyond the end.
    public void hear(DeadLetter letter) {
        if (letter.purges() >= 0) {
            chosen.remove(letter.purges());
        } else if (letter.replays() >= 0) {
            if (!again) {
                chosen.remove(letter.replays());
            }
        } else if (letter.offset() < end && isWanted(letter)) {
            choose(letter);
        }
    }

    /// What is chosen so far: offsets, and why each was given up.
    public NavigableMap<Long, String> chosen() {
        return chosen;
    }

    /// Where the letters begin that were not looked at.
    public long end() {
        return end;
    }

    private boolean isWanted(DeadLetter letter) {
        return !(isReplay && isUnfit(letter)) && filter.matches(letter, ownerOf);
    }

    /// Without its event, or without its data, there is nothing to send.
    private static boolean isUnfit(DeadLetter letter) {
        return letter.event().isEmpty() || letter.reason().equals(DeadReason.TOO_LARGE.text());
    }

    private void choose(DeadLetter letter) {
        if (chosen.size() >= MOST) {
            end = letter.offset();
            return;
        }
        var before = isReplay ? newest.put(List.of(letter.endpoint(), letter.event()), letter.offset()) : null;
        if (before != null) {
            chosen.remove(before);
        }
        chosen.put(letter.offset(), reasons.computeIfAbsent(letter.reason(), reason -> reason));
    }
}
