package dev.carillon.bench.growth;

import java.util.List;
import java.util.SplittableRandom;

/// How many of everything a crowd needs, and how busy each is then.
///
/// @param loads all that can give way, the one that does so first in front
record Fleet(int nodes, int partitions, int owners, int dispatchers, int brokers, List<Load> loads) {

    /// What an event weighs on the wire beside its payload: headers of records and frames.
    private static final int OVERHEAD_BYTES = 250;

    /// Of each record, as is usual: it is kept three times.
    private static final int COPIES = 3;

    private static final int MAX_NODES = 10_000;

    /// One thing that can give way.
    ///
    /// @param share of what it may be planned with, 1 when nothing is left
    /// @param cure what is done about it
    record Load(String what, double share, String cure) {}

    /// @param seed of the simulation: the same gives the same
    static Fleet of(Demand demand, Costs costs, Machine machine, long seed) {
        var random = new SplittableRandom(seed);
        var crowd = Crowd.of(demand, random);
        int nodes = 1;
        while (nodeLoad(demand, costs, machine, crowd, nodes) > 1) {
            if (++nodes > MAX_NODES) {
                throw new IllegalArgumentException("more than " + MAX_NODES + " nodes would be needed");
            }
        }
        var needs = new Needs(demand, costs, machine, crowd, nodes);
        int owners = needs.owners();
        // A few for each core, so that shares come out even.
        int partitions = Math.max(12, 4 * owners * machine.cores());
        int dispatchers = Math.max(1, (int) Math.ceil(needs.dispatcherCores() / machine.cores() / machine.usable()));
        int brokers = Math.max(COPIES, needs.brokers());
        double hottest = crowd.hottestShare(partitions, random);
        var loads = List.of(
                        new Load("CPU of nodes", needs.nodeCpu() / nodes / machine.cpuMicrosPerSecond(), "more nodes"),
                        new Load("memory of nodes", needs.nodeMemory() / nodes / machine.memory(), "more nodes"),
                        new Load("network of nodes", needs.nodeNetwork() / nodes / machine.network(), "more nodes"),
                        new Load(
                                "CPU of owners",
                                needs.ownerCpu() / owners / machine.cpuMicrosPerSecond(),
                                "more owners, up to one a partition"),
                        new Load("memory of owners", needs.ownerMemory() / owners / machine.memory(), "more owners"),
                        new Load(
                                "the owner of the busiest partition, one thread",
                                needs.ownerCpu() * busiest(demand, partitions, hottest) / (1e6 * machine.usable()),
                                "more partitions, until one channel is all there is in it"),
                        new Load(
                                "the busiest channel, one thread",
                                crowd.hottestRate()
                                        * (costs.route() + nodes * costs.routeCopy())
                                        / (1e6 * machine.usable()),
                                "nothing: one channel has one order"),
                        new Load(
                                "CPU of dispatchers",
                                needs.dispatcherCores() / dispatchers / machine.cores() / machine.usable(),
                                "more dispatchers"),
                        new Load(
                                "CPU of brokers",
                                needs.brokerCpu() / brokers / machine.cpuMicrosPerSecond(),
                                "more brokers"),
                        new Load(
                                "network of brokers",
                                needs.brokerNetwork() / brokers / machine.network(),
                                "more brokers, compression"))
                .stream()
                .sorted((one, other) -> Double.compare(other.share(), one.share()))
                .toList();
        return new Fleet(nodes, partitions, owners, dispatchers, brokers, loads);
    }

    /// Private events fall evenly; of public ones the busiest partition has its share.
    private static double busiest(Demand demand, int partitions, double hottestShare) {
        return demand.privateShare() / partitions + (1 - demand.privateShare()) * hottestShare;
    }

    private static double nodeLoad(Demand demand, Costs costs, Machine machine, Crowd crowd, int nodes) {
        var needs = new Needs(demand, costs, machine, crowd, nodes);
        return Math.max(
                needs.nodeCpu() / nodes / machine.cpuMicrosPerSecond(),
                Math.max(
                        needs.nodeMemory() / nodes / machine.memory(),
                        needs.nodeNetwork() / nodes / machine.network()));
    }

    /// What all servers of a kind need together, with so many nodes.
    private record Needs(Demand demand, Costs costs, Machine machine, Crowd crowd, int nodes) {

        double privateRate() {
            return demand.publishesPerSecond() * demand.privateShare();
        }

        double inboxRecords() {
            return privateRate() + crowd.copies(nodes);
        }

        double deliveries() {
            return privateRate() + crowd.deliveries();
        }

        double webhooks() {
            return demand.endpoints() == 0 ? 0 : demand.publishesPerSecond() * demand.webhookShare();
        }

        double bytes() {
            return demand.payloadBytes() + OVERHEAD_BYTES;
        }

        double nodeCpu() {
            return deliveries() * costs.delivery()
                    + inboxRecords() * costs.nodeRecord()
                    + demand.publishesPerSecond() * costs.publish();
        }

        double nodeMemory() {
            return demand.connections() * costs.connection();
        }

        double nodeNetwork() {
            return deliveries() * bytes();
        }

        double ownerCpu() {
            return demand.publishesPerSecond() * costs.route() + inboxRecords() * costs.routeCopy();
        }

        double ownerMemory() {
            double channels = demand.publicChannels() + (demand.privateShare() > 0 ? demand.connections() : 0);
            return channels * demand.ringEvents() * (costs.ringEvent() + demand.payloadBytes());
        }

        int owners() {
            return Math.max(1, (int)
                    Math.ceil(Math.max(ownerCpu() / machine.cpuMicrosPerSecond(), ownerMemory() / machine.memory())));
        }

        double dispatcherCores() {
            return webhooks() * costs.webhook() / 1e6;
        }

        /// The log, inboxes, deliveries and what became of them.
        double records() {
            return demand.publishesPerSecond() + inboxRecords() + 2 * webhooks();
        }

        double brokerCpu() {
            return records() * COPIES * costs.brokerRecord();
        }

        double brokerNetwork() {
            return records() * COPIES * bytes();
        }

        int brokers() {
            return (int) Math.ceil(
                    Math.max(brokerCpu() / machine.cpuMicrosPerSecond(), brokerNetwork() / machine.network()));
        }
    }
}
