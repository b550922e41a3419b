package dev.carillon.webhook.attempt;

import com.google.protobuf.ByteString;
import io.vertx.core.http.HttpMethod;
import java.util.Map;

/// A request, ready to be sent: exactly these bytes.
///
/// @param headers lower-case names
record Call(HttpMethod method, Map<String, String> headers, ByteString body) {
    Call {
        headers = Map.copyOf(headers);
    }
}
