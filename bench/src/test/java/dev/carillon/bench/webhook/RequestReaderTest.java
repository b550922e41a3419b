package dev.carillon.bench.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.bench.load.Marker;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class RequestReaderTest {

    private static final byte[] DATA = data(7, 11);
    private static final byte[] WHOLE =
            request("POST /ok/12 HTTP/1.1\r\nHost: a\r\nContent-Length: " + DATA.length + "\r\n\r\n", DATA);
    private static final byte[] CHUNKED =
            request("POST /fail/3 HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n", chunks(data(8, 12), 40));
    private static final byte[] EMPTY = request("GET /hole HTTP/1.1\r\n\r\n", new byte[0]);

    private record Read(char kind, int endpoint, long due, long sequence, long arrivedAt) {}

    @Test
    void readsRequestsCutAtEveryByte() {
        // Given
        var all = concat(WHOLE, CHUNKED, EMPTY, WHOLE);

        for (int cut = 0; cut <= all.length; cut++) {
            // When
            var read = read(all, cut);

            // Then
            assertThat(read)
                    .as("cut at %d", cut)
                    .extracting(Read::kind, Read::endpoint, Read::due, Read::sequence)
                    .containsExactly(
                            tuple('o', 12, 7, 11), tuple('f', 3, 8, 12), tuple('h', -1, -1, -1), tuple('o', 12, 7, 11));
        }
    }

    @Test
    void readsRequestsThatComeByteByByte() {
        // Given
        var all = concat(WHOLE, CHUNKED, EMPTY, WHOLE);
        var reader = new RequestReader();
        var read = new ArrayList<Read>();

        // When
        for (int i = 0; i < all.length; i++) {
            read.addAll(feed(reader, all, i, i + 1, i));
        }

        // Then
        assertThat(read)
                .containsExactly(
                        new Read('o', 12, 7, 11, 0),
                        new Read('f', 3, 8, 12, WHOLE.length),
                        new Read('h', -1, -1, -1, WHOLE.length + CHUNKED.length),
                        new Read('o', 12, 7, 11, WHOLE.length + CHUNKED.length + EMPTY.length));
    }

    @Test
    void tellsWhenTheFirstByteCame() {
        // Given
        var reader = new RequestReader();

        // When
        var early = feed(reader, WHOLE, 0, 1, 100);
        var late = feed(reader, WHOLE, 1, WHOLE.length, 200);

        // Then
        assertThat(early).isEmpty();
        assertThat(late).extracting(Read::arrivedAt).containsExactly(100L);
    }

    @Test
    void growsWithItsRequests() {
        // Given
        var large = EventData.blank(100_000);
        Marker.write(large, EventData.MARKER_AT, 1, 2);
        var request = request("POST /ok/1 HTTP/1.1\r\ncontent-length: 100000\r\n\r\n", large);

        // When
        var read = feed(new RequestReader(), request, 0, request.length, 0);

        // Then
        assertThat(read).containsExactly(new Read('o', 1, 1, 2, 0));
    }

    @Test
    void refusesWhatIsNotHttp() {
        // Given
        var reader = new RequestReader();
        var garbage = "\u0016\u0003\u0001\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
        reader.room().put(garbage);
        reader.took(0);

        // When
        var standing = reader.next();

        // Then
        assertThat(standing).isEqualTo(RequestReader.Standing.BROKEN);
    }

    private static Tuple tuple(char kind, int endpoint, long due, long sequence) {
        return Tuple.tuple(kind, endpoint, due, sequence);
    }

    private static List<Read> read(byte[] all, int cut) {
        var reader = new RequestReader();
        var read = new ArrayList<>(feed(reader, all, 0, cut, 0));
        read.addAll(feed(reader, all, cut, all.length, 0));
        return read;
    }

    private static List<Read> feed(RequestReader reader, byte[] bytes, int from, int to, long now) {
        var read = new ArrayList<Read>();
        for (int at = from; at < to; ) {
            var room = reader.room();
            int part = Math.min(room.remaining(), to - at);
            room.put(bytes, at, part);
            at += part;
            reader.took(now);
            while (reader.next() == RequestReader.Standing.REQUEST) {
                read.add(new Read(reader.kind, reader.endpoint, reader.due, reader.sequence, reader.arrivedAt));
                reader.done();
            }
        }
        return read;
    }

    private static byte[] data(long due, long sequence) {
        var data = EventData.blank(120);
        Marker.write(data, EventData.MARKER_AT, due, sequence);
        return EventData.standard(data);
    }

    private static byte[] chunks(byte[] data, int size) {
        var chunked = new ByteArrayOutputStream();
        for (int at = 0; at < data.length; at += size) {
            int part = Math.min(size, data.length - at);
            chunked.writeBytes((Integer.toHexString(part) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            chunked.write(data, at, part);
            chunked.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        chunked.writeBytes("0\r\nx-trailer: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return chunked.toByteArray();
    }

    private static byte[] request(String head, byte[] body) {
        return concat(head.getBytes(StandardCharsets.US_ASCII), body);
    }

    private static byte[] concat(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
