package dev.carillon.webhook.api;

import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import dev.carillon.kit.ProblemMapper;
import dev.carillon.kit.StateWriter.UnwrittenException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Says that Kafka is away, where a request needs it.
final class KafkaProblems {

    private static final Logger LOG = Logger.getLogger(KafkaProblems.class);
    private static final Duration WAIT = Duration.ofSeconds(5);

    @ServerExceptionMapper
    public Response unwritten(UnwrittenException unwritten) {
        LOG.warn("request is not written", unwritten);
        return unavailable("Kafka did not confirm the change; it may still be made");
    }

    @ServerExceptionMapper
    public Response unread(KafkaException unread) {
        LOG.warn("request is not read", unread);
        return unavailable("Kafka does not answer");
    }

    private static Response unavailable(String detail) {
        var problem = ProblemException.retryAfter(ProblemType.UNAVAILABLE, detail, WAIT);
        return Response.status(ProblemType.UNAVAILABLE.status())
                .header(HttpHeaders.CONTENT_TYPE, ProblemMapper.MEDIA_TYPE)
                .header(HttpHeaders.RETRY_AFTER, WAIT.toSeconds())
                .entity(ProblemMapper.toJson(problem))
                .build();
    }
}
