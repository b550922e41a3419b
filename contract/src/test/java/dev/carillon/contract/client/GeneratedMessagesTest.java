package dev.carillon.contract.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.github.centrifugal.centrifuge.internal.protocol.Protocol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Our Protobuf beside the one that an unmodified client library generated from the protocol's schema: the same
/// bytes.
class GeneratedMessagesTest {
    private static final ByteString DATA = ByteString.copyFromUtf8("any bytes \u00e9");
    private static final StreamPosition POSITION = new StreamPosition(1L << 40, "epoch");
    private static final ClientInfo CLIENT = new ClientInfo("u1", "c1", DATA, DATA);
    private static final Publication PUBLICATION =
            Publication.of(DATA, 7).withInfo(CLIENT).withTags(Map.of("a", "b"));

    @Test
    void writesCommandsLikeTheGeneratedOnes() throws IOException {
        var position = Protocol.StreamPosition.newBuilder().setOffset(1L << 40).setEpoch("epoch");
        var recovering = Protocol.SubscribeRequest.newBuilder()
                .setRecover(true)
                .setOffset(1L << 40)
                .setEpoch("epoch");
        same(
                new Command(1, new Method.Connect("t", DATA, subs(), "js", "1", Map.of(), 0, "", "")),
                command(1)
                        .setConnect(Protocol.ConnectRequest.newBuilder()
                                .setToken("t")
                                .setData(DATA)
                                .putSubs("ns:one", recovering.build())
                                .setName("js")
                                .setVersion("1")));
        same(
                new Command(
                        Limits.UINT32,
                        new Method.Subscribe("c", "t", true, POSITION, DATA, true, true, true, "", null, 0, 0)),
                command(-1)
                        .setSubscribe(recovering
                                .setChannel("c")
                                .setToken("t")
                                .setData(DATA)
                                .setPositioned(true)
                                .setRecoverable(true)
                                .setJoinLeave(true)));
        same(
                new Command(2, new Method.Unsubscribe("c")),
                command(2)
                        .setUnsubscribe(Protocol.UnsubscribeRequest.newBuilder().setChannel("c")));
        same(
                new Command(3, new Method.Publish("c", DATA, 0)),
                command(3)
                        .setPublish(Protocol.PublishRequest.newBuilder()
                                .setChannel("c")
                                .setData(DATA)));
        same(
                new Command(4, new Method.Presence("c")),
                command(4).setPresence(Protocol.PresenceRequest.newBuilder().setChannel("c")));
        same(
                new Command(5, new Method.PresenceStats("c")),
                command(5)
                        .setPresenceStats(
                                Protocol.PresenceStatsRequest.newBuilder().setChannel("c")));
        same(
                new Command(6, new Method.History("c", -1, POSITION, true)),
                command(6)
                        .setHistory(Protocol.HistoryRequest.newBuilder()
                                .setChannel("c")
                                .setLimit(-1)
                                .setSince(position)
                                .setReverse(true)));
        same(new Command(7, new Method.Ping()), command(7).setPing(Protocol.PingRequest.newBuilder()));
        same(
                new Command(0, new Method.Send(DATA)),
                command(0).setSend(Protocol.SendRequest.newBuilder().setData(DATA)));
        same(
                new Command(8, new Method.Rpc("m", DATA)),
                command(8)
                        .setRpc(Protocol.RPCRequest.newBuilder().setMethod("m").setData(DATA)));
        same(
                new Command(9, new Method.Refresh("t")),
                command(9).setRefresh(Protocol.RefreshRequest.newBuilder().setToken("t")));
        same(
                new Command(10, new Method.SubRefresh("c", "t", 0)),
                command(10)
                        .setSubRefresh(Protocol.SubRefreshRequest.newBuilder()
                                .setChannel("c")
                                .setToken("t")));
        same(Command.pong(), command(0));
    }

