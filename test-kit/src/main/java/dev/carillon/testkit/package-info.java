/// What tests share. Start here: `InVmKafka` (a real broker in the test's JVM), `InVmKafkaResource` (the same
/// for a `@QuarkusTest`), `KafkaProbe` (topics made, written and read from outside) and `HttpReceiver`
/// (somebody's webhook server).
@NullMarked
package dev.carillon.testkit;

import org.jspecify.annotations.NullMarked;
