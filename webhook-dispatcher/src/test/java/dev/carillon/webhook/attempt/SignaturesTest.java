package dev.carillon.webhook.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Endpoint.SignatureStyle;
import dev.carillon.contract.webhook.WebhookSecret;
import dev.carillon.contract.webhook.WebhookSignature;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SignaturesTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_614_265_330L);
    private static final ByteString BODY = ByteString.copyFromUtf8("{\"test\": 2432232314}");
    private static final WebhookSecret.Signer FIRST =
            WebhookSecret.parseSigner("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    private static final WebhookSecret.Signer SECOND =
            WebhookSecret.parseSigner("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");

    @Test
    void signsLikeTheStandard() {
        var headers = Signatures.headers(List.of(FIRST), Set.of(), "msg_p5jXN8AQM9LWM0D4loKWxJek", NOW, BODY);

        assertThat(headers)
                .containsEntry("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
                .containsEntry("webhook-timestamp", "1614265330")
                .hasSize(3);
    }

    /// The values were made with `openssl dgst -sha256 -hmac`, the whole text form being the key.
    @Test
    void signsInOtherStylesToo() {
        var headers = Signatures.headers(List.of(SECOND, FIRST), EnumSet.allOf(SignatureStyle.class), "id", NOW, BODY);

        assertThat(headers.get("stripe-signature"))
                .isEqualTo(
                        "t=1614265330,v1=8dbc842b6599c1be049900723cebba01cdec937f060d8d59fd18e8efade1dbb7,v1=2e37df5d4a028c51a7f3133d64ae1e300d2c2c900f1b1d49d4369ad2530f8964");
        assertThat(headers.get("x-hub-signature-256"))
                .isEqualTo("sha256=4685c9d16f64a759d47846eae0e4f6c75bedef25470e9a0e099c5a56f2f5571f");
    }

    @Test
    void signsWithKeysOfBothKindsAtOnce() {
        var key = WebhookSecret.SigningKey.generate(new SecureRandom());

        var headers = Signatures.headers(List.of(key, FIRST), Set.of(SignatureStyle.GITHUB), "id", NOW, BODY);

        assertThat(headers.get("webhook-signature")).matches("v1a,\\S{88} v1,\\S{44}");
        assertThat(headers.get("x-hub-signature-256"))
                .as("made with the shared one")
                .startsWith("sha256=");
        var received = new WebhookSignature.Headers(
                "id", headers.getOrDefault("webhook-timestamp", ""), headers.getOrDefault("webhook-signature", ""));
        for (var verifier : List.of(key.verifier(), ((WebhookSecret.Shared) FIRST).verifier())) {
            assertThat(WebhookSignature.verify(List.of(verifier), received, BODY, NOW, Duration.ofMinutes(1)))
                    .isEqualTo(WebhookSignature.Verdict.GENUINE);
        }
    }

    @Test
    void makesNoSignatureOfOtherStylesWithAKeyPair() {
        var key = WebhookSecret.SigningKey.generate(new SecureRandom());

        assertThat(Signatures.headers(List.of(key), EnumSet.allOf(SignatureStyle.class), "id", NOW, BODY))
                .containsOnlyKeys("webhook-id", "webhook-timestamp", "webhook-signature");
    }
}
