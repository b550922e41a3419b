package dev.carillon.fanout.api;

import dev.carillon.contract.Channel;
import dev.carillon.contract.ProblemType;
import dev.carillon.fanout.own.ChannelView;
import dev.carillon.fanout.own.FanoutService;
import dev.carillon.kit.ProblemException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/// What this instance knows about a channel that it owns.
@Path("/v1/channels/{channel}")
@Produces(MediaType.APPLICATION_JSON)
public final class ChannelResource {

    private static final int PATIENCE_SECONDS = 5;

    private final FanoutService service;

    ChannelResource(FanoutService service) {
        this.service = service;
    }

    @GET
    public CompletionStage<ChannelView> get(@PathParam("channel") String name) {
        var fault = Channel.fault(name);
        if (!fault.isEmpty()) {
            throw ProblemException.of(ProblemType.INVALID_CHANNEL, fault);
        }
        return PartitionResource.running(service)
                .channel(new Channel(name))
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .handle((view, broken) -> {
                    if (broken != null) {
                        throw PartitionResource.notNow();
                    }
                    return view.orElseThrow(() -> ProblemException.of(
                            ProblemType.NOT_FOUND, "this instance does not own the channel: ask the others"));
                });
    }
}
