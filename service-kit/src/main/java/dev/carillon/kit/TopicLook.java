package dev.carillon.kit;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Which topics there are, and which of that name: one that was deleted and made anew has another id.
public final class TopicLook {

    private TopicLook() {}

    /// Waits: for virtual threads.
    ///
    /// @return those that are there, by name
    /// @throws ExecutionException when Kafka does not say
    /// @throws TimeoutException when it does not answer in time
    public static Map<String, TopicDescription> at(Admin admin, Collection<String> names, Duration patience)
            throws InterruptedException, ExecutionException, TimeoutException {
        var there = new HashMap<String, TopicDescription>();
        for (var topic : admin.describeTopics(names).topicNameValues().entrySet()) {
            try {
                there.put(topic.getKey(), topic.getValue().get(patience.toSeconds(), TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return there;
    }
}
