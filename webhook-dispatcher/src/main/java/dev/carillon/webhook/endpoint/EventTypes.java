package dev.carillon.webhook.endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// How event types are named where somebody is strict about it: segments in lower case with dots between them,
/// the noun first, the verb in its past tense last (`order.created`, `order.item.shipped`).
public final class EventTypes {

    private static final Pattern SEGMENT = Pattern.compile("[a-z][a-z0-9_]*");

    /// Verbs that double their last letter: ship, shipped.
    private static final Pattern SHORT = Pattern.compile("[^aeiou]*[aeiou][bdgmnprt]");

    /// Past tenses that do not end in `ed`.
    private static final Set<String> IRREGULAR = Set.of(
            "begun",
            "bought",
            "broken",
            "brought",
            "built",
            "chosen",
            "cut",
            "done",
            "drawn",
            "fallen",
            "forgotten",
            "found",
            "frozen",
            "given",
            "gone",
            "grown",
            "held",
            "hidden",
            "hit",
            "kept",
            "known",
            "left",
            "lent",
            "lost",
            "made",
            "met",
            "overdue",
            "overdrawn",
            "paid",
            "put",
            "read",
            "rebuilt",
            "repaid",
            "reset",
            "run",
            "seen",
            "sent",
            "set",
            "shown",
            "shut",
            "sold",
            "spent",
            "split",
            "stolen",
            "sunk",
            "taken",
            "told",
            "torn",
            "undone",
            "unpaid",
            "upset",
            "withdrawn",
            "withheld",
            "won",
            "written");

    /// Words that end in `ed` and are none of them.
    private static final Set<String> NOUNS = Set.of("bed", "feed", "need", "red", "seed", "speed", "shed", "weed");

    private EventTypes() {}

    /// What is wrong with a type, with a better one where there is one; empty when nothing is.
    public static String fault(String type) {
        var segments = List.of(type.split("\\.", -1));
        if (segments.size() < 2
                || !segments.stream()
                        .allMatch(segment -> SEGMENT.matcher(segment).matches())) {
            return "must be segments in lower case with dots between them, such as order.created" + hint(type);
        }
        if (isPast(segments.getFirst())) {
            return "must begin with a noun" + hint(type);
        }
        return isPast(segments.getLast()) ? "" : "must end with a verb in its past tense" + hint(type);
    }

    private static boolean isPast(String segment) {
        var verb = segment.substring(segment.lastIndexOf('_') + 1);
        return IRREGULAR.contains(verb) || (verb.length() > 3 && verb.endsWith("ed") && !NOUNS.contains(verb));
    }

    /// A type that would do, made of the same words.
    private static String hint(String type) {
        var words = new ArrayList<String>();
        var spaced = type.replaceAll("([a-z0-9])([A-Z])", "$1.$2").toLowerCase(Locale.ROOT);
        for (var word : spaced.split("[^a-z0-9_]+", -1)) {
            if (SEGMENT.matcher(word).matches()) {
                words.add(word);
            }
        }
        if (words.size() < 2) {
            return "";
        }
        if (isPast(words.getFirst()) && !isPast(words.getLast())) {
            words.addLast(words.removeFirst());
        }
        if (!isPast(words.getLast())) {
            words.addLast(past(words.removeLast()));
        }
        var better = String.join(".", words);
        return isPast(words.getFirst()) || better.equals(type) ? "" : "; perhaps " + better;
    }

    private static String past(String verb) {
        if (SHORT.matcher(verb).matches()) {
            return verb + verb.charAt(verb.length() - 1) + "ed";
        }
        if (verb.endsWith("e")) {
            return verb + "d";
        }
        boolean isY = verb.length() > 2 && verb.endsWith("y") && "aeiou".indexOf(verb.charAt(verb.length() - 2)) < 0;
        return isY ? verb.substring(0, verb.length() - 1) + "ied" : verb + "ed";
    }
}
