package dev.carillon.fanout.api;

import dev.carillon.contract.ProblemType;
import dev.carillon.fanout.own.Engine;
import dev.carillon.fanout.own.FanoutService;
import dev.carillon.fanout.own.PartitionView;
import dev.carillon.kit.ProblemException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/// The partitions that this instance owns.
@Path("/v1/partitions")
@Produces(MediaType.APPLICATION_JSON)
public final class PartitionResource {

    private static final int PATIENCE_SECONDS = 5;

    /// The partitions of this instance.
    public record PartitionList(List<PartitionView> items) {}

    private final FanoutService service;

    PartitionResource(FanoutService service) {
        this.service = service;
    }

    @GET
    public CompletionStage<PartitionList> list() {
        return running(service)
                .partitions()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .handle((views, fault) -> {
                    if (fault != null) {
                        throw notNow();
                    }
                    return new PartitionList(views);
                });
    }

    static Engine running(FanoutService service) {
        return service.engine().orElseThrow(PartitionResource::notNow);
    }

    static ProblemException notNow() {
        return ProblemException.of(ProblemType.UNAVAILABLE, "this instance is not a member of the group at the moment");
    }
}
