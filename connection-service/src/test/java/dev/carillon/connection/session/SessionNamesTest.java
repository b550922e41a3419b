package dev.carillon.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.contract.client.JsonCodec;
import org.junit.jupiter.api.Test;

class SessionNamesTest {

    @Test
    void isKnownByItsIdAndByWhatItsClientWasTold() {
        var world = new SessionWorld();
        var plain = world.client(JsonCodec.INSTANCE).session();
        var reachable = world.client(JsonCodec.INSTANCE).session();
        reachable.reachable("secret", "node");

        assertThat(plain.isKnownAs(plain.client())).isTrue();
        assertThat(plain.isKnownAs("secret")).isFalse();
        assertThat(reachable.isKnownAs("secret")).isTrue();
        assertThat(reachable.isKnownAs(reachable.client())).isTrue();
        assertThat(reachable.isKnownAs(plain.client())).isFalse();
    }
}
