package dev.carillon.connection.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.connection.auth.Origins.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginsTest {

    private static final String HERE = "api.example.com";

    private final Origins listed =
            new Origins(List.of("https://app.example.com", " https://*.shop.example:8443 "), false);

    @ParameterizedTest
    @CsvSource({
        "https://api.example.com, api.example.com",
        "http://api.example.com, api.example.com",
        "https://API.example.com, api.EXAMPLE.com",
        "https://api.example.com, api.example.com:443",
        "http://api.example.com, api.example.com:80",
        "http://localhost:8080, localhost:8080",
        "http://[::1]:8080, [::1]:8080"
    })
    void trustsItsOwnPages(String origin, String authority) {
        assertThat(new Origins(List.of(), false).judge(origin, authority)).isEqualTo(Verdict.OWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://api.example.com:444",
                "https://api.example.com.evil.example",
                "https://evil.example",
                "http://api.example.com:443",
                "ftp://api.example.com",
                "null",
                ""
            })
    void refusesOtherPagesWhenNoneIsNamed(String origin) {
        assertThat(new Origins(List.of(), false).judge(origin, HERE)).isEqualTo(Verdict.REFUSED);
    }

    @Test
    void asksOnlyBrowsers() {
        assertThat(listed.judge(null, HERE)).isEqualTo(Verdict.OWN);
        assertThat(listed.judge(null, null)).isEqualTo(Verdict.OWN);
        assertThat(listed.judge("https://api.example.com", null)).isEqualTo(Verdict.REFUSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example.com",
                "HTTPS://APP.example.com",
                "https://a.shop.example:8443",
                "https://b.a.shop.example:8443"
            })
    void trustsThoseThatAreNamed(String origin) {
        assertThat(listed.judge(origin, HERE)).isEqualTo(Verdict.TRUSTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://app.example.com",
                "https://app.example.com:8443",
                "https://shop.example:8443",
                "https://.shop.example:8443",
                "https://evil.example/.shop.example:8443",
                "https://evil.example?.shop.example:8443",
                "https://evil.example@a.shop.example:8443",
                "https://ashop.example:8443",
                "https://a.shop.example",
                "null"
            })
    void refusesThoseThatAreOnlyAlike(String origin) {
        assertThat(listed.judge(origin, HERE)).isEqualTo(Verdict.REFUSED);
    }

    @Test
    void letsAnyPageInWithoutCookiesWhenToldSo() {
        var any = new Origins(List.of("*", "https://app.example.com"), true);

        assertThat(any.judge("https://evil.example", HERE)).isEqualTo(Verdict.PUBLIC);
        assertThat(any.judge("null", HERE)).isEqualTo(Verdict.PUBLIC);
        assertThat(any.judge("https://app.example.com", HERE)).isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void trustsEverybodyWhenInsecureUnlessSomeAreNamed() {
        assertThat(new Origins(List.of(), true).judge("https://evil.example", HERE))
                .isEqualTo(Verdict.TRUSTED);
        assertThat(new Origins(List.of(" "), true).judge("null", HERE)).isEqualTo(Verdict.TRUSTED);
        assertThat(new Origins(List.of("https://a.example"), true).judge("https://evil.example", HERE))
                .isEqualTo(Verdict.REFUSED);
    }
}
