package dev.carillon.contract;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Inbox messages in Protobuf.
///
/// ```
/// InboxMessage  1 live  2 followed  3 tops  4 history page  5 answered  8 commands      exactly one
///               10 joined  11 left  12 members  13 member counts  14 rows ended  30 removed
/// in each of them:
///   1 epoch  2 channel  3 follow or query id, or incarnation  4 from or previous  5 up to  6 more  7 complete
///   8 entries  9 tops (map)  10 members  11 clients  12 users  13 command id  14 node  15 answer
///   16 session  17 commands  18 from  19 number  30 not kept  31 removed up to
///   32 log end
/// ```
public final class InboxCodec {

    private static final int LIVE = 1;
    private static final int FOLLOWED = 2;
    private static final int TOPS = 3;
    private static final int HISTORY_PAGE = 4;
    private static final int ANSWERED = 5;
    private static final int JOINED = 10;
    private static final int LEFT = 11;
    private static final int MEMBERS = 12;
    private static final int MEMBER_COUNTS = 13;
    private static final int ROWS_ENDED = 14;
    private static final int COMMANDS = 8;
    private static final int REMOVED = 30;

    private InboxCodec() {}

    /// The value of an inbox record. Encode once, send to every following node.
    public static byte[] encode(InboxMessage message) {
        return ProtobufFields.write(out -> {
                    switch (message) {
                        case InboxMessage.Live live -> out.writeBytes(LIVE, body(live));
                        case InboxMessage.Followed followed -> out.writeBytes(FOLLOWED, body(followed));
                        case InboxMessage.Tops tops -> out.writeBytes(TOPS, body(tops));
                        case InboxMessage.HistoryPage page -> out.writeBytes(HISTORY_PAGE, body(page));
                        case InboxMessage.Answered answered -> out.writeBytes(ANSWERED, body(answered));
                        case InboxMessage.Joined(var epoch, var channel, var member) ->
                            out.writeBytes(JOINED, body(epoch, channel, member));
                        case InboxMessage.Left(var epoch, var channel, var member) ->
                            out.writeBytes(LEFT, body(epoch, channel, member));
                        case InboxMessage.Members members -> out.writeBytes(MEMBERS, body(members));
                        case InboxMessage.MemberCounts counts -> out.writeBytes(MEMBER_COUNTS, body(counts));
                        case InboxMessage.RowsEnded ended -> out.writeBytes(ROWS_ENDED, body(ended));
                        case InboxMessage.Commands commands -> out.writeBytes(COMMANDS, body(commands));
                        case InboxMessage.Removed removed -> out.writeBytes(REMOVED, body(removed));
                    }
                })
                .toByteArray();
    }

    /// @throws IllegalArgumentException when `bytes` is no inbox message that this version knows
    public static InboxMessage decode(byte[] bytes) {
        var kind = new int[1];
        var fields = new Fields();
        ProtobufFields.read(CodedInputStream.newInstance(bytes), (field, tag, in) -> {
            switch (field) {
                case LIVE,
                        FOLLOWED,
                        TOPS,
                        HISTORY_PAGE,
                        ANSWERED,
                        JOINED,
                        LEFT,
                        MEMBERS,
                        MEMBER_COUNTS,
                        ROWS_ENDED,
                        COMMANDS,
                        REMOVED -> {
                    kind[0] = field;
                    ProtobufFields.read(in.readBytes().newCodedInput(), fields::read);
                }
                default -> in.skipField(tag);
            }
        });
        return switch (kind[0]) {
            case LIVE -> fields.live();
            case FOLLOWED -> fields.followed();
            case TOPS -> new InboxMessage.Tops(fields.epoch, fields.tops);
            case HISTORY_PAGE -> fields.historyPage();
            case ANSWERED -> new InboxMessage.Answered(fields.commandId, fields.node, fields.answer);
            case JOINED -> new InboxMessage.Joined(fields.epoch, new Channel(fields.channel), fields.member());
            case LEFT -> new InboxMessage.Left(fields.epoch, new Channel(fields.channel), fields.member());
            case MEMBERS -> fields.memberList();
            case MEMBER_COUNTS -> fields.memberCounts();
            case ROWS_ENDED -> new InboxMessage.RowsEnded(fields.epoch, fields.id);
            case COMMANDS -> new InboxMessage.Commands(fields.sender, fields.number, fields.session, fields.commands);
            case REMOVED ->
                new InboxMessage.Removed(fields.epoch, new Channel(fields.channel), fields.from, fields.removed);
            default -> throw new IllegalArgumentException("unknown kind of inbox message");
        };
    }

