package dev.carillon.connection.session;

import dev.carillon.connection.feed.Framing;
import dev.carillon.connection.feed.MemberChange;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Member;
import dev.carillon.contract.client.ClientInfo;
import dev.carillon.contract.client.Frame;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.ProtobufCodec;
import dev.carillon.contract.client.ProtocolCodec;
import dev.carillon.contract.client.Push;
import dev.carillon.contract.client.Result;
import java.util.LinkedHashMap;

/// Members of channels as clients see them.
final class MemberPushes {

    private MemberPushes() {}

    /// A join or a leave, framed once for all who get it.
    static Frame frame(MemberChange change, ProtocolCodec codec) {
        return switch (codec) {
            case JsonCodec json
            when json.isUnidirectional() -> change.as(Framing.Slot.CLIENT_PUSH_JSON, made -> json.encode(push(made)));
            case JsonCodec json -> change.as(Framing.Slot.CLIENT_JSON, made -> json.encode(push(made)));
            case ProtobufCodec protobuf -> change.as(Framing.Slot.CLIENT_PROTOBUF, made -> protobuf.encode(push(made)));
        };
    }

    static Result.Presence presence(InboxMessage.Members members) {
        var presence = new LinkedHashMap<String, ClientInfo>();
        members.members().forEach(member -> presence.put(member.client(), info(member)));
        return new Result.Presence(presence);
    }

    private static Push push(MemberChange change) {
        var info = info(change.member());
        return Push.to(change.channel().name(), change.isJoin() ? new Push.Join(info) : new Push.Leave(info));
    }

    private static ClientInfo info(Member member) {
        return new ClientInfo(member.user(), member.client(), member.connectionInfo(), member.channelInfo());
    }
}
