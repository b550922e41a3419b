package dev.carillon.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.bench.report.Sample;
import dev.carillon.bench.stand.Contender;
import java.io.IOException;

/// Something that is done to a contender while it is measured.
@FunctionalInterface
public interface Workload {

    /// Does it once, in the caller's thread, to servers that were just started and have nothing to do but this.
    ///
    /// @param parameters the scenario's
    /// @param sample takes what is measured, and what goes wrong
    void run(Contender contender, JsonNode parameters, Sample sample) throws IOException, InterruptedException;
}
