package dev.carillon.contract.client;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;

/// Any message of the protocol, for properties. Payloads are JSON in the form in which a frame carries it, so
/// that both codecs give back exactly what they got.
final class Generators extends DomainContextBase {
    @Provide
    Arbitrary<Command> commands() {
        return Arbitraries.oneOf(
                Combinators.combine(ids(), answered()).as(Command::new),
                Combinators.combine(
                                Arbitraries.oneOf(Arbitraries.just(0L), ids()),
                                payloads().map(Method.Send::new))
                        .as(Command::new),
                Arbitraries.just(Command.pong()));
    }

    @Provide
    Arbitrary<Reply> replies() {
        return Arbitraries.oneOf(
                Combinators.combine(ids(), results()).as(Reply.Success::new),
                Combinators.combine(ids(), errors()).as(Reply.Failure::new),
                Combinators.combine(anyLongs(), texts(), bodies()).as(Push::new),
                Arbitraries.just(new Reply.Ping()));
    }

    private static Arbitrary<Method> answered() {
        return Arbitraries.oneOf(
                connects(),
                subscribes(),
                texts().map(Method.Unsubscribe::new),
                Combinators.combine(texts(), payloads(), anyInts()).as(Method.Publish::new),
                texts().map(Method.Presence::new),
                texts().map(Method.PresenceStats::new),
                Combinators.combine(texts(), anyInts(), positions().injectNull(0.5), flags())
                        .as(Method.History::new),
                Arbitraries.just(new Method.Ping()),
                Combinators.combine(texts(), payloads()).as(Method.Rpc::new),
                texts().map(Method.Refresh::new),
                Combinators.combine(texts(), texts(), anyInts()).as(Method.SubRefresh::new));
    }

    private static Arbitrary<Method.Connect> connects() {
        return Combinators.combine(
                        texts(), payloads(), maps(subscribes()), texts(), texts(), maps(texts()), anyLongs(), texts())
                .as((token, data, subs, name, version, headers, flag, last) ->
                        new Method.Connect(token, data, subs, name, version, headers, flag, last, name + last));
    }

    private static Arbitrary<Method.Subscribe> subscribes() {
        var booleans = flags().list().ofSize(4);
        return Combinators.combine(
                        texts(),
                        texts(),
                        positions(),
                        payloads(),
                        booleans,
                        filters(3).injectNull(0.5),
                        anyLongs(),
                        anyInts())
                .as((channel, token, since, data, bits, filter, flag, type) -> new Method.Subscribe(
                        channel,
                        token,
                        bits.get(0),
                        since,
                        data,
                        bits.get(1),
                        bits.get(2),
                        bits.get(3),
                        token + channel,
                        filter,
                        flag,
                        type));
    }

    private static Arbitrary<FilterNode> filters(int depth) {
        var nodes = depth == 0
                ? Arbitraries.just(List.<FilterNode>of())
                : Arbitraries.lazy(() -> filters(depth - 1)).list().ofMaxSize(2);
        return Combinators.combine(
                        texts(), texts(), texts(), texts(), texts().list().ofMaxSize(3), nodes)
                .as(FilterNode::new);
    }

    private static Arbitrary<Result> results() {
        return Arbitraries.oneOf(
                connected(),
                subscribed(),
                Arbitraries.of(new Result.Unsubscribe(), new Result.Publish(), new Result.Ping()),
                maps(clients()).map(Result.Presence::new),
                Combinators.combine(uint32s(), uint32s()).as(Result.PresenceStats::new),
                Combinators.combine(publications().list().ofMaxSize(3), positions())
                        .as(Result.History::new),
                payloads().map(Result.Rpc::new),
                Combinators.combine(texts(), texts(), expiries()).as(Result.Refresh::new),
                expiries().map(Result.SubRefresh::new));
    }

    private static Arbitrary<Result.Connect> connected() {
        var dictionaries = Combinators.combine(texts(), payloads(), texts())
                .as(Dictionary::new)
                .injectNull(0.5);
        return Combinators.combine(
                        texts(),
                        expiries(),
                        payloads(),
                        maps(subscribed()),
                        uint32s(),
                        flags(),
                        anyLongs(),
                        dictionaries)
                .as((text, expiry, data, subs, ping, pong, time, dictionary) -> new Result.Connect(
                        text, text + "v", expiry, data, subs, ping, pong, "s" + text, "", time, -time, dictionary));
    }

