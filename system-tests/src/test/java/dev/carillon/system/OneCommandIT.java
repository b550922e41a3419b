package dev.carillon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `deploy/local/up` as a newcomer uses it.
class OneCommandIT {

    @TempDir
    Path data;

    @Test
    void startsEverythingAndWhatItPrintsWorks() throws Exception {
        try (var up = Up.start(data)) {
            // Given
            up.awaitReady();
            var lines = up.curlLines();
            assertThat(lines).hasSize(3);

            // When
            try (var listener = Shell.start(lines.get(0))) {
                listener.awaitSomething();
                assertThat(Shell.run(lines.get(1))).contains("\"position\"");
                assertThat(Shell.run(lines.get(2))).contains("\"secret\"");

                // Then
                listener.awaitText("world");
            }
        }
    }

    @Test
    void leavesNoProcessBehindAndKeepsItsLog() throws Exception {
        // Given
        try (var up = Up.start(data)) {
            up.awaitReady();
            Shell.run(up.curlLines().get(1));

            // When
            var children = up.stop();

            // Then
            assertThat(up.exitValue()).isZero();
            assertThat(children).hasSizeGreaterThanOrEqualTo(4);
            Up.awaitEnd(children);
        }
        try (var again = Up.start(data)) {
            again.awaitReady();
            assertThat(Shell.run(again.curlOfHistory())).contains("world");
        }
        try (var fresh = Up.start(data, "--fresh")) {
            fresh.awaitReady();
            assertThat(Shell.run(fresh.curlOfHistory())).doesNotContain("world");
        }
    }

    @Test
    void endsWithOneLineWhenAChildDies() throws Exception {
        try (var up = Up.start(data)) {
            // Given
            up.awaitReady();

            // When
            var children = up.killOneService();

            // Then
            assertThat(up.exitValue()).isEqualTo(1);
            assertThat(up.errors()).singleElement().asString().contains("ended by itself");
            Up.awaitEnd(children);
        }
    }

    @Test
    void refusesABusyPortWithOneLine() throws Exception {
        try (var somebody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var up = Up.start(data, "--port", Integer.toString(somebody.getLocalPort()))) {
            // When
            up.awaitExit();

            // Then
            assertThat(up.exitValue()).isEqualTo(1);
            assertThat(up.errors()).singleElement().asString().contains("port " + somebody.getLocalPort() + " is busy");
        }
    }
}
