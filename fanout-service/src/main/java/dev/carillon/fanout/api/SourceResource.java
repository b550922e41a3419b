package dev.carillon.fanout.api;

import dev.carillon.fanout.own.FanoutService;
import dev.carillon.fanout.source.SourceView;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/// The topics of others that this instance reads.
@Path("/v1/sources")
@Produces(MediaType.APPLICATION_JSON)
public final class SourceResource {

    /// The sources of this instance.
    public record SourceList(List<SourceView> items) {}

    private final FanoutService service;

    SourceResource(FanoutService service) {
        this.service = service;
    }

    @GET
    public SourceList list() {
        return new SourceList(
                service.sources().orElseThrow(PartitionResource::notNow).views());
    }
}
