package dev.carillon.bench.load;

/// One client's side of a protocol, over all the connections that it makes, one after another. Confined to its
/// loop.
interface Conversation {

    /// Who is told what the server says.
    interface Ear {
        /// Everything that is published from now on will be heard.
        void listening();

        /// A frame, a piece of a stream or a response begins, whatever is in it.
        void message();

        /// Something published; the markers in it are deliveries.
        ///
        /// @return how many there are
        int heard(byte[] in, int from, int to);

        /// What was missed while the client was away.
        void recovered(byte[] in, int from, int to);

        /// Something that should not happen.
        void fault(String what);

        /// The connection is of no use any more; `code` says why: a close code or the status of a response.
        void over(int code);
    }

    /// A connection, the first or a further one, is there.
    void connected(Out out);

    /// @return up to where it took
    int take(byte[] in, int from, int to, Out out);

    /// Whether it asks for what it missed when it comes back.
    boolean recovers();
}
