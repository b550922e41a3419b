package dev.carillon.webhook.endpoint;

import dev.carillon.contract.ChannelPattern;
import dev.carillon.contract.Endpoint.Settings;
import dev.carillon.kit.ProblemException.FieldFault;
import dev.carillon.webhook.access.Access;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What readable settings may not be: channels that are not for whoever asks, and, where that is switched on,
/// event types with other names than the house's. What was there before may stay.
public final class EndpointRules {

    private EndpointRules() {}

    /// @param before what the settings were, or null for a new endpoint
    /// @param strictTypes whether event types are named as [EventTypes] says
    public static List<FieldFault> faults(
            Settings settings, @Nullable Settings before, Access access, boolean strictTypes) {
        var faults = new ArrayList<FieldFault>();
        var channels = settings.channels();
        for (int i = 0; i < channels.size(); i++) {
            boolean isKept = before != null && before.channels().contains(channels.get(i));
            if (!isKept && !access.allowsChannels(new ChannelPattern(channels.get(i)))) {
                faults.add(new FieldFault("/channels/" + i, "is not open to you"));
            }
        }
        var types = settings.types();
        for (int i = 0; strictTypes && i < types.size(); i++) {
            boolean isKept = before != null && before.types().contains(types.get(i));
            var fault = isKept ? "" : EventTypes.fault(types.get(i));
            if (!fault.isEmpty()) {
                faults.add(new FieldFault("/types/" + i, fault));
            }
        }
        return faults;
    }
}
