/// The few classes that all three services need and that know Quarkus or Kafka.
@NullMarked
package dev.carillon.kit;

import org.jspecify.annotations.NullMarked;
