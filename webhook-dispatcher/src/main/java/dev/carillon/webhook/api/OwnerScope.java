package dev.carillon.webhook.api;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Whose endpoints, and all that belongs to them, a request may see.
///
/// @param owner of these only; null for everybody's
record OwnerScope(@Nullable String owner) {

    static final OwnerScope ALL = new OwnerScope(null);

    boolean sees(@Nullable Endpoint endpoint) {
        return owner == null
                || (endpoint != null && owner.equals(endpoint.settings().owner()));
    }

    /// Whether something is seen that belongs to this owner, or to nobody in particular when it is null.
    boolean sees(@Nullable String whose) {
        return owner == null || owner.equals(whose);
    }

    /// What a request asks for, within what it may see.
    ///
    /// @param asked whose, or null for all that it may see
    /// @throws ProblemException when it asks for somebody else's
    @Nullable
    String narrow(@Nullable String asked) {
        if (asked != null && owner != null && !Objects.equals(asked, owner)) {
            throw ProblemException.of(ProblemType.FORBIDDEN, "these are somebody else's");
        }
        return owner == null ? asked : owner;
    }
}
