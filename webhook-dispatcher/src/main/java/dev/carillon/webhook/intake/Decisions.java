package dev.carillon.webhook.intake;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Topics;
import dev.carillon.webhook.attempt.Answer;
import dev.carillon.webhook.attempt.Tried;
import dev.carillon.webhook.cursor.Try;
import dev.carillon.webhook.decide.Decider;
import dev.carillon.webhook.decide.Outcome;
import dev.carillon.webhook.decide.Schedule;
import dev.carillon.webhook.decide.Tiers;
import dev.carillon.webhook.decide.Tiers.Tier;
import dev.carillon.webhook.decide.Verdict;
import dev.carillon.webhook.delivery.AttemptEntry;
import dev.carillon.webhook.delivery.AttemptEntry.Result;
import dev.carillon.webhook.delivery.AttemptRecords;
import dev.carillon.webhook.delivery.DeadReason;
import dev.carillon.webhook.delivery.Delivery;
import dev.carillon.webhook.delivery.DeliveryRecords;
import dev.carillon.webhook.delivery.Lane;
import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.delivery.Source;
import dev.carillon.webhook.delivery.Task;
import dev.carillon.webhook.endpoint.Finding;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Turns what happened to an input record into the records that say so. Knows no clock and no I/O: the same
/// happenings make the same records.
final class Decisions {

    /// Until what was found out about an endpoint is followed up, and the table of endpoints shows it here.
    private static final Duration SEEN_AFTER = Duration.ofSeconds(3);

    private final Tiers tiers;
    private final Schedule schedule;

    /// @param schedule for endpoints without one
    Decisions(Tiers tiers, Schedule schedule) {
        this.tiers = tiers;
        this.schedule = schedule;
    }

    /// What follows from an attempt.
    ///
    /// @param next the next attempt, when the delivery waits for it in memory; else null
    record Followed(Decision decision, @Nullable Task next, Result result) {}

    /// @param chance between 0 and 1: how much jitter to add
    /// @param mayHold whether memory has room for deliveries that wait
    Followed tried(Tried tried, double chance, boolean mayHold, Instant now) {
        var endpoint = tried.endpoint();
        return switch (verdict(tried, endpoint, chance)) {
            case Verdict.Done _ -> end(tried, Result.DELIVERED, List.of(), now);
            case Verdict.Cancel _ -> end(tried, Result.CANCELLED, List.of(), now);
            case Verdict.GiveUp(var reason, boolean disable) -> giveUp(tried, reason, disable, now);
            case Verdict.Again(var delay) -> again(tried, delay, mayHold, now);
        };
    }

    /// Put off without an attempt.
    ///
    /// @param due not to be attempted before
    /// @param moves how often it was put off for want of room, this time included
    Decision moved(Task task, Tier tier, Instant due, int moves, Instant now) {
        var delivery = task.delivery();
        var retry = DeliveryRecords.retry(tier.topic(), delivery, delivery.attempt(), due, moves, 0, now);
        var entry = entry(delivery, Result.MOVED, 0, "put off", now, Duration.ZERO, "", due, null);
        return decision(task, List.of(AttemptRecords.write(entry, now), retry), true);
    }

    /// What follows from the failure of the first delivery of an ordered endpoint: it stays the first.
    ///
    /// @param tried how far it is now
    /// @param pause how long the endpoint is not attempted in any case, or null
    record Stays(Decision decision, Try tried, @Nullable Instant pause) {}

    /// What follows from an attempt at an ordered endpoint, or null when that is what follows for any other:
    /// it has the delivery, or nobody wants it, or it is given up and the next one follows.
    ///
    /// @param current the endpoint as it is now, or null when there is none any more
    @Nullable
    Stays ordered(Tried tried, @Nullable Endpoint current, double chance, Instant now) {
        var endpoint = tried.endpoint() == null ? current : tried.endpoint();
        if (endpoint == null || current == null) {
            return null;
        }
        var delivery = tried.task().delivery();
        return switch (verdict(tried, endpoint, chance)) {
            case Verdict.Done _, Verdict.Cancel _ -> null;
            case Verdict.Again(var delay) -> {
                var due = now.plus(delay);
                var firstAt = delivery.firstAt() == null ? tried.answer().at() : delivery.firstAt();
                var records = List.of(AttemptRecords.write(entry(tried, Result.FAILED, due, null), now));
                yield new Stays(
                        decision(tried.task(), records, true), new Try(delivery.attempt() + 1, due, firstAt), null);
            }
            case Verdict.GiveUp giveUp -> {
                boolean disable = giveUp.disable();
                boolean isPaused = endpoint.settings().onHeadExhausted() == Endpoint.OnHeadExhausted.PAUSE;
                yield disable || isPaused ? stop(tried, current, disable ? "gone" : "head-exhausted", now) : null;
            }
        };
    }

