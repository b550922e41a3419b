package dev.carillon.fanout.api;

import dev.carillon.contract.ProblemType;
import dev.carillon.fanout.own.ChannelRow;
import dev.carillon.fanout.own.FanoutService;
import dev.carillon.kit.ProblemException;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/// The channels that this instance knows, by name.
@Path("/v1/channels")
@Produces(MediaType.APPLICATION_JSON)
public final class ChannelsResource {

    private static final int PATIENCE_SECONDS = 5;
    private static final int LONGEST = 1000;

    /// A page of channels.
    ///
    /// @param next the name after which the next page begins; empty on the last one
    public record ChannelPage(List<ChannelRow> items, String next) {}

    private final FanoutService service;

    ChannelsResource(FanoutService service) {
        this.service = service;
    }

    /// @param prefix what the names begin with
    /// @param after the last name of the page before
    @GET
    public CompletionStage<ChannelPage> list(
            @QueryParam("prefix") @DefaultValue("") String prefix,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        if (limit < 1 || limit > LONGEST) {
            throw ProblemException.of(ProblemType.BAD_REQUEST, "limit must be from 1 to " + LONGEST);
        }
        return PartitionResource.running(service)
                .channels(prefix, after, limit)
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .handle((rows, fault) -> {
                    if (fault != null) {
                        throw PartitionResource.notNow();
                    }
                    var next = rows.size() < limit ? "" : rows.getLast().channel();
                    return new ChannelPage(rows, next);
                });
    }
}
