package dev.carillon.contract.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookSecretTest {
    private final SecureRandom random = new SecureRandom();

    @Test
    void keepsItsTextForm() {
        var shared = WebhookSecret.Shared.generate(random);
        var key = WebhookSecret.SigningKey.generate(random);
        for (var secret : List.of(shared, key, key.verifier())) {
            assertThat(WebhookSecret.parse(secret.reveal())).isEqualTo(secret);
        }
    }

    @Test
    void makesKeyPairsWhoseHalvesBelongTogether() {
        for (int i = 0; i < 50; i++) {
            var key = WebhookSecret.SigningKey.generate(random);
            assertThat(Ed25519.belongTogether(key.seed(), key.publicKey())).isTrue();
        }
    }

    @Test
    void isNeverPrinted() {
        // Given
        var shared = WebhookSecret.Shared.generate(random);
        var key = WebhookSecret.SigningKey.generate(random);

        // When, Then
        assertThat(shared).hasToString("Shared[hidden]");
        assertThat(key).hasToString("SigningKey[hidden]");
        assertThat(key.verifier()).hasToString("VerifyingKey[" + key.verifier().reveal() + "]");
    }

    @Test
    void refusesSecretsThatAreTooShortOrTooLong() {
        assertThat(new WebhookSecret.Shared(bytes(24)).key().size()).isEqualTo(24);
        assertThat(new WebhookSecret.Shared(bytes(64)).key().size()).isEqualTo(64);
        for (int size : List.of(0, 23, 65)) {
            assertThatIllegalArgumentException().isThrownBy(() -> WebhookSecret.parse(text("whsec_", size)));
        }
        for (int size : List.of(0, 32, 63, 65)) {
            assertThatIllegalArgumentException().isThrownBy(() -> WebhookSecret.parse(text("whsk_", size)));
        }
        for (int size : List.of(0, 31, 33)) {
            assertThatIllegalArgumentException().isThrownBy(() -> WebhookSecret.parse(text("whpk_", size)));
        }
    }

    @Test
    void refusesHalvesOfDifferentKeyPairs() {
        // Given
        var one = WebhookSecret.SigningKey.generate(random);
        var other = WebhookSecret.SigningKey.generate(random);

        // When, Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WebhookSecret.SigningKey(one.seed(), other.publicKey()));
    }

    @Test
    void doesNotSignWithAPublicKey() {
        var text = WebhookSecret.SigningKey.generate(random).verifier().reveal();
        assertThatIllegalArgumentException().isThrownBy(() -> WebhookSecret.parseSigner(text));
    }

    @Test
    void doesNotRepeatASecretThatItCannotRead() {
        for (var text : List.of("plain-secret", "whsec_not*base64", "whsk_AAAA", "whpk_AAAA")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> WebhookSecret.parse(text))
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain(text.replaceAll("^wh[a-z]*_", "")))
                    .withNoCause();
        }
    }

    private ByteString bytes(int size) {
        var bytes = new byte[size];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    private String text(String prefix, int size) {
        return prefix + Base64.getEncoder().encodeToString(bytes(size).toByteArray());
    }
}
