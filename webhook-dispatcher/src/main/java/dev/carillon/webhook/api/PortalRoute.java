package dev.carillon.webhook.api;

import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/// Sends `/portal` to `/portal/`, from where the page finds its files and the REST API beside it, whatever
/// prefix a proxy has put before both.
@Singleton
final class PortalRoute {

    void add(@Observes Router router) {
        router.get("/portal").handler(request -> {
            if (request.request().path().endsWith("/")) {
                request.next();
            } else {
                request.redirect("portal/");
            }
        });
    }
}
