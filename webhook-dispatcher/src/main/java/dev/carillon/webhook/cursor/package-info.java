/// Where endpoints stand that do not keep up, and the readers that catch up for them.
@NullMarked
package dev.carillon.webhook.cursor;

import org.jspecify.annotations.NullMarked;
