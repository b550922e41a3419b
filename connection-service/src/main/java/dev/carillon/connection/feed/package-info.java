/// What this node hears from the owners of channels: which channels it follows, and everything that was
/// published in them, in order, for whoever on this node subscribed.
@NullMarked
package dev.carillon.connection.feed;

import org.jspecify.annotations.NullMarked;
