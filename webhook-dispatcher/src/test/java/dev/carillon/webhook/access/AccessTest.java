package dev.carillon.webhook.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.contract.ChannelPattern;
import dev.carillon.webhook.ApiKeyConfig.Scope;
import dev.carillon.webhook.access.Routes.Reach;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTest {

    @ParameterizedTest
    @CsvSource({
        "acme:*, acme:orders, true",
        "acme:*, acme:orders*, true",
        "acme:*, acme*, false",
        "acme:*, *, false",
        "acme:*, acmeother:a, false",
        "news, news, true",
        "news, news*, false",
        "news, new, false",
        "*, *, true",
        "*, anything, true",
        "*, carillon:endpoint.*, false",
        "*, carillon:connections, false",
        "carillon:endpoint.*, carillon:endpoint.ep_1, true",
    })
    void ownersAskForWhatIsOpenToThem(String allowed, String wanted, boolean isAllowed) {
        var access = Access.portal("acme", List.of(new ChannelPattern(allowed)), Instant.MAX);

        assertThat(access.allowsChannels(new ChannelPattern(wanted))).isEqualTo(isAllowed);
        assertThat(Access.ALL.allowsChannels(new ChannelPattern(wanted))).isTrue();
    }

    @Test
    void findsTheRuleOfARequest() {
        assertThat(Routes.of("GET", "/v1/endpoints/ep_1").template()).isEqualTo("/v1/endpoints/{id}");
        assertThat(Routes.of("HEAD", "/v1/endpoints/ep_1").template()).isEqualTo("/v1/endpoints/{id}");
        assertThat(Routes.of("POST", "/v1/endpoints/ep_1:enable").template()).isEqualTo("/v1/endpoints/{id}:enable");
        assertThat(Routes.endpoint(Routes.of("POST", "/v1/endpoints/ep_1:enable"), "/v1/endpoints/ep_1:enable"))
                .isEqualTo("ep_1");
        assertThat(Routes.of("POST", "/v1/deliveries/a/b:cancel").template())
                .isEqualTo("/v1/deliveries/{event}:cancel");
        assertThat(Routes.of("POST", "/v1/deliveries/a:b:resend").template())
                .isEqualTo("/v1/deliveries/{event}:resend");
    }

    @Test
    void whatHasNoRuleIsClosedToAllButOperators() {
        for (var path : List.of(
                "/v1/endpoints/ep_1:unknown", "/v1/endpoints/a%2Fb", "/v1/endpoints/ep_1/", "/v1/new", "/", "")) {
            var rule = Routes.of("POST", path);
            assertThat(rule.scope()).as(path).isEqualTo(Scope.ADMIN);
            assertThat(rule.reach()).as(path).isEqualTo(Reach.CLUSTER);
        }
    }

    @Test
    void portalTokensAreClosedToSecretsAndOperators() {
        var access = Access.portal("acme", List.of(), Instant.MAX);

        assertThat(Stream.of(Scope.values()).filter(access::allows)).containsExactly(Scope.READ, Scope.WRITE);
    }
}
