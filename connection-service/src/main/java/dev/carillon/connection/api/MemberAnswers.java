package dev.carillon.connection.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Member;
import jakarta.ws.rs.core.Response;

/// Members of channels, as JSON.
final class MemberAnswers {

    private static final JsonMapper JSON = new JsonMapper();

    private MemberAnswers() {}

    static Response members(InboxMessage.Members members) {
        var answer = JSON.createObjectNode();
        var items = answer.putArray("items");
        members.members().forEach(member -> items.add(tree(member)));
        answer.put("clients", members.clients()).put("users", members.users()).put("complete", members.complete());
        return Response.ok(answer.toString()).build();
    }

    static Response counts(InboxMessage.MemberCounts counts) {
        var answer = JSON.createObjectNode().put("clients", counts.clients()).put("users", counts.users());
        return Response.ok(answer.toString()).build();
    }

    private static ObjectNode tree(Member member) {
        var tree = JSON.createObjectNode().put("user", member.user()).put("client", member.client());
        put(tree, "connectionInfo", member.connectionInfo());
        put(tree, "channelInfo", member.channelInfo());
        return tree;
    }

    /// Infos are JSON by contract; what is not is shown as text.
    private static void put(ObjectNode tree, String name, ByteString info) {
        if (info.isEmpty()) {
            return;
        }
        try {
            tree.set(name, JSON.readTree(info.toStringUtf8()));
        } catch (JsonProcessingException _) {
            tree.put(name, info.toStringUtf8());
        }
    }
}
