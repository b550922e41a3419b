package dev.carillon.contract.client;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a command came to. Absent text is empty, absent numbers are 0, absent data has no bytes.
public sealed interface Result {
    /// The session is open.
    ///
    /// @param client the connection's id
    /// @param version the server's
    /// @param expiry when the connection has to be refreshed
    /// @param data from the application
    /// @param subs server-side subscriptions, by channel
    /// @param ping seconds between the server's pings; 0 for none
    /// @param pong whether the client must answer pings
    /// @param session the secret that lets later requests of an emulated transport reach this session
    /// @param node the node that holds the session
    /// @param time the server's clock, milliseconds since 1970
    /// @param flag bits that grant optional behaviour
    /// @param dict a compression dictionary
    record Connect(
            String client,
            String version,
            Expiry expiry,
            ByteString data,
            Map<String, Subscribe> subs,
            long ping,
            boolean pong,
            String session,
            String node,
            long time,
            long flag,
            @Nullable Dictionary dict)
            implements Result {
        public Connect {
            Limits.requireUint32(ping, "ping");
            subs = OrderedMap.copyOf(subs);
        }

        /// An open session with nothing special about it.
        public static Connect of(String client, String version) {
            return new Connect(client, version, Expiry.NEVER, ByteString.EMPTY, Map.of(), 0, false, "", "", 0, 0, null);
        }

        /// The same, to be refreshed in time.
        public Connect withExpiry(Expiry changed) {
            return new Connect(client, version, changed, data, subs, ping, pong, session, node, time, flag, dict);
        }

        /// The same with data from the application.
        public Connect withData(ByteString changed) {
            return new Connect(client, version, expiry, changed, subs, ping, pong, session, node, time, flag, dict);
        }

        /// The same with these server-side subscriptions.
        public Connect withSubs(Map<String, Subscribe> changed) {
            return new Connect(client, version, expiry, data, changed, ping, pong, session, node, time, flag, dict);
        }

        /// The same, with a ping every so many seconds.
        public Connect withPing(long seconds, boolean answered) {
            return new Connect(client, version, expiry, data, subs, seconds, answered, session, node, time, flag, dict);
        }

        /// The same, reachable through other requests.
        public Connect withSession(String secret, String holder) {
            return new Connect(client, version, expiry, data, subs, ping, pong, secret, holder, time, flag, dict);
        }

        /// What a client that only listens is told instead.
        public Push toPush() {
            return Push.of(new Push.Connect(client, version, expiry, data, subs, ping, pong, session, node, time));
        }

        /// The same with the server's clock, milliseconds since 1970.
        public Connect withTime(long millis) {
            return new Connect(client, version, expiry, data, subs, ping, pong, session, node, millis, flag, dict);
        }

        @Override
        public String toString() {
            return "Connect[client=%s, node=%s, subs=%s]".formatted(client, node, subs.keySet());
        }
    }

    /// The client is subscribed.
    ///
    /// @param expiry when the subscription has to be refreshed
    /// @param recoverable whether the client may recover later
    /// @param positioned whether the server watches for gaps
    /// @param position where the client stands: where the channel is now, or, when recovered, where the client said
    ///     it was
    /// @param publications what the client missed, oldest first
    /// @param wasRecovering whether the client had asked to recover
    /// @param recovered whether everything after its position is in `publications`; never a part of it
    /// @param data from the application
    /// @param delta whether publications come as patches
    /// @param id the number that stands for the channel in pushes; 0 for none
    record Subscribe(
            Expiry expiry,
            boolean recoverable,
            boolean positioned,
            StreamPosition position,
            List<Publication> publications,
            boolean wasRecovering,
            boolean recovered,
            ByteString data,
            boolean delta,
            long id)
            implements Result {
        /// A plain subscription: no position, no recovery.
        public static final Subscribe EMPTY = new Subscribe(
                Expiry.NEVER, false, false, StreamPosition.NONE, List.of(), false, false, ByteString.EMPTY, false, 0);

        public Subscribe {
            publications = List.copyOf(publications);
        }

        /// The same, standing at a position from which the client may recover later.
        public Subscribe at(StreamPosition changed) {
            return new Subscribe(expiry, true, true, changed, publications, wasRecovering, recovered, data, delta, id);
        }

        /// The same, standing at a position, where not every channel offers everything.
        public Subscribe at(StreamPosition changed, boolean canRecover, boolean isWatched) {
            return new Subscribe(
                    expiry, canRecover, isWatched, changed, publications, wasRecovering, recovered, data, delta, id);
        }

        /// The same, with publications as patches.
        public Subscribe withDelta(boolean patches) {
            return new Subscribe(
                    expiry,
                    recoverable,
                    positioned,
                    position,
                    publications,
                    wasRecovering,
                    recovered,
                    data,
                    patches,
                    id);
        }

        /// The same, for a client that asked to recover and gets everything it missed.
        public Subscribe recoveredWith(List<Publication> missed) {
            return new Subscribe(expiry, recoverable, positioned, position, missed, true, true, data, delta, id);
        }

        /// The same, for a client that asked to recover and cannot.
        public Subscribe notRecovered() {
            return new Subscribe(expiry, recoverable, positioned, position, List.of(), true, false, data, delta, id);
        }

        /// The same, to be refreshed in time.
        public Subscribe withExpiry(Expiry changed) {
            return new Subscribe(
                    changed,
                    recoverable,
                    positioned,
                    position,
                    publications,
                    wasRecovering,
                    recovered,
                    data,
                    delta,
                    id);
        }

        /// The same with data from the application.
        public Subscribe withData(ByteString changed) {
            return new Subscribe(
                    expiry,
                    recoverable,
                    positioned,
                    position,
                    publications,
                    wasRecovering,
                    recovered,
                    changed,
                    delta,
                    id);
        }
    }

    /// The subscription is over.
    record Unsubscribe() implements Result {}

    /// The publication is accepted.
    record Publish() implements Result {}

    /// Who is in a channel.
    ///
    /// @param presence by connection id
    record Presence(Map<String, ClientInfo> presence) implements Result {
        public Presence {
            presence = OrderedMap.copyOf(presence);
        }
    }

    /// How many are in a channel.
    ///
    /// @param numClients connections
    /// @param numUsers different users among them
    record PresenceStats(long numClients, long numUsers) implements Result {
        public PresenceStats {
            Limits.requireUint32(numClients, "numClients");
            Limits.requireUint32(numUsers, "numUsers");
        }
    }

    /// What was published in a channel.
    ///
    /// @param publications in the order asked for
    /// @param position where the channel is now
    record History(List<Publication> publications, StreamPosition position) implements Result {
        public History {
            publications = List.copyOf(publications);
        }
    }

    /// The answer to [Method.Ping], which servers refuse instead.
    record Ping() implements Result {}

    /// What the application answered.
    record Rpc(ByteString data) implements Result {
        @Override
        public String toString() {
            return "Rpc[%d bytes]".formatted(data.size());
        }
    }

    /// The connection's new token is good.
    ///
    /// @param client the connection's id
    /// @param version the server's
    /// @param expiry when to refresh next
    record Refresh(String client, String version, Expiry expiry) implements Result {}

    /// The subscription's new token is good.
    ///
    /// @param expiry when to refresh next
    record SubRefresh(Expiry expiry) implements Result {}
}
