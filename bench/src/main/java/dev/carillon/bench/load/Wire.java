package dev.carillon.bench.load;

import java.nio.ByteBuffer;

/// Buffers through which all connections of a loop read and write.
final class Wire {

    static final int READ = 1 << 16;

    final ByteBuffer reading = ByteBuffer.allocateDirect(READ);
    final byte[] read = new byte[READ];
    final Out out = new Out();
    private ByteBuffer writing = ByteBuffer.allocateDirect(READ);

    /// @return a buffer ready to be written from, valid until the next call
    ByteBuffer writing(byte[] bytes, int from, int to) {
        if (writing.capacity() < to - from) {
            writing = ByteBuffer.allocateDirect(2 * (to - from));
        }
        return writing.clear().put(bytes, from, to - from).flip();
    }
}
