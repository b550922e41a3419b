package dev.carillon.connection.conformance;

import com.google.protobuf.ByteString;
import dev.carillon.contract.client.ProtocolCodec;

/// A way to the node.
public interface Transport {

    /// What it speaks.
    ProtocolCodec codec();

    /// Opens a connection.
    Line open(Ear ear);

    /// The end at which the client sends.
    interface Line {
        /// Sends a frame as it is, however wrong.
        void send(ByteString frame);

        /// Stops to read, or goes on.
        void reading(boolean yes);

        /// Leaves without a word.
        void cut();
    }

    /// The end at which the client hears. Called from one thread at a time.
    interface Ear {
        void frame(ByteString frame);

        /// The node ended the connection.
        void closed(int code);
    }
}
