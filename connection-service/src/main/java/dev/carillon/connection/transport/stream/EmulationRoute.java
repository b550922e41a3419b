package dev.carillon.connection.transport.stream;

import com.google.protobuf.ByteString;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.bound.Bounds;
import dev.carillon.connection.cluster.Nodes;
import dev.carillon.connection.node.NodeIdentity;
import dev.carillon.connection.node.Switchboard;
import dev.carillon.contract.ProblemType;
import dev.carillon.contract.client.EmulationRequest;
import dev.carillon.contract.client.MalformedFrameException;
import dev.carillon.kit.ProblemException;
import dev.carillon.kit.ProblemMapper;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/// `POST /emulation`: commands for a session of [SessionStreams], on whatever node.
///
/// A session of this node gets them at once, one of another node through that node's inbox. 204 says that they
/// are on their way in the order in which they came; 404 that there is no such node, or no such session here.
/// What the session says to them comes in its stream.
///
/// Runs on event loops and never blocks.
@Singleton
final class EmulationRoute {

    private final NodeIdentity identity;
    private final Nodes nodes;
    private final Switchboard switchboard;
    private final NodeMail mail;
    private final Vertx vertx;
    private final RequestBody.Allowed allowed;

    EmulationRoute(
            NodeIdentity identity,
            Nodes nodes,
            Switchboard switchboard,
            NodeMail mail,
            Vertx vertx,
            Bounds bounds,
            ConnectionConfig config) {
        this.identity = identity;
        this.nodes = nodes;
        this.switchboard = switchboard;
        this.mail = mail;
        this.vertx = vertx;
        this.allowed = new RequestBody.Allowed(config.maxFrame().asLongValue(), config.connectTimeout(), bounds);
    }

    void register(@Observes Router router) {
        router.route("/emulation").handler(this::handle);
    }

    private void handle(RoutingContext request) {
        if (!request.request().method().equals(HttpMethod.POST)) {
            request.response().putHeader("Allow", "POST");
            ProblemMapper.end(
                    request, ProblemException.of(ProblemType.METHOD_NOT_ALLOWED, "commands are sent with POST"));
            return;
        }
        RequestBody.read(
                vertx,
                request.request(),
                allowed,
                new RequestBody.Outcome(body -> accept(request, body), problem -> ProblemMapper.end(request, problem)));
    }

    private void accept(RoutingContext request, ByteString body) {
        try {
            route(request, parse(request, body));
        } catch (MalformedFrameException e) {
            ProblemMapper.end(
                    request,
                    ProblemException.of(ProblemType.BAD_REQUEST, "the body must have a session, its node, and data"));
        }
    }

    private static EmulationRequest parse(RoutingContext request, ByteString body) {
        return SessionStreams.isProtobuf(request)
                ? EmulationRequest.fromProtobuf(body)
                : EmulationRequest.fromJson(body);
    }

    private void route(RoutingContext request, EmulationRequest commands) {
        if (commands.node().equals(identity.name())) {
            if (switchboard.deliver(commands.session(), commands.data())) {
                accepted(request);
            } else {
                ProblemMapper.end(request, ProblemException.of(ProblemType.NOT_FOUND, "there is no such session"));
            }
        } else if (nodes.lives(commands.node())) {
            forward(request, commands);
        } else {
            ProblemMapper.end(request, ProblemException.of(ProblemType.NOT_FOUND, "there is no such node"));
        }
    }

    private void forward(RoutingContext request, EmulationRequest commands) {
        var context = vertx.getOrCreateContext();
        var _ = mail.send(commands)
                .whenComplete((_, failure) -> context.runOnContext(_ -> {
                    if (failure == null) {
                        accepted(request);
                    } else {
                        ProblemMapper.end(request, NodeMail.unavailable());
                    }
                }));
    }

    private static void accepted(RoutingContext request) {
        request.response().setStatusCode(204).end();
    }
}
