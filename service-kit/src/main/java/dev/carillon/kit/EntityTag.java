package dev.carillon.kit;

import dev.carillon.contract.ProblemType;
import org.jspecify.annotations.Nullable;

/// Revisions as entity tags, so that nobody overwrites what they have not seen (`ETag`, `If-Match`).
public final class EntityTag {

    private EntityTag() {}

    public static String of(long revision) {
        return "\"" + revision + "\"";
    }

    /// Checks what a request says about the revision that it wants to change.
    ///
    /// @param ifMatch the header, null for any revision
    /// @throws ProblemException with 412
    public static void requireMatch(@Nullable String ifMatch, long revision) {
        if (ifMatch == null || ifMatch.strip().equals("*")) {
            return;
        }
        for (var tag : ifMatch.split(",", -1)) {
            if (tag.strip().equals(of(revision))) {
                return;
            }
        }
        throw ProblemException.of(ProblemType.PRECONDITION_FAILED, "it is at revision " + revision + " now");
    }
}
