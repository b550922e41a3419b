package dev.carillon.webhook.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Endpoint.ClientCertificate;
import dev.carillon.contract.Endpoint.Keys;
import dev.carillon.contract.Endpoint.Secret;
import dev.carillon.webhook.vault.Vault.LockedException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VaultTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
    private static final String OLD = "old:" + base64((byte) 1);
    private static final String NEW = "new:" + base64((byte) 2);

    @Test
    void opensWhatItSealed() {
        var vault = vault(NEW, OLD);

        var sealed = vault.seal("ep", SECRET);

        assertThat(sealed).startsWith("sealed:v1:new:").doesNotContain(SECRET.substring(6, 20));
        assertThat(vault.open("ep", sealed)).isEqualTo(SECRET);
        assertThat(vault.seal("ep", SECRET)).as("another initial vector").isNotEqualTo(sealed);
    }

    @Test
    void opensForItsEndpointOnly() {
        var vault = vault(NEW);
        var sealed = vault.seal("ep-1", SECRET);

        assertThatThrownBy(() -> vault.open("ep-2", sealed))
                .isInstanceOf(LockedException.class)
                .hasMessageNotContaining(SECRET.substring(6));
    }

    @Test
    void noticesEveryChangedByte() {
        var vault = vault(NEW);
        var sealed = vault.seal("ep", SECRET);
        int start = sealed.lastIndexOf(':') + 1;
        var bytes = Base64.getDecoder().decode(sealed.substring(start));
        for (int i = 0; i < bytes.length; i++) {
            var forged = bytes.clone();
            forged[i] ^= 1;
            var text = sealed.substring(0, start) + Base64.getEncoder().encodeToString(forged);
            assertThatThrownBy(() -> vault.open("ep", text)).isInstanceOf(LockedException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sealed:",
                "sealed:v1",
                "sealed:v1:new",
                "sealed:v1:new:",
                "sealed:v1:new:AA==",
                "sealed:v1:new:!!!!",
                "sealed:v2:new:AAAA",
                "sealed:v1:other:AAAA"
            })
    void refusesWhatItDidNotSeal(String text) {
        assertThatThrownBy(() -> vault(NEW).open("ep", text)).isInstanceOf(LockedException.class);
    }

    @Test
    void readsWhatWasWrittenPlainly() {
        assertThat(vault(NEW).open("ep", SECRET)).isEqualTo(SECRET);
        assertThat(Vault.plain().open("ep", SECRET)).isEqualTo(SECRET);
        assertThat(Vault.plain().seal("ep", SECRET)).isEqualTo(SECRET);
    }

    @Test
    void refusesToWritePlainlyUnlessAllowed() {
        var vault = new Vault(MasterKeys.none(), false);

        assertThat(vault.canSeal()).isFalse();
        assertThatThrownBy(() -> vault.seal("ep", SECRET)).isInstanceOf(LockedException.class);
        assertThat(vault.open("ep", SECRET)).isEqualTo(SECRET);
    }

    @Test
    void sealsAgainWithTheNewestKey() {
        // Given: one sealed with the old key, one plain, and a certificate.
        var old = vault(OLD);
        var kept = new Keys(
                List.of(secret(old.seal("ep", SECRET)), secret(SECRET)),
                new ClientCertificate("chain", old.seal("ep", "key")));

        // When
        var vault = vault(NEW, OLD);
        var sealed = vault.sealed("ep", kept);

        // Then
        assertThat(sealed.secrets()).extracting(Secret::key).allMatch(key -> key.startsWith("sealed:v1:new:"));
        var certificate = Objects.requireNonNull(sealed.certificate());
        assertThat(vault.open("ep", certificate.key())).isEqualTo("key");
        var alone = vault(NEW);
        assertThat(sealed.secrets())
                .allMatch(secret -> alone.open("ep", secret.key()).equals(SECRET));
        assertThat(vault.sealed("ep", sealed)).as("nothing is left to do").isSameAs(sealed);
    }

    @Test
    void tellsWhichMasterKeysAreMissing() {
        var endpoint = endpoint(vault(OLD).seal("ep", SECRET));

        assertThat(vault(NEW, OLD).missing(List.of(endpoint))).isEmpty();
        assertThat(vault(NEW).missing(List.of(endpoint))).containsExactly("old");
        assertThat(Vault.plain().missing(List.of(endpoint))).containsExactly("old");
        assertThat(Vault.plain().sealed("ep", endpoint.keys())).isSameAs(endpoint.keys());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", ":AAAA", "a:", "a:AAAA", "a b:AAAA", "a:no base64 at all", "ä:AAAA"})
    void refusesBadMasterKeysWithoutRepeatingThem(String text) {
        assertThatThrownBy(() -> MasterKeys.parse(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("AAAA");
    }

    @Test
    void refusesTwoMasterKeysOfOneName() {
        assertThatThrownBy(() -> MasterKeys.parse(List.of(OLD, OLD))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tellsNothingInItsTextForms() {
        var keys = MasterKeys.parse(List.of(NEW, OLD));

        assertThat(keys.toString()).contains("new", "old").doesNotContain(NEW.substring(4), OLD.substring(4));
        assertThat(secret(SECRET).toString()).doesNotContain(SECRET.substring(6));
        assertThat(endpoint(SECRET).toString()).doesNotContain(SECRET.substring(6));
        assertThat(new ClientCertificate("chain", "very-private").toString()).doesNotContain("very-private");
        assertThat(new KeyRing(Vault.plain()).keys(endpoint(SECRET)).toString()).doesNotContain(SECRET.substring(6));
    }

    @Test
    void keepsWhatItOpenedUntilTheRowSaysSomethingElse() {
        var vault = vault(NEW);
        var ring = new KeyRing(vault, 2);
        var first = endpoint(vault.seal("ep", SECRET));

        var keys = ring.keys(first);

        assertThat(ring.keys(first)).isSameAs(keys);
        assertThat(ring.keys(first.with(Endpoint.Settings.of("http://other.example.com/"))))
                .isSameAs(keys);
        var other = endpoint(vault.seal("ep", "whsec_" + base64((byte) 9)));
        assertThat(ring.keys(other)).isNotEqualTo(keys);
        assertThat(ring.keys(first)).isEqualTo(keys).isNotSameAs(keys);
    }

    @Test
    void signsWithWhatIsValid() {
        var now = Instant.parse("2026-01-02T03:04:05Z");
        var valid = new Secret(SECRET, now, null);
        var ending = new Secret("whsec_" + base64((byte) 8), now, now.plusSeconds(1));
        var ended = new Secret("whsec_" + base64((byte) 7), now, now);
        var endpoint = endpoint(List.of(valid, ending, ended));

        assertThat(new KeyRing(Vault.plain()).signers(endpoint, now)).hasSize(2);
        assertThat(new KeyRing(Vault.plain()).signers(endpoint, now.plusSeconds(1)))
                .hasSize(1);
    }

    @Test
    void grantsOnlyWhatWasAskedFor() {
        var grants = new Grants(MasterKeys.parse(List.of(OLD)));
        var endpoint = endpoint(SECRET);

        var token = grants.token(endpoint);

        assertThat(token).hasSizeGreaterThanOrEqualTo(43);
        assertThat(grants.isToken(token, endpoint)).isTrue();
        assertThat(new Grants(MasterKeys.parse(List.of(NEW, OLD))).isToken(token, endpoint))
                .as("after a rotation")
                .isTrue();
        assertThat(new Grants(MasterKeys.parse(List.of(NEW))).isToken(token, endpoint))
                .isFalse();
        assertThat(grants.isToken(token, endpoint.with(Endpoint.Settings.of("http://other.example.com/"))))
                .isFalse();
        assertThat(grants.isToken("", endpoint)).isFalse();
        assertThat(new Grants(MasterKeys.none()).isToken(token, endpoint)).isFalse();
    }

    private static Vault vault(String... keys) {
        return new Vault(MasterKeys.parse(List.of(keys)), false);
    }

    private static Secret secret(String key) {
        return new Secret(key, Instant.EPOCH, null);
    }

    private static Endpoint endpoint(String key) {
        return endpoint(List.of(secret(key)));
    }

    private static Endpoint endpoint(List<Secret> secrets) {
        return new Endpoint(
                "ep",
                Endpoint.Settings.of("http://example.com/"),
                new Keys(secrets, null),
                Endpoint.State.initial(Instant.EPOCH, Endpoint.Standing.VERIFIED));
    }

    private static String base64(byte value) {
        var bytes = new byte[32];
        java.util.Arrays.fill(bytes, value);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
