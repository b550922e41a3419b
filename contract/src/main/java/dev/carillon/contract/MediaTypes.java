package dev.carillon.contract;

import java.util.Locale;

/// Judges media types by their names alone; parameters do not matter. Pure functions.
public final class MediaTypes {

    public static final String JSON = "application/json";
    public static final String CLOUD_EVENT = "application/cloudevents+json";
    public static final String CLOUD_EVENT_BATCH = "application/cloudevents-batch+json";

    /// What `curl -d` says when its user says nothing.
    public static final String FORM = "application/x-www-form-urlencoded";

    private MediaTypes() {}

    /// Whether data of this type is JSON; `application/json` and everything that ends in `+json`.
    public static boolean isJson(String contentType) {
        var name = name(contentType);
        return name.equals(JSON) || name.equals("text/json") || name.endsWith("+json");
    }

    /// Whether that is its name, whatever its case and parameters.
    public static boolean is(String contentType, String name) {
        return name(contentType).equals(name);
    }

    private static String name(String contentType) {
        int parameters = contentType.indexOf(';');
        return (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }
}
