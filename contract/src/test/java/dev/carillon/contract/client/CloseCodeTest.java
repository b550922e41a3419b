package dev.carillon.contract.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CloseCodeTest {
    @Test
    void clientsComeBackAfterTheCodesBelow3500AndAfterNoOther() {
        for (var code : CloseCode.values()) {
            assertThat(code.reconnects()).as(code.name()).isEqualTo(code.code() < 3500);
        }
    }

    @Test
    void clientsJudgeOtherCodesByTheirRange() {
        for (int code : Set.of(1000, 1001, 1006, 3000, 3499, 4000, 4499, 5000, 7000)) {
            assertThat(CloseCode.reconnects(code)).as("%d", code).isTrue();
        }
        for (int code : Set.of(1009, 3500, 3999, 4500, 4999)) {
            assertThat(CloseCode.reconnects(code)).as("%d", code).isFalse();
        }
    }

    @Test
    void everyReasonFitsACloseFrame() {
        for (var code : CloseCode.values()) {
            assertThat(code.reason().getBytes(StandardCharsets.UTF_8)).hasSizeBetween(1, 123);
        }
    }

    @Test
    void numbersAreUnique() {
        assertThat(Arrays.stream(CloseCode.values()).map(CloseCode::code).collect(Collectors.toSet()))
                .hasSameSizeAs(CloseCode.values());
        assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::code).collect(Collectors.toSet()))
                .hasSameSizeAs(ErrorCode.values());
    }

    @Test
    void onlyErrorsThatMayPassAreTemporary() {
        assertThat(Arrays.stream(ErrorCode.values()).filter(ErrorCode::temporary))
                .containsExactly(ErrorCode.INTERNAL, ErrorCode.TOO_MANY_REQUESTS, ErrorCode.CONCURRENT_PAGINATION);
    }

    @Test
    void clientsSubscribeAgainAfterEverythingButTheServersWish() {
        assertThat(Arrays.stream(UnsubscribeCode.values()).filter(code -> !code.resubscribes()))
                .containsExactly(UnsubscribeCode.SERVER);
    }

    @Test
    void standsForItselfInAPushOnOtherTransports() {
        assertThat(CloseCode.SLOW.toPush()).isEqualTo(Push.of(new Push.Disconnect(3008, "slow", true)));
        assertThat(UnsubscribeCode.EXPIRED.toPush("c"))
                .isEqualTo(Push.to("c", new Push.Unsubscribe(2501, "subscription expired")));
    }
}
