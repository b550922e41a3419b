package dev.carillon.webhook.endpoint;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Endpoint.Settings;
import dev.carillon.contract.Endpoint.Standing;
import dev.carillon.contract.Endpoint.State;
import dev.carillon.contract.Endpoint.Verification;

/// Whether a URL has shown that it wants deliveries, when what is asked of it changes. Pure.
public final class Standings {

    private Standings() {}

    /// A new endpoint's.
    public static Standing initial(Settings settings) {
        return settings.verification() == Verification.NONE ? Standing.VERIFIED : Standing.UNVERIFIED;
    }

    /// With other settings. A URL that had to show it, or never had to, must show it again when it becomes
    /// another, or when it is asked in another way; what comes meanwhile is kept.
    public static State after(Endpoint before, Settings settings) {
        var state = before.state();
        if (settings.verification() == Verification.NONE) {
            return state.withStanding(Standing.VERIFIED, 0);
        }
        boolean isSame = settings.url().equals(before.settings().url())
                && settings.verification() == before.settings().verification();
        if (isSame || state.standing() == Standing.UNVERIFIED) {
            return state;
        }
        return state.withStanding(Standing.LAPSED, 0);
    }
}