    private static Arbitrary<Result.Subscribe> subscribed() {
        var booleans = flags().list().ofSize(5);
        var missed = publications().list().ofMaxSize(3);
        return Combinators.combine(expiries(), booleans, positions(), missed, payloads(), anyLongs())
                .as((expiry, bits, position, publications, data, id) -> new Result.Subscribe(
                        expiry,
                        bits.get(0),
                        bits.get(1),
                        position,
                        publications,
                        bits.get(2),
                        bits.get(3),
                        data,
                        bits.get(4),
                        id));
    }

    private static Arbitrary<Push.Body> bodies() {
        return Arbitraries.oneOf(
                publications().map(Push.Pub::new),
                clients().injectNull(0.2).map(Push.Join::new),
                clients().injectNull(0.2).map(Push.Leave::new),
                Combinators.combine(codes(), texts()).as(Push.Unsubscribe::new),
                payloads().map(Push.Message::new),
                Combinators.combine(flags(), flags(), positions(), payloads()).as(Push.Subscribe::new),
                Combinators.combine(texts(), expiries(), payloads(), maps(subscribed()), uint32s(), flags(), anyLongs())
                        .as((text, expiry, data, subs, ping, pong, time) ->
                                new Push.Connect(text, "", expiry, data, subs, ping, pong, "s" + text, "n", time)),
                Combinators.combine(codes(), texts(), flags()).as(Push.Disconnect::new),
                expiries().map(Push.Refresh::new));
    }

    private static Arbitrary<Publication> publications() {
        return Combinators.combine(
                        payloads(), clients().injectNull(0.5), offsets(), maps(texts()), flags(), anyLongs(), texts())
                .as(Publication::new);
    }

    private static Arbitrary<ClientInfo> clients() {
        return Combinators.combine(texts(), texts(), payloads(), payloads()).as(ClientInfo::new);
    }

    private static Arbitrary<ReplyError> errors() {
        return Combinators.combine(codes(), texts(), flags()).as(ReplyError::new);
    }

    private static Arbitrary<StreamPosition> positions() {
        return Combinators.combine(offsets(), texts()).as(StreamPosition::new);
    }

    private static Arbitrary<Expiry> expiries() {
        return Combinators.combine(flags(), uint32s()).as(Expiry::new);
    }

    private static <V> Arbitrary<Map<String, V>> maps(Arbitrary<V> values) {
        return Arbitraries.maps(texts(), values).ofMaxSize(3);
    }

    private static Arbitrary<Long> ids() {
        return Arbitraries.longs().between(1, Limits.UINT32);
    }

    private static Arbitrary<Long> uint32s() {
        return Arbitraries.longs().between(0, Limits.UINT32);
    }

    private static Arbitrary<Long> offsets() {
        return Arbitraries.longs().greaterOrEqual(0);
    }

    private static Arbitrary<Long> anyLongs() {
        return Arbitraries.longs();
    }

    private static Arbitrary<Integer> anyInts() {
        return Arbitraries.integers();
    }

    private static Arbitrary<Integer> codes() {
        return Arbitraries.integers().greaterOrEqual(0);
    }

    private static Arbitrary<Boolean> flags() {
        return Arbitraries.of(true, false);
    }

    /// Whole characters of all of Unicode, with what JSON has to escape among them.
    static Arbitrary<String> texts() {
        var any = Arbitraries.integers()
                .between(0, Character.MAX_CODE_POINT)
                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE);
        var awkward =
                Arbitraries.of('"', '\\', '\n', '\r', '\u2028', '\0', '/', 'a').map(c -> (int) c);
        return Arbitraries.oneOf(any, awkward).list().ofMaxSize(8).map(points -> points.stream()
                .map(Character::toString)
                .reduce("", String::concat));
    }

    /// JSON without line breaks, or nothing.
    static Arbitrary<ByteString> payloads() {
        return Arbitraries.oneOf(Arbitraries.just(""), json(3)).map(ByteString::copyFromUtf8);
    }

    private static Arbitrary<String> json(int depth) {
        var leaves = Arbitraries.oneOf(
                Arbitraries.of("null", "true", "false", "{}", "[ ]", "-0", "1e9", "-12.50E+3", "12345678901234567890"),
                texts().map(Generators::quoted));
        if (depth == 0) {
            return leaves;
        }
        Arbitrary<String> inner = Arbitraries.lazy(() -> json(depth - 1));
        return Arbitraries.oneOf(
                leaves,
                inner.list().ofMaxSize(3).map(list -> "[" + String.join(" , ", list) + "]"),
                Combinators.combine(texts(), inner).as((key, value) -> "{" + quoted(key) + " :\t" + value + " }"));
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
