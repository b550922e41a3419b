package dev.carillon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.carillon.testkit.HttpReceiver.Answer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpReceiverTest {
    private final HttpReceiver receiver = HttpReceiver.start();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        client.close();
        receiver.close();
    }

    @Test
    void keepsEveryByteAndHeader() throws Exception {
        // When
        var response = post("/hook?a=b%20c", new byte[] {0, 10, -1});

        // Then
        assertThat(response.statusCode()).isEqualTo(204);
        var request = receiver.received("/hook").getFirst();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.query()).isEqualTo("a=b%20c");
        assertThat(request.header("WEBHOOK-ID")).isEqualTo("msg_1");
        assertThat(request.body()).isEqualTo(ByteString.copyFrom(new byte[] {0, 10, -1}));
    }

    @Test
    void answersAsTold() throws Exception {
        // Given
        receiver.answer(request -> receiver.received().size() < 3
                ? Answer.of(503).header("Retry-After", "7")
                : Answer.of(200).body("got " + request.text()));

        // When
        var first = post("/", new byte[] {'x'});
        var second = post("/", new byte[] {'x'});
        var third = post("/", new byte[] {'x'});

        // Then
        assertThat(first.headers().firstValue("Retry-After")).hasValue("7");
        assertThat(second.statusCode()).isEqualTo(503);
        assertThat(third.body()).isEqualTo("got x");
    }

    @Test
    void breaksTheConnectionOffWhenTheAnswerThrows() {
        // Given
        receiver.answer(_ -> {
            throw new IllegalStateException("no answer today");
        });

        // Then
        assertThatThrownBy(() -> post("/", new byte[0])).isInstanceOf(IOException.class);
        assertThat(receiver.received()).isNotEmpty();
    }

    private HttpResponse<String> post(String path, byte[] body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(receiver.url(path))
                .header("webhook-id", "msg_1")
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }
}
