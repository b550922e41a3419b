/// Which URLs and addresses may be dialled at all.
@NullMarked
package dev.carillon.webhook.target;

import org.jspecify.annotations.NullMarked;
