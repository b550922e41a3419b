package dev.carillon.webhook.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.carillon.contract.Endpoint.Settings;
import dev.carillon.kit.ProblemException.FieldFault;
import dev.carillon.webhook.access.Access;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EndpointRulesTest {

    @Test
    void refusesTypesByTheirPlaceWhereSomebodyIsStrict() {
        var settings = types("order.created", "order.create", "Order");

        assertThat(EndpointRules.faults(settings, null, Access.ALL, false)).isEmpty();
        assertThat(EndpointRules.faults(settings, null, Access.ALL, true))
                .extracting(FieldFault::pointer)
                .containsExactly("/types/1", "/types/2");
    }

    @Test
    void letsStayWhatWasThere() {
        var before = types("legacy");

        assertThat(EndpointRules.faults(types("legacy", "order.created"), before, Access.ALL, true))
                .isEmpty();
        assertThat(EndpointRules.faults(types("legacy", "other"), before, Access.ALL, true))
                .extracting(FieldFault::pointer)
                .containsExactly("/types/1");
    }

    private static Settings types(String... types) {
        var tree = new JsonMapper().createObjectNode().put("url", "https://example.com/");
        tree.putArray("channels").add("a");
        var list = tree.putArray("types");
        for (var type : types) {
            list.add(type);
        }
        return Objects.requireNonNull(EndpointDraft.read(tree).settings());
    }
}
