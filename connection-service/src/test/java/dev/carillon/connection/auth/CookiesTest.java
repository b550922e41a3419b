package dev.carillon.connection.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CookiesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jwt=a.b.c|a.b.c",
                "x=1; jwt=a=b; y=2|a=b",
                "xjwt=1;jwt=\"q\"|q",
                "jwt|''",
                "=jwt; JWT=1|''",
                "|''",
            })
    void findOne(String header, String expected) {
        assertThat(Cookies.value(header, "jwt")).isEqualTo(expected);
    }
}
