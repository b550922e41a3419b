package dev.carillon.testkit.conformance;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/// The table of promises: which groups of scenarios there are, over which transports, on nodes set up how.
///
/// | group | about | over | needs |
/// |---|---|---|---|
/// | `Malformed` | frames that break the protocol | all two-way transports | |
/// | `Commands` | what each command comes to | all two-way transports | |
/// | `Streams` | order, recovery, changes, filters | all two-way transports | |
/// | `Races` | much at the same time, and bounds | all two-way transports | |
/// | `Members` | presence, and what the application does to connections | all two-way transports | |
/// | `Large` | events of a mebibyte, on every way in and out | all two-way transports | |
/// | `Faults` | what is lost or forgotten behind the node | all two-way transports | an owner that misbehaves |
/// | `Listening` | clients that only listen | all one-way transports | |
public final class Pack {

    /// Ways for clients that talk.
    public static final List<Transport> TRANSPORTS = Stream.<Transport[]>of(
                    WebSocketTransport.values(), StreamTransport.values())
            .flatMap(Stream::of)
            .toList();

    /// Ways for clients that only listen.
    public static final List<Transport> LISTENERS = List.of(ListenerTransport.values());

    /// What the nodes of a site are set to, so that bounds can be reached in a test.
    public static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("carillon.connection.insecure", "true"),
            Map.entry("carillon.connection.token-hmac-secret", TokenMint.SECRET),
            Map.entry("carillon.connection.max-channels", Integer.toString(Races.MAX_CHANNELS)),
            Map.entry("carillon.connection.max-event-size", "1M"),
            Map.entry("carillon.connection.request-timeout", "15s"),
            Map.entry("carillon.connection.namespaces." + Members.NAMESPACE + ".presence", "members"),
            Map.entry("carillon.connection.namespaces." + Members.NAMESPACE + ".join-leave", "true"),
            Map.entry("carillon.connection.namespaces." + Commands.SMALL + ".max-event-size", "32K"));

    private Pack() {}

    /// A scenario over a transport.
    public record Play(Scenario scenario, Transport transport) {
        public void on(Site site) throws Exception {
            scenario.play(transport, site);
        }

        @Override
        public String toString() {
            return scenario + ", over " + transport;
        }
    }

    /// All that can be played on any site.
    public static Stream<Play> everything() {
        return Stream.concat(
                over(TRANSPORTS, transport -> Stream.of(
                                Malformed.scenarios(transport.codec()),
                                Commands.scenarios(),
                                Streams.scenarios(),
                                Races.scenarios(),
                                Members.scenarios(),
                                Large.scenarios())
                        .flatMap(Function.identity())),
                over(LISTENERS, _ -> Listening.scenarios()));
    }

    /// What is different on one node and on many: all but what a node says to a single frame.
    public static Stream<Play> spread() {
        return Stream.concat(
                over(TRANSPORTS, _ -> Stream.of(
                                Commands.results(),
                                Streams.scenarios(),
                                Races.scenarios(),
                                Members.scenarios(),
                                Large.scenarios())
                        .flatMap(Function.identity())),
                over(LISTENERS, _ -> Listening.results()));
    }

    /// What needs an owner that misbehaves.
    public static Stream<Play> faults() {
        return Stream.concat(over(TRANSPORTS, _ -> Faults.scenarios()), over(LISTENERS, _ -> Faults.listening()));
    }

    private static Stream<Play> over(List<Transport> transports, Function<Transport, Stream<Scenario>> scenarios) {
        return transports.stream()
                .flatMap(transport -> scenarios.apply(transport).map(scenario -> new Play(scenario, transport)));
    }
}
