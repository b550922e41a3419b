package dev.carillon.bench.growth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/// Tells what crowds would need: `Growth COSTS DEMAND…`, both JSON files.
public final class Growth {

    private static final JsonMapper JSON = new JsonMapper();
    private static final long SEED = 20_260_101;

    private Growth() {}

    public static void main(String[] arguments) throws IOException {
        var costs =
                JSON.treeToValue(JSON.readTree(Path.of(arguments[0]).toFile()).required("costs"), Costs.class);
        for (int i = 1; i < arguments.length; i++) {
            var file = JSON.readTree(Path.of(arguments[i]).toFile());
            System.out.println(describe(file, costs));
        }
    }

    static String describe(JsonNode file, Costs costs) throws IOException {
        var demand = JSON.treeToValue(file.required("demand"), Demand.class);
        var machine = JSON.treeToValue(file.required("machine"), Machine.class);
        var fleet = Fleet.of(demand, costs, machine, SEED);
        var text = new StringBuilder(file.required("about").asText()).append("\n\n");
        text.append(String.format(
                Locale.ROOT,
                "%d nodes, %d partitions, %d owners, %d dispatchers, %d brokers, of %d cores each (seed %d)%n%n",
                fleet.nodes(),
                fleet.partitions(),
                fleet.owners(),
                fleet.dispatchers(),
                fleet.brokers(),
                machine.cores(),
                SEED));
        text.append("What gives way first, with what is planned for it in use, and the cure:\n\n");
        for (var load : fleet.loads()) {
            text.append(String.format(Locale.ROOT, "%4.0f %%  %s: %s%n", 100 * load.share(), load.what(), load.cure()));
        }
        return text.toString();
    }
}
