package dev.carillon.webhook.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTypesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "order.created",
                "order.item.shipped",
                "invoice.paid",
                "invoice.payment_failed",
                "mail.sent",
                "a1.b_2.made",
                "seed.planted"
            })
    void takesNounFirstAndPastTenseLast(String type) {
        assertThat(EventTypes.fault(type)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "order, must be segments",
        "'', must be segments",
        "Order.Created, perhaps order.created",
        "OrderCreated, perhaps order.created",
        "order-created, perhaps order.created",
        "order..created, perhaps order.created",
        ".order.created, perhaps order.created",
        "1order.created, must be segments",
        "created.order, must begin with a noun; perhaps order.created",
        "order.create, must end with a verb in its past tense; perhaps order.created",
        "order.copy, perhaps order.copied",
        "order.ship, perhaps order.shipped",
        "bird.feed, must end with a verb",
        "created.updated, must begin with a noun",
    })
    void refusesOthersWithAHint(String type, String fault) {
        assertThat(EventTypes.fault(type)).contains(fault);
    }
}
