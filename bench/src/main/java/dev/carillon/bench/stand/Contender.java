package dev.carillon.bench.stand;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetSocketAddress;
import java.util.List;

/// Servers that run and are measured: Carillon, somebody else's, or the least that could do the work.
public sealed interface Contender extends AutoCloseable permits CarillonStand, PeerStand {

    /// As scenarios and tables call it.
    String name();

    /// Where clients come to.
    InetSocketAddress address();

    /// How clients talk to it (`peer.json`): what they speak, and where they subscribe and publish.
    JsonNode manner();

    /// All of its processes, what stands behind it too.
    List<Child> servers();

    /// What all of its processes have used so far.
    default Usage usage() {
        return servers().stream().map(Child::usage).reduce(new Usage(0, 0), Usage::plus);
    }

    @Override
    void close();
}
