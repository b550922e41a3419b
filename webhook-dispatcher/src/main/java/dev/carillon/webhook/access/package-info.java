/// Who may do what with the REST API. Knows no request and no I/O.
@NullMarked
package dev.carillon.webhook.access;

import org.jspecify.annotations.NullMarked;
