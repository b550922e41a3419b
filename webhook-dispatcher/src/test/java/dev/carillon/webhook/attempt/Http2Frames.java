package dev.carillon.webhook.attempt;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/// Frames of HTTP/2, as raw as a hostile server writes them.
final class Http2Frames {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    /// The first request of a connection has this stream.
    static final int STREAM = 1;

    private static final int PREFACE = 24;

    private final Socket socket;
    private final OutputStream out;

    private Http2Frames(Socket socket) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
    }

    /// Reads the client's preface and answers with settings: pairs of identifier and value.
    static Http2Frames greet(Socket socket, int... settings) throws IOException {
        var frames = new Http2Frames(socket);
        socket.getInputStream().readNBytes(PREFACE);
        var payload = new ByteArrayOutputStream();
        for (int i = 0; i < settings.length; i += 2) {
            payload.write(new byte[] {(byte) (settings[i] >> 8), (byte) settings[i]});
            payload.write(number(settings[i + 1]));
        }
        frames.write(SETTINGS, 0, 0, payload.toByteArray());
        return frames;
    }

    /// Reads frames until the request's headers have come.
    Http2Frames awaitRequest() throws IOException {
        for (int type = readFrame(socket.getInputStream()); type != HEADERS; ) {
            type = readFrame(socket.getInputStream());
        }
        return this;
    }

    Http2Frames write(int type, int flags, int stream, byte... payload) throws IOException {
        int length = payload.length;
        out.write(new byte[] {(byte) (length >> 16), (byte) (length >> 8), (byte) length, (byte) type, (byte) flags});
        out.write(number(stream));
        out.write(payload);
        out.flush();
        return this;
    }

    static byte[] number(int value) {
        return new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }

    private static int readFrame(InputStream in) throws IOException {
        var head = in.readNBytes(9);
        if (head.length < 9) {
            throw new IOException("closed");
        }
        int length = ((head[0] & 0xFF) << 16) | ((head[1] & 0xFF) << 8) | (head[2] & 0xFF);
        in.readNBytes(length);
        return head[3];
    }
}
