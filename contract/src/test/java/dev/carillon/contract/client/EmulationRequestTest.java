package dev.carillon.contract.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmulationRequestTest {

    @Test
    void readsAFrameThatIsAJsonString() {
        var request = EmulationRequest.fromJson(
                utf8("{\"session\": \"s\", \"node\": \"n\",\n \"data\": \"{\\\"id\\\":1}\\n{}\", \"more\": []}"));

        assertThat(request).isEqualTo(new EmulationRequest("n", "s", utf8("{\"id\":1}\n{}")));
        assertThat(request.toString()).isEqualTo("EmulationRequest[node=n, 11 bytes]");
    }

    @Test
    void readsProtobuf() {
        var bytes = ByteString.fromHex("0a016e1201731a03020102");

        assertThat(EmulationRequest.fromProtobuf(bytes))
                .isEqualTo(new EmulationRequest("n", "s", ByteString.fromHex("020102")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"session\":\"s\",\"node\":\"n\"}",
                "{\"session\":\"s\",\"node\":\"n\",\"data\":{}}",
                "{\"session\":\"\",\"node\":\"n\",\"data\":\"{}\"}",
                "{\"session\":\"s\",\"node\":7,\"data\":\"{}\"}",
                "{\"session\":\"s\",\"node\":\"n\",\"data\":\"{}\"}}"
            })
    void refusesOtherJson(String json) {
        assertThatExceptionOfType(MalformedFrameException.class)
                .isThrownBy(() -> EmulationRequest.fromJson(utf8(json)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ff", "0a016e", "0a016e120173", "0a056e", "0b"})
    void refusesOtherBytes(String hex) {
        assertThatExceptionOfType(MalformedFrameException.class)
                .isThrownBy(() -> EmulationRequest.fromProtobuf(ByteString.fromHex(hex)));
    }

    private static ByteString utf8(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
