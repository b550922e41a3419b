package dev.carillon.webhook.access;

import static dev.carillon.webhook.ApiKeyConfig.Scope.ADMIN;
import static dev.carillon.webhook.ApiKeyConfig.Scope.READ;
import static dev.carillon.webhook.ApiKeyConfig.Scope.SECRETS;
import static dev.carillon.webhook.ApiKeyConfig.Scope.WRITE;

import dev.carillon.webhook.ApiKeyConfig.Scope;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What every call of the REST API needs. One that is not here needs [Scope#ADMIN] and is closed to owners.
public final class Routes {

    private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");

    private static final List<Rule> RULES = List.of(
            rule("GET", "/v1/endpoints", READ, Reach.OWN),
            rule("POST", "/v1/endpoints", WRITE, Reach.OWN),
            rule("GET", "/v1/endpoints/{id}", READ, Reach.ENDPOINT),
            rule("PUT", "/v1/endpoints/{id}", WRITE, Reach.ENDPOINT),
            rule("PATCH", "/v1/endpoints/{id}", WRITE, Reach.ENDPOINT),
            rule("DELETE", "/v1/endpoints/{id}", WRITE, Reach.ENDPOINT),
            rule("GET", "/v1/endpoints/{id}/secret", SECRETS, Reach.ENDPOINT),
            rule("POST", "/v1/endpoints/{id}/secret:rotate", WRITE, Reach.ENDPOINT),
            rule("POST", "/v1/endpoints/{id}:enable", WRITE, Reach.ENDPOINT),
            rule("POST", "/v1/endpoints/{id}:disable", WRITE, Reach.ENDPOINT),
            rule("POST", "/v1/endpoints/{id}:resume", WRITE, Reach.ENDPOINT),
            rule("POST", "/v1/endpoints/{id}:pause", WRITE, Reach.ENDPOINT),
            rule("POST", "/v1/endpoints/{id}:verify", WRITE, Reach.ENDPOINT),
            rule("POST", "/v1/endpoints/{id}:test", WRITE, Reach.ENDPOINT),
            rule("POST", "/v1/endpoints/{id}:recover", WRITE, Reach.ENDPOINT),
            rule("POST", "/v1/endpoints/{id}:replay-missing", WRITE, Reach.ENDPOINT),
            rule("GET", "/v1/endpoints/{id}/stats", READ, Reach.ENDPOINT),
            rule("GET", "/v1/endpoints/{id}/backlog", READ, Reach.ENDPOINT),
            rule("GET", "/v1/endpoints/{id}/attempts", READ, Reach.ENDPOINT),
            rule("GET", "/v1/endpoints/{id}/attempts/stream", READ, Reach.ENDPOINT),
            rule("GET", "/v1/attempts", READ, Reach.QUERY),
            rule("GET", "/v1/dead-letters", READ, Reach.QUERY),
            rule("POST", "/v1/dead-letters:replay", WRITE, Reach.CLUSTER),
            rule("POST", "/v1/dead-letters:purge", ADMIN, Reach.CLUSTER),
            rule("GET", "/v1/deliveries/{event}", READ, Reach.CLUSTER),
            rule("POST", "/v1/deliveries/{event}:resend", WRITE, Reach.BODY),
            rule("POST", "/v1/deliveries/{event}:cancel", WRITE, Reach.BODY),
            rule("GET", "/v1/operations", ADMIN, Reach.CLUSTER),
            rule("GET", "/v1/operations/{operation}", ADMIN, Reach.CLUSTER),
            rule("POST", "/v1/operations/{operation}:cancel", ADMIN, Reach.CLUSTER),
            rule("GET", "/v1/ledger", ADMIN, Reach.CLUSTER),
            rule("POST", "/v1/portal-tokens", ADMIN, Reach.CLUSTER),
            rule("GET", "/v1/grants/{id}/{token}", WRITE, Reach.OPEN),
            rule("POST", "/v1/grants/{id}/{token}", WRITE, Reach.OPEN));

    private Routes() {}

    /// What a call is about, and so what an owner may do with it.
    public enum Reach {
        /// One endpoint, in the path: an owner's own only.
        ENDPOINT,
        /// One endpoint, in the query (`endpoint`), or all: owners have to name one of their own.
        QUERY,
        /// One endpoint, in the body: whoever serves the call looks it up as every other one.
        BODY,
        /// Whatever there is of the owner's.
        OWN,
        /// All endpoints: closed to owners.
        CLUSTER,
        /// What a token in the path says: open to everybody, and checked by whoever serves it.
        OPEN
    }

    /// @param template the path as in the OpenAPI document
    public record Rule(String method, String template, Scope scope, Reach reach, Pattern path) {}

    public static List<Rule> all() {
        return RULES;
    }

    /// The rule for a request.
    public static Rule of(String method, String path) {
        var verb = method.equals("HEAD") ? "GET" : method;
        return RULES.stream()
                .filter(rule ->
                        rule.method().equals(verb) && rule.path().matcher(path).matches())
                .findFirst()
                .orElseGet(() -> rule(verb, path, ADMIN, Reach.CLUSTER));
    }

    /// The endpoint that a path names, empty when it names none.
    public static String endpoint(Rule rule, String path) {
        var matcher = rule.path().matcher(path);
        return rule.reach() == Reach.ENDPOINT && matcher.matches() ? matcher.group("id") : "";
    }

    private static Rule rule(String method, String template, Scope scope, Reach reach) {
        return new Rule(method, template, scope, reach, pattern(template));
    }

    private static Pattern pattern(String template) {
        var pattern = new StringBuilder();
        var parameters = PARAMETER.matcher(template);
        int end = 0;
        while (parameters.find()) {
            pattern.append(Pattern.quote(template.substring(end, parameters.start())));
            pattern.append(group(parameters));
            end = parameters.end();
        }
        return Pattern.compile(
                pattern.append(Pattern.quote(template.substring(end))).toString());
    }

    private static String group(Matcher parameter) {
        var name = parameter.group(1);
        var value =
                switch (name) {
                    case "id" -> "[A-Za-z0-9_-]+";
                    // Ids of events are anything.
                    case "event" -> ".+";
                    default -> "[^/]+";
                };
        return "(?<" + name + ">" + value + ")";
    }
}
