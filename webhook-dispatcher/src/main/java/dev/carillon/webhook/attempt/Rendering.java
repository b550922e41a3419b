package dev.carillon.webhook.attempt;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Event;
import dev.carillon.contract.JsonText;
import dev.carillon.contract.MediaTypes;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/// How an event looks on the wire, before it is signed. Pure.
///
/// Data that is one JSON value is sent as it is; any other data travels as base64 in `data_base64`, except in
/// CloudEvents binary mode, whose body is the data whatever it is.
///
/// @param headers lower-case names
record Rendering(Map<String, String> headers, ByteString body) {

    Rendering {
        headers = Map.copyOf(headers);
    }

    static Rendering of(Event event, Endpoint.Format format) {
        return switch (format) {
            case STANDARD -> standard(event);
            case CE_BINARY -> binary(event);
            case CE_STRUCTURED -> structured(event);
        };
    }

    /// `{"type": …, "timestamp": …, "data": …}`, as Standard Webhooks recommends.
    private static Rendering standard(Event event) {
        var start = "{\"type\":" + quoted(event.type()) + ",\"timestamp\":"
                + quoted(event.time().toString());
        return new Rendering(Map.of("content-type", MediaTypes.JSON), withData(start, event));
    }

    private static Rendering structured(Event event) {
        var start = "{\"specversion\":\"1.0\",\"id\":" + quoted(event.id().value()) + ",\"source\":"
                + quoted(event.source()) + ",\"type\":" + quoted(event.type()) + ",\"time\":"
                + quoted(event.time().toString());
        if (!event.contentType().isEmpty()) {
            start += ",\"datacontenttype\":" + quoted(event.contentType());
        }
        return new Rendering(Map.of("content-type", MediaTypes.CLOUD_EVENT), withData(start, event));
    }

    private static Rendering binary(Event event) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("ce-specversion", "1.0");
        headers.put("ce-id", escaped(event.id().value()));
        headers.put("ce-source", escaped(event.source()));
        headers.put("ce-type", escaped(event.type()));
        headers.put("ce-time", event.time().toString());
        headers.put("content-type", contentType(event));
        return new Rendering(headers, event.data());
    }

    private static String contentType(Event event) {
        var type = event.contentType();
        boolean isGood = !type.isEmpty() && type.chars().allMatch(c -> c >= ' ' && c < 127);
        if (isGood) {
            return type;
        }
        return JsonText.isJson(event.data()) ? MediaTypes.JSON : "application/octet-stream";
    }

    private static ByteString withData(String start, Event event) {
        if (event.data().isEmpty()) {
            return ByteString.copyFromUtf8(start + "}");
        }
        if (claimsJson(event) && JsonText.isJson(event.data())) {
            return ByteString.copyFromUtf8(start + ",\"data\":")
                    .concat(event.data())
                    .concat(ByteString.copyFromUtf8("}"));
        }
        var base64 = Base64.getEncoder().encodeToString(event.data().toByteArray());
        return ByteString.copyFromUtf8(start + ",\"data_base64\":\"" + base64 + "\"}");
    }

    /// Whether the data says of itself that it is JSON, or says nothing.
    private static boolean claimsJson(Event event) {
        return event.contentType().isBlank() || MediaTypes.isJson(event.contentType());
    }

    private static String quoted(String text) {
        var json = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                default -> json.append(c < ' ' || Character.isSurrogate(c) ? "\\u%04x".formatted((int) c) : "" + c);
            }
        }
        return json.append('"').toString();
    }

    /// As the HTTP binding of CloudEvents wants header values: printable ASCII, the rest percent-encoded.
    private static String escaped(String text) {
        var escaped = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            boolean isPlain = b > ' ' && b < 127 && b != '"' && b != '%';
            escaped.append(isPlain ? String.valueOf((char) b) : "%%%02X".formatted(b & 0xFF));
        }
        return escaped.toString();
    }
}
