package dev.carillon.connection.api;

import java.util.Locale;

/// Judges media types by their names alone; parameters do not matter.
final class MediaTypes {

    static final String CLOUD_EVENT = "application/cloudevents+json";
    static final String CLOUD_EVENT_BATCH = "application/cloudevents-batch+json";

    /// What `curl -d` says when its user says nothing.
    static final String FORM = "application/x-www-form-urlencoded";

    private MediaTypes() {}

    /// Whether data of this type is JSON; `application/json` and everything that ends in `+json`.
    static boolean isJson(String contentType) {
        var name = name(contentType);
        return name.equals("application/json") || name.equals("text/json") || name.endsWith("+json");
    }

    static boolean is(String contentType, String name) {
        return name(contentType).equals(name);
    }

    private static String name(String contentType) {
        int parameters = contentType.indexOf(';');
        return (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }
}
