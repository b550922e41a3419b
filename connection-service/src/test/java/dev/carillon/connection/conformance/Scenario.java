package dev.carillon.connection.conformance;

/// A promise, and how to see that it is kept.
record Scenario(String name, Script script) {

    /// Plays it; throws when the promise is broken.
    @FunctionalInterface
    interface Script {
        void play(Stage stage) throws Exception;
    }

    @Override
    public String toString() {
        return name;
    }
}
