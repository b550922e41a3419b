package dev.carillon.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[1,{\"a\":[]}]", "1", "\"bell\"", " null ", "true"})
    void knowsJson(String text) {
        assertThat(JsonText.isJson(ByteString.copyFromUtf8(text))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "{}{}", "bell", "[1,]", "{\"a\":}", "1 2", "\uFEFF{}"})
    void knowsWhatIsNotJson(String text) {
        assertThat(JsonText.isJson(ByteString.copyFromUtf8(text))).isFalse();
    }
}
