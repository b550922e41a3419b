package dev.carillon.system.chaos;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.TreeMap;

/// Writes down what broken promises were found from, for those who look for the cause: of each channel with a
/// fault the log, and of each subscriber with one all that it was told of that channel, with times.
final class Evidence {

    private Evidence() {}

    static void write(Path file, Verdict verdict, Collection<Logged> log, Collection<Witness> witnesses)
            throws IOException {
        var channels = new TreeMap<String, TreeMap<String, Witness>>();
        for (var fault : verdict.faults()) {
            var about = channels.computeIfAbsent(fault.channel(), _ -> new TreeMap<>());
            witnesses.stream()
                    .filter(witness -> witness.name().equals(fault.witness()))
                    .forEach(witness -> about.put(witness.name(), witness));
        }
        try (var out = new PrintWriter(Files.newBufferedWriter(file))) {
            verdict.faults().forEach(fault -> out.println("FAULT " + fault));
            channels.forEach((channel, about) -> {
                out.println("== log of " + channel);
                log.stream()
                        .filter(entry -> entry.channel().equals(channel))
                        .sorted(Comparator.comparingLong(Logged::offset))
                        .forEach(entry -> out.println(entry.offset() + " " + entry.key()));
                about.values().forEach(witness -> {
                    out.println("== what " + witness.name() + " was told of " + channel);
                    witness.sights().stream()
                            .filter(sight -> sight.channel().equals(channel))
                            .forEach(out::println);
                });
            });
        }
    }
}
