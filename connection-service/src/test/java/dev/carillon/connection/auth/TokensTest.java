package dev.carillon.connection.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.carillon.connection.auth.Permissions.Action;
import dev.carillon.connection.namespace.NamePattern;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Overrides;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final long NOW = 1_800_000_000L;
    private static final Channel CHANNEL = new Channel("news");

    private final Tokens tokens = tokens(Optional.empty(), Optional.empty());

    @Test
    void readConnectionClaims() throws Exception {
        var claims = tokens.connection(signed("""
                {"sub":"42","exp":%d,"info":{"name":"Ada"},"channels":["a"],
                 "subs":{"b":{"info":{"x":1},"b64data":"e30="}},"meta":{"secret":1}}""".formatted(NOW + 60)));

        assertThat(claims.user()).isEqualTo("42");
        assertThat(claims.expiresAt()).isEqualTo(Instant.ofEpochSecond(NOW + 60));
        assertThat(claims.info().toStringUtf8()).isEqualTo("{\"name\":\"Ada\"}");
        assertThat(claims.subscriptions()).containsOnlyKeys(new Channel("a"), new Channel("b"));
        assertThat(claims.subscriptions())
                .containsEntry(
                        new Channel("b"),
                        new ConnectionClaims.ServerSubscription(
                                ByteString.copyFromUtf8("{\"x\":1}"), ByteString.copyFromUtf8("{}")));
    }

    @Test
    void needNoExpiryAndNoUser() throws Exception {
        assertThat(tokens.connection(signed("{}"))).isEqualTo(ConnectionClaims.ANONYMOUS);
    }

    @Test
    void letTheConnectionOutliveTheToken() throws Exception {
        assertThat(tokens.connection(signed("{\"exp\":%d,\"expire_at\":0}".formatted(NOW + 9)))
                        .expiresAt())
                .isNull();
        assertThat(tokens.connection(signed("{\"exp\":%d,\"expire_at\":%d}".formatted(NOW + 9, NOW + 99)))
                        .expiresAt())
                .isEqualTo(Instant.ofEpochSecond(NOW + 99));
    }

    @Test
    void tellExpiredOnesFromInvalidOnes() throws Exception {
        var expired = signed("{\"exp\":%d}".formatted(NOW - 1));

        assertThat(refusal(expired)).isEqualTo(TokenException.Kind.EXPIRED);
        assertThat(refusal(expired.substring(0, expired.length() - 4) + "AAAA")).isEqualTo(TokenException.Kind.INVALID);
        assertThat(refusal(signed("{\"nbf\":%d}".formatted(NOW + 60)))).isEqualTo(TokenException.Kind.INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "a.b.c", "..", "e30.e30.", "a.b.c.d.e"})
    void refuseJunk(String token) {
        assertThat(refusal(token)).isEqualTo(TokenException.Kind.INVALID);
    }

    @Test
    void refuseOtherAlgorithms() throws Exception {
        var none = base64("{\"alg\":\"none\"}") + "." + base64("{\"sub\":\"root\"}") + ".";
        var rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        var asymmetric = new JsonWebSignature();
        asymmetric.setPayload("{\"sub\":\"root\"}");
        asymmetric.setAlgorithmHeaderValue("RS256");
        asymmetric.setKey(rsa.getPrivate());

        assertThat(refusal(none)).isEqualTo(TokenException.Kind.INVALID);
        assertThat(refusal(asymmetric.getCompactSerialization())).isEqualTo(TokenException.Kind.INVALID);
        assertThat(refusal(signed("{\"sub\":\"root\"}", "HS512", SECRET.repeat(2))))
                .isEqualTo(TokenException.Kind.INVALID);
        assertThat(refusal(signed("{\"sub\":\"root\"}", "HS256", SECRET.replace('0', '1'))))
                .isEqualTo(TokenException.Kind.INVALID);
    }

    @Test
    void refuseASubscriptionTokenToConnect() throws Exception {
        assertThat(refusal(signed("{\"sub\":\"42\",\"channel\":\"news\"}"))).isEqualTo(TokenException.Kind.INVALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"channels\":[\"\"]}",
                "{\"subs\":{\"é\":{}}}",
                "{\"b64info\":\"?\"}",
                "{\"expire_at\":\"x\"}",
                "{\"caps\":[{\"channels\":[\"a\"],\"match\":\"some\"}]}",
                "{\"caps\":[{\"allow\":[\"all\"]}]}",
                "{\"caps\":[{\"channels\":[\"(\"],\"match\":\"regex\"}]}"
            })
    void refuseClaimsThatAreNone(String claims) throws Exception {
        assertThat(refusal(signed(claims))).isEqualTo(TokenException.Kind.INVALID);
    }

    @Test
    void checkAudienceAndIssuerWhenConfigured() throws Exception {
        var strict = tokens(Optional.of("carillon"), Optional.of("app"));

        assertThat(strict.connection(signed("{\"sub\":\"1\",\"aud\":[\"carillon\",\"x\"],\"iss\":\"app\"}"))
                        .user())
                .isEqualTo("1");
        assertThatThrownBy(() -> strict.connection(signed("{\"sub\":\"1\"}"))).isInstanceOf(TokenException.class);
        assertThatThrownBy(() -> strict.connection(signed("{\"aud\":\"carillon\",\"iss\":\"other\"}")))
                .isInstanceOf(TokenException.class);
    }

    @Test
    void readSubscriptionClaims() throws Exception {
        var claims = tokens.subscription(
                signed("{\"sub\":\"42\",\"channel\":\"news\",\"exp\":%d,\"info\":{\"r\":1}}".formatted(NOW + 5)),
                "42",
                "client",
                CHANNEL);

        assertThat(claims.info().toStringUtf8()).isEqualTo("{\"r\":1}");
        assertThat(claims.expiresAt()).isEqualTo(Instant.ofEpochSecond(NOW + 5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sub\":\"42\",\"channel\":\"other\"}",
                "{\"sub\":\"43\",\"channel\":\"news\"}",
                "{\"sub\":\"42\",\"channel\":\"news\",\"client\":\"another\"}"
            })
    void refuseSubscriptionsOfOthers(String claims) throws Exception {
        var token = signed(claims);

        assertThat(catchThrowableOfType(TokenException.class, () -> tokens.subscription(token, "42", "client", CHANNEL))
                        .kind())
                .isEqualTo(TokenException.Kind.MISMATCH);
    }

    @Test
    void refuseAConnectionTokenToSubscribe() throws Exception {
        var token = signed("{\"sub\":\"42\"}");

        assertThat(catchThrowableOfType(TokenException.class, () -> tokens.subscription(token, "42", "client", CHANNEL))
                        .kind())
                .isEqualTo(TokenException.Kind.INVALID);
    }

    @Test
    void readEveryClaimOfASubscription() throws Exception {
        var claims = tokens.connection(signed("""
                {"sub":"42","meta":{"plan":"gold"},"subs":{"a":{"override":{
                  "presence":{"value":true},"join_leave":{"value":false},"force_recovery":{"value":true},
                  "force_positioning":{"value":true},"force_push_join_leave":{"value":true}}}}}"""));

        assertThat(claims.meta().toStringUtf8()).isEqualTo("{\"plan\":\"gold\"}");
        assertThat(claims.subscriptions()).hasEntrySatisfying(new Channel("a"), served -> assertThat(served.overrides())
                .isEqualTo(new Overrides(true, false, true, true, true)));
        var token = signed("{\"sub\":\"42\",\"channel\":\"news\",\"b64info\":\"MQ==\",\"data\":[2],"
                + "\"override\":{\"presence\":{\"value\":false}}}");
        assertThat(tokens.subscription(token, "42", "client", CHANNEL))
                .isEqualTo(new SubscriptionClaims(
                        null,
                        ByteString.copyFromUtf8("1"),
                        ByteString.copyFromUtf8("[2]"),
                        new Overrides(false, null, null, null, null),
                        true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"openid carillon:publish\"", "[\"carillon:publish\",\"email\"]"})
    void readScopesAsCapabilitiesInAllChannels(String scope) throws Exception {
        var claims = tokens.connection(signed("{\"sub\":\"42\",\"scope\":" + scope + "}"));
        var reader = tokens.connection(signed("{\"scope\":\"carillon:read\"}"));
        var nobody = tokens.connection(signed("{\"scope\":\"publish carillon:publishing read\"}"));

        assertThat(claims.allows(Action.PUBLISH, CHANNEL)).isTrue();
        assertThat(claims.allows(Action.SUBSCRIBE, CHANNEL)).isFalse();
        assertThat(Action.values())
                .filteredOn(action -> reader.allows(action, new Channel("$a:b#1")))
                .containsExactlyInAnyOrder(Action.SUBSCRIBE, Action.HISTORY, Action.PRESENCE);
        assertThat(nobody.capabilities()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sub\":\"a\\ud800\"}",
                "{\"sub\":\"a\\udc00b\"}",
                "{\"info\":{\"x\":[\"\\udc00\\ud800\"]}}",
                "{\"info\":{\"\\ud800\":1}}"
            })
    void refuseHalvesOfCharacters(String claims) throws Exception {
        assertThat(refusal(signed(claims))).isEqualTo(TokenException.Kind.INVALID);
        assertThat(tokens.connection(signed("{\"sub\":\"\\ud83d\\ude00\"}")).user())
                .isEqualTo("\uD83D\uDE00");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "HS256",
                "HS384", "HS512"
            })
    void knowManyAlgorithms(String algorithm) throws Exception {
        var signer = TestKeys.signer(algorithm);
        var others = TestKeys.signer(algorithm);
        var both = new Tokens(clock(), List.of(others.verifier(), signer.verifier()), Issuance.ANY, null);
        var one = new Tokens(clock(), List.of(others.verifier()), Issuance.ANY, null);
        var token = signer.sign("{\"sub\":\"42\"}");

        assertThat(both.connection(token).user()).isEqualTo("42");
        assertThat(both.connection(others.sign("{\"sub\":\"43\"}")).user()).isEqualTo("43");
        assertThatThrownBy(() -> one.connection(token)).isInstanceOf(TokenException.class);
    }

    @Test
    void takeNoPublicKeyForASecret() throws Exception {
        var signer = TestKeys.signer("RS256");
        var known = new Tokens(clock(), List.of(signer.verifier()), Issuance.ANY, null);
        var forged = new JsonWebSignature();
        forged.setPayload("{\"sub\":\"root\"}");
        forged.setAlgorithmHeaderValue("HS256");
        forged.setKey(new SecretKeySpec(signer.verifier().key().getEncoded(), "HmacSHA256"));
        var token = forged.getCompactSerialization();

        assertThatThrownBy(() -> known.connection(token)).isInstanceOf(TokenException.class);
    }

    @Test
    void readKeysInPem() throws Exception {
        for (var algorithm : List.of("RS256", "ES384", "EdDSA")) {
            var signer = TestKeys.signer(algorithm);
            var pem = "-----BEGIN PUBLIC KEY-----\n"
                    + Base64.getMimeEncoder()
                            .encodeToString(signer.verifier().key().getEncoded())
                    + "\n-----END PUBLIC KEY-----\n";

            assertThat(TokenKeys.publicKey("x", pem).key())
                    .isEqualTo(signer.verifier().key());
        }
        assertThatThrownBy(() -> TokenKeys.publicKey("token-public-keys", "bm8="))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("token-public-keys");
    }

    @Test
    void needALongSecret() {
        assertThatThrownBy(() -> TokenKeys.secret("token-hmac-secret", "short"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("token-hmac-secret");
    }

    @Test
    void areAllInvalidWithoutASecret() throws Exception {
        var none = new Tokens(clock(), List.of(), Issuance.ANY, null);

        assertThatThrownBy(() -> none.connection(signed("{}"))).isInstanceOf(TokenException.class);
    }

    private static Clock clock() {
        return Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC);
    }

    private static Tokens tokens(Optional<String> audience, Optional<String> issuer) {
        return new Tokens(
                clock(), List.of(TokenKeys.secret("x", SECRET)), new Issuance(only(issuer), only(audience)), null);
    }

    private static @Nullable NamePattern only(Optional<String> name) {
        return name.map(Pattern::quote).map(NamePattern::new).orElse(null);
    }

    private TokenException.Kind refusal(String token) {
        return catchThrowableOfType(TokenException.class, () -> tokens.connection(token))
                .kind();
    }

    private static String signed(String claims) throws JoseException {
        return signed(claims, "HS256", SECRET);
    }

    private static String signed(String claims, String algorithm, String secret) throws JoseException {
        var token = new JsonWebSignature();
        token.setPayload(claims);
        token.setAlgorithmHeaderValue(algorithm);
        token.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        token.setKey(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA512"));
        return token.getCompactSerialization();
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
