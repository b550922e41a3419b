/// What becomes of an event: it is remembered, sent to the inbox of every following node and owed to every
/// matching endpoint.
@NullMarked
package dev.carillon.fanout.route;

import org.jspecify.annotations.NullMarked;
