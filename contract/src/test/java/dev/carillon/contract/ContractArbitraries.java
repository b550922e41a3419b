package dev.carillon.contract;

import com.google.protobuf.ByteString;
import java.time.Instant;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/// Random values of the contract's types, for properties.
final class ContractArbitraries {

    private ContractArbitraries() {}

    static Arbitrary<Channel> channels() {
        return Arbitraries.strings()
                .withCharRange(' ', '~')
                .ofMinLength(1)
                .ofMaxLength(40)
                .map(Channel::new);
    }

    static Arbitrary<Position> positions() {
        var epochs = Arbitraries.strings().alpha().numeric().ofLength(8);
        return Combinators.combine(epochs, Arbitraries.longs().between(0, Long.MAX_VALUE))
                .as(Position::new);
    }

    static Arbitrary<ByteString> data() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(200).map(ByteString::copyFrom);
    }

    static Arbitrary<Publisher> publishers() {
        return Combinators.combine(texts(), texts(), data(), data()).as(Publisher::new);
    }

    static Arbitrary<Member> members() {
        return Combinators.combine(texts(), texts().map(text -> text.replace("\n", "")), data(), data())
                .as(Member::new);
    }

    static Arbitrary<LogEntry> entries() {
        return Combinators.combine(Arbitraries.longs().between(1, Long.MAX_VALUE), events())
                .as(LogEntry::new);
    }

    private static Arbitrary<Event> events() {
        var ids = Arbitraries.strings()
                .withCharRange('!', '~')
                .ofMinLength(1)
                .ofMaxLength(50)
                .map(Event.Id::new);
        var times = Combinators.combine(
                        Arbitraries.longs().between(-62_135_596_800L, 253_402_300_799L),
                        Arbitraries.integers().between(0, 999_999_999))
                .as((seconds, nanos) -> Instant.ofEpochSecond(seconds, nanos));
        var tags = Arbitraries.maps(texts(), texts()).ofMaxSize(4);
        return Combinators.combine(
                        ids,
                        texts().filter(text -> !text.isEmpty()),
                        times,
                        channels(),
                        texts(),
                        data(),
                        tags,
                        publishers().injectNull(0.5))
                .as((id, type, time, channel, contentType, data, labels, publisher) ->
                        new Event(id, type, "/test", time, channel, contentType, data, labels, publisher));
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.strings().withCharRange(' ', '\uD7FF').ofMaxLength(20);
    }
}