    @Test
    void writesResultsLikeTheGeneratedOnes() throws IOException {
        same(
                ErrorCode.TOO_MANY_REQUESTS.toReply(1),
                reply(1).setError(Protocol.Error.newBuilder()
                        .setCode(111)
                        .setMessage("too many requests")
                        .setTemporary(true)));
        same(
                new Reply.Success(2, connected()),
                reply(2).setConnect(Protocol.ConnectResult.newBuilder()
                        .setClient("c1")
                        .setVersion("0.1")
                        .setExpires(true)
                        .setTtl(60)
                        .setData(DATA)
                        .putSubs("ns:one", theirSubscription())
                        .setPing(25)
                        .setPong(true)
                        .setSession("s")
                        .setNode("n")));
        same(new Reply.Success(3, subscribed()), reply(3).setSubscribe(theirSubscription()));
        same(
                new Reply.Success(4, new Result.Unsubscribe()),
                reply(4).setUnsubscribe(Protocol.UnsubscribeResult.newBuilder()));
        same(new Reply.Success(5, new Result.Publish()), reply(5).setPublish(Protocol.PublishResult.newBuilder()));
        same(
                new Reply.Success(6, new Result.Presence(Map.of("c1", CLIENT))),
                reply(6).setPresence(Protocol.PresenceResult.newBuilder().putPresence("c1", theirClient())));
        same(
                new Reply.Success(7, new Result.PresenceStats(3, 2)),
                reply(7).setPresenceStats(Protocol.PresenceStatsResult.newBuilder()
                        .setNumClients(3)
                        .setNumUsers(2)));
        same(
                new Reply.Success(8, new Result.History(List.of(PUBLICATION), POSITION)),
                reply(8).setHistory(Protocol.HistoryResult.newBuilder()
                        .addPublications(theirPublication())
                        .setOffset(1L << 40)
                        .setEpoch("epoch")));
        same(new Reply.Success(9, new Result.Ping()), reply(9).setPing(Protocol.PingResult.newBuilder()));
        same(
                new Reply.Success(10, new Result.Rpc(DATA)),
                reply(10).setRpc(Protocol.RPCResult.newBuilder().setData(DATA)));
        same(
                new Reply.Success(11, new Result.Refresh("c1", "0.1", Expiry.in(60))),
                reply(11)
                        .setRefresh(Protocol.RefreshResult.newBuilder()
                                .setClient("c1")
                                .setVersion("0.1")
                                .setExpires(true)
                                .setTtl(60)));
        same(
                new Reply.Success(12, new Result.SubRefresh(Expiry.in(60))),
                reply(12)
                        .setSubRefresh(Protocol.SubRefreshResult.newBuilder()
                                .setExpires(true)
                                .setTtl(60)));
        same(new Reply.Ping(), reply(0));
    }

    @Test
    void writesPushesLikeTheGeneratedOnes() throws IOException {
        same(Push.to("c", new Push.Pub(PUBLICATION)), push("c").setPub(theirPublication()));
        same(
                Push.to("c", new Push.Join(CLIENT)),
                push("c").setJoin(Protocol.Join.newBuilder().setInfo(theirClient())));
        same(
                Push.to("c", new Push.Leave(CLIENT)),
                push("c").setLeave(Protocol.Leave.newBuilder().setInfo(theirClient())));
        same(
                UnsubscribeCode.EXPIRED.toPush("c"),
                push("c")
                        .setUnsubscribe(
                                Protocol.Unsubscribe.newBuilder().setCode(2501).setReason("subscription expired")));
        same(
                Push.of(new Push.Message(DATA)),
                push("").setMessage(Protocol.Message.newBuilder().setData(DATA)));
        same(
                Push.to("c", new Push.Subscribe(true, true, POSITION, DATA)),
                push("c")
                        .setSubscribe(Protocol.Subscribe.newBuilder()
                                .setRecoverable(true)
                                .setPositioned(true)
                                .setEpoch("epoch")
                                .setOffset(1L << 40)
                                .setData(DATA)));
        same(
                Push.of(new Push.Connect(
                        "c1", "0.1", Expiry.in(60), DATA, Map.of("ns:one", subscribed()), 25, true, "s", "n", 0)),
                push("").setConnect(Protocol.Connect.newBuilder()
                        .setClient("c1")
                        .setVersion("0.1")
                        .setExpires(true)
                        .setTtl(60)
                        .setData(DATA)
                        .putSubs("ns:one", theirSubscription())
                        .setPing(25)
                        .setPong(true)
                        .setSession("s")
                        .setNode("n")));
        same(
                CloseCode.SHUTDOWN.toPush(),
                push("").setDisconnect(Protocol.Disconnect.newBuilder()
                        .setCode(3001)
                        .setReason("shutdown")
                        .setReconnect(true)));
        same(
                Push.of(new Push.Refresh(Expiry.in(60))),
                push("").setRefresh(
                                Protocol.Refresh.newBuilder().setExpires(true).setTtl(60)));
    }

