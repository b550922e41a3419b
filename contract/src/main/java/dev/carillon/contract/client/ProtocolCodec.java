package dev.carillon.contract.client;

import com.google.protobuf.ByteString;
import java.util.List;

/// Turns messages of the client protocol into frames and back. There are two: [JsonCodec] and [ProtobufCodec].
///
/// Decoding takes a frame whole or not at all: one malformed message makes the frame malformed. A frame holds
/// at least one message and at most 1,000. Unknown fields are skipped; an unknown method is malformed. Encoding
/// is done once per message, however many clients get the frame.
///
/// Safe for use by many threads.
public sealed interface ProtocolCodec permits JsonCodec, ProtobufCodec {
    /// The commands of a client's frame, in order.
    ///
    /// @throws MalformedFrameException when the frame breaks the protocol; nothing else is thrown, whatever the
    ///     bytes
    List<Command> decodeCommands(ByteString frame);

    /// One reply as a frame.
    ///
    /// @throws InappropriateDataException when a payload cannot be expressed; only by [JsonCodec]
    Frame encode(Reply reply);

    /// Several frames of this codec as one, in order. One frame comes back as it is.
    ///
    /// @throws IllegalArgumentException when there are none: an empty frame breaks the protocol
    Frame join(List<Frame> frames);

    /// One command as a frame: the client's side, for tests and load generators.
    ///
    /// @throws InappropriateDataException when a payload cannot be expressed; only by [JsonCodec]
    Frame encode(Command command);

    /// The replies of a server's frame, in order: the client's side, for tests and load generators.
    ///
    /// @throws MalformedFrameException when the frame breaks the protocol; nothing else is thrown, whatever the
    ///     bytes
    List<Reply> decodeReplies(ByteString frame);
}
