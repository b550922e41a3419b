/// The embedded Kafka of `deploy/local/up`: one broker, one folder, one port.
@NullMarked
package dev.carillon.broker;

import org.jspecify.annotations.NullMarked;
