package dev.carillon.fanout.own;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class InstanceNameTest {

    @Test
    void isWhatTheOperatorSaysInLettersThatKafkaAllows() {
        assertThat(InstanceName.of(Optional.of("fanout/0 é"), Optional.of(8081)))
                .isEqualTo("fanout_0__");
    }

    @Test
    void tellsInstancesOnOneHostApart() {
        assertThat(InstanceName.of(Optional.empty(), Optional.of(8081)))
                .endsWith("-8081")
                .isNotEqualTo(InstanceName.of(Optional.empty(), Optional.of(8082)));
    }
}
