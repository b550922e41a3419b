package dev.carillon.webhook.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.carillon.testkit.InVmKafkaResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A dispatcher that takes nothing lightly.
@QuarkusTest
@TestProfile(StrictIT.Strict.class)
@WithTestResource(InVmKafkaResource.class)
class StrictIT {

    public static class Strict extends WebhookProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            var overrides = new HashMap<>(super.getConfigOverrides());
            overrides.put("carillon.webhook.strict-types", "true");
            overrides.put("carillon.webhook.require-if-match", "true");
            overrides.remove("carillon.webhook.portal-secrets");
            return overrides;
        }
    }

    @BeforeEach
    void ready() {
        Api.awaitReady();
    }

    @Test
    void refusesTypesThatAreNamedOtherwise() {
        Api.operator()
                .body(
                        "{\"url\":\"http://127.0.0.1:9/\",\"channels\":[\"a\"],\"types\":[\"order.created\",\"order.create\"]}")
                .post("/v1/endpoints")
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/types/1"))
                .body("errors[0].detail", containsString("perhaps order.created"));
    }

    @Test
    void wantsToKnowWhatIsChanged() {
        var path = "/v1/endpoints/" + Api.register(Api.operator(), "http://127.0.0.1:9/", "");

        for (var call : List.of(":enable", ":disable", "/secret:rotate")) {
            Api.operator().post(path + call).then().statusCode(428).contentType("application/problem+json");
        }
        Api.operator().body("{}").patch(path).then().statusCode(428);
        Api.operator()
                .body("{\"url\":\"http://127.0.0.1:9/\",\"channels\":[\"a\"]}")
                .put(path)
                .then()
                .statusCode(428);
        Api.operator().delete(path).then().statusCode(428);
        Api.operator()
                .header("If-Match", "\"2\"")
                .post(path + ":disable")
                .then()
                .statusCode(412);
        Api.operator()
                .header("If-Match", "\"1\"")
                .post(path + ":disable")
                .then()
                .statusCode(200);
        Api.operator().header("If-Match", "*").delete(path).then().statusCode(204);
    }

    @Test
    void issuesNoTokensWithoutASecret() {
        assertThat(Api.token("{\"owner\":\"a\"}", 409)).isNull();
    }
}
