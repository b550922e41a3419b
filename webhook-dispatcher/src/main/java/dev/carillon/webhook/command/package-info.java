/// What operators ask of the owners of partitions, how far they are with it, and how it is carried out:
/// functions of a command and of what is on topics. Knows neither the engine nor HTTP.
@NullMarked
package dev.carillon.webhook.command;

import org.jspecify.annotations.NullMarked;
