package dev.carillon.bench;

import dev.carillon.bench.report.Outcome;
import dev.carillon.bench.report.Results;
import dev.carillon.bench.report.Sample;
import dev.carillon.bench.stand.Stands;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Measures scenarios one after the other: each contender in turn, round after round (A B A B), so that what else
/// happens on the machine strikes all alike.
public final class Bench {

    private final Options options;
    private final Stands stands;

    private Bench(Options options) {
        this.options = options;
        this.stands = new Stands(
                options.project(), options.before(), options.results().resolve("work"));
    }

    /// See `bench/run --help`.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try {
            var bench = new Bench(Options.of(arguments));
            System.exit(bench.run() ? 0 : 1);
        } catch (IllegalArgumentException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(2);
        }
    }

    private boolean run() throws IOException, InterruptedException {
        List<Outcome> outcomes = new ArrayList<>();
        for (var name : options.scenarios()) {
            var outcome = measure(Scenario.read(options.project().resolve("bench/scenarios/" + name + ".json")));
            new Results(options.results()).write(outcome);
            outcomes.add(outcome);
            System.out.println("\n" + outcome.table());
            outcome.faults().forEach(fault -> System.out.println("void: " + fault));
        }
        outcomes.forEach(outcome -> System.out.println(outcome.line()));
        return outcomes.stream().allMatch(outcome -> outcome.faults().isEmpty());
    }

    private Outcome measure(Scenario scenario) throws IOException, InterruptedException {
        var workload = Workloads.named(scenario.workload());
        var contenders = options.only().isEmpty() ? scenario.contenders() : options.only();
        int rounds = options.rounds() > 0 ? options.rounds() : scenario.rounds();
        List<Sample> samples = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            for (var name : contenders) {
                System.out.printf("%s: %s, round %d of %d%n", scenario.name(), name, round, rounds);
                var sample = new Sample(name);
                var folder = Path.of(scenario.name(), name + "-" + round);
                try (var contender = stands.start(name, scenario.shape(), folder)) {
                    workload.run(contender, options.changed(scenario.parameters()), sample);
                } catch (IllegalArgumentException e) {
                    // What the others did is worth something all the same.
                    sample.fault(name + " cannot take part: " + e.getMessage());
                }
                samples.add(sample);
            }
        }
        return new Outcome(scenario.name(), scenario.about(), scenario.headline(), samples);
    }
}
