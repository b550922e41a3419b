package dev.carillon.bench.load;

/// A way to publish to some server.
public interface PublishDialect {

    /// Told what the server answered.
    interface Ear {
        /// To the oldest request that has no answer yet.
        ///
        /// @param status as in HTTP
        void answered(int status);
    }

    /// Reads answers. Confined to its loop.
    interface Reader {
        /// @return up to where it took
        int take(byte[] in, int from, int to, Out out);

        /// Sent before the first request.
        void connected(Out out);
    }

    /// A request that publishes.
    ///
    /// @param size bytes of each publication
    /// @param batch publications in the request
    Payload request(String channel, String host, int size, int batch);

    Reader reader(Ear ear);
}
