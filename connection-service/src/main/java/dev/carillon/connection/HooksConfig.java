package dev.carillon.connection;

import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Questions to the application: each is one `POST` of JSON.
public interface HooksConfig {

    /// Who a client is that connects without a token.
    Optional<@Pattern(regexp = "https?://.+") String> connect();

    /// Whether a connection that came without a token goes on when its time is up.
    Optional<@Pattern(regexp = "https?://.+") String> refresh();

    /// Whether a client may subscribe, where the namespace lets the application decide.
    Optional<@Pattern(regexp = "https?://.+") String> subscribe();

    /// Whether a client may publish, where the namespace lets the application decide.
    Optional<@Pattern(regexp = "https?://.+") String> publish();

    /// Answers calls of clients.
    Optional<@Pattern(regexp = "https?://.+") String> rpc();

    /// Headers of the client's request that go along.
    @WithDefault("Cookie,Authorization,Origin,User-Agent")
    List<String> headers();

    /// How long the application may take to answer.
    @WithDefault("2s")
    Duration timeout();

    /// How many questions may be open on a node; more clients are told to try again.
    @WithDefault("512")
    @Min(1)
    @Max(100_000)
    int concurrency();

    /// How long a yes holds for plain requests of the same client that come again and again, such as long polls;
    /// not longer than the application says. Zero asks at every request.
    @WithDefault("10s")
    Duration memory();

    /// After how many failures in a row an application is not asked any more for a while.
    @WithDefault("20")
    @Min(1)
    @Max(10_000)
    int breakerFailures();

    /// How long it is then left alone; after that, one question finds out.
    @WithDefault("5s")
    Duration breakerPause();
}
