package dev.carillon.connection.hook;

import com.google.protobuf.ByteString;
import java.util.Map;

/// The client about whom the application is asked.
///
/// @param client the connection's id
/// @param user empty when it is not known yet, or anonymous
/// @param protocol `json` or `protobuf`
/// @param meta what the application said about it for itself; may be empty
/// @param headers of the client's request that go along
public record Caller(String client, String user, String protocol, ByteString meta, Map<String, String> headers) {

    public Caller {
        headers = Map.copyOf(headers);
    }

    @Override
    public String toString() {
        return "Caller[" + client + "]";
    }
}
