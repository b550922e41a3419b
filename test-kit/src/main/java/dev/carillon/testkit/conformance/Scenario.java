package dev.carillon.testkit.conformance;

/// A promise, and how to see that it is kept.
public record Scenario(String name, Script script) {

    /// Plays it; throws when the promise is broken.
    @FunctionalInterface
    public interface Script {
        void play(Stage stage) throws Exception;
    }

    /// Plays it with clients of that transport.
    public void play(Transport transport, Site site) throws Exception {
        try (var stage = new Stage(transport, site)) {
            script.play(stage);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
