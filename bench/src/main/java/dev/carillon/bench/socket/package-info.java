/// Workloads for whatever sends events to clients: sockets, streams, polls, and publishing.
@NullMarked
package dev.carillon.bench.socket;

import org.jspecify.annotations.NullMarked;
