package dev.carillon.testkit.conformance;

import com.google.protobuf.ByteString;
import dev.carillon.contract.client.ProtocolCodec;
import dev.carillon.contract.client.Reply;
import java.util.List;

/// A way to a node.
public interface Transport {

    /// What the client hears when the connection ended without a word that says why.
    int CUT = -1;

    /// What it speaks.
    ProtocolCodec codec();

    /// The code, or the status, with which a frame that is too large is refused.
    int tooLarge();

    /// Opens a connection.
    Line open(Door door, Ear ear);

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
        /// What came in one piece.
        void heard(List<Reply> replies);

        /// The connection ended.
        ///
        /// @param code the close code, or the status of a request that was refused, or [#CUT]
        void closed(int code);
    }
}