    private Verdict verdict(Tried tried, @Nullable Endpoint endpoint, double chance) {
        var own = endpoint == null ? null : endpoint.settings().schedule();
        var giveUpOn =
                endpoint == null ? Set.<Integer>of() : endpoint.settings().giveUpOn();
        return Decider.after(
                tried.answer().outcome(),
                tried.task().delivery().attempt(),
                own == null ? schedule : new Schedule(own),
                giveUpOn,
                chance);
    }

    /// The endpoint is disabled, and its first delivery begins anew when it is enabled.
    private static Stays stop(Tried tried, Endpoint current, String reason, Instant now) {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        records.add(AttemptRecords.write(entry(tried, Result.PAUSED, null, null), now));
        if (current.state().enabled()) {
            records.add(Finding.hopeless(current, reason, now)
                    .record(tried.task().ownership().partition()));
        }
        return new Stays(decision(tried.task(), records, true), Try.FIRST, now.plus(SEEN_AFTER));
    }

    /// An endpoint is disabled, besides what was decided about the task.
    Decision disabled(Task task, Endpoint endpoint, String reason, Instant now) {
        return found(task, Finding.hopeless(endpoint, reason, now));
    }

    /// An endpoint fails, besides what was decided about the task.
    Decision failing(Task task, Endpoint endpoint, Instant now) {
        return found(task, Finding.failing(endpoint, now));
    }

    private static Decision found(Task task, Finding finding) {
        var records = List.of(finding.record(task.ownership().partition()));
        return new Decision(task.ownership(), task.delivery().source(), records, false, 0);
    }

    /// Deliveries of an endpoint were deleted by Kafka before they were made.
    ///
    /// @param from the first offset
    /// @param to the offset after the last
    Decision expired(Ownership ownership, String endpoint, long from, long to, Instant now) {
        var source = new Source(Topics.DELIVERY_WEBHOOK, ownership.partition(), from);
        var record = AttemptRecords.expired(source, endpoint, to, now);
        return new Decision(ownership, source, List.of(record), false, 0);
    }

    /// A delivery from a retry topic waits behind the cursor of its endpoint from now on.
    Decision parked(Task task, Instant now) {
        var entry = entry(task.delivery(), Result.MOVED, 0, "behind its endpoint", now, Duration.ZERO, "", null, null);
        return decision(task, List.of(AttemptRecords.write(entry, now)), true);
    }

    /// A delivery that fanout wrote before. It is not decided by this, but passed over.
    Decision repeated(Task task, Instant now) {
        var entry = entry(task.delivery(), Result.REPEATED, 0, "", now, Duration.ZERO, "", null, null);
        return decision(task, List.of(AttemptRecords.write(entry, now)), false);
    }

    /// A record that nobody can read.
    Decision unreadable(ConsumerRecord<byte[], byte[]> record, Ownership ownership, int size, String why, Instant now) {
        var source = Source.of(record);
        var endpoint = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        var entry = new AttemptEntry(
                source,
                endpoint,
                "",
                "",
                "",
                Lane.FRESH,
                null,
                0,
                Result.DEAD,
                0,
                why,
                now,
                Duration.ZERO,
                "",
                null,
                null);
        var dead = DeliveryRecords.dead(record, DeadReason.UNREADABLE, 0, why, now);
        return new Decision(ownership, source, List.of(AttemptRecords.write(entry, now), dead), true, size);
    }

