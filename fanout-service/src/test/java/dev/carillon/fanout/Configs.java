package dev.carillon.fanout;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;

/// Configurations for tests that run without a container.
public final class Configs {

    private static final int ABOVE_BUILT_IN = 200;

    private Configs() {}

    /// The defaults, but for what environment variables say.
    static FanoutConfig fromEnvironment(Map<String, String> variables) {
        return builder()
                .withSources(new EnvConfigSource(variables, ABOVE_BUILT_IN))
                .build()
                .getConfigMapping(FanoutConfig.class);
    }

    /// The defaults, but for what is said here.
    ///
    /// @param settings by full name
    public static FanoutConfig with(Map<String, String> settings) {
        return builder().withDefaultValues(settings).build().getConfigMapping(FanoutConfig.class);
    }

    private static SmallRyeConfigBuilder builder() {
        return new SmallRyeConfigBuilder()
                .withConverter(Duration.class, ABOVE_BUILT_IN, new DurationConverter())
                .withConverter(MemorySize.class, ABOVE_BUILT_IN, new MemorySizeConverter())
                .withMapping(FanoutConfig.class);
    }
}
