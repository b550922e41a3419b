package dev.carillon.connection.session;

import dev.carillon.connection.feed.Framing;
import dev.carillon.connection.feed.Publication;
import dev.carillon.contract.client.Frame;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.ProtobufCodec;
import dev.carillon.contract.client.ProtocolCodec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The publications of a subscription as changes from one to the next. The first comes whole, and every one
/// whose patch would not be smaller.
///
/// Patches and frames are those of the publication, made once for all who received the same one before.
/// Confined to the session's event loop.
final class PatchChain {

    private final ProtocolCodec codec;
    private @Nullable Publication last;

    PatchChain(ProtocolCodec codec) {
        this.codec = codec;
    }

    /// Whether publications come as patches in that codec.
    static boolean serves(ProtocolCodec codec) {
        return codec == JsonCodec.INSTANCE || codec == ProtobufCodec.INSTANCE;
    }

    /// The next publication, live.
    Framing<Frame> next(Publication publication) {
        var before = last;
        last = publication;
        var patch = before == null ? null : publication.patchAfter(before);
        return patch == null ? Pushes.wholeFraming(codec) : Pushes.patchFraming(codec, patch);
    }

    /// The next publications, in a reply.
    List<dev.carillon.contract.client.Publication> all(List<Publication> publications) {
        var chained = new ArrayList<dev.carillon.contract.client.Publication>(publications.size());
        for (var publication : publications) {
            var before = last;
            last = publication;
            var patch = before == null ? null : publication.patchAfter(before);
            var entry = publication.entry();
            var data = patch == null ? PatchedData.whole(codec, entry) : PatchedData.patch(codec, entry, patch);
            chained.add(Pushes.publication(entry, data));
        }
        return chained;
    }
}