    private Followed giveUp(Tried tried, DeadReason reason, boolean disable, Instant now) {
        var delivery = tried.task().delivery();
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        records.add(DeliveryRecords.dead(delivery.record(), reason, delivery.attempt(), detail(tried.answer()), now));
        var endpoint = tried.endpoint();
        if (disable && endpoint != null) {
            var finding = Finding.hopeless(endpoint, reason.text(), now);
            records.add(finding.record(tried.task().ownership().partition()));
        }
        return end(tried, Result.FAILED, records, now);
    }

    private Followed again(Tried tried, Duration delay, boolean mayHold, Instant now) {
        var delivery = tried.task().delivery();
        var due = now.plus(delay);
        var firstAt = delivery.firstAt() == null ? tried.answer().at() : delivery.firstAt();
        int next = delivery.attempt() + 1;
        var tier =
                switch (tiers.choose(delay)) {
                    case Tiers.Wait.In(var chosen) -> chosen;
                    case Tiers.Wait.Hold _, Tiers.Wait.None _ -> mayHold ? null : tiers.forOverflow(0);
                };
        var later = delivery.again(next, due, firstAt);
        if (tier == null) {
            var entry = entry(tried, Result.FAILED, due, due);
            var decision = decision(tried.task(), List.of(AttemptRecords.write(entry, now)), false);
            return new Followed(decision, new Task(later, tried.task().ownership()), Result.FAILED);
        }
        long revision = revision(tried.endpoint());
        var retry = DeliveryRecords.retry(tier.topic(), later, next, due, delivery.moves(), revision, now);
        var entry = entry(tried, Result.FAILED, due, null);
        var decision = decision(tried.task(), List.of(AttemptRecords.write(entry, now), retry), true);
        return new Followed(decision, null, Result.FAILED);
    }

    private static Followed end(Tried tried, Result result, List<ProducerRecord<byte[], byte[]>> more, Instant now) {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        records.add(AttemptRecords.write(entry(tried, result, null, null), now));
        records.addAll(more);
        return new Followed(decision(tried.task(), records, true), null, result);
    }

    private static Decision decision(Task task, List<ProducerRecord<byte[], byte[]>> records, boolean isFinal) {
        var delivery = task.delivery();
        var marked = records.stream()
                .map(record -> DeliveryRecords.from(delivery, record))
                .toList();
        return new Decision(task.ownership(), delivery.source(), marked, isFinal, delivery.size());
    }

    private static AttemptEntry entry(Tried tried, Result result, @Nullable Instant next, @Nullable Instant openUntil) {
        var answer = tried.answer();
        return entry(
                tried.task().delivery(),
                result,
                answer.status(),
                detail(answer),
                answer.at(),
                answer.took(),
                answer.body(),
                next,
                openUntil);
    }

    private static AttemptEntry entry(
            Delivery delivery,
            Result result,
            int status,
            String detail,
            Instant at,
            Duration took,
            String body,
            @Nullable Instant next,
            @Nullable Instant openUntil) {
        var event = delivery.event();
        return new AttemptEntry(
                delivery.source(),
                delivery.endpoint(),
                event.id().value(),
                event.channel().name(),
                event.type(),
                delivery.lane(),
                delivery.mark(),
                delivery.attempt(),
                result,
                status,
                detail,
                at,
                took,
                body,
                next,
                openUntil);
    }

    /// For people; empty when all is well.
    private static String detail(Answer answer) {
        return switch (answer.outcome()) {
            case Outcome.Accepted _ -> "";
            case Outcome.Refused refused
            when refused.status() / 100 == 3 -> "answered " + refused.status() + "; redirects are not followed";
            case Outcome.Refused refused -> "answered " + refused.status();
            case Outcome.Unreachable(var fault, var detail) -> fault.text() + ": " + detail;
            case Outcome.Deleted _ -> "the endpoint was deleted";
            case Outcome.Withdrawn _ -> "an operator cancelled it";
            case Outcome.Disabled _ -> "the endpoint is disabled";
            case Outcome.Unverified _ -> "the endpoint is not verified";
        };
    }

    private static long revision(@Nullable Endpoint endpoint) {
        return endpoint == null ? 0 : endpoint.state().revision();
    }
}
