package dev.carillon.contract.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import com.standardwebhooks.Webhook;
import dev.carillon.contract.webhook.WebhookSignature.Headers;
import dev.carillon.contract.webhook.WebhookSignature.Verdict;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class WebhookSignatureTest {
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final Instant TIME = Instant.ofEpochSecond(1_614_265_330);
    private static final ByteString BODY = ByteString.copyFromUtf8("{\"test\": 2432232314}");

    private static final WebhookSecret.Signer SHARED =
            WebhookSecret.parseSigner("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    private static final String SHARED_SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static final WebhookSecret.Signer KEY = WebhookSecret.parseSigner(
            "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==");
    private static final String KEY_SIGNATURE =
            "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==";

    private final SecureRandom random = new SecureRandom();

    @Test
    void signsThePublishedVectorWithASharedSecret() {
        assertThat(WebhookSignature.sign(List.of(SHARED), ID, TIME, BODY)).isEqualTo(SHARED_SIGNATURE);
    }

    @Test
    void signsThePublishedVectorWithAKeyPair() {
        assertThat(WebhookSignature.sign(List.of(KEY), ID, TIME, BODY)).isEqualTo(KEY_SIGNATURE);
    }

    @Test
    void signsWithEverySecretNewestFirstDuringARotation() {
        assertThat(WebhookSignature.sign(List.of(KEY, SHARED), ID, TIME, BODY))
                .isEqualTo(KEY_SIGNATURE + " " + SHARED_SIGNATURE);
    }

    @Test
    void acceptsASignatureOfEitherSecretDuringARotation() {
        // Given
        var older = WebhookSecret.Shared.generate(random);
        var newer = WebhookSecret.Shared.generate(random);
        var headers = headers(WebhookSignature.sign(List.of(newer, older), ID, TIME, BODY));

        // When, Then
        assertThat(verify(older, headers, TIME)).isEqualTo(Verdict.GENUINE);
        assertThat(verify(newer, headers, TIME)).isEqualTo(Verdict.GENUINE);
        assertThat(verify(WebhookSecret.Shared.generate(random), headers, TIME)).isEqualTo(Verdict.FORGED);
    }

    @Test
    void acceptsWhatANewKeyPairSigned() {
        // Given
        var key = WebhookSecret.SigningKey.generate(random);
        var headers = headers(WebhookSignature.sign(List.of(key), ID, TIME, BODY));

        // When, Then
        assertThat(verify(key.verifier(), headers, TIME)).isEqualTo(Verdict.GENUINE);
        assertThat(verify(KEY.verifier(), headers, TIME)).isEqualTo(Verdict.FORGED);
    }

    @Test
    void refusesAnotherBodyAnotherIdAndAnotherTime() {
        // Given
        var verifiers = List.of(SHARED.verifier());
        var other = ByteString.copyFromUtf8("{}");
        var laterTimestamp = Long.toString(TIME.getEpochSecond() + 1);

        // When, Then
        assertThat(WebhookSignature.verify(verifiers, headers(SHARED_SIGNATURE), other, TIME, TOLERANCE))
                .isEqualTo(Verdict.FORGED);
        assertThat(verify(SHARED.verifier(), new Headers("msg_other", timestamp(), SHARED_SIGNATURE), TIME))
                .isEqualTo(Verdict.FORGED);
        assertThat(verify(SHARED.verifier(), new Headers(ID, laterTimestamp, SHARED_SIGNATURE), TIME))
                .isEqualTo(Verdict.FORGED);
    }

    @Test
    void toleratesClocksThatDifferALittleButNotMore() {
        // Given
        var headers = headers(SHARED_SIGNATURE);
        var second = Duration.ofSeconds(1);

        // When, Then
        assertThat(verify(SHARED.verifier(), headers, TIME.plus(TOLERANCE))).isEqualTo(Verdict.GENUINE);
        assertThat(verify(SHARED.verifier(), headers, TIME.minus(TOLERANCE))).isEqualTo(Verdict.GENUINE);
        assertThat(verify(SHARED.verifier(), headers, TIME.plus(TOLERANCE).plus(second)))
                .isEqualTo(Verdict.TOO_OLD);
        assertThat(verify(SHARED.verifier(), headers, TIME.minus(TOLERANCE).minus(second)))
                .isEqualTo(Verdict.TOO_NEW);
    }

    @Test
    void passesOverSignaturesThatItDoesNotUnderstand() {
        // Given
        var headers = headers("v2,abc= nonsense v1,!!! v1a," + "AAAA" + "  " + SHARED_SIGNATURE);

        // When, Then
        assertThat(verify(SHARED.verifier(), headers, TIME)).isEqualTo(Verdict.GENUINE);
    }

    @Test
    void doesNotTakeOneVersionForTheOther() {
        // Given
        var swapped = headers(SHARED_SIGNATURE.replace("v1,", "v1a,"));

        // When, Then
        assertThat(verify(SHARED.verifier(), swapped, TIME)).isEqualTo(Verdict.FORGED);
        assertThat(verify(KEY.verifier(), swapped, TIME)).isEqualTo(Verdict.FORGED);
    }

    @Test
    void callsHeadersMalformedThatTheStandardDoesNotKnow() {
        for (var timestamp : List.of("", "now", "-1", "+1", "1e9", "999999999999999999999", "१६१४२६५३३०")) {
            assertThat(verify(SHARED.verifier(), new Headers(ID, timestamp, SHARED_SIGNATURE), TIME))
                    .as(timestamp)
                    .isEqualTo(Verdict.MALFORMED);
        }
        for (var signature : List.of("", " ", "v1", "nonsense", "v1,*", SHARED_SIGNATURE + " ".repeat(5_000))) {
            assertThat(verify(SHARED.verifier(), headers(signature), TIME))
                    .as(signature)
                    .isEqualTo(Verdict.MALFORMED);
        }
    }

    @Test
    void refusesToSignWithoutASecretOrWithAnIdThatIsNoId() {
        assertThatIllegalArgumentException().isThrownBy(() -> WebhookSignature.sign(List.of(), ID, TIME, BODY));
        for (var id : List.of("", "a.b", "a b", "a\nb", "é")) {
            assertThatIllegalArgumentException()
                    .as(id)
                    .isThrownBy(() -> WebhookSignature.sign(List.of(SHARED), id, TIME, BODY));
        }
    }

    @Test
    void makesIdsOfWhateverEventsAreCalled() {
        assertThat(WebhookSignature.webhookId("b1f5-42_x:7")).isEqualTo("b1f5-42_x:7");
        assertThat(WebhookSignature.webhookId("topic.v1-0-17")).isEqualTo("topic%2Ev1-0-17");
        assertThat(WebhookSignature.webhookId("topic%2Ev1")).isEqualTo("topic%252Ev1");
        assertThat(WebhookSignature.webhookId("é\n")).isEqualTo("%C3%A9%0A");
    }

    @Property
    void everyEventIdBecomesAnIdThatCanBeSigned(@ForAll String eventId) {
        assertThat(WebhookSignature.webhookId("e" + eventId)).satisfies(WebhookSignatureTest::isWebhookId);
    }

    @Property(tries = 200)
    void theStandardLibraryMakesTheSameSignatures(@ForAll String body) throws Exception {
        // Given
        var text = body.replaceAll("\\p{Cs}", "?");
        var secret = WebhookSecret.Shared.generate(random);

        // When
        var theirs = new Webhook(secret.reveal()).sign(ID, TIME.getEpochSecond(), text);

        // Then
        assertThat(WebhookSignature.sign(List.of(secret), ID, TIME, ByteString.copyFromUtf8(text)))
                .isEqualTo(theirs);
    }

    @Test
    void theStandardLibraryAcceptsOurSignatures() throws Exception {
        // Given
        var secret = WebhookSecret.Shared.generate(random);
        var now = Instant.now();
        var signature = WebhookSignature.sign(List.of(WebhookSecret.Shared.generate(random), secret), ID, now, BODY);

        // When, Then
        new Webhook(secret.reveal())
                .verify(
                        BODY.toStringUtf8(),
                        Map.of(
                                WebhookSignature.ID_HEADER,
                                List.of(ID),
                                WebhookSignature.TIMESTAMP_HEADER,
                                List.of(Long.toString(now.getEpochSecond())),
                                WebhookSignature.SIGNATURE_HEADER,
                                List.of(signature)));
    }

    private static void isWebhookId(String id) {
        assertThat(WebhookSignature.isWebhookId(id)).as(id).isTrue();
    }

    private static Verdict verify(WebhookSecret.Verifier secret, Headers headers, Instant now) {
        return WebhookSignature.verify(List.of(secret), headers, BODY, now, TOLERANCE);
    }

    private static Headers headers(String signature) {
        return new Headers(ID, timestamp(), signature);
    }

    private static String timestamp() {
        return Long.toString(TIME.getEpochSecond());
    }
}