    private static ByteString body(InboxMessage.Live live) {
        return ProtobufFields.write(out -> {
            out.writeString(1, live.epoch());
            out.writeInt64(4, live.previous());
            out.writeBytes(8, EventCodec.entry(live.entry()));
            if (!live.kept()) {
                out.writeBool(30, true);
            }
        });
    }

    private static ByteString body(InboxMessage.Removed removed) {
        return ProtobufFields.write(out -> {
            out.writeString(1, removed.epoch());
            out.writeString(2, removed.channel().name());
            out.writeInt64(4, removed.previous());
            out.writeInt64(31, removed.offset());
        });
    }

    private static ByteString body(InboxMessage.Followed followed) {
        return ProtobufFields.write(out -> {
            out.writeString(1, followed.epoch());
            out.writeString(2, followed.channel().name());
            out.writeInt64(3, followed.followId());
            out.writeInt64(4, followed.from());
            out.writeInt64(5, followed.upTo());
            out.writeBool(6, followed.more());
            writeEntries(out, followed.entries());
            if (followed.removed() > 0) {
                out.writeInt64(31, followed.removed());
            }
            if (followed.logEnd() > 0) {
                out.writeInt64(32, followed.logEnd());
            }
            writePart(out, followed.part());
        });
    }

    private static void writePart(CodedOutputStream out, int part) throws IOException {
        if (part > 0) {
            out.writeInt32(33, part);
        }
    }

    private static ByteString body(InboxMessage.Tops tops) {
        return ProtobufFields.write(out -> {
            out.writeString(1, tops.epoch());
            for (var top : tops.tops().entrySet()) {
                out.writeBytes(9, ProtobufFields.write(pair -> {
                    pair.writeString(1, top.getKey().name());
                    pair.writeInt64(2, top.getValue());
                }));
            }
        });
    }

    private static ByteString body(InboxMessage.HistoryPage page) {
        return ProtobufFields.write(out -> {
            out.writeString(1, page.epoch());
            out.writeString(2, page.channel().name());
            out.writeInt64(3, page.queryId());
            out.writeInt64(5, page.upTo());
            out.writeBool(6, page.more());
            out.writeBool(7, page.complete());
            writeEntries(out, page.entries());
            writePart(out, page.part());
        });
    }

    private static ByteString body(InboxMessage.Answered answered) {
        return ProtobufFields.write(out -> {
            out.writeString(13, answered.commandId());
            out.writeString(14, answered.node());
            out.writeBytes(15, answered.answer());
        });
    }

    private static ByteString body(String epoch, Channel channel, Member member) {
        return ProtobufFields.write(out -> {
            out.writeString(1, epoch);
            out.writeString(2, channel.name());
            out.writeBytes(10, member.toBytes());
        });
    }

    private static ByteString body(InboxMessage.Members members) {
        return ProtobufFields.write(out -> {
            out.writeString(1, members.epoch());
            out.writeString(2, members.channel().name());
            out.writeInt64(3, members.queryId());
            out.writeBool(6, members.more());
            out.writeBool(7, members.complete());
            for (var member : members.members()) {
                out.writeBytes(10, member.toBytes());
            }
            out.writeInt64(11, members.clients());
            out.writeInt64(12, members.users());
            writePart(out, members.part());
        });
    }

    private static ByteString body(InboxMessage.MemberCounts counts) {
        return ProtobufFields.write(out -> {
            out.writeString(1, counts.epoch());
            out.writeString(2, counts.channel().name());
            out.writeInt64(3, counts.queryId());
            out.writeInt64(11, counts.clients());
            out.writeInt64(12, counts.users());
        });
    }