    private static Map<String, Method.Subscribe> subs() {
        return Map.of("ns:one", Method.Subscribe.to("").recovering(POSITION));
    }

    private static Result.Connect connected() {
        return Result.Connect.of("c1", "0.1")
                .withExpiry(Expiry.in(60))
                .withData(DATA)
                .withSubs(Map.of("ns:one", subscribed()))
                .withPing(25, true)
                .withSession("s", "n");
    }

    private static Result.Subscribe subscribed() {
        return Result.Subscribe.EMPTY
                .at(POSITION)
                .recoveredWith(List.of(PUBLICATION))
                .withExpiry(Expiry.in(60))
                .withData(DATA);
    }

    private static Protocol.SubscribeResult theirSubscription() {
        return Protocol.SubscribeResult.newBuilder()
                .setExpires(true)
                .setTtl(60)
                .setRecoverable(true)
                .setEpoch("epoch")
                .addPublications(theirPublication())
                .setRecovered(true)
                .setOffset(1L << 40)
                .setPositioned(true)
                .setData(DATA)
                .setWasRecovering(true)
                .build();
    }

    private static Protocol.Publication theirPublication() {
        return Protocol.Publication.newBuilder()
                .setData(DATA)
                .setInfo(theirClient())
                .setOffset(7)
                .putTags("a", "b")
                .build();
    }

    private static Protocol.ClientInfo theirClient() {
        return Protocol.ClientInfo.newBuilder()
                .setUser("u1")
                .setClient("c1")
                .setConnInfo(DATA)
                .setChanInfo(DATA)
                .build();
    }

    private static Protocol.Command.Builder command(int id) {
        return Protocol.Command.newBuilder().setId(id);
    }

    private static Protocol.Reply.Builder reply(int id) {
        return Protocol.Reply.newBuilder().setId(id);
    }

    private static Protocol.Push.Builder push(String channel) {
        return Protocol.Push.newBuilder().setChannel(channel);
    }

    private static void same(Command ours, Protocol.Command.Builder theirs) throws IOException {
        var frame = frame(theirs.build());
        assertThat(ProtobufCodec.INSTANCE.encode(ours).bytes()).isEqualTo(frame);
        assertThat(ProtobufCodec.INSTANCE.decodeCommands(frame)).containsExactly(ours);
    }

    private static void same(Reply ours, Protocol.Reply.Builder theirs) throws IOException {
        var frame = frame(theirs.build());
        assertThat(ProtobufCodec.INSTANCE.encode(ours).bytes()).isEqualTo(frame);
        assertThat(ProtobufCodec.INSTANCE.decodeReplies(frame)).containsExactly(ours);
    }

    private static void same(Push ours, Protocol.Push.Builder theirs) throws IOException {
        same(ours, Protocol.Reply.newBuilder().setPush(theirs));
    }

    private static ByteString frame(MessageLite message) throws IOException {
        var bytes = new ByteArrayOutputStream();
        message.writeDelimitedTo(bytes);
        return ByteString.copyFrom(bytes.toByteArray());
    }
}
