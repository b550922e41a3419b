package dev.carillon.contract.client;

import static dev.carillon.contract.client.Field.code;
import static dev.carillon.contract.client.Field.flag;
import static dev.carillon.contract.client.Field.int64;
import static dev.carillon.contract.client.Field.many;
import static dev.carillon.contract.client.Field.one;
import static dev.carillon.contract.client.Field.raw;
import static dev.carillon.contract.client.Field.text;
import static dev.carillon.contract.client.Field.textMap;
import static dev.carillon.contract.client.Field.texts;
import static dev.carillon.contract.client.Field.uint32;
import static dev.carillon.contract.client.Field.uint64;

/// The wire form of what commands, results and pushes are made of.
final class SharedSchema {
    static final Message<ReplyError> ERROR = Message.<ReplyError>of(
            v -> new ReplyError(v.integer(1), v.text(2), v.flag(3)),
            code(1, "code", ReplyError::code),
            text(2, "message", ReplyError::message),
            flag(3, "temporary", ReplyError::temporary));

    static final Message<StreamPosition> POSITION = Message.<StreamPosition>of(
            v -> new StreamPosition(v.whole(1), v.text(2)),
            uint64(1, "offset", StreamPosition::offset),
            text(2, "epoch", StreamPosition::epoch));

    static final Message<ClientInfo> CLIENT_INFO = Message.<ClientInfo>of(
            v -> new ClientInfo(v.text(1), v.text(2), v.raw(3), v.raw(4)),
            text(1, "user", ClientInfo::user).shownAlways(),
            text(2, "client", ClientInfo::client).shownAlways(),
            raw(3, "conn_info", ClientInfo::connInfo),
            raw(4, "chan_info", ClientInfo::chanInfo));

    static final Message<Publication> PUBLICATION = Message.<Publication>of(
            v -> new Publication(
                    v.raw(4),
                    v.one(5, ClientInfo.class),
                    v.whole(6),
                    v.map(7, String.class),
                    v.flag(8),
                    v.whole(9),
                    v.text(10)),
            raw(4, "data", Publication::data),
            one(5, "info", Publication::info, CLIENT_INFO),
            uint64(6, "offset", Publication::offset),
            textMap(7, "tags", Publication::tags),
            flag(8, "delta", Publication::delta),
            int64(9, "time", Publication::time),
            text(10, "channel", Publication::channel));

    static final Message<FilterNode> FILTER = Message.<FilterNode>of(
            v -> new FilterNode(
                    v.text(1), v.text(2), v.text(3), v.text(4), v.list(5, String.class), v.list(6, FilterNode.class)),
            text(1, "op", FilterNode::op),
            text(2, "key", FilterNode::key),
            text(3, "cmp", FilterNode::cmp),
            text(4, "val", FilterNode::val),
            texts(5, "vals", FilterNode::vals),
            many(6, "nodes", FilterNode::nodes, () -> SharedSchema.FILTER));

    static final Message<Dictionary> DICTIONARY = Message.<Dictionary>of(
            v -> new Dictionary(v.text(1), v.raw(2), v.text(3)),
            text(1, "id", Dictionary::id),
            raw(2, "data", Dictionary::data),
            text(3, "data_b64", Dictionary::dataB64));

    static final Message<Result.Subscribe> SUBSCRIPTION = Message.<Result.Subscribe>of(
            v -> new Result.Subscribe(
                    new Expiry(v.flag(1), v.whole(2)),
                    v.flag(3),
                    v.flag(10),
                    new StreamPosition(v.whole(9), v.text(6)),
                    v.list(7, Publication.class),
                    v.flag(12),
                    v.flag(8),
                    v.raw(11),
                    v.flag(13),
                    v.whole(14)),
            flag(1, "expires", s -> s.expiry().expires()),
            uint32(2, "ttl", s -> s.expiry().ttl()),
            flag(3, "recoverable", Result.Subscribe::recoverable),
            text(6, "epoch", s -> s.position().epoch()),
            many(7, "publications", Result.Subscribe::publications, () -> PUBLICATION),
            flag(8, "recovered", Result.Subscribe::recovered),
            uint64(9, "offset", s -> s.position().offset()),
            flag(10, "positioned", Result.Subscribe::positioned),
            raw(11, "data", Result.Subscribe::data),
            flag(12, "was_recovering", Result.Subscribe::wasRecovering),
            flag(13, "delta", Result.Subscribe::delta),
            int64(14, "id", Result.Subscribe::id));

    private SharedSchema() {}
}