    private static ByteString body(InboxMessage.RowsEnded ended) {
        return ProtobufFields.write(out -> {
            out.writeString(1, ended.epoch());
            out.writeInt64(3, ended.incarnation());
        });
    }

    private static ByteString body(InboxMessage.Commands commands) {
        return ProtobufFields.write(out -> {
            out.writeString(16, commands.session());
            out.writeBytes(17, commands.commands());
            out.writeString(18, commands.from());
            out.writeInt64(19, commands.number());
        });
    }

    private static void writeEntries(CodedOutputStream out, List<LogEntry> entries) throws IOException {
        for (var entry : entries) {
            out.writeBytes(8, EventCodec.entry(entry));
        }
    }

    /// Collects the fields of one message. Confined to one call.
    private static final class Fields {
        private String epoch = "";
        private String channel = "";
        private long id;
        private long from;
        private long upTo;
        private boolean more;
        private boolean complete;
        private String commandId = "";
        private String node = "";
        private ByteString answer = ByteString.EMPTY;
        private String session = "";
        private ByteString commands = ByteString.EMPTY;
        private String sender = "";
        private long number;
        private final List<LogEntry> entries = new ArrayList<>();
        private final Map<Channel, Long> tops = new HashMap<>();
        private final List<Member> members = new ArrayList<>();
        private long clients;
        private long users;
        private boolean skipped;
        private long removed;
        private long logEnd;
        private int part;

        void read(int field, int tag, CodedInputStream in) throws IOException {
            switch (field) {
                case 1 -> epoch = in.readStringRequireUtf8();
                case 2 -> channel = in.readStringRequireUtf8();
                case 3 -> id = in.readInt64();
                case 4 -> from = in.readInt64();
                case 5 -> upTo = in.readInt64();
                case 6 -> more = in.readBool();
                case 7 -> complete = in.readBool();
                case 8 -> entries.add(EventCodec.entry(in.readBytes()));
                case 9 -> readTop(in.readBytes());
                case 13 -> commandId = in.readStringRequireUtf8();
                case 14 -> node = in.readStringRequireUtf8();
                case 15 -> answer = in.readBytes();
                case 10 -> members.add(Member.fromBytes(in.readBytes()));
                case 11 -> clients = in.readInt64();
                case 12 -> users = in.readInt64();
                case 16 -> session = in.readStringRequireUtf8();
                case 17 -> commands = in.readBytes();
                case 18 -> sender = in.readStringRequireUtf8();
                case 19 -> number = in.readInt64();
                case 30 -> skipped = in.readBool();
                case 31 -> removed = in.readInt64();
                case 32 -> logEnd = in.readInt64();
                case 33 -> part = in.readInt32();
                default -> in.skipField(tag);
            }
        }

        private void readTop(ByteString bytes) {
            var name = new String[1];
            var top = new long[1];
            ProtobufFields.read(bytes.newCodedInput(), (field, tag, in) -> {
                switch (field) {
                    case 1 -> name[0] = in.readStringRequireUtf8();
                    case 2 -> top[0] = in.readInt64();
                    default -> in.skipField(tag);
                }
            });
            tops.put(new Channel(name[0] == null ? "" : name[0]), top[0]);
        }

        InboxMessage live() {
            if (entries.size() != 1) {
                throw new IllegalArgumentException("a live message has one entry");
            }
            return new InboxMessage.Live(epoch, from, entries.getFirst(), !skipped);
        }

        InboxMessage followed() {
            return new InboxMessage.Followed(
                    epoch, new Channel(channel), id, from, upTo, more, entries, removed, logEnd, part);
        }

        InboxMessage historyPage() {
            return new InboxMessage.HistoryPage(epoch, new Channel(channel), id, complete, upTo, more, entries, part);
        }

        Member member() {
            if (members.size() != 1) {
                throw new IllegalArgumentException("a message about a member has one");
            }
            return members.getFirst();
        }

        InboxMessage memberList() {
            return new InboxMessage.Members(
                    epoch, new Channel(channel), id, clients, users, complete, more, members, part);
        }

        InboxMessage memberCounts() {
            return new InboxMessage.MemberCounts(epoch, new Channel(channel), id, clients, users);
        }
    }
}
