package dev.carillon.bench.growth;

import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;

/// A simulated crowd: for each public channel how many listen, and how many events a second come.
final class Crowd {

    private final double[] listeners;
    private final double[] rates;

    Crowd(double[] listeners, double[] rates) {
        this.listeners = listeners.clone();
        this.rates = rates.clone();
    }

    static Crowd of(Demand demand, RandomGenerator random) {
        double subscriptions = demand.connections() * demand.publicSubscriptions();
        double publishes = demand.publishesPerSecond() * (1 - demand.privateShare());
        var listeners = zipf(demand.publicChannels(), demand.listenerExponent(), subscriptions);
        for (int channel = 0; channel < listeners.length; channel++) {
            listeners[channel] = Math.min(listeners[channel], demand.connections());
        }
        var rates = zipf(demand.publicChannels(), demand.rateExponent(), publishes);
        shuffle(rates, random);
        return new Crowd(listeners, rates);
    }

    private static double[] zipf(int size, double exponent, double total) {
        var shares = new double[size];
        double sum = 0;
        for (int rank = 0; rank < size; rank++) {
            shares[rank] = Math.pow(rank + 1.0, -exponent);
            sum += shares[rank];
        }
        for (int rank = 0; rank < size; rank++) {
            shares[rank] *= total / sum;
        }
        return shares;
    }

    private static void shuffle(double[] values, RandomGenerator random) {
        for (int last = values.length - 1; last > 0; last--) {
            int other = random.nextInt(last + 1);
            double value = values[last];
            values[last] = values[other];
            values[other] = value;
        }
    }

    /// How many public events a second there are.
    double events() {
        return DoubleStream.of(rates).sum();
    }

    /// How many public deliveries a second there are.
    double deliveries() {
        double sum = 0;
        for (int channel = 0; channel < rates.length; channel++) {
            sum += rates[channel] * listeners[channel];
        }
        return sum;
    }

    /// How many records a second go into inboxes when listeners are anywhere on so many nodes: a channel with few
    /// listeners touches few nodes, one with many touches all.
    double copies(int nodes) {
        double sum = 0;
        for (int channel = 0; channel < rates.length; channel++) {
            sum += rates[channel] * nodes * (1 - Math.pow(1 - 1.0 / nodes, listeners[channel]));
        }
        return sum;
    }

    /// The share of the busiest partition in all public events, when channels fall onto so many at random.
    double hottestShare(int partitions, RandomGenerator random) {
        var sums = new double[partitions];
        for (double rate : rates) {
            sums[random.nextInt(partitions)] += rate;
        }
        double total = events();
        return total == 0 ? 1.0 / partitions : max(sums) / total;
    }

    /// Events a second of the busiest channel.
    double hottestRate() {
        return max(rates);
    }

    private static double max(double[] values) {
        return DoubleStream.of(values).max().orElse(0);
    }
}
