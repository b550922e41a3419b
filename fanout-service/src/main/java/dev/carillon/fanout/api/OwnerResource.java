package dev.carillon.fanout.api;

import dev.carillon.fanout.own.FanoutService;
import dev.carillon.fanout.own.OwnerView;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/// Who owns which partition, among all instances.
@Path("/v1/owners")
@Produces(MediaType.APPLICATION_JSON)
public final class OwnerResource {

    private static final int PATIENCE_SECONDS = 5;

    /// Every partition of the log.
    public record OwnerList(List<OwnerView> items) {}

    private final FanoutService service;

    OwnerResource(FanoutService service) {
        this.service = service;
    }

    @GET
    public CompletionStage<OwnerList> list() {
        return PartitionResource.running(service)
                .owners()
                .toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .handle((views, fault) -> {
                    if (fault != null) {
                        throw PartitionResource.notNow();
                    }
                    return new OwnerList(views);
                });
    }
}
