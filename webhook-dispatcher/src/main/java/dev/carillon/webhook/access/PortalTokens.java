package dev.carillon.webhook.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.carillon.contract.ChannelPattern;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Portal tokens: JWTs (HS256) that see one owner's endpoints until they expire. The first secret signs, every
/// one verifies, so that secrets can be changed without a gap.
///
/// Safe for use by many threads.
public final class PortalTokens {

    private static final String AUDIENCE = "carillon-portal";
    private static final String ALGORITHM = "HS256";
    private static final int MIN_SECRET = 32;
    private static final int MAX_TOKEN = 8192;
    private static final JsonMapper JSON = new JsonMapper();
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final String newest;
    private final Map<String, SecretKeySpec> secrets;

    private PortalTokens(String newest, Map<String, SecretKeySpec> secrets) {
        this.newest = newest;
        this.secrets = Map.copyOf(secrets);
    }

    /// @param configured `<key id>:<secret>`, the newest first; empty for no tokens
    /// @throws IllegalArgumentException when one is not valid; the message names it, not the secret
    public static PortalTokens of(List<String> configured) {
        var secrets = new HashMap<String, SecretKeySpec>();
        var newest = "";
        for (var text : configured) {
            int colon = text.indexOf(':');
            var id = colon < 1 ? "" : text.substring(0, colon).strip();
            var secret = text.substring(colon + 1).strip().getBytes(StandardCharsets.UTF_8);
            if (id.isEmpty() || secret.length < MIN_SECRET) {
                throw new IllegalArgumentException(
                        "carillon.webhook.portal-secrets: each must be <key id>:<at least 32 characters>");
            }
            if (secrets.put(id, new SecretKeySpec(secret, "HmacSHA256")) != null) {
                throw new IllegalArgumentException("carillon.webhook.portal-secrets: there are two with the id " + id);
            }
            newest = newest.isEmpty() ? id : newest;
        }
        return new PortalTokens(newest, secrets);
    }

    /// Whether there is a secret to sign with.
    public boolean isOpen() {
        return !newest.isEmpty();
    }

    /// @param channels which channels the owner's endpoints may ask for; empty for every one
    public String issue(String owner, List<ChannelPattern> channels, Instant now, Instant until) {
        var header =
                JSON.createObjectNode().put("alg", ALGORITHM).put("typ", "JWT").put("kid", newest);
        var claims = JSON.createObjectNode()
                .put("aud", AUDIENCE)
                .put("sub", owner)
                .put("iat", now.getEpochSecond())
                .put("exp", until.getEpochSecond());
        if (!channels.isEmpty()) {
            var patterns = claims.putArray("channels");
            channels.forEach(channel -> patterns.add(channel.text()));
        }
        var signed = encoded(header) + '.' + encoded(claims);
        return signed + '.' + ENCODER.encodeToString(signature(key(newest), signed));
    }

    /// What a token opens, or null when it is none of ours, or expired.
    public @Nullable Access read(String token, Instant now) {
        var parts = List.of(token.split("\\.", -1));
        if (parts.size() != 3 || token.length() > MAX_TOKEN) {
            return null;
        }
        try {
            var header = decoded(parts.get(0));
            var key = secrets.get(header.path("kid").asText());
            if (key == null || !header.path("alg").asText().equals(ALGORITHM)) {
                return null;
            }
            var signature = Base64.getUrlDecoder().decode(parts.get(2));
            var signed = parts.get(0) + '.' + parts.get(1);
            return MessageDigest.isEqual(signature, signature(key, signed)) ? access(decoded(parts.get(1)), now) : null;
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable Access access(JsonNode claims, Instant now) {
        var owner = claims.path("sub").asText();
        var until = Instant.ofEpochSecond(claims.path("exp").asLong());
        if (!claims.path("aud").asText().equals(AUDIENCE) || owner.isEmpty() || !now.isBefore(until)) {
            return null;
        }
        var channels = new ArrayList<ChannelPattern>();
        claims.path("channels").forEach(channel -> channels.add(new ChannelPattern(channel.asText())));
        return Access.portal(owner, channels, until);
    }

    private SecretKeySpec key(String id) {
        var key = secrets.get(id);
        if (key == null) {
            throw new IllegalStateException("there is no secret to sign portal tokens with");
        }
        return key;
    }

    private static byte[] signature(SecretKeySpec key, String signed) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private static String encoded(JsonNode tree) {
        try {
            return ENCODER.encodeToString(JSON.writeValueAsBytes(tree));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values has a JSON form", e);
        }
    }

    private static JsonNode decoded(String part) throws IOException {
        return JSON.readTree(Base64.getUrlDecoder().decode(part));
    }
}
