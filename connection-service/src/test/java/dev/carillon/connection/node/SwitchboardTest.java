package dev.carillon.connection.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.contract.InboxMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SwitchboardTest {

    private final Switchboard switchboard = new Switchboard();
    private final String secret = switchboard.newSecret();
    private final List<String> heard = new ArrayList<>();

    SwitchboardTest() {
        switchboard.connect(secret, frame -> heard.add(frame.toStringUtf8()));
    }

    @Test
    void secretsAreLongAndNeverTheSame() {
        var secrets = IntStream.range(0, 1_000)
                .mapToObj(_ -> switchboard.newSecret())
                .distinct()
                .toList();

        assertThat(secrets).hasSize(1_000).allSatisfy(one -> assertThat(one).hasSize(32));
    }

    @Test
    void connectsUntilTheSessionIsGone() {
        assertThat(switchboard.deliver(secret, utf8("a"))).isTrue();
        assertThat(switchboard.deliver("guess", utf8("b"))).isFalse();

        switchboard.disconnect(secret);

        assertThat(switchboard.deliver(secret, utf8("c"))).isFalse();
        assertThat(heard).containsExactly("a");
    }

    @Test
    void carriesOutOnceWhatTheInboxBringsTwice() {
        List.of(from("n1", 5), from("n2", 5), from("n1", 6), from("n1", 5), from("n1", 6), from("n2", 4), from("n1", 7))
                .forEach(switchboard::deliver);
        switchboard.deliver(new InboxMessage.Commands("n1", 8, "guess", utf8("x")));

        assertThat(heard).containsExactly("n1-5", "n2-5", "n1-6", "n1-7");
    }

    private InboxMessage.Commands from(String node, long number) {
        return new InboxMessage.Commands(node, number, secret, utf8(node + "-" + number));
    }

    private static ByteString utf8(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
